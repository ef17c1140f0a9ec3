"""Answers, hits and rows of the source as files: Word, Excel, Markdown, CSV. Pure.

    Answer · Hits · Cells of a row ──report──▶ Report ──word · excel · markdown · comma_separated──▶ bytes

A report holds what is exported, the same for every format; a format only sets it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from index.errors import UsageError
from qa.export.comma_separated import comma_separated
from qa.export.excel import excel
from qa.export.markdown import markdown
from qa.export.report import Report
from qa.export.word import word

NAME_CHARS = 60
UNTITLED = "策问"

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
"""What each extension is served as, in the order in which they are offered."""

_WRITERS: dict[str, Callable[[Report], bytes]] = {
    "docx": word,
    "xlsx": excel,
    "md": lambda report: markdown(report).encode("utf-8"),
    "csv": comma_separated,
}
_UNSAFE = re.compile(r'[<>:"/\\|?*\s]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_TRIMMED = "._- ？。"


def export(report: Report, extension: str) -> bytes:
    """The file that a report becomes.

    Raises:
        UsageError: no format has that extension.
    """
    if extension not in _WRITERS:
        raise UsageError(f"不能导出为“{extension}”。可选：{'、'.join(_WRITERS)}。")
    return _WRITERS[extension](report)


def file_name(title: str, extension: str) -> str:
    """A name of at most `NAME_CHARS` characters that Windows, macOS and Linux take, from `title`.

    Example: `file_name("专利/商标：怎么保护？", "docx")` is `专利_商标：怎么保护.docx`.
    """
    spaced = _UNSAFE.sub("_", title)
    visible = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    stem = visible.strip(_TRIMMED)
    if not stem or _RESERVED.match(stem):
        stem = f"{UNTITLED}_{stem}".strip("_")
    ending = f".{extension.removeprefix('.')}"
    return stem[: NAME_CHARS - len(ending)].rstrip(_TRIMMED) + ending
