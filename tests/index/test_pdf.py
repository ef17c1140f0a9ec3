"""PDFs: tables over pages come back row by row, text paragraph by paragraph, bold once."""

import io
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from index.errors import SourceError
from index.readers import SourceFile, pdf, read_document, read_source
from index.readers.parts import Furniture, Grid, Paragraph
from index.readers.pdf import read_pdf
from tests.made.parts import grid
from tests.made.pdf import FONT, HEIGHT, PAGE, Printer, pdf_file
from tests.made.told import SUBJECT, cells_of, told

PROVINCES = ("浙江省", "贵州省", "四川省")
FIXTURE = Path(__file__).parents[1] / "fixtures" / "三省.pdf"
"""The same three provinces as LibreOffice prints them from Word: 9 points, indented, no page numbers."""


@pytest.fixture(scope="module")
def cells():
    return cells_of(*PROVINCES)


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("repeats_header", [True, False])
def test_the_cells_of_a_document_come_back_from_pdf(cells, repeats_header, is_open):
    data = pdf_file(cells, SUBJECT, repeats_header, is_open)
    document = read_document(SourceFile(Path("三省.pdf"), data))
    assert told(document.cells) == told(cells)
    assert document.ledger.missing == 0
    assert document.ledger.bold_copies > 0 and document.ledger.page_numbers > 0


def test_the_cells_come_back_from_what_a_word_processor_prints(cells):
    document = read_document(read_source(FIXTURE))
    assert told(document.cells) == told(cells)


def test_a_passage_knows_the_pages_it_stands_on(cells):
    document = read_document(read_source(FIXTURE))
    pages = [item.pages for cell in document.cells for item in cell.items]
    assert pages[0] == (1,) and document.pages == (1, 22)
    assert any(len(of_item) == 2 for of_item in pages)


def printed(*pages):
    """A file of pages of lines: text, distance from the left and from the head, size."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE)
    for lines in pages:
        for text, left, top, size in lines:
            canvas.setFont(FONT, size)
            canvas.drawString(left, HEIGHT - top, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def texts(data):
    return [part.text for part in read_pdf(data, "") if isinstance(part, Paragraph)]


def column(*texts, left=320, top=100, size=12):
    return [(text, left, top + 20 * n, size) for n, text in enumerate(texts)]


def test_lines_that_a_paragraph_was_broken_into_are_joined():
    lines = column(
        "全省专利权质押融资登记总金额达到", "四十亿元。", "设立了专利导航服务基地并已挂牌"
    )
    assert texts(printed(lines)) == [
        "全省专利权质押融资登记总金额达到四十亿元。",
        "设立了专利导航服务基地并已挂牌",
    ]


def test_an_indent_begins_a_paragraph():
    first = column("印发了专利保险的实施意见并推进试点。")
    second = column("省里设立了质押融资风险补偿基金。", left=344, top=120)
    assert len(texts(printed(first + second))) == 2


def test_a_paragraph_goes_on_over_pages():
    pages = column("全省专利权质押融资登记总金额达到"), column("四十亿元。")
    parts = read_pdf(printed(*pages), "")
    assert [part.text for part in parts] == ["全省专利权质押融资登记总金额达到四十亿元。"]
    assert parts[0].spot.pages == (1, 2)


def test_a_title_of_several_lines_is_one_paragraph():
    title = [("关于印发知识产权工作要点的", 320, 60, 20), ("通知", 400, 84, 20)]
    body = column("各市州人民政府，省直各部门：", "现将要点印发给你们。", top=140)
    assert texts(printed(title + body))[0] == "关于印发知识产权工作要点的通知"


def test_page_numbers_and_headers_are_no_content():
    pages = [
        [("某省知识产权年报", 300, 30, 9), (f"第{n}页 共3页", 400, HEIGHT - 20, 9), *column(text)]
        for n, text in enumerate(["甲市设立了中心。", "乙市设立了中心。", "丙市设立了中心。"], 1)
    ]
    parts = read_pdf(printed(*pages), "")
    kinds = [part.kind for part in parts if isinstance(part, Furniture)]
    assert sorted(kinds) == ["header"] * 3 + ["page_number"] * 3
    assert texts(printed(*pages)) == ["甲市设立了中心。", "乙市设立了中心。", "丙市设立了中心。"]


def test_what_is_truly_doubled_stays():
    assert texts(printed(column("天天宣传8800人次——三三制。"))) == ["天天宣传8800人次——三三制。"]


def test_turned_text_is_a_watermark():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE)
    canvas.setFont(FONT, 12)
    canvas.drawString(100, 400, "正文在此。")
    canvas.rotate(45)
    canvas.drawString(300, 100, "内部资料")
    canvas.save()
    parts = read_pdf(buffer.getvalue(), "")
    assert [part.text for part in parts if isinstance(part, Paragraph)] == ["正文在此。"]
    assert [part.kind for part in parts if isinstance(part, Furniture)] == ["watermark"]


def test_radicals_are_read_as_the_characters_they_are_drawn_as():
    assert pdf._character({"text": "⼀"}) == "一"
    assert pdf._character({"text": "①"}) == "①"


def ruled(*rows, **options):
    printer = Printer(**{"repeats_header": True, **options})
    table = grid(*rows)
    printer.table(table)
    printer.close()
    [found] = [part for part in read_pdf(printer.saved(), "") if isinstance(part, Grid)]
    return [(c.row, c.column, c.rows, c.columns, c.paragraphs) for c in found.cells]


HEADER = ("工作重点", "工作任务", "工作绩效", "工作计划")


def test_empty_and_merged_cells_keep_their_places():
    found = ruled(HEADER, ("重点", "任务一", "做了甲。", None), ("↑", "任务二", None, "将做乙。"))
    assert (1, 0, 2, 1, ("重点",)) in found
    assert (1, 3, 1, 1, ()) in found
    assert (2, 3, 1, 1, ("将做乙。",)) in found


def test_a_row_broken_by_a_page_is_one_row():
    long = "\n".join(f"{n}.做成了第{n}件事。" for n in range(1, 60))
    found = ruled(
        HEADER, ("重点", "任务一", long, "将做乙。"), ("重点二", "任务二", "做了丙。", "丁。")
    )
    assert len(found) == 12
    [done] = [texts for row, column, *_, texts in found if (row, column) == (1, 2)]
    assert done == tuple(long.split("\n"))


def test_a_merged_cell_goes_on_where_a_page_begins_with_a_new_row():
    rows = [("重点" if n == 0 else "↑", f"任务{n}", "做了。\n" * 5, "将做。") for n in range(12)]
    found = ruled(HEADER, *rows)
    assert (1, 0, 12, 1, ("重点",)) in found
    assert {row for row, column, *_ in found if column == 1} == set(range(13))


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [("MOST_PAGES", 2, "超过2页"), ("MOST_CELLS", 3, "超过3格"), ("MOST_SECONDS", -60, "太大")],
)
def test_there_are_limits(cells, monkeypatch, limit, value, says):
    monkeypatch.setattr(pdf, limit, value)
    with pytest.raises(SourceError, match=says):
        read_pdf(pdf_file(cells, SUBJECT), "")
