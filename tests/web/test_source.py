"""The source page: the whole document, once, as printed; every address opens the words that it names."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import quote, unquote

import pytest
from docx import Document as WordDocument
from fastapi import FastAPI
from fastapi.testclient import TestClient

from index.records import COLUMNS, PLAN
from index.store import Arrays, Store
from qa.answer import Answerer
from qa.live import Live
from web.addresses import address, source_address
from web.cards import Scene, cards_html
from web.findings import PAGE_SIZE
from web.reading import pointer, segments
from web.site import add_style
from web.source import create_router
from web.words import LANGUAGES, load_words

DOCUMENT = "长江经济带十一省市知识产权工作_2016-2018"
EVIL = "<script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def client(searcher):
    app = FastAPI()
    add_style(app)
    app.include_router(create_router(Live(searcher)))
    return TestClient(app)


class Page(HTMLParser):
    """What a page shows: items by anchor, what is marked in them, spans of cells, links, classes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[tuple[str, str]] = []
        self.marked: dict[str, str] = {}
        self.chosen: list[str] = []
        self.cells: list[tuple[str, int, list[str]]] = []
        self.rows = 0
        self.links: list[str] = []
        self.copies: list[str] = []
        self.scripts: list[str] = []
        self.text = ""
        self._anchor = self._said = ""
        self._in_text = self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name = has.get("class") or ""
        if tag == "tr" and re.fullmatch(r"r\d+", has.get("id", "")):
            self.rows += 1
        elif tag == "td" and name in COLUMNS:
            self.cells.append((name, int(has.get("rowspan", 1)), []))
        elif tag == "li" and "id" in has:
            self._anchor = has["id"]
            self.cells[-1][2].append(self._anchor)
            if name == "chosen":
                self.chosen.append(self._anchor)
        elif tag == "span" and name == "text":
            self._in_text, self._said = True, ""
        elif tag == "mark":
            self._in_mark = True
            self.marked[self._anchor] = self.marked.get(self._anchor, "") + "|"
        elif tag == "a":
            self.links.append(has["href"])
        elif tag == "script":
            self.scripts.append(has.get("src", "inline"))
        elif tag == "button" and "data-copy" in has:
            self.copies.append(has["data-copy"])

    def handle_endtag(self, tag):
        if tag == "mark":
            self._in_mark = False
        elif tag == "span" and self._in_text:
            self.items.append((self._anchor, self._said))
            self._in_text = False

    def handle_data(self, data):
        self.text += data
        if self._in_text:
            self._said += data
        if self._in_mark:
            self.marked[self._anchor] = self.marked.get(self._anchor, "") + data


def opened(client, path, **headers):
    response = client.get(path, headers=headers)
    return response, Page(response.text)


def table_page(client, province, theme=""):
    return opened(client, address("source", province=province, theme=theme))[1]


def test_every_item_of_a_province_stands_once_and_verbatim(client, store):
    for province in store.facets.values["province"]:
        page = table_page(client, province)
        wanted = [p.text for p in store.passages if p.province == province]
        assert Counter(text for _, text in page.items) == Counter(wanted), province
        anchors = [anchor for anchor, _ in page.items]
        assert len(set(anchors)) == len(anchors)


def test_a_merged_plan_stands_once_over_as_many_rows_as_it_answers_tasks(client, store):
    for province in store.facets.values["province"]:
        page = table_page(client, province)
        plans = [c for c in store.cells if c.province == province and c.column == PLAN]
        shown = [(span, len(items)) for column, span, items in page.cells if column == PLAN]
        assert shown == [(len(c.tasks), len(c.items)) for c in plans], province
        assert page.rows == sum(span for span, _ in shown)


def test_a_province_has_its_own_column_titles(client):
    first, second = (client.get(address("source", province=p)).text for p in ("上海市", "安徽省"))
    for html, title in ((first, "2016-2017年工作绩效"), (second, "2016-2017年工作成绩")):
        head = re.search(r"<thead>(?:(?!<thead>).)*class=\"theme\".*?</thead>", html, re.DOTALL)
        titles = re.findall(r"<th scope=\"col\" class=\"\w+\">(.*?)</th>", head[0])
        assert titles == ["工作重点", "工作任务", title, "2018年工作计划"]


def test_a_theme_alone_shows_its_items_only(client, store):
    theme = "拓宽服务创新的投融资渠道"
    page = table_page(client, "安徽省", theme)
    wanted = [p.text for p in store.passages if (p.province, p.theme) == ("安徽省", theme)]
    assert [text for _, text in page.items] == wanted and len(wanted) == 5


