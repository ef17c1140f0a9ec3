"""Parts → Document: every character into a cell, a label or what is told to be neither.

The main line: parts → blocks → drafts of cells, under the headings that stand above → numbered
cells → reconciliation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from index.errors import SourceError, UnbalancedText
from index.knowledge import SectionWords, load_column_names, load_section_words
from index.places import load_gazetteer
from index.readers.drafts import Account, Draft, Said, numbered_cells
from index.readers.parts import Furniture, Grid, GridCell, Paragraph, Part
from index.readers.periods import period_of, span_of
from index.readers.sections import Heading, Note, Title, find_title, is_yearly, outline
from index.readers.tables import Surroundings, TableReader
from index.readers.whereabouts import LONGEST_OPENING, OPENING_PARAGRAPHS, Whereabouts
from index.records import ACHIEVEMENT, NATIONWIDE, PLAN, TEXT, Cell, Document, Intake, Ledger
from index.text import squeeze, without_controls

BODY_TITLE = "正文"
PATH_SEPARATOR = " ＞ "
LEADING_PARAGRAPHS = 6
"""How many paragraphs of a section tell what it is about where its heading does not."""

_FURNITURE = {
    "page_number": ("page_numbers", "页码"),
    "header": ("furniture", "页眉页脚"),
    "repeated": ("repeated", "跨页重印"),
    "bold_copy": ("bold_copies", "粗体重影"),
}
_ISSUED = ("〔", "[", "［")


@dataclass(frozen=True, slots=True)
class _About:
    """What a document as a whole is about; `province` is None where nothing names one."""

    title: str
    province: str | None
    year: str
    is_report: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open above the text. `province` where it names one, `bare` if nothing else."""

    rank: int
    text: str
    province: str | None
    bare: bool


@dataclass(slots=True)
class _Section:
    """Text under one path of headings."""

    path: tuple[_Open, ...]
    said: list[Said] = field(default_factory=list)


def read_parts(name: str, parts: Sequence[Part]) -> Document:
    """The document that parts make.

    Args:
        name: what the document is called; part of every id.
        parts: everything a reader saw, in reading order.

    Raises:
        SourceError: there is no text in them.
        UnbalancedText: the document does not hold exactly the characters of the parts.
    """
    cleaned = _without_frames(_cleaned(parts))
    if not any(character.isalnum() for character in _text_of_all(cleaned)):
        raise SourceError("文件里没有可以检索的文字（可能是空表，或只有图片的扫描件）。")
    words = load_section_words()
    title = find_title(name, cleaned, words)
    document = _document(name, cleaned, title, words)
    if not document.cells and title is not None:
        document = _document(name, cleaned, None, words)
    return document


def _document(
    name: str, parts: Sequence[Part], title: Paragraph | None, words: SectionWords
) -> Document:
    account = Account()
    interpreter = _Interpreter(name, parts, title, words, account)
    cells = tuple(numbered_cells(name, interpreter.drafts()))
    if not cells:
        if title is not None:
            return Document(name, (), (), Ledger(0, 0))
        raise SourceError("文件里只有标题或表头，没有正文。")
    printed = sorted({p for cell in cells for item in cell.items for p in item.pages})
    document = Document(
        name=name,
        pages=(printed[0], printed[-1]) if printed else (),
        cells=cells,
        ledger=_ledger(parts, cells, account),
        intake=Intake(account.tables, tuple(account.columns), tuple(account.reasons.items())),
    )
    _reconcile(document, parts, account)
    return document


