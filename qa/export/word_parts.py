"""What python-docx has no words for: fonts by script, links, bookmarks, page numbers, shading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.export.wording import clean

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

LINK_COLOUR = "1F4E79"


def element(tag: str, /, **attributes: str) -> BaseOxmlElement:
    """An element `w:tag` with attributes of the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def set_fonts(properties: BaseOxmlElement, chinese: str, latin: str) -> None:
    """`properties` (`w:rPr`) have these fonts and no others, those of the theme neither."""
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element("rFonts", ascii=latin, hAnsi=latin, eastAsia=chinese, cs=latin)
    # Fonts come first, but for the name of a style.
    properties.insert(0, fonts)


def add_run(paragraph: Paragraph, text: str, bold: bool = False) -> Run:
    """A new run at the end of `paragraph`, its quotation marks and dashes as wide as Chinese ones."""
    run = paragraph.add_run(clean(text))
    if bold:
        run.bold = True
    properties = run._r.get_or_add_rPr()
    # Without the hint they are taken from the Latin font, half as wide.
    properties.insert(0, element("rFonts", hint="eastAsia"))
    return run


def add_link(paragraph: Paragraph, text: str, bookmark: str) -> None:
    """`text` at the end of `paragraph`, leading to `bookmark` in the same document."""
    from docx.shared import RGBColor

    run = paragraph.add_run(text)
    run.font.color.rgb = RGBColor.from_string(LINK_COLOUR)
    link = element("hyperlink", anchor=bookmark, history="1")
    link.append(run._r)
    paragraph._p.append(link)


def add_bookmarked(paragraph: Paragraph, text: str, bookmark: str, number: int) -> None:
    """Bold `text` at the end of `paragraph`, which links to `bookmark` lead to."""
    paragraph._p.append(element("bookmarkStart", id=str(number), name=bookmark))
    add_run(paragraph, text, bold=True)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def add_field(paragraph: Paragraph, code: str) -> None:
    """A field such as PAGE, that the reader's program fills in."""
    for kind in ("begin", "separate", "end"):
        add_run(paragraph, "")._r.append(element("fldChar", fldCharType=kind))
        if kind == "begin":
            instruction = element("instrText")
            instruction.text = code
            add_run(paragraph, "")._r.append(instruction)
        elif kind == "separate":
            add_run(paragraph, "1")


def shade(cell: _Cell, colour: str) -> None:
    """The cell has a background."""
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))


def keep_row(row: _Row, *, is_head: bool, is_whole: bool) -> None:
    """A head is repeated on every page; a whole row is not broken at the end of one."""
    properties = row._tr.get_or_add_trPr()
    if is_whole:
        properties.append(element("cantSplit"))
    if is_head:
        properties.append(element("tblHeader"))


def keep_together(table: Table) -> None:
    """No page ends between the rows of `table`."""
    for row in list(table.rows)[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
