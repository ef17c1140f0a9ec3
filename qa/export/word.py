"""Report → Word: A4, Chinese fonts, every `[n]` linked to its place in the list of citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from index.records import Passage
from qa.export.report import SUBORDINATE, Entry, Report
from qa.export.tables import Table
from qa.export.word_parts import (
    add_bookmarked,
    add_field,
    add_link,
    add_run,
    keep_row,
    keep_together,
    set_fonts,
    shade,
)
from qa.export.wording import clean, label_text, places

if TYPE_CHECKING:
    from docx.document import Document
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
    from docx.shared import Length
    from docx.styles.style import ParagraphStyle
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

SONG, HEI = "宋体", "黑体"
LATIN, LATIN_HEADS = "Times New Roman", "Arial"
TEXT_POINTS, SMALL_POINTS, TITLE_POINTS, HEADING_POINTS = 12.0, 10.5, 18.0, 14.0
PAGE_CM = (21.0, 29.7)
MARGIN_CM = 2.7
HEAD_FILL = "E7ECF2"
TABLE, PLACE = "Table Text", "Citation Place"
"""Styles of ours: text in tables; where a citation stands."""
KEPT_WHOLE_CHARS = 200
"""A row of a table with a longer cell may run over the end of a page."""
KEPT_TOGETHER_CHARS = 700
"""A table of at most so many characters stands on one page."""

_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(r"\[(\d+)\]")


def word(report: Report) -> bytes:
    """A document that opens in Word, WPS and LibreOffice as it is to be printed."""
    import docx

    document = docx.Document()
    _set_page(document)
    _set_styles(document)
    _set_properties(document, report)
    _Writer(document, report).write()
    out = BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """Writes one report, counting its headings."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document, self._report = document, report
        self._headings = 0
        self._table_style = document.styles[TABLE].style_id
        self._linked = {entry.n for _, entries in report.lists for entry in entries}

    def write(self) -> None:
        """The document holds the whole report, in the order in which it is read."""
        report = self._report
        self._document.add_paragraph(clean(report.title), "Title")
        for label, text in report.facts:
            self._fact(label, text)
        self._said()
        for table in report.tables:
            self._heading(table.title)
            self._table(table)
        for role, entries in report.lists:
            self._heading(role)
            for entry in entries:
                self._entry(entry)
        self._notes()

    def _heading(self, text: str) -> None:
        paragraph = self._document.add_paragraph(style="Heading 1")
        self._headings += 1
        add_run(paragraph, f"{_ordinal(self._headings)}、{text}")

    def _fact(self, label: str, text: str) -> None:
        lead = f"{label}："
        paragraph = self._hanging(len(lead))
        add_run(paragraph, lead, bold=True)
        add_run(paragraph, text)

    def _said(self) -> None:
        if self._report.said_as:
            self._heading(self._report.said_as)
        for line in self._report.said:
            paragraph = self._document.add_paragraph()
            if line.startswith(SUBORDINATE):
                paragraph.paragraph_format.left_indent = _ems(2)
            else:
                paragraph.paragraph_format.first_line_indent = _ems(2)
            self._citing(paragraph, line.strip())

    def _table(self, table: Table) -> None:
        made = self._document.add_table(1 + len(table.rows), len(table.head), "Table Grid")
        made.autofit = False
        widths = _shares(table.widths)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        for at, (row, texts) in enumerate(zip(made.rows, (table.head, *table.rows), strict=True)):
            is_whole = max(map(len, texts)) <= KEPT_WHOLE_CHARS
            keep_row(row, is_head=at == 0, is_whole=is_whole)
            for cell, text, width in zip(row.cells, texts, widths, strict=True):
                cell.width = width
                self._cell(cell, text, is_head=at == 0)
        if sum(len(text) for texts in table.rows for text in texts) <= KEPT_TOGETHER_CHARS:
            keep_together(made)

    def _cell(self, cell: _Cell, text: str, is_head: bool) -> None:
        """Fill a cell, a paragraph a line."""
        for i, line in enumerate(text.split("\n")):
            paragraph = cell.add_paragraph() if i else cell.paragraphs[0]
            # By name python-docx looks through all styles each time, half of what a report takes.
            paragraph._p.style = self._table_style
            if is_head:
                paragraph.alignment = _centred()
                add_run(paragraph, line, bold=True)
            else:
                self._citing(paragraph, line)
        if is_head:
            shade(cell, HEAD_FILL)

    def _entry(self, entry: Entry) -> None:
        """Number and label, the quote or the whole passage, where it stands; on one page if it fits."""
        head = self._document.add_paragraph()
        add_bookmarked(head, f"[{entry.n}]", _bookmark(entry.n), entry.n)
        add_run(head, f" {label_text(entry.passage)}", bold=True)
        text = self._document.add_paragraph()
        text.paragraph_format.first_line_indent = _ems(2)
        add_run(text, f"“{entry.quote}”" if entry.quote else entry.passage.text)
        head.paragraph_format.keep_with_next = text.paragraph_format.keep_with_next = True
        self._place(entry.passage)

    def _place(self, passage: Passage) -> None:
        """Where it stands, a line each; the document only when there are several."""
        found = places(passage)
        stated = found[:-1] if self._report.is_of_one_document else found
        place = self._document.add_paragraph(style=PLACE)
        for i, (name, said) in enumerate(stated):
            if i:
                place.add_run().add_break()
            add_run(place, f"{name}：{said}")

    def _notes(self) -> None:
        if self._report.notes:
            self._heading("说明")
        for n, note in enumerate(self._report.notes, 1):
            add_run(self._hanging(1), f"{n}．{note}")

    def _hanging(self, characters: int) -> Paragraph:
        """A new paragraph whose later lines begin so many characters in."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.left_indent = _ems(characters)
        paragraph.paragraph_format.first_line_indent = -_ems(characters)
        return paragraph

    def _citing(self, paragraph: Paragraph, text: str) -> None:
        """Append `text`, each `[n]` that the lists hold as a link to it."""
        at = 0
        for match in _NUMBER.finditer(text):
            if int(match[1]) in self._linked:
                add_run(paragraph, text[at : match.start()])
                add_link(paragraph, match[0], _bookmark(int(match[1])))
                at = match.end()
        add_run(paragraph, text[at:])


def _ordinal(n: int) -> str:
    """`3` → `三`, `12` → `十二`, `20` → `二十`; up to 99."""
    tens, ones = divmod(n, 10)
    written = f"{_DIGITS[tens - 1] if tens > 1 else ''}十" if tens else ""
    return written + (_DIGITS[ones - 1] if ones else "")


def _set_page(document: Document) -> None:
    """A4, with the number of the page below."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = map(Cm, PAGE_CM)
    section.left_margin = section.right_margin = Cm(MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    footer = section.footer.paragraphs[0]
    footer.alignment = _centred()
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
        add_run(footer, text)
        add_field(footer, field)
    add_run(footer, " 页")


def _set_styles(document: Document) -> None:
    """Chinese and Latin fonts, black, in sizes of our own; no colours and fonts of the template."""
    from docx.enum.style import WD_STYLE_TYPE

    styles = document.styles
    for name in (TABLE, PLACE):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _style(document, "Normal", SONG, LATIN, TEXT_POINTS, spacing=1.5, after=0)
    _style(document, "Title", HEI, LATIN_HEADS, TITLE_POINTS, spacing=1.3, after=18)
    _style(document, "Heading 1", HEI, LATIN_HEADS, HEADING_POINTS, spacing=1.3, before=14, after=6)
    _style(document, "Footer", SONG, LATIN, SMALL_POINTS, spacing=1.0, after=0)
    _style(document, TABLE, SONG, LATIN, SMALL_POINTS, spacing=1.2, before=2, after=2)
    _style(document, PLACE, SONG, LATIN, SMALL_POINTS, spacing=1.2, after=10)
    title = styles["Title"]
    title.paragraph_format.alignment = _centred()
    for border in title.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)
    _set_defaults(document)