class _Interpreter:
    """Walks through the blocks of one document with the headings open above."""

    def __init__(
        self,
        name: str,
        parts: Sequence[Part],
        title: Paragraph | None,
        words: SectionWords,
        account: Account,
    ) -> None:
        self._name, self._words, self._account = name, words, account
        self._where = Whereabouts(load_gazetteer(), words)
        self._tables = TableReader(load_column_names(), self._where, account)
        self._about = self._find_out(parts, title)
        self._blocks = outline(parts, title, words)
        self._open: list[_Open] = []
        self._caption: list[Title] = []
        self._table_place: str | None = None

    def _find_out(self, parts: Sequence[Part], title: Paragraph | None) -> _About:
        texts = [part.text for part in parts if isinstance(part, Paragraph)][:OPENING_PARAGRAPHS]
        said = title.text if title else ""
        province = (
            self._where.in_title(said)
            or self._where.in_title(self._name)
            or self._where.in_opening(texts)
        )
        return _About(
            title=said or self._name,
            province=province,
            year=period_of(self._name) or period_of(said) or _issued(texts),
            is_report=any(word in self._name + said for word in self._words.reports),
        )

    def drafts(self) -> Iterator[Draft]:
        """The cells of the document in the making, in reading order."""
        section = _Section(())
        sections: list[_Section | tuple[Grid, Surroundings, bool]] = [section]
        is_after_grid = False
        for block in self._blocks:
            match block:
                case Heading():
                    self._enter(block)
                    section = _Section(tuple(self._open))
                    sections.append(section)
                case Title():
                    self._take_title(block)
                case Note():
                    self._account.put("furniture", block.paragraph.text, "转载来源")
                case Furniture():
                    bucket, reason = _FURNITURE.get(block.kind, ("furniture", "格式符号"))
                    self._account.put(bucket, block.text, reason)
                case Paragraph():
                    section.said.append(Said(block.text, block.spot))
                case Grid():
                    sections.append((block, self._surroundings(block), is_after_grid))
                    section = _Section(tuple(self._open))
                    sections.append(section)
            if not isinstance(block, Furniture):
                is_after_grid = isinstance(block, Grid)
        leads = _leads(sections)
        for number, each in enumerate(sections):
            if isinstance(each, _Section):
                yield from self._section_draft(number, each, leads)
            else:
                yield from self._tables.read(*each)

    def _enter(self, heading: Heading) -> None:
        """Close the headings that this one ends, and open it."""
        while self._open and self._open[-1].rank >= heading.rank:
            self._open.pop()
        province = self._where.in_heading(heading.text, strict=self._about.province is not None)
        bare = province is not None and self._where.in_cell(heading.text) == (province, True)
        self._open.append(_Open(heading.rank, heading.text, province, bare))
        self._table_place = None
        self._caption.clear()
        if heading.paragraph:
            self._account.put("titles", heading.paragraph.text, "标题")

    def _take_title(self, title: Title) -> None:
        self._account.put("titles", title.paragraph.text, "标题")
        if title.of_table:
            self._caption.append(title)

    def _surroundings(self, grid: Grid) -> Surroundings:
        """What the caption, the sheet's name, the headings and the file say about a table."""
        captions = [title.paragraph.text for title in reversed(self._caption)]
        self._caption.clear()
        headings = [opened.text for opened in reversed(self._open)]
        strict = self._about.province is not None
        named = (self._where.in_heading(text, strict) for text in (*captions, grid.name))
        self._table_place = next(filter(None, named), self._table_place)
        years = (span_of(text) for text in (*captions, grid.name, *headings))
        path = [opened.text for opened in self._open if not opened.bare]
        return Surroundings(
            province=self._table_place or self._province(self._open),
            year=next(filter(None, years), self._about.year),
            theme=next(iter((*captions, *reversed(path))), self._about.title),
            strict=strict,
        )

    def _province(self, path: Iterable[_Open]) -> str:
        named = [opened.province for opened in path if opened.province]
        return named[-1] if named else self._about.province or NATIONWIDE

    def _section_draft(
        self, number: int, section: _Section, leads: dict[str, list[str]]
    ) -> Iterator[Draft]:
        if not section.said:
            return
        path = [opened.text for opened in section.path if not opened.bare]
        top = path[0] if path else ""
        column = self._meaning(path, leads.get(top, []))
        task = PATH_SEPARATOR.join(path[1:])
        draft = Draft(
            row=("section", number),
            province=self._province(section.path),
            year=self._year(path, column, leads.get(top, [])),
            theme=top or self._about.title,
            task=task,
            tasks=(task,) if task else (),
            column=column,
            column_title=top or BODY_TITLE,
            said=tuple(section.said),
        )
        self._account.columns[draft.column_title, column] = None
        yield draft

    def _meaning(self, path: Sequence[str], lead: Sequence[str]) -> str:
        """The column of text under `path`: by its highest heading that tells, else by its opening."""
        for heading in path:
            meaning = self._words.meaning_of(heading)
            if meaning:
                return meaning
            year = period_of(heading)
            if is_yearly(heading) and self._about.year:
                return PLAN if year >= self._about.year else ACHIEVEMENT
        if self._about.is_report:
            said = "".join(lead[:LEADING_PARAGRAPHS])
            if any(cue in said for cue in self._words.plan_cues):
                return PLAN
            if any(cue in said for cue in self._words.achievement_cues):
                return ACHIEVEMENT
        return TEXT

    def _year(self, path: Sequence[str], column: str, lead: Sequence[str]) -> str:
        """The years of text under `path`: its headings', those it looks back on, the document's."""
        own = next(filter(None, map(period_of, path)), "")
        if own or column != ACHIEVEMENT:
            return own or self._about.year
        told = next(filter(None, map(period_of, lead[:LEADING_PARAGRAPHS])), "")
        return told if told and told <= self._about.year else self._about.year


