"""A grid, and what is missing at home, as reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import Passage
from qa.export.report import Entry, Report
from qa.export.rows import WHOLE
from qa.export.tables import Table
from qa.export.wording import (
    NOTHING_FOUND,
    PROMISES_NOTE,
    REFUSED,
    SILENCE_NOTE,
    UNPROVEN,
    clean,
    document_text,
    page_text,
)
from qa.grid import NAMED, Finding, Grid, Matter
from qa.grid import UNPROVEN as UNPROVEN_STANDING
from qa.prose import SHORT_STATUS, STATUS_TEXT, cites
from qa.records import Citation

STANDING_TEXT = {
    **STATUS_TEXT,
    NAMED: "字面提到（未判为有关做法，请核对原文）",
    UNPROVEN_STANDING: UNPROVEN,
}
SHORT_STANDING = {**SHORT_STATUS, NAMED: "字面提到", UNPROVEN_STANDING: "不作判断"}
NAMED_NOTE = "“字面提到”指材料里有这个词，但没有判定为有关的做法，请以原文为准。"
JUDGED_NOTE = "情况由程序按原文逐个判定，“已做”“在做”以绩效栏的措辞为准，引文均与原文逐字核对。"
LIKENESS_NOTE = "是否提到相近做法由程序按文字相近程度判断，没有找到不等于没有做，请以原文为准。"
FILTERED = "—"
"""What stands in a table for what was filtered out."""
MATTERS_ACROSS = 4
"""So many matters stand side by side in a table on paper."""

HEAD = ("编号", "事项", "省份", "情况", "栏目", "工作重点", "工作任务", "原文引文", WHOLE, "页码", "文档", "编号地址")  # fmt: skip
WIDTHS = (6, 20, 9, 16, 14, 16, 26, 40, 46, 9, 16, 16)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A finding of the grid with its matter and the entries of its quotes."""

    matter: Matter
    finding: Finding
    entries: tuple[Entry, ...]


def grid_report(grid: Grid, facts: Sequence[tuple[str, str]]) -> Report:
    """The grid as it is shown; `facts` say what was chosen, in labels with their text."""
    cells = list(_cells(grid))
    entries = tuple(entry for cell in cells for entry in cell.entries)
    documents = "、".join(dict.fromkeys(document_text(entry.passage) for entry in entries))
    refusals = tuple(f"{m.topic}：{m.refusal}" for m in grid.matters if m.refusal)
    return Report(
        title="各省份做法对照",
        facts=tuple((label, text) for label, text in (*facts, ("文档", documents)) if text),
        said_as="未作回答的事项" if refusals else "",
        said=refusals or (() if cells else (NOTHING_FOUND,)),
        tables=tuple(_tables(grid, cells)),
        entries=entries,
        notes=(JUDGED_NOTE, PROMISES_NOTE, SILENCE_NOTE, NAMED_NOTE),
        sheets=("对照", "依据"),
        listing=Table("", HEAD, tuple(_listing(grid, cells)), WIDTHS),
    )


def missing_report(home: str, theme: str, citations: Sequence[Citation]) -> Report:
    """What other provinces did in a theme and `home` does not mention, one entry a practice."""
    role = f"其他省份做过、{home}的材料没有提到相近内容的"
    entries = tuple(Entry(c.n, c.passage, c.quote, role) for c in citations)
    facts = (("省份", home), ("工作重点", theme), ("结果", f"{len(entries)}项"))
    documents = "、".join(dict.fromkeys(document_text(entry.passage) for entry in entries))
    return Report(
        title="他省做法参考",
        facts=(*facts, *((("文档", documents),) if documents else ())),
        said_as="",
        said=() if entries else (f"其他省份在这方面做过的，{home}的材料都提到了相近的内容。",),
        tables=(),
        entries=entries,
        notes=(LIKENESS_NOTE,),
        sheets=("说明", "做法"),
    )


def _cells(grid: Grid) -> Iterator[_Cell]:
    """What is shown, matter by matter; the entries numbered through."""
    n = 0
    for i, matter in enumerate(grid.matters):
        for row in grid.rows:
            finding = row.findings[i]
            if finding is not None:
                quotes = finding.quotes
                made = (
                    Entry(n + k, q.passage, q.quote, matter.topic) for k, q in enumerate(quotes, 1)
                )
                yield _Cell(matter, finding, tuple(made))
                n += len(quotes)


def _tables(grid: Grid, cells: Sequence[_Cell]) -> Iterator[Table]:
    """Provinces down, a few matters across, until all are told."""
    said = {(c.matter.topic, c.finding.province): _said(c) for c in cells}
    for first in range(0, len(grid.matters) if grid.rows else 0, MATTERS_ACROSS):
        topics = [m.topic for m in grid.matters[first : first + MATTERS_ACROSS]]
        rows = tuple(
            (row.province, *(said.get((topic, row.province), FILTERED) for topic in topics))
            for row in grid.rows
        )
        yield Table("各省份情况", ("省份", *topics), rows, (2, *(3 for _ in topics)))


def _said(cell: _Cell) -> str:
    """The standing and what proves it; apart, where the words stand in another column."""
    finding = cell.finding
    numbers = [entry.n for entry in cell.entries]
    proof, also = numbers[: len(finding.citations)], numbers[len(finding.citations) :]
    if not proof:
        return f"{SHORT_STANDING[finding.standing]}{cites(also)}"
    aside = f"；另有字面提到{cites(also)}" if also else ""
    return f"{SHORT_STANDING[finding.standing]}{cites(proof)}{aside}"


def _listing(grid: Grid, cells: Sequence[_Cell]) -> Iterator[tuple[str, ...]]:
    """One row a passage, and one for each finding or refused matter without any."""
    for cell in cells:
        finding = cell.finding
        status = STANDING_TEXT[finding.standing]
        for i, entry in enumerate(cell.entries):
            is_aside = bool(finding.citations) and i >= len(finding.citations)
            said = f"{status}；此处为字面提到" if is_aside else status
            yield _row(str(entry.n), cell.matter.topic, finding.province, said, entry)
        if not cell.entries:
            yield _row("", cell.matter.topic, finding.province, status, None)
    for matter in grid.matters:
        if not matter.findings:
            row = dict.fromkeys(HEAD, "") | {"事项": matter.topic, "情况": REFUSED}
            yield tuple(map(clean, (row | {WHOLE: matter.refusal}).values()))


def _row(n: str, topic: str, province: str, status: str, entry: Entry | None) -> tuple[str, ...]:
    where = _where(entry.passage, entry.quote) if entry else ("",) * 8
    return tuple(map(clean, (n, topic, province, status, *where)))


def _where(passage: Passage, quote: str) -> tuple[str, ...]:
    return (
        passage.column_title,
        passage.theme,
        "\n".join(passage.tasks),
        quote,
        passage.text,
        page_text(passage),
        passage.document,
        passage.id,
    )
