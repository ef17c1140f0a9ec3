"""The page of like practices over the bundled document: what it shows, exports and refuses."""

import csv
import io
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from qa.analogues import AnalogueFinder
from qa.answer import Answerer
from qa.live import Live
from web.similar import create_router
from web.words import load_words

LOAN = "四川省/12/achievement/1"  # tells of 天府知来贷
STARS = "江苏省/09/achievement/1"  # gives stars to agencies
FUND = "设立质押融资风险补偿基金"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def site(searcher):
    app = FastAPI()
    app.include_router(create_router(Live(searcher)))
    return TestClient(app)


class Page(HTMLParser):
    """What a page of like practices says: badges and quotes by practice, links, all text."""

    def __init__(self, html):
        super().__init__()
        self.practices, self.silent, self.links, self.text = [], [], [], ""
        self.tags, self._open = [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        classes = dict(attributes).get("class", "") or ""
        if tag == "article":
            kind = "source" if "source" in classes else "like"
            self.practices.append({"kind": kind, "badges": {}, "quote": "", "links": []})
        if tag == "a":
            self.links.append(dict(attributes).get("href"))
            if self.practices and "article" in self.tags:
                self.practices[-1]["links"].append(self.links[-1])
        self._open = (tag, classes)

    def handle_endtag(self, tag):
        self._open = None
        if tag == "article":
            self.tags = [t for t in self.tags if t != "article"]

    def handle_data(self, data):
        self.text += data
        if self._open is None:
            return
        tag, classes = self._open
        if tag == "span" and "not_mentioned" in classes:
            self.silent.append(data)
        elif tag == "span" and "badge" in classes and "article" in self.tags:
            self.practices[-1]["badges"][classes.removeprefix("badge ")] = data
        elif tag == "blockquote":
            self.practices[-1]["quote"] += data

    @property
    def provinces(self):
        return [p["badges"]["province"] for p in self.practices if p["kind"] == "like"]


def asked(site, language="zh-CN", path="/similar", **state):
    response = site.get(path, params=state, headers={"accept-language": language})
    return response, Page(response.text)


@pytest.fixture(scope="module")
def sources(store):
    """A passage of each column of each province, the middle one."""
    found = {}
    for passage in store.passages:
        found.setdefault((passage.province, passage.column), []).append(passage)
    return [passages[len(passages) // 2] for passages in found.values()]


def test_the_like_of_any_passage_is_of_other_provinces_once_each_and_verbatim(site, store, sources):
    everyone = store.facets.values["province"]
    texts = {passage.id: passage.text for passage in store.passages}
    any_found = 0
    for source in sources:
        response, page = asked(site, id=source.id)
        assert response.status_code == 200
        assert page.practices[0]["kind"] == "source"
        assert page.practices[0]["quote"] == source.text
        assert source.province not in page.provinces
        assert sorted([*page.provinces, *page.silent, source.province]) == sorted(everyone)
        for practice in page.practices:
            query = parse_qs(urlsplit(practice["links"][0]).query)
            start, end = int(query["start"][0]), int(query["end"][0])
            assert texts[query["id"][0]][start:end] == practice["quote"] != ""
        any_found += len(page.provinces)
    assert any_found > len(sources)


def test_a_practice_stands_with_its_place_status_and_reason(site, store):
    response, page = asked(site, id=LOAN)
    first, second = page.practices[1:3]
    assert first["badges"] == {
        "province": "安徽省",
        "achievement": "2016-2017年工作成绩",
        "done": "已做",
    }
    assert first["quote"].startswith("在合芜蚌自主创新示范区设立专利质押融资风险补偿基金")
    document = store.passages[0].document
    assert [urlsplit(link).path for link in first["links"]] == ["source", "similar"]
    assert parse_qs(urlsplit(first["links"][1]).query) == {
        "id": [f"{document}/安徽省/18/achievement/1"]
    }
    assert second["badges"]["province"] == "湖南省" and second["badges"]["doing"] == "在做"
    statuses = {b["province"]: list(b)[-1] for b in (p["badges"] for p in page.practices[1:])}
    assert statuses["浙江省"] == "doing" and statuses["江西省"] == "done"
    assert page.silent == [] and "材料未提及类似做法" not in page.text
    assert "所问做法（源做法）" in page.text
    assert "<dd>风险补偿基金、担保费、评估费、利息</dd>" in response.text
    assert "第20页" in page.text
    _, page = asked(site, id=STARS)
    others = [p for p in store.facets.values["province"] if p not in (*page.provinces, "江苏省")]
    assert page.silent == others != []
    assert "材料未提及类似做法（不等于没有）" in page.text


def test_the_page_shows_what_the_chat_and_the_command_line_find(site, searcher):
    _, page = asked(site, id=LOAN)
    alike = AnalogueFinder(searcher).similar(LOAN, None, 200).of_each
    assert page.provinces == [hit.passage.province for hit in alike]
    _, page = asked(site, text=FUND, **{"from": "四川省"})
    told = Answerer(searcher).answer(f"与四川“{FUND}”类似的做法")
    assert page.provinces[:3] == [a.province for a in told.analogues][:3]
    assert "四川省" not in page.provinces


def test_what_a_province_mentions_itself_is_the_source_of_a_description(site):
    _, page = asked(site, text=FUND, **{"from": "四川省"})
    assert page.practices[0]["kind"] == "source"
    assert page.practices[0]["badges"]["province"] == "四川省"
    assert "四川省" not in page.provinces and page.provinces[0] == "安徽省"
    assert "四川省材料中与描述最接近的一条" in page.text


def test_what_a_province_does_not_mention_is_looked_for_elsewhere(site):
    _, page = asked(site, text="天府知来贷", **{"from": "安徽省"})
    assert [p["kind"] for p in page.practices] == ["like"] and page.provinces == ["四川省"]
    assert "安徽省的材料未提及这一做法（不等于没有）" in page.text
    assert len(page.silent) == 9 and "安徽省" not in page.silent


def test_a_description_without_a_province_is_looked_for_everywhere(site, store):
    _, page = asked(site, text=FUND)
    assert not [p for p in page.practices if p["kind"] == "source"]
    assert "四川省" in page.provinces
    assert sorted(page.provinces + page.silent) == sorted(store.facets.values["province"])


@pytest.mark.parametrize("text", ["2018年养老金上调", "高速公路通车里程"])
def test_that_nothing_is_alike_is_said_of_every_province(site, store, text):
    response, page = asked(site, text=text)
    assert response.status_code == 200 and page.practices == []
    assert page.text.count("材料未提及类似做法（不等于没有）") == 1
    assert page.silent == list(store.facets.values["province"])


def test_a_source_that_none_is_like_is_shown_all_the_same(site):
    _, page = asked(site, id="江苏省/05/achievement/2")
    assert [p["kind"] for p in page.practices] == ["source"]
    assert len(page.silent) == 10 and "江苏省" not in page.silent
    assert "0个" not in page.text


def test_a_place_that_is_not_held_is_named(site):
    response, page = asked(site, text="广东的质押融资")
    assert response.status_code == 200 and page.practices == []
    assert "现有文档不包含广东的内容，请去掉后再找。" in page.text
    assert "未提及" not in page.text


def test_practices_are_picked_by_province_and_theme(site, store):
    _, page = asked(site)
    provinces = store.facets.values["province"]
    picked = [link for link in page.links if link.startswith("similar?province=")]
    assert [parse_qs(urlsplit(link).query)["province"] for link in picked] == [
        [p] for p in provinces
    ]
    _, page = asked(site, province="贵州省")
    themes = dict.fromkeys(p.theme for p in store.passages if p.province == "贵州省")
    found = [parse_qs(urlsplit(link).query).get("theme") for link in page.links]
    assert [theme for [theme] in filter(None, found)] == list(themes)
    theme = next(iter(themes))
    _, page = asked(site, province="贵州省", theme=theme)
    ids = [p.id for p in store.passages if (p.province, p.theme) == ("贵州省", theme)]
    links = [parse_qs(urlsplit(link).query).get("id", [""])[0] for link in page.links]
    assert sorted(filter(None, links)) == sorted(ids)


BAD = [
    ({"id": "四川省/99/achievement/1"}, 404, "no_id", "四川省/99/achievement/1"),
    ({"id": "没有"}, 404, "no_id", "没有"),
    ({"id": "a" * 10_000}, 404, "no_id", "a" * 40 + "…"),
    ({"text": ""}, 422, "empty", ""),
    ({"text": " \n\t"}, 422, "empty", ""),
    ({"text": "", "from": "四川省"}, 422, "empty", ""),
    ({"text": "？！"}, 422, "unreadable", ""),
    ({"text": "a" * 10_000}, 422, "unreadable", ""),
    ({"text": FUND, "from": "火星"}, 422, "no_province", "火星"),
    ({"text": FUND, "from": "湖"}, 422, "no_province", "湖"),
    ({"province": "火星"}, 404, "no_province", "火星"),
    ({"province": "四川省", "theme": "航天"}, 404, "no_theme", "航天"),
]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(("state", "status", "key", "name"), BAD)
def test_what_cannot_be_served_is_said_in_the_readers_language(
    site, language, state, status, key, name
):
    response, page = asked(site, language, **state)
    said = load_words(language[:2])["similar"]["trouble"][key].format(name=name, most=1000)
    assert response.status_code == status
    assert said in page.text and page.practices == []
    # There is something to go on from.
    assert any(link.startswith("similar?province=") for link in page.links)


@pytest.mark.parametrize("state", [{"id": EVIL}, {"text": EVIL}, {"text": FUND, "from": EVIL}, {"province": EVIL}, {"province": "四川省", "theme": EVIL}, {"text": FUND + EVIL, "from": "安徽省"}])  # fmt: skip
def test_hostile_text_stays_text(site, state):
    response, page = asked(site, **state)
    assert "<script" not in response.text and "script" not in page.tags
    assert "alert(1)" in page.text or response.status_code == 200


def test_the_page_speaks_english(site):
    _, page = asked(site, "en", id=STARS)
    assert f"Similar practices: {len(page.provinces)} province(s)" in page.text
    assert page.practices[1]["badges"]["done"] == "done"
    assert "Nothing similar mentioned (which does not mean there is none)" in page.text


def exported(site, extension, **state):
    return site.get("/export-similar", params={**state, "format": extension})


def test_a_table_of_what_the_page_shows(site):
    response = exported(site, "csv", id=STARS)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    _, page = asked(site, id=STARS)
    numbered = [row for row in rows if row["编号"]]
    assert [row["类别"] for row in numbered] == ["所问做法", *["类似做法"] * len(page.provinces)]
    assert [row["省份"] for row in numbered[1:]] == page.provinces
    assert [row["原文引文"] for row in numbered] == [p["quote"] for p in page.practices]
    said = "\n".join(row["整条内容"] for row in rows if not row["编号"])
    assert page.provinces and f"没有找到类似做法（不等于没有）：{'、'.join(page.silent)}" in said
    assert "已做；共同点：专利代理机构" in said


@pytest.mark.parametrize("state", [{"id": STARS}, {"text": "天府知来贷", "from": "安徽省"}, {"text": "高速公路通车里程"}])  # fmt: skip
def test_every_format_holds_the_practices_and_who_is_silent(site, state):
    _, page = asked(site, **state)
    quotes = [practice["quote"] for practice in page.practices]
    silent = f"没有找到类似做法（不等于没有）：{'、'.join(page.silent)}"
    markdown = exported(site, "md", **state).text
    workbook = load_workbook(io.BytesIO(exported(site, "xlsx", **state).content))
    cells = [str(cell) for sheet in workbook for row in sheet.values for cell in row]
    written = Document(io.BytesIO(exported(site, "docx", **state).content))
    paragraphs = [paragraph.text for paragraph in written.paragraphs]
    for text in (markdown, "\n".join(cells), "\n".join(paragraphs)):
        assert silent in text
    for quote in quotes:
        assert quote in cells and any(quote in paragraph for paragraph in paragraphs)
    # Beside them nothing is listed.
    assert "其他相关内容" not in markdown and "最接近的内容" not in markdown


@pytest.mark.parametrize(
    ("state", "extension", "status", "key"),
    [
        ({"id": "没有"}, "docx", 404, "no_id"),
        ({"text": ""}, "docx", 422, "empty"),
        ({}, "docx", 422, "empty"),
        ({"id": LOAN}, "exe", 422, "no_format"),
        ({"id": LOAN}, "", 422, "no_format"),
    ],
)
def test_what_cannot_be_exported_is_said(site, state, extension, status, key):
    response = exported(site, extension, **state)
    name = state.get("id", "") if key == "no_id" else extension
    said = load_words("zh")["similar"]["trouble"][key].format(name=name, most=1000)
    assert response.status_code == status and said in Page(response.text).text


def test_a_practice_is_picked_read_and_taken_away_without_a_script(browser, page_url):
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{page_url}/similar")
    page.get_by_role("link", name="四川省", exact=True).click()
    page.get_by_role("link", name="拓宽服务创新的投融资渠道").click()
    page.locator("li", has_text="加强省知识产权质押融资风险补偿基金建设").locator("a.find").click()
    source = page.locator("article.source")
    assert "天府知来贷" in source.inner_text() and "四川省" in source.inner_text()
    first = page.locator("ol.practices article").first
    assert "安徽省" in first.inner_text() and "已做" in first.inner_text()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    with page.expect_download() as download:
        page.get_by_role("link", name="Word", exact=True).click()
    assert download.value.suggested_filename.endswith(".docx")
    first.get_by_role("link", name="以这条找同类").click()
    assert "安徽省" in page.locator("article.source").inner_text()
    page.get_by_label("描述一种做法").fill("天府知来贷")
    page.get_by_label("不列入哪个省份").select_option("安徽省")
    page.get_by_role("button", name="找同类做法").click()
    assert "四川省" in page.locator("ol.practices article").inner_text()
    assert page.locator("article.source").count() == 0
    context.close()


def test_both_languages_say_the_same_with_the_same_gaps():
    def gaps(table):
        return {
            key: gaps(text) if isinstance(text, dict) else set(re.findall(r"\{(\w+)\}", text))
            for key, text in table.items()
        }

    chinese, english = (gaps(load_words(language)["similar"]) for language in ("zh", "en"))
    assert chinese == english
