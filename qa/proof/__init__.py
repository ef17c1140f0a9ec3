"""What a language model wrote, held sentence by sentence against the passages it cites. Pure.

    text ──sentences──▶ spans ──reading──▶ Read (pieces and their keys) ──checks──▶ Proof
                              passages ──source──▶ Sources ─────────────┘

A sentence is read in pieces: what stands between commas and citations. A piece answers for the
citation that closes it, so that figures of two provinces cannot change places in one sentence.
Words in quotation marks and names in 《》 are held against the passages as wholes and are read for
nothing else. Every pattern is bounded and every sentence at most `LONGEST` characters long, so that
time grows with the length of the text and no faster.
"""

from qa.proof.main import prove
from qa.proof.records import FAULT_TEXT, FOREIGN, Fault, Proof, Sentence
from qa.proof.sentences import LONGEST
from qa.proof.wording import load_proof_wording

__all__ = [
    "FAULT_TEXT",
    "FOREIGN",
    "LONGEST",
    "Fault",
    "Proof",
    "Sentence",
    "load_proof_wording",
    "prove",
]