def _leads(sections: Iterable[object]) -> dict[str, list[str]]:
    """The paragraphs under each top heading."""
    leads: dict[str, list[str]] = {}
    for section in sections:
        if isinstance(section, _Section):
            top = next((opened.text for opened in section.path if not opened.bare), "")
            leads.setdefault(top, []).extend(said.text for said in section.said)
    return leads


def _issued(texts: Iterable[str]) -> str:
    """The year of a document's number, `〔2021〕82号`, or of its date."""
    short = [text for text in texts if len(text) <= LONGEST_OPENING]
    numbers = [t[t.index(mark) :] for t in short for mark in _ISSUED if mark in t and "号" in t]
    dates = [text for text in short if text.endswith("日") or text.startswith(("19", "20"))]
    return next(filter(None, map(period_of, chain(numbers, dates))), "")


def _cleaned(parts: Iterable[Part]) -> list[Part]:
    """The parts with characters that cannot be seen turned into spaces, those left empty gone."""
    cleaned: list[Part] = []
    for part in parts:
        match part:
            case Grid():
                cells = tuple(_cleaned_cell(cell) for cell in part.cells)
                if any(cell.paragraphs for cell in cells):
                    cleaned.append(replace(part, cells=cells))
            case Paragraph() | Furniture():
                text = without_controls(part.text)
                if text:
                    cleaned.append(replace(part, text=text))
    return cleaned


def _cleaned_cell(cell: GridCell) -> GridCell:
    pairs = [
        (without_controls(text), spot)
        for text, spot in zip(cell.paragraphs, cell.spots, strict=True)
    ]
    kept = [(text, spot) for text, spot in pairs if text]
    return replace(
        cell, paragraphs=tuple(text for text, _ in kept), spots=tuple(spot for _, spot in kept)
    )


def _without_frames(parts: Iterable[Part]) -> list[Part]:
    """The parts; a grid of a single column is only a frame around paragraphs."""
    unframed: list[Part] = []
    for part in parts:
        if isinstance(part, Grid) and len({(c.column, c.columns) for c in part.cells}) == 1:
            unframed += [
                Paragraph(text, 0, spot)
                for cell in part.cells
                for text, spot in zip(cell.paragraphs, cell.spots, strict=True)
            ]
        else:
            unframed.append(part)
    return unframed


def _texts(part: Part) -> Iterator[str]:
    if isinstance(part, Grid):
        yield from (text for cell in part.cells for text in cell.paragraphs)
    else:
        yield part.text


def _text_of_all(parts: Iterable[Part]) -> str:
    return squeeze("".join(text for part in parts for text in _texts(part)))


def _ledger(parts: Sequence[Part], cells: Iterable[Cell], account: Account) -> Ledger:
    return Ledger(
        total=len(_text_of_all(parts)),
        cells=sum(len(squeeze(item.text)) for cell in cells for item in cell.items),
        themes=account.size("themes"),
        titles=account.size("titles"),
        headers=account.size("headers"),
        labels=account.size("labels"),
        page_numbers=account.size("page_numbers"),
        repeated=account.size("repeated"),
        bold_copies=account.size("bold_copies"),
        furniture=account.size("furniture"),
    )


def _reconcile(document: Document, parts: Sequence[Part], account: Account) -> None:
    """Refuse a document that differs from its parts in any character, each counted as often."""
    source = Counter(_text_of_all(parts))
    read = Counter(c for cell in document.cells for i in cell.items for c in squeeze(i.text))
    for characters in account.characters.values():
        read.update(characters)
    if document.ledger.missing or source != read:
        raise UnbalancedText(
            f"《{document.name}》读取前后字数不符：丢失{(source - read).total()}字，"
            f"多出{(read - source).total()}字，未记账{document.ledger.missing}字。这是程序的错误，没有建立索引。"
        )
