"""The main line: every sentence is read, and held against the passages it cites, check by check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from index.records import ACHIEVEMENT, Passage
from qa.proof.claims import claims
from qa.proof.evidence import Evidence
from qa.proof.numbers import Figure, find_numbers
from qa.proof.reading import QUOTED, Piece, Read, read_all
from qa.proof.records import (
    ABSENCE,
    FOREIGN,
    NAME,
    NUMBER,
    PROVINCE,
    QUOTE,
    STATUS,
    UNCITED,
    UNKNOWN_KEY,
    Fault,
    Proof,
    Sentence,
)
from qa.proof.sentences import find_sentences
from qa.proof.telling import is_begun, is_not_there_yet, nearest_clause, told_as_done
from qa.proof.wording import load_proof_wording

SHOWN = 40


_HAN = re.compile("[㐀-䶿一-鿿豈-﫿〇]")


def prove(text: str, passages: Mapping[int, Passage], provinces: Sequence[str]) -> Proof:
    """Each sentence of `text` with what is wrong with it.

    `passages` are those the writer was given, by the key under which he was to cite them;
    `provinces` are all of the store, whose number a text may state. While a text is still being
    written, what is said of the lines before the last stands, but for counts of provinces, which
    need the whole, and the head of a table.
    """
    spans = list(find_sentences(text))
    reads = read_all(text, spans)
    prover = Prover(passages, provinces, reads)
    sentences = tuple(
        Sentence(start, end, text[start:end], prover.known(read), prover.fault(read))
        for (start, end), read in zip(spans, reads, strict=True)
    )
    checked = sum(
        sentence.fault is not None or claims(read)
        for sentence, read in zip(sentences, reads, strict=True)
    )
    return Proof(sentences, checked, sum(sentence.fault is not None for sentence in sentences))


class Prover:
    """Checks the sentences of one text against the passages its writer was given."""

    def __init__(
        self, passages: Mapping[int, Passage], provinces: Sequence[str], reads: Sequence[Read]
    ) -> None:
        self._evidence = {key: Evidence(passage) for key, passage in passages.items()}
        self._given = {evidence.province for evidence in self._evidence.values()}
        self._cited = len({province for read in reads for province in self._provinces(read.keys)})
        self._all = len(provinces)

    def known(self, read: Read) -> tuple[int, ...]:
        """The keys it cites that have a passage."""
        return tuple(key for key in read.keys if key in self._evidence)

    def fault(self, read: Read) -> Fault | None:
        """The first thing that is wrong with a sentence, None when nothing is."""
        checks = (
            self._foreign,
            self._unknown_key,
            self._silence,
            self._uncited,
            self._quote,
            self._name,
            self._number,
            self._province,
            self._misplaced,
            self._status,
            self._lacking,
        )
        return next((fault for check in checks if (fault := check(read))), None)

    def _proofs(self, keys: Iterable[int]) -> list[Evidence]:
        return [self._evidence[key] for key in keys if key in self._evidence]

    def _provinces(self, keys: Iterable[int]) -> set[str]:
        return {evidence.province for evidence in self._proofs(keys)}

    def _foreign(self, read: Read) -> Fault | None:
        han = len(_HAN.findall(read.plain))
        others = sum(character.isalpha() for character in read.plain) - han
        return Fault(FOREIGN) if others > max(han, QUOTED - 1) else None

    def _unknown_key(self, read: Read) -> Fault | None:
        unknown = [f"[{key}]" for key in read.keys if key not in self._evidence]
        return Fault(UNKNOWN_KEY, _shown("、".join(unknown))) if unknown else None

    def _silence(self, read: Read) -> Fault | None:
        """The documents are said to be silent on a province that has a passage."""
        silent = [piece for piece in read.pieces if read.is_silence or piece.silent]
        named = dict.fromkeys(province for piece in silent for province in piece.named)
        wrong = [p for p in named if p in self._given - self._provinces(read.keys)]
        return Fault(ABSENCE, _shown("、".join(wrong))) if wrong else None

    def _uncited(self, read: Read) -> Fault | None:
        excused = read.groups or read.is_silence or not claims(read)
        return None if excused else Fault(UNCITED)

    def _quote(self, read: Read) -> Fault | None:
        """The first quotation that no cited passage holds; without a citation nothing is compared."""
        proofs = self._proofs(read.keys)
        wrong = (w for w in read.quotes if proofs and not any(e.has_words(w) for e in proofs))
        return next((Fault(QUOTE, _shown(words)) for words in wrong), None)

    def _name(self, read: Read) -> Fault | None:
        """The first name in 《》 that no cited passage holds; without a citation nothing is compared."""
        proofs = self._proofs(read.keys)
        wrong = (n for n in read.names if proofs and not any(e.has_name(n) for e in proofs))
        return next((Fault(NAME, _shown(name)) for name in wrong), None)

    def _number(self, read: Read) -> Fault | None:
        unproven = (number for piece in read.pieces for number in self._unproven(read, piece))
        return next((Fault(NUMBER, _shown(number)) for number in unproven), None)

    def _unproven(self, read: Read, piece: Piece) -> Iterator[str]:
        """The numbers of a piece that none of its passages states."""
        proofs = self._proofs(piece.keys)
        numbers = find_numbers(piece.text)
        for figure in numbers.figures:
            counts = self._counts(read, piece, figure)
            is_count = figure.values[0] in counts
            if (
                (proofs or counts)
                and not is_count
                and not any(e.has_figure(figure) for e in proofs)
            ):
                yield figure.text
        for text, moments in numbers.times if proofs else ():
            if not any(evidence.has_time(moments) for evidence in proofs):
                yield text
        for text, value in numbers.loose if proofs else ():
            if not any(evidence.has_value(value) for evidence in proofs):
                yield text

    def _counts(self, read: Read, piece: Piece, figure: Figure) -> set[int]:
        """The counts of provinces that may be stated here, none where no provinces are counted."""
        w = load_proof_wording()
        before, after = piece.text[: figure.start][-1:], piece.text[figure.end :]
        after = after if figure.unit == "个" else f"省{after}" if figure.unit == "省" else ""
        own = {len(self._provinces(read.keys)), len(piece.named), len(read.named)} - {0}
        if before in ("（", "(") and after[:1] in ("）", ")"):
            return own
        if w.counted_cited.search(after):
            return {self._cited}
        if w.counted_silent.search(after):
            return {self._all - self._cited}
        every = {self._all, self._cited, self._all - self._cited}
        return every | own if w.counted.search(after) else set()

    def _province(self, read: Read) -> Fault | None:
        """A place named that neither is of a cited passage's province nor stands in one."""
        proofs = self._proofs(read.keys)
        silent = {province for piece in read.pieces if piece.silent for province in piece.named}
        for mention in read.places if proofs else ():
            name = read.quiet[mention.start : mention.end]
            excused = silent & {*mention.provinces}
            if not excused and not any(evidence.has_place(mention, name) for evidence in proofs):
                return Fault(PROVINCE, name)
        return None

    def _misplaced(self, read: Read) -> Fault | None:
        """A piece that a citation closes at once, and none of the provinces it names is that one's."""
        for piece in read.pieces:
            proofs = self._proofs(piece.keys)
            known = {evidence.province for evidence in proofs}
            if not piece.closed or not proofs or not piece.named or known & {*piece.named}:
                continue
            if not any({*piece.named} & {*m.provinces} for e in proofs for m in e.places):
                return Fault(PROVINCE, _shown("、".join(piece.named)))
        return None

    def _status(self, read: Read) -> Fault | None:
        """A plan or task, or what is only under way, told as done."""
        wrong = (piece for piece in told_as_done(read) if self._overstates(piece))
        return next((Fault(STATUS, _shown(piece.plain)) for piece in wrong), None)

    def _overstates(self, piece: Piece) -> bool:
        """Whether a province of a piece has only promises to show, or what is under way."""
        proofs = self._about(piece)
        by_province = [[e for e in proofs if e.province == p] for p in {e.province for e in proofs}]
        only_promised = any(all(e.is_promise for e in own) for own in by_province)
        return only_promised or is_not_there_yet(piece, proofs)

    def _about(self, piece: Piece) -> list[Evidence]:
        """The passages of a piece that are of the provinces it is about; all when none is."""
        proofs = self._proofs(piece.keys)
        return [e for e in proofs if e.province in piece.subject] or proofs

    def _lacking(self, read: Read) -> Fault | None:
        """Something said not to be there, of a province whose achievements do not say so."""
        lacking = load_proof_wording().lacking
        for piece in read.pieces:
            proofs = self._about(piece)
            denied = any(lacking.search(evidence.text) for evidence in proofs)
            if piece.silent or denied or not lacking.search(piece.text):
                continue
            nearest = nearest_clause(piece, proofs)
            begun = nearest is not None and is_begun(nearest)
            if any(evidence.column == ACHIEVEMENT for evidence in proofs) and not begun:
                return Fault(ABSENCE, _shown(piece.plain))
        return None


def _shown(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