def test_the_address_of_every_passage_opens_the_page_that_holds_it(client, store):
    for passage in store.passages:
        found = client.get(source_address(passage.id), follow_redirects=False)
        assert found.status_code == 303
        where = found.headers["location"]
        assert where.startswith("source?")
        query, anchor = unquote(where).split("#")
        assert f"province={passage.province}&theme={passage.theme}" in query
        page = opened(client, where)[1]
        assert dict(page.items)[anchor] == passage.text
        assert page.chosen == [anchor]


def test_an_address_without_redirection_holds_the_item_too(client, store):
    passage = store.passages[40]
    path = address("source", province=passage.province, id=passage.id)
    response, page = opened(client, path)
    assert response.history == [] and len(page.chosen) == 1
    assert dict(page.items)[page.chosen[0]] == passage.text


def test_an_address_whose_province_is_not_the_passages_leads_to_the_passage(client, store):
    passage = store.passages[0]
    _, page = opened(client, address("source", province="贵州省", id=passage.id))
    assert dict(page.items)[page.chosen[0]] == passage.text


def test_what_an_answer_quotes_is_what_is_marked(client, searcher):
    answer = Answerer(searcher).answer("哪些省份设立了质押融资风险补偿基金")
    assert len(answer.citations) >= 5
    assert any(c.end - c.start < len(c.passage.text) for c in answer.citations)
    for citation in answer.citations:
        span = citation.start, citation.end
        page = opened(client, source_address(citation.passage.id, span))[1]
        assert page.marked == {page.chosen[0]: f"|{citation.quote}"}


@pytest.mark.parametrize(
    ("start", "end"),
    [("5", "3"), ("0", "99999"), ("-3", "4"), ("x", "y"), ("2", ""), ("3", "3"), ("9" * 5000, "1")],
)
def test_a_span_that_does_not_fit_is_said_and_the_item_still_shown(client, store, start, end):
    passage = store.passages[2]
    path = address("source", id=passage.id, start=start, end=end)
    response, page = opened(client, path)
    assert response.status_code == 200
    assert page.marked == {} and len(page.chosen) == 1
    assert load_words("zh")["source"]["off"] in page.text


def test_a_span_is_half_open_in_the_items_text(store):
    passage = store.passages[2]
    assert pointer(passage, "0", "3").span == (0, 3)
    assert pointer(passage, "0", str(len(passage.text))).span == (0, len(passage.text))
    assert not pointer(passage, "", "").is_off
    assert segments("一二三", [(1, 2)]) == (("一", False), ("二", True), ("三", False))


def found_count(page):
    return [int(n) for n in re.search(r"(\d+)条内容里有，共(\d+)处", page.text).groups()]


def test_a_search_counts_marks_and_links_all_places(client, store):
    holding = [p for p in store.passages if "质押融资" in p.text]
    response, page = opened(client, address("source", q="质押 融资"))
    assert found_count(page) == [len(holding), sum(p.text.count("质押融资") for p in holding)]
    assert response.text.count('<p class="text"') == PAGE_SIZE
    shown = "".join(page.marked.values()).split("|")[1:]
    assert set(shown) == {"质押融资"}
    assert len(shown) == sum(p.text.count("质押融资") for p in holding[:PAGE_SIZE])
    links = [link for link in map(unquote, page.links) if "&id=" in link]
    assert [re.search(r"&id=([^#&]+)", link)[1] for link in links] == [
        p.id for p in holding[:PAGE_SIZE]
    ]
    by_province = Counter(p.province for p in holding)
    for province, n in by_province.items():
        assert re.search(rf"{province}\s*{n}\b", page.text), (province, n)


