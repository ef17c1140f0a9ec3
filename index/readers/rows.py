"""Fragments → rows: theme and task told apart, rows broken over pages joined.

Theme and task are both bold and stand in front of a row's plain text, the theme in a narrow
column and only in front of the first of its rows. After a page break both are printed again in front of what is left of the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.errors import SourceError
from index.readers.lines import Fragment, Kind, header_columns, split_title
from index.text import squeeze


@dataclass(slots=True)
class Row:
    """One table row of one province. `parts` holds its plain fragments, one list a page."""

    province: str
    subject: str
    columns: tuple[str, ...]
    theme: str
    task: tuple[Fragment, ...]
    parts: list[list[Fragment]]
    themes: list[Fragment] = field(default_factory=list)
    repeated: list[Fragment] = field(default_factory=list)

    @property
    def task_text(self) -> str:
        """The task's characters, without white space."""
        return _text(self.task)


def read_rows(fragments: Sequence[Fragment]) -> list[Row]:
    """The rows of every table, in reading order.

    Raises:
        SourceError: a page without a title before it, text before any row, or a row without a task.
    """
    narrow = width_border(f.width for f in fragments if f.kind is Kind.BOLD and not f.ends)
    rows: list[Row] = []
    province = subject = ""
    columns: tuple[str, ...] = ()
    new_page = False
    for kind, group in groupby(fragments, key=lambda f: (f.kind, f.page)):
        block = list(group)
        match kind[0]:
            case Kind.TITLE:
                province, subject = split_title(block[0].text) or ("", "")
            case Kind.HEADER:
                columns, new_page = header_columns(block[0]), True
                if not province:
                    raise SourceError(
                        f"第{block[0].line}行：表头之前没有标题行，不知道这张表属于哪个省份。"
                    )
            case Kind.BOLD:
                last = rows[-1] if rows and rows[-1].province == province else None
                theme = last.theme if last else ""
                row = _start_row(block, narrow, theme, province, subject, columns)
                if new_page and last is not None and _same_row(row, last):
                    last.repeated += block
                    last.parts.append([])
                else:
                    rows.append(row)
                new_page = False
            case Kind.PLAIN:
                if not rows or new_page:
                    raise SourceError(
                        f"第{block[0].line}行：正文之前没有工作任务，表格结构不完整。"
                    )
                rows[-1].parts[-1] += block
    return rows


def width_border(widths: Iterable[int]) -> int:
    """The width that best parts a narrow column's full lines from a wide one's.

    The border that leaves the least spread on both sides (Otsu, 1979); 0 for fewer than two
    different widths.
    """
    ordered = sorted(widths)
    borders = [i for i in range(1, len(ordered)) if ordered[i - 1] < ordered[i]]
    if not borders:
        return 0
    best = min(borders, key=lambda i: _spread(ordered[:i]) + _spread(ordered[i:]))
    return (ordered[best - 1] + ordered[best]) // 2


def _spread(widths: Sequence[int]) -> float:
    mean = sum(widths) / len(widths)
    return sum((width - mean) ** 2 for width in widths)


def _start_row(
    block: list[Fragment],
    narrow: int,
    theme: str,
    province: str,
    subject: str,
    columns: tuple[str, ...],
) -> Row:
    """The row that a bold block opens; without a theme of its own it stands under `theme`."""
    *cells, last = _bold_cells(block, narrow)
    themes = [cell for cell in cells if all(f.width <= narrow for f in cell)]
    task = [f for cell in cells if cell not in themes for f in cell] + last
    if not themes and not theme:
        raise SourceError(f"第{block[0].line}行：工作任务前面没有工作重点，表格结构不完整。")
    return Row(
        province=province,
        subject=subject,
        columns=columns,
        theme=_text(themes[0]) if themes else theme,
        task=tuple(task),
        parts=[[]],
        themes=list(themes[0]) if themes else [],
        # A theme printed twice in one row is set aside once.
        repeated=[f for theme in themes[1:] for f in theme],
    )


def _bold_cells(block: Sequence[Fragment], narrow: int) -> Iterator[list[Fragment]]:
    """A bold block cut where a cell ends, or where a narrow column gives way to a wide one."""
    cell: list[Fragment] = []
    for fragment in block:
        if cell and (cell[-1].ends or cell[-1].width <= narrow < fragment.width):
            yield cell
            cell = []
        cell.append(fragment)
    yield cell


def _same_row(row: Row, last: Row) -> bool:
    return (row.province, row.theme, row.task_text) == (last.province, last.theme, last.task_text)


def _text(fragments: Iterable[Fragment]) -> str:
    return "".join(squeeze(f.text) for f in fragments)