def _style(
    document: Document,
    name: str,
    chinese: str,
    latin: str,
    size: float,
    *,
    spacing: float,
    before: float = 0,
    after: float = 0,
) -> None:
    from docx.shared import Pt, RGBColor

    style: ParagraphStyle = document.styles[name]
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.line_spacing = spacing
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    set_fonts(style.element.get_or_add_rPr(), chinese, latin)


def _set_defaults(document: Document) -> None:
    """The language is Chinese, also to spelling checkers, and Word opens the file in no older mode."""
    from docx.oxml.ns import qn

    [defaults] = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    set_fonts(defaults, SONG, LATIN)
    for language in defaults.findall(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    settings = document.settings.element
    for language in settings.findall(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for mode in settings.xpath('.//w:compatSetting[@w:name="compatibilityMode"]'):
        mode.set(qn("w:val"), "15")


def _set_properties(document: Document, report: Report) -> None:
    """Title and maker are ours; no date is claimed, the template's neither."""
    properties = document.core_properties
    properties.author, properties.comments = "策问", ""
    properties.title, properties.language = report.title, "zh-CN"
    for date in properties._element.xpath("dcterms:created | dcterms:modified"):
        date.getparent().remove(date)


def _shares(weights: Sequence[int]) -> list[Length]:
    """Widths in the ratio of `weights` that fill the lines of the page."""
    from docx.shared import Cm

    room = PAGE_CM[0] - 2 * MARGIN_CM
    return [Cm(room * weight / sum(weights)) for weight in weights]


def _ems(characters: int) -> Length:
    from docx.shared import Pt

    return Pt(characters * TEXT_POINTS)


def _centred() -> WD_PARAGRAPH_ALIGNMENT:
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT

    return WD_PARAGRAPH_ALIGNMENT.CENTER


def _bookmark(n: int) -> str:
    return f"citation_{n}"