def test_a_search_is_narrowed_by_labels_and_turned_page_by_page(client, store):
    labels = {"province": "江苏省", "theme": "拓宽服务创新的投融资渠道", "column": "achievement"}
    holding = [
        p
        for p in store.passages
        if "质押融资" in p.text and all(getattr(p, k) == v for k, v in labels.items())
    ]
    assert found_count(opened(client, address("source", q="质押融资", **labels))[1])[0] == len(
        holding
    )
    every = sum("知识产权" in p.text for p in store.passages)
    last = -(-every // PAGE_SIZE)
    seen = 0
    for number in range(1, last + 1):
        response = client.get(address("source", q="知识产权", page=number))
        seen += response.text.count('<p class="text"')
    assert seen == every
    beyond = client.get(address("source", q="知识产权", page=last + 5)).text
    assert beyond == client.get(address("source", q="知识产权", page=last)).text
    odd = client.get(address("source", q="知识产权", page="x"))
    assert odd.text == client.get(address("source", q="知识产权")).text


def test_a_hit_opens_with_all_its_places_marked(client):
    page = opened(client, address("source", q="质押融资"))[1]
    link = next(link for link in page.links if "&id=" in link)
    there = opened(client, link)[1]
    assert there.marked[there.chosen[0]].strip("|").split("|") == ["质押融资", "质押融资"]


def test_a_theme_that_holds_the_words_is_named_with_its_provinces(client):
    page = opened(client, address("source", q="投融资渠道"))[1]
    assert "工作重点名称里有" in page.text
    themed = [
        unquote(link) for link in page.links if "theme=拓宽服务创新的投融资渠道" in unquote(link)
    ]
    assert len([link for link in themed if "province=" in link and "q=" not in link]) == 11


def test_nothing_found_is_said(client):
    _, page = opened(client, address("source", q="火星", province="安徽省"))
    assert "没有找到一字不差的“火星”：材料未提及（不等于没有）" in page.text
    assert page.items == [] and "./" in page.links


def test_a_theme_that_a_province_has_not_is_said_and_is_no_error(client):
    response, page = opened(
        client, address("source", province="贵州省", theme="推进知识产权领域的改革创新")
    )
    assert response.status_code == 200 and page.items == []
    assert "材料未提及（不等于没有）" in page.text


def test_the_contents_name_every_province_and_theme(client, store):
    page = opened(client, "source")[1]
    links = set(map(unquote, page.links))
    for province in store.facets.values["province"]:
        assert f"source?province={province}" in links
    pairs = {(p.province, p.theme) for p in store.passages}
    assert len(pairs) == 54
    for province, theme in pairs:
        assert f"source?province={province}&theme={theme}" in links
    assert page.items == []


def test_provinces_follow_one_another(client, store):
    provinces = store.facets.values["province"]
    for i, province in enumerate(provinces):
        html = client.get(address("source", province=province)).text
        for relation, j in (("prev", i - 1), ("next", i + 1)):
            named = re.findall(rf'rel="{relation}"[^>]*href="([^"]*)"', html)
            wanted = [f"source?province={provinces[j]}"] * 2 if 0 <= j < len(provinces) else []
            assert list(map(unquote, named)) == wanted


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ({"province": "火星省"}, 404, "文档里没有叫“火星省”的省份"),
        ({"theme": EVIL}, 404, f"文档里没有叫“{EVIL}”的工作重点"),
        ({"document": "别的"}, 404, "没有叫“别的”的文档"),
        ({"column": "别的", "q": "专利"}, 404, "文档里没有叫“别的”的栏目"),
        ({"id": "别的/省/1"}, 404, "没有编号为“别的/省/1”的内容"),
        ({"id": "字" * 3000}, 404, "没有编号为“" + "字" * 40 + "…”的内容"),
        ({"q": "x" * 10_000}, 400, "要查找的文字有10000个字，太长了"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_sentence(client, query, status, says):
    response, page = opened(client, address("source", **query))
    assert response.status_code == status
    assert says in page.text
    assert "source?province=上海市" in map(unquote, page.links)


def test_a_problem_is_said_in_the_readers_language(client):
    response, page = opened(
        client, address("source", id="x"), **{"Accept-Language": "en-GB,en;q=0.9"}
    )
    assert response.status_code == 404
    assert "There is no item with the id “x”" in page.text
    assert '<html lang="en">' in response.text


def test_an_english_page_leaves_the_document_chinese(client, store):
    path = address("source", province="贵州省")
    response, page = opened(client, path, **{"Accept-Language": "en"})
    assert "Export this row" in page.text and "导出本行" not in page.text
    assert response.text.count('<span class="text" lang="zh-CN">') == len(page.items) == 27


@pytest.mark.parametrize("name", ["q", "province", "theme", "document", "column", "id", "page"])
def test_what_comes_from_outside_is_escaped(client, name):
    state = {"q": "专利"} | {name: EVIL}
    response, page = opened(client, address("source", **state))
    assert response.status_code in (200, 404)
    assert "<script>alert" not in response.text
    assert page.scripts == ["style/copy.js", "style/source.js"]


def test_every_item_can_be_copied_as_a_citation(client, store):
    page = table_page(client, "贵州省")
    passages = [p for p in store.passages if p.province == "贵州省"]
    assert len(page.copies) == len(passages)
    assert page.copies[1].startswith(f"《{DOCUMENT}》贵州省“2016-2017年工作成绩”栏（工作重点：")
    passage = passages[1]
    quoted = opened(client, source_address(passage.id, (2, 12)))[1]
    at = [anchor for anchor, _ in quoted.items].index(quoted.chosen[0])
    assert passage.text[2:12] in quoted.copies[at]
    assert passage.text[:14] not in quoted.copies[at]


def test_a_row_is_exported_in_every_format(client, store):
    passage = next(p for p in store.passages if p.id.endswith("安徽省/02/task/1"))
    for extension in ("docx", "xlsx", "md", "csv"):
        response = client.get(address("export-row", id=passage.id, format=extension))
        assert response.status_code == 200
        named = unquote(response.headers["content-disposition"])
        assert named.startswith("attachment; filename*=UTF-8''安徽省_将知识产权纳入")
        assert named.endswith(f".{extension}")
    row = store.row(store.cell(passage.cell))
    assert [cell.column for cell in row] == ["task", "achievement", PLAN]
    word = client.get(address("export-row", id=passage.id, format="docx")).content
    tables = WordDocument(BytesIO(word)).tables
    said = "".join(c.text for t in tables for r in t.rows for c in r.cells)
    for cell in row:
        assert all(item.text in said for item in cell.items)


def test_every_row_links_to_its_own_files(client, store):
    page = table_page(client, "安徽省")
    links = [unquote(link) for link in page.links if link.startswith("export-row")]
    assert links == [
        f"export-row?id={DOCUMENT}/安徽省/{row:02d}/task/1&format={extension}"
        for row in range(1, 19)
        for extension in ("docx", "xlsx", "md", "csv")
    ]


def test_a_row_that_cannot_be_exported_is_said(client, store):
    response, page = opened(client, address("export-row", id="x", format="docx"))
    assert response.status_code == 404 and "没有编号为“x”的内容" in page.text
    response, page = opened(client, address("export-row", id=store.passages[0].id, format="exe"))
    assert response.status_code == 400 and "不能导出为“exe”" in page.text


def test_a_card_leads_to_its_source_and_can_be_copied(client, searcher):
    answer = Answerer(searcher).answer("哪些省份设立了质押融资风险补偿基金")
    page = Page(cards_html(1, answer, Scene([], searcher.store, load_words("zh")["chat"]["card"])))
    links = [link for link in page.links if link.startswith("source?")]
    assert len(links) == len(page.copies) >= len(answer.citations)
    for citation, link, copied in zip(answer.citations, links, page.copies, strict=False):
        assert link == source_address(citation.passage.id, (citation.start, citation.end))
        assert f"《{DOCUMENT}》{citation.passage.province}“" in copied


@pytest.fixture(scope="module")
def two_documents(store):
    """Two documents with one province in both, the second with nothing else."""
    cells = [c for c in store.cells if c.province in ("云南省", "贵州省")]
    second = [
        replace(
            c,
            document="乙",
            id=c.id.replace(DOCUMENT, "乙"),
            items=tuple(replace(i, id=i.id.replace(DOCUMENT, "乙")) for i in c.items),
        )
        for c in cells
        if c.province == "贵州省"
    ]
    arrays = Arrays(store.vectors, store.vectors, ())
    both = Store(store.home, store.version, store.manifest, [*cells, *second], arrays)
    app = FastAPI()
    app.include_router(create_router(Live(SimpleNamespace(store=both))))
    return TestClient(app), both


def test_of_several_documents_one_is_shown_and_its_name_stays_in_the_address(two_documents):
    client, store = two_documents
    for passage in store.passages:
        response, page = opened(client, source_address(passage.id))
        assert f"document={passage.document}" in unquote(str(response.url))
        assert dict(page.items)[page.chosen[0]] == passage.text
        assert all(copy.startswith(f"《{passage.document}》") for copy in page.copies)
    response, page = opened(client, address("source", document="乙"))
    assert "source?document=乙&province=贵州省" in map(unquote, page.links)
    assert not [link for link in map(unquote, page.links) if "云南省" in link]
    assert "<option selected>乙</option>" in response.text
    assert client.get(address("source", document="乙", province="云南省")).status_code == 404
    counts = [
        found_count(opened(client, address("source", document=name, q="质押融资"))[1])[0]
        for name in (DOCUMENT, "乙")
    ]
    assert counts == [
        sum("质押融资" in p.text for p in store.passages if p.document == name)
        for name in (DOCUMENT, "乙")
    ]


def keys(table, before=""):
    return {
        key
        for name, value in table.items()
        for key in (
            keys(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}"}
        )
    }


def test_all_languages_say_the_same():
    tables = [load_words(language)["source"] for language in LANGUAGES]
    assert keys(tables[0]) == keys(tables[1])
    for name in keys(tables[0]):
        said = []
        for table in tables:
            for part in name.split("."):
                table = table[part]
            said.append(set(re.findall(r"{\w+}", table)))
        assert said[0] == said[1], name


QUESTION = "哪些省份设立了质押融资风险补偿基金"


def in_view(page, locator):
    box, size = locator.bounding_box(), page.viewport_size
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"] and box["x"] >= 0


@pytest.mark.browser
def test_a_citation_opens_its_sentence_in_the_source(visit, store):
    page = visit.page
    visit.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    with visit.context.expect_page() as opening:
        page.locator("#t1-h1").get_by_text("在原文中查看").click()
    there = opening.value
    there.wait_for_load_state("load")
    there.wait_for_timeout(300)
    cited = page.locator("#t1-h1 .quote .cited, #t1-h1 .quote").last.inner_text()
    mark = there.locator(".items .chosen mark")
    assert mark.inner_text() == cited
    assert in_view(there, mark)
    width = there.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"


@pytest.mark.browser
def test_a_citation_is_copied_from_a_card_and_from_the_source(browser, page_url, store):
    from tests.web.conftest import Visit

    visit = Visit(browser, page_url, 1440, 900)
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.page
    visit.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    assert copied(page, page.locator("#t1-h1 .copy")).startswith(f"《{DOCUMENT}》安徽省“")
    page.goto(page_url + "/" + source_address(store.passages[2].id))
    text = copied(page, page.locator(".items .chosen .copy"))
    assert text.startswith(f"《{DOCUMENT}》上海市“") and store.passages[2].text[:20] in text
    visit.context.close()
    assert (visit.errors, visit.outside) == ([], [])


def copied(page, button):
    """What the clipboard holds after a click on a button that then says so."""
    button.click()
    page.wait_for_function("b => b.textContent === '已复制'", arg=button.element_handle())
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.browser
def test_a_citation_is_copied_without_permission_too(desktop, page_url, store):
    page = desktop.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(page_url + "/" + source_address(store.passages[2].id))
    page.evaluate(
        "document.addEventListener('copy', () => { window.took = String(getSelection()) || "
        "document.activeElement.value })"
    )
    button = page.locator(".items .chosen .copy")
    button.click()
    page.wait_for_function("b => b.textContent === '已复制'", arg=button.element_handle())
    assert page.evaluate("window.took") == button.get_attribute("data-copy")
    page.wait_for_function("b => b.textContent === '复制引文'", arg=button.element_handle())


@pytest.mark.browser
def test_without_scripts_the_item_is_still_in_view_and_no_button_is_dead(browser, page_url, store):
    passage = next(p for p in store.passages if p.id.endswith("安徽省/16/achievement/3"))
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto(page_url + "/" + source_address(passage.id, (0, 8)))
    assert in_view(page, page.locator(".items .chosen mark"))
    assert page.locator(".copy").first.is_hidden()
    context.close()


@pytest.mark.browser
def test_on_paper_the_head_is_repeated_and_no_button_printed(desktop, page_url):
    page = desktop.page
    page.goto(page_url + "/source?province=" + quote("安徽省"))
    page.emulate_media(media="print")
    head = page.locator("table.source > thead")
    assert head.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.locator(".copy").first.is_hidden() and page.locator("form.query").is_hidden()
    assert page.locator("table.source .items .text").first.is_visible()


@pytest.mark.browser
def test_on_a_phone_each_cell_bears_its_title(browser, page_url):
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(page_url + "/source?province=" + quote("安徽省"))
    titles = page.locator("table.source td > .badge")
    assert titles.first.is_visible()
    assert titles.all_inner_texts()[:3] == ["工作任务", "2016-2017年工作成绩", "2018年工作计划"]
    shared = page.locator("#r2 p.narrow")
    assert shared.inner_text() == "2018年工作计划：与上面的任务共用一格"
    boxes = [cell.bounding_box() for cell in page.locator("#r1 td").all()]
    assert all(box["width"] > 300 for box in boxes)
    assert boxes[0]["y"] < boxes[1]["y"] < boxes[2]["y"]
    context.close()
