"""What is exported: an answer, hits or a row of the source, the same for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from re import findall

from index.passages import make_passages
from index.records import Cell, Hit, Passage
from qa.export.tables import Table, answer_tables, in_brackets, row_table
from qa.export.wording import (
    ALIKE,
    CITED,
    FIGURES_NOTE,
    FOUND,
    FOUND_NOTE,
    FURTHER,
    KIND_TEXT,
    NEAREST,
    NEAREST_NOTE,
    NOTHING_FOUND,
    NOTHING_PROVEN,
    PROMISES_NOTE,
    REFUSED,
    SILENCE_NOTE,
    SOURCE,
    checked_text,
    document_text,
    tasks_text,
    understood_text,
)
from qa.prose import SOURCE_PRACTICE, silent_lines
from qa.records import NOT_MENTIONED, SIMILAR, Answer, Citation

SUBORDINATE = "　"
"""What a line that belongs to the line before begins with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage with its number; `quote` is what is cited of it, "" for one that is only shown.

    `role` says what it is to the reader, and heads the list it stands in.
    """

    n: int
    passage: Passage
    quote: str
    role: str


@dataclass(frozen=True, slots=True)
class Report:
    """What is exported, in the order in which it is read.

    `facts` are labels with their text. `said` are lines under the heading `said_as`, `[n]` in them
    points to entry n. `sheets` name what is said and the entries where they stand apart.
    `tables_hold_entries`: the tables show the entries whole, so that no list need repeat them.
    `listing` is the sheet of entries where a row says more than its entry; its first column holds
    the entry's number, or nothing.
    `is_told`: what is said tells more than the entries, and goes with them where there is only a list.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    said_as: str
    said: tuple[str, ...]
    tables: tuple[Table, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    sheets: tuple[str, str]
    is_refusal: bool = False
    is_told: bool = False
    tables_hold_entries: bool = False
    listing: Table | None = None

    @property
    def is_of_one_document(self) -> bool:
        """Whether all entries are from the same document, which the facts name."""
        return len({entry.passage.document for entry in self.entries}) == 1

    @property
    def lists(self) -> list[tuple[str, list[Entry]]]:
        """The entries by role, in order."""
        if self.tables_hold_entries:
            return []
        return [(role, list(group)) for role, group in groupby(self.entries, lambda e: e.role)]


def answer_report(answer: Answer) -> Report:
    """An answer or a refusal; of what was rejected, and what rests on it, nothing remains."""
    refusal = answer.refusal
    entries = _entries(answer)
    facts = (
        ("问题", " ".join(answer.question.text.split())),
        ("理解", understood_text(answer)),
        ("类型", REFUSED if refusal else KIND_TEXT[answer.question.kind]),
        ("文档", _documents(entries)),
    )
    said = (
        (refusal.sentence, *silent_lines(answer.silent))
        if refusal
        else (*_written_lines(answer), *_verified_lines(answer))
    )
    return Report(
        title="材料问答记录",
        facts=_stated(facts),
        said_as="未作回答的原因" if refusal else "回答",
        said=said,
        tables=tuple(answer_tables(answer)),
        entries=tuple(entries),
        notes=tuple(_notes(answer)),
        sheets=("结论", "依据"),
        is_refusal=refusal is not None,
        is_told=answer.question.kind == SIMILAR,
    )


def hits_report(asked: str, hits: Sequence[Hit]) -> Report:
    """The result of a search, numbered by rank as it came."""
    entries = [Entry(n, hit.passage, "", FOUND) for n, hit in enumerate(hits, 1)]
    facts = (
        ("检索", " ".join(asked.split())),
        ("结果", f"{len(entries)}条"),
        ("文档", _documents(entries)),
    )
    return Report(
        title="材料检索记录",
        facts=_stated(facts),
        said_as="",
        said=() if entries else (NOTHING_FOUND,),
        tables=(),
        entries=tuple(entries),
        notes=(FOUND_NOTE, PROMISES_NOTE) if entries else (),
        sheets=("说明", FOUND),
    )


def row_report(cells: Sequence[Cell]) -> Report:
    """A row of the source, its cells side by side as printed; `cells` as `Store.row` gives them."""
    first = cells[0]
    passages = make_passages(cells)
    pages = sorted({page for passage in passages for page in passage.pages})
    facts = (
        ("省份", first.province),
        ("工作重点", first.theme),
        ("工作任务", first.task),
        ("文档", f"{''.join(map(document_text, passages[:1]))}{in_brackets(pages)}"),
    )
    return Report(
        title="材料原文摘录",
        facts=_stated(facts),
        said_as="",
        said=(),
        tables=(row_table(cells),),
        entries=tuple(Entry(n, p, "", SOURCE) for n, p in enumerate(passages, 1)),
        notes=(*_merged_notes(cells), PROMISES_NOTE),
        sheets=("说明", SOURCE),
        tables_hold_entries=True,
    )


def _entries(answer: Answer) -> list[Entry]:
    """The citations by number, then the hits that are not cited, numbered on, by rank."""
    cited = [Entry(c.n, c.passage, c.quote, _role(c, answer)) for c in answer.citations]
    known = {entry.passage.id for entry in cited}
    further = [hit.passage for hit in answer.hits if hit.passage.id not in known]
    first = max((c.n for c in (*answer.citations, *answer.rejected)), default=0) + 1
    role = FURTHER if answer.refusal is None else NEAREST
    return cited + [Entry(n, passage, "", role) for n, passage in enumerate(further, first)]


def _role(citation: Citation, answer: Answer) -> str:
    """What a citation is to the answer."""
    if answer.question.kind != SIMILAR or answer.question.asks_missing:
        return CITED
    return SOURCE_PRACTICE if citation == answer.source else ALIKE


def _verified_lines(answer: Answer) -> tuple[str, ...]:
    """The lines of the text, without those that cite what was rejected and what belongs to them.

    Where nothing was said, or nothing is left, the line that says so.
    """
    rejected = {str(citation.n) for citation in answer.rejected}
    kept: list[str] = []
    is_kept = True
    for line in answer.text.splitlines():
        if not line.startswith(SUBORDINATE):
            is_kept = rejected.isdisjoint(findall(r"\[(\d+)\]", line))
        if is_kept and line.strip():
            kept.append(line)
    return tuple(kept) or (NOTHING_PROVEN if rejected else NOTHING_FOUND,)


def _written_lines(answer: Answer) -> tuple[str, ...]:
    """What a language model wrote to its end: the sentences that hold, and how many did not.

    Nothing where no sentence holds, or none says anything that could be checked.
    """
    writing = answer.writing
    if writing is None or not writing.is_whole:
        return ()
    proof = writing.proof
    if proof.failed == proof.checked:
        return ()
    left_out = f"，{proof.failed}句未通过，已略去" if proof.failed else ""
    lines = [line for line in writing.shown.splitlines() if line.strip()]
    return (f"大模型撰写（核对了{proof.checked}句{left_out}）：", *lines, "逐条依据：")


def _stated(facts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in facts if text)


def _documents(entries: Sequence[Entry]) -> str:
    return "、".join(dict.fromkeys(document_text(entry.passage) for entry in entries))


def _notes(answer: Answer) -> list[str]:
    notes = [checked_text(answer)] if answer.checked else []
    if answer.refusal and answer.hits:
        notes.append(NEAREST_NOTE)
    notes.append(PROMISES_NOTE)
    silent = any(verdict.status == NOT_MENTIONED for verdict in answer.verdicts)
    if silent or not all(contrast.is_common for contrast in answer.contrasts):
        notes.append(SILENCE_NOTE)
    if not all(figure.comparable for figure in answer.figures):
        notes.append(FIGURES_NOTE)
    return notes


def _merged_notes(cells: Sequence[Cell]) -> list[str]:
    """Which tasks a cell answers, where it answers several."""
    return [
        f"“{cell.column_title}”一格在原表中由{len(cell.tasks)}项工作任务共用："
        f"{tasks_text(cell.tasks)}"
        for cell in cells
        if len(cell.tasks) > 1
    ]
