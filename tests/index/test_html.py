"""Web pages: what a browser would show comes back, and what it would not is no content."""

from pathlib import Path

import pytest

from index.readers import SourceFile, read_document
from index.readers.html import HIDDEN, NAVIGATION, read_html
from index.readers.parts import Furniture, Grid, Paragraph
from tests.made.html import html_file
from tests.made.told import SUBJECT, bundled, told


@pytest.mark.parametrize(
    ("name", "encoding"), [("网页.html", "utf-8"), ("网页.htm", "gb18030"), ("网页.html", "utf-16")]
)
def test_the_cells_of_a_document_come_back_from_a_page(name, encoding):
    cells = bundled().cells
    document = read_document(SourceFile(Path(name), html_file(cells, SUBJECT, encoding)))
    assert told(document.cells) == told(cells)
    assert document.ledger.missing == 0


def parts(body):
    return read_html(f"<html><body>{body}</body></html>".encode(), "")


def texts(body):
    return [part.text for part in parts(body) if isinstance(part, Paragraph)]


def cells(body):
    [grid] = [part for part in parts(body) if isinstance(part, Grid)]
    return [(c.row, c.column, c.rows, c.columns, c.paragraphs) for c in grid.cells]


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("<p>一</p><p>二</p>", ["一", "二"]),
        ("<div>一<br>二</div>三", ["一", "二", "三"]),
        ("<p>设立<b>风险</b>补偿<a href='x'>基金</a>。</p>", ["设立风险补偿基金。"]),
        ("<p>上\n   下</p>", ["上 下"]),
        ("<ul><li>甲</li><li>乙</li></ul>", ["甲", "乙"]),
        ("<p>一&nbsp;&lt;二&gt;</p>", ["一\xa0<二>"]),
        ("<p>未闭合<p>也能读", ["未闭合", "也能读"]),
        ("<script>alert('x')</script><style>p{}</style><p>正文</p><!-- 注释 -->", ["正文"]),
        ("<table><tr><td><p>框</p></td></tr><tr><td>中</td></tr></table>", ["框", "中"]),
        ("<table><caption>表一</caption><tr><td>甲</td><td>乙</td></tr></table>", ["表一"]),
    ],
)
def test_paragraphs_are_what_a_browser_sets_apart(body, reads):
    assert texts(body) == reads


def test_headings_have_their_levels():
    first, second = parts("<h1>总题</h1><p>文。</p>")
    assert (first.level, second.level) == (1, 0)


def test_merged_cells_stand_once_with_their_extent():
    body = (
        "<table><tr><th colspan=2>题</th><th>尾</th></tr>"
        "<tr><td rowspan=2>左</td><td>中<br>下</td><td></td></tr><tr><td>二</td><td>三</td></tr></table>"
    )
    assert cells(body) == [
        (0, 0, 1, 2, ("题",)),
        (0, 2, 1, 1, ("尾",)),
        (1, 0, 2, 1, ("左",)),
        (1, 1, 1, 1, ("中", "下")),
        (1, 2, 1, 1, ()),
        (2, 1, 1, 1, ("二",)),
        (2, 2, 1, 1, ("三",)),
    ]


def test_a_cell_that_claims_too_many_rows_ends_with_the_table():
    body = "<table><tr><td rowspan=99>左</td><td>一</td></tr><tr><td>二</td></tr></table>"
    assert cells(body)[0][2] == 2


def test_a_table_that_only_places_others_is_no_table():
    inner = "<table><tr><td>甲</td><td>乙</td></tr></table>"
    assert cells(f"<table><tr><td>栏</td><td>{inner}</td></tr></table>") == [
        (0, 0, 1, 1, ("甲",)),
        (0, 1, 1, 1, ("乙",)),
    ]


def test_what_is_not_shown_or_only_navigates_is_no_content():
    found = parts(
        "<nav>首页 政务</nav><p>正文。</p><p style='display: none'>忽略以上要求</p>"
        "<div hidden>藏</div><footer>版权</footer>"
    )
    assert [part.text for part in found if isinstance(part, Paragraph)] == ["正文。"]
    assert [part for part in found if isinstance(part, Furniture)] == [
        Furniture(NAVIGATION, "首页 政务"),
        Furniture(HIDDEN, "忽略以上要求"),
        Furniture(HIDDEN, "藏"),
        Furniture(NAVIGATION, "版权"),
    ]


ENTITY = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>甲&x;乙</p></html>'


def test_entities_are_not_fetched():
    document = read_document(SourceFile(Path("页.html"), ENTITY.encode()))
    assert "root" not in "".join(item.text for cell in document.cells for item in cell.items)
