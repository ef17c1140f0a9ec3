"""Entries as rows of a sheet: the same columns in CSV and Excel."""

from __future__ import annotations

from qa.export.report import Entry, Report
from qa.export.tables import Table
from qa.export.wording import clean, page_text

WHOLE = "整条内容"
HEAD = (
    "编号",
    "类别",
    "省份",
    "栏目",
    "工作重点",
    "工作任务",
    "原文引文",
    WHOLE,
    "页码",
    "文档",
    "编号地址",
)
WIDTHS = (6, 13, 9, 14, 16, 26, 40, 46, 9, 16, 16)
"""Characters across, a Chinese one counting two; parallel to `HEAD`."""

_UNSEEN = " \u3000\u00a0\u200b\ufeff"
_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def listing(report: Report) -> Table:
    """The sheet of entries: the report's own, or one row an entry under `HEAD`."""
    return report.listing or Table("", HEAD, tuple(map(entry_row, report.entries)), WIDTHS)


def entry_row(entry: Entry) -> tuple[str, ...]:
    """The cells of an entry under `HEAD`; the tasks of a merged cell one a line."""
    passage = entry.passage
    cells = (
        str(entry.n),
        entry.role,
        passage.province,
        passage.column_title,
        passage.theme,
        "\n".join(passage.tasks),
        entry.quote,
        passage.text,
        page_text(passage),
        passage.document,
        passage.id,
    )
    return tuple(map(clean, cells))


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take `text` for a formula, also one in full-width characters."""
    return text.lstrip(_UNSEEN).startswith(_STARTS_FORMULA)
