"""Report → Markdown that reads well as it stands."""

from __future__ import annotations

import re

from qa.export.report import Entry, Report
from qa.export.tables import Table
from qa.export.wording import clean, label_text, places

_ACTIVE = re.compile(r"[\\`*<\[\]|~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+(?=[.)]\s))", re.MULTILINE)
_NUMBER = re.compile(r"\\\[(\d+)\\\]")


def markdown(report: Report) -> str:
    """Headings, paragraphs, tables and the entries as `[n]`, numbered as they are cited."""
    facts = [f"**{label}**：{_plain(text)}" for label, text in report.facts]
    blocks = [f"# {report.title}", *facts]
    if report.said:
        blocks += [f"## {report.said_as}"] if report.said_as else []
        blocks += [_citing(line.strip()) for line in report.said]
    for table in report.tables:
        blocks += [f"## {table.title}", _table(table)]
    for role, entries in report.lists:
        blocks += [f"## {role}", *map(_entry, entries)]
    if report.notes:
        blocks += ["## 说明", "\n".join(f"- {_plain(note)}" for note in report.notes)]
    return "\n\n".join(blocks) + "\n"


def _entry(entry: Entry) -> str:
    passage = entry.passage
    lines = [
        f"**[{entry.n}] {_plain(label_text(passage))}**",
        f"> “{_on_one_line(entry.quote)}”" if entry.quote else f"> {_on_one_line(passage.text)}",
        *(f"{name}：{_on_one_line(text)}" for name, text in places(passage)),
    ]
    return "\n\n".join(lines)


def _table(table: Table) -> str:
    rule = ["---"] * len(table.head)
    rows = [map(_cell, table.head), rule, *(map(_cell, row) for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return _citing(text).replace("\n", "<br>")


def _citing(text: str) -> str:
    """`text` as it reads, its `[n]` left as they are."""
    return _NUMBER.sub(r"[\1]", _plain(text))


def _on_one_line(text: str) -> str:
    return _plain(" ".join(clean(text).split("\n")))


def _plain(text: str) -> str:
    """`text` with everything that Markdown would act on made to stand for itself."""
    escaped = _ACTIVE.sub(r"\\\g<0>", clean(text))
    return _LINE_START.sub(_escape_start, escaped)


def _escape_start(match: re.Match[str]) -> str:
    # A number at the start of a line is made a list by what follows it, a sign by itself.
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"
