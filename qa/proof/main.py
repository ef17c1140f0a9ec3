"""The main line: a text is cut into sentences, each is read and held against what it cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.records import Passage
from qa.proof.checks import fault_of
from qa.proof.claims import claims
from qa.proof.reading import read_all
from qa.proof.records import Proof, Sentence
from qa.proof.sentences import find_sentences
from qa.proof.sources import Sources


def prove(text: str, passages: Mapping[int, Passage], provinces: Sequence[str]) -> Proof:
    """Each sentence of `text` with what is wrong with it.

    `passages` are those the writer was given, by the key under which he was to cite them;
    `provinces` are all of the store, whose number a text may state. While a text is still being
    written, what is said of the lines before the last stands, but for counts of provinces, which
    need the whole, and the head of a table.
    """
    spans = list(find_sentences(text))
    reads = read_all(text, spans)
    sources = Sources(passages, provinces, reads)
    sentences = []
    for (start, end), read in zip(spans, reads, strict=True):
        fault = fault_of(read, sources)
        keys = tuple(key for key in read.keys if key in sources)
        checked = fault is not None or claims(read)
        sentences.append(Sentence(start, end, text[start:end], keys, checked, fault))
    return Proof(tuple(sentences))
