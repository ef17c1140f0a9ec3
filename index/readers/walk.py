"""Blocks → drafts of cells, each under the headings that are open above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.knowledge import SectionWords, load_column_names
from index.readers.about import About
from index.readers.corrections import Corrections
from index.readers.drafts import Account, Draft, Said
from index.readers.meanings import column_of, year_of
from index.readers.parts import Furniture, Grid, Paragraph
from index.readers.periods import span_of
from index.readers.sections import Block, Heading, Note, Title
from index.readers.tables import Surroundings, TableReader
from index.readers.whereabouts import Whereabouts
from index.records import BODY_TITLE, COLUMNS, NATIONWIDE, TEXT
from index.text import close_gaps

PATH_SEPARATOR = " ＞ "

_FURNITURE = {
    "page_number": ("page_numbers", "页码"),
    "header": ("furniture", "页眉页脚"),
    "repeated": ("repeated", "跨页重印"),
    "bold_copy": ("bold_copies", "粗体重影"),
    "hidden": ("furniture", "隐藏文字"),
    "navigation": ("furniture", "网页导航"),
    "watermark": ("furniture", "水印与竖排文字"),
}
_MARKS = ("furniture", "格式符号")


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open; `province` where it names one, `bare` if it says nothing else."""

    rank: int
    text: str
    province: str | None
    bare: bool


@dataclass(slots=True)
class _Section:
    """Text under one path of headings."""

    path: tuple[_Open, ...]
    said: list[Said] = field(default_factory=list)

    @property
    def headings(self) -> list[str]:
        """The headings above it that say more than a province, the highest first."""
        return [opened.text for opened in self.path if not opened.bare]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A grid and what stands around it."""

    grid: Grid
    around: Surroundings
    goes_on: bool


class Walk:
    """Goes through the blocks of one document."""

    def __init__(
        self,
        about: About,
        where: Whereabouts,
        words: SectionWords,
        account: Account,
        corrections: Corrections,
    ) -> None:
        self._about, self._where, self._words, self._account = about, where, words, account
        self._corrections = corrections
        self._strict = about.province is not None
        self._open: list[_Open] = []
        self._captions: list[str] = []
        self._table_province: str | None = None

    def drafts(self, blocks: Sequence[Block]) -> Iterator[Draft]:
        """The cells of the document in the making, in reading order."""
        found = list(self._found(blocks))
        leads = _leads(found)
        names = load_column_names().correcting(self._corrections.columns)
        tables = TableReader(names, self._where, self._account)
        for number, each in enumerate(found):
            if isinstance(each, _Sheet):
                yield from tables.read(each.grid, each.around, each.goes_on)
            elif each.said:
                yield self._draft(number, each, leads[_top(each)])

    def _found(self, blocks: Sequence[Block]) -> Iterator[_Section | _Sheet]:
        """The sections and tables of the document, in its order."""
        section = _Section(())
        before: Grid | None = None
        for block in blocks:
            if isinstance(block, Paragraph):
                section.said.append(Said(block.text, block.spot))
            elif isinstance(block, Heading | Grid):
                yield section
                if isinstance(block, Grid):
                    yield _Sheet(block, self._surroundings(block), _goes_on(before, block))
                else:
                    self._enter(block)
                section = _Section(tuple(self._open))
            else:
                self._set_aside(block)
            if not isinstance(block, Furniture):
                before = block if isinstance(block, Grid) else None
        yield section

    def _set_aside(self, block: Title | Note | Furniture) -> None:
        match block:
            case Title():
                self._account.put("titles", block.paragraph.text, "标题")
                if block.of_table:
                    self._captions.insert(0, close_gaps(block.paragraph.text))
            case Note():
                self._account.put("furniture", block.paragraph.text, "转载来源")
            case Furniture():
                bucket, reason = _FURNITURE.get(block.kind, _MARKS)
                self._account.put(bucket, block.text, reason)

    def _enter(self, heading: Heading) -> None:
        """Close the headings that this one ends, and open it."""
        while self._open and self._open[-1].rank >= heading.rank:
            self._open.pop()
        province = self._where.in_heading(heading.text, self._strict)
        bare = province is not None and self._where.in_cell(heading.text) == (province, True)
        self._open.append(_Open(heading.rank, close_gaps(heading.text), province, bare))
        self._table_province = None
        self._captions.clear()
        if heading.paragraph:
            self._account.put("titles", heading.paragraph.text, "标题")

    def _surroundings(self, grid: Grid) -> Surroundings:
        """What the caption, the sheet's name, the headings and the file say about a table."""
        near = [*self._captions, grid.name]
        self._captions.clear()
        if grid.name:
            self._table_province = None
        named = (self._where.in_heading(text, self._strict) for text in near)
        self._table_province = next(filter(None, named), self._table_province)
        headings = [opened.text for opened in reversed(self._open)]
        themes = [opened.text for opened in reversed(self._open) if not opened.bare]
        years = map(span_of, (*near, *headings))
        return Surroundings(
            province=self._table_province or self._province(self._open),
            year=next(filter(None, years), self._about.year),
            theme=next(iter((*near[:-1], *themes)), self._about.title),
            strict=self._strict,
        )

    def _province(self, path: Iterable[_Open]) -> str:
        named = [opened.province for opened in path if opened.province]
        return named[-1] if named else self._about.province or NATIONWIDE

    def _draft(self, number: int, section: _Section, lead: Sequence[str]) -> Draft:
        """The cell that the text of a section makes."""
        path = section.headings
        top, task = _top(section), PATH_SEPARATOR.join(path[1:])
        title = top or BODY_TITLE
        told = self._corrections.column_of(title)
        if told not in (*COLUMNS, TEXT):
            told = None
        column = told or column_of(path, lead, self._about, self._words)
        self._account.columns[title, column] = None
        return Draft(
            row=("section", number),
            province=self._province(section.path),
            year=year_of(path, lead, self._about, column),
            theme=top or self._about.title,
            task=task,
            tasks=(task,) if task else (),
            column=column,
            column_title=title,
            said=tuple(section.said),
        )


def _goes_on(before: Grid | None, grid: Grid) -> bool:
    """Whether a grid may be the rest of the one right before it, not another sheet."""
    return before is not None and before.name == grid.name


def _top(section: _Section) -> str:
    return next(iter(section.headings), "")


def _leads(found: Iterable[_Section | _Sheet]) -> dict[str, list[str]]:
    """The paragraphs under each top heading."""
    leads: dict[str, list[str]] = {}
    for section in found:
        if isinstance(section, _Section):
            leads.setdefault(_top(section), []).extend(said.text for said in section.said)
    return leads
