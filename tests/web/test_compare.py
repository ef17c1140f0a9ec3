"""The page that compares: what it says, what it refuses, and the way through it in a browser."""

import csv
import io
import re
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa.answer import Answerer
from qa.export import MEDIA_TYPES
from qa.holdings import columns_of, holdings
from qa.live import Live
from qa.prose import SHORT_STATUS
from web.compare import create_router
from web.shading import shade_of, shade_ranges
from web.words import load_words

SERVICES = "推动知识产权服务加快发展"


@pytest.fixture(scope="module")
def client(searcher):
    app = FastAPI()
    app.include_router(create_router(Live(searcher)))
    return TestClient(app, headers={"accept-language": "zh-CN"})


def parsed(response):
    """The page as lxml has it; every attribute and text unescaped."""
    from lxml import html

    return html.fromstring(response.text)


def get(client, **params):
    response = client.get("/compare", params=params)
    assert response.status_code == 200, response.text
    return parsed(response)


def text(element):
    return " ".join(element.text_content().split())


def cells(page):
    """For each province the standings shown, a matter each; None where filtered out."""
    return {
        text(row.find("th")): [
            next((s.get("class").split()[1] for s in cell.findall("span") if s.get("class")), None)
            for cell in row.findall("td")
        ]
        for row in page.xpath("//table[contains(@class,'grid')]/tbody/tr")
    }


def comma_rows(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


# Matters side by side


def test_every_province_with_the_chats_verdict_and_quotes(client, searcher, store):
    page = get(client, topic="专利保险")
    answer = Answerer(searcher).answer("哪些省份有专利保险")
    shown = cells(page)
    assert list(shown) == list(store.facets.values["province"])
    for verdict in answer.verdicts:
        expected = (
            {verdict.status, "named"} if verdict.status == "not_mentioned" else {verdict.status}
        )
        assert set(shown[verdict.province]) <= expected
    quotes = {text(q) for q in page.xpath("//blockquote")}
    assert {" ".join(c.quote.split()) for c in answer.citations} <= quotes
    for told in quotes:
        assert any(told in p.text for p in store.passages), told


def test_every_quote_links_to_its_place_in_the_source(client, store):
    page = get(client, topic="专利保险")
    text_of = {p.id: p.text for p in store.passages}
    figures = page.xpath("//figure")
    assert len(figures) == 7
    for figure in figures:
        [link] = figure.xpath(".//a/@href")
        assert link.startswith("source?")
        where = {key: value[0] for key, value in parse_qs(urlsplit(link).query).items()}
        quoted = text_of[where["id"]][int(where["start"]) : int(where["end"])]
        assert quoted == figure.find(".//blockquote").text


def test_silence_is_said_to_be_no_absence(client):
    page = get(client, topic="专利保险")
    assert "未提及”是“材料未提及（不等于没有）" in text(page)
    assert page.xpath("//span[@class='badge not_mentioned']/text()")[0] == "未提及"


def test_the_grid_is_a_table_that_can_be_read_out(client):
    page = get(client, topic="专利保险\n专利导航")
    [table] = page.xpath("//table")
    assert text(table.find("caption")) == "各省份情况对照"
    assert [text(h).split()[0] for h in table.xpath("./thead/tr/th[@scope='col']")] == [
        "省份",
        "专利保险",
        "专利导航",
    ]
    assert len(table.xpath("./tbody/tr/th[@scope='row']")) == 11
    assert len(table.xpath("./tbody/tr[count(td)=2]")) == 11
    [region] = page.xpath("//div[@role='region']")
    assert region.get("tabindex") == "0" and region.get("aria-label")


def test_every_control_has_a_label(client):
    for params in ({"topic": "专利保险"}, {"view": "missing"}, {}):
        page = get(client, **params)
        controls = page.xpath("//form//*[self::input or self::select or self::textarea][not(@type='hidden')]")  # fmt: skip
        assert controls
        assert all(c.xpath("ancestor::label[normalize-space()]") for c in controls)


def test_counts_of_a_matter_are_those_of_its_cells_and_filter(client):
    page = get(client, topic="专利保险")
    links = page.xpath("//ul[@class='counts']//a")
    counts = {parse_qs(urlsplit(a.get("href")).query)["status"][0]: int(text(a).split()[-1]) for a in links}  # fmt: skip
    shown = [standing for [standing] in cells(page).values()]
    assert counts == {standing: shown.count(standing) for standing in set(shown)}
    assert sum(counts.values()) == 11
    for link in links:
        wanted = parse_qs(urlsplit(link.get("href")).query)["status"][0]
        kept = cells(parsed(client.get(f"/{link.get('href')}")))
        assert list(kept.values()) == [[wanted]] * counts[wanted]


def test_filters_of_provinces_and_statuses_and_the_order(client):
    everyone = cells(get(client, topic="专利保险"))
    chosen = get(client, topic="专利保险", province=["四川省", "上海市", "浙江省"])
    assert list(cells(chosen)) == ["上海市", "浙江省", "四川省"]
    assert all(cells(chosen)[p] == everyone[p] for p in cells(chosen))
    done = get(client, topic="专利保险", status=["done", "planned"], sort="status")
    order = [standing for [standing] in cells(done).values()]
    assert order == ["done"] * order.count("done") + ["planned"] * order.count("planned")
    assert set(order) == {"done", "planned"}
    ticked = done.xpath("//input[@checked]/@value")
    assert ticked == ["done", "planned", "status"]


def test_filters_that_leave_nothing_say_so(client):
    page = get(client, topic="专利保险", province="浙江省", status="done")
    assert cells(page) == {}
    assert "没有符合筛选的省份。" in text(page)


def test_a_theme_lists_what_its_tasks_share_and_says_how(client):
    page = get(client, theme="拓宽服务创新的投融资渠道")
    heads = [text(h) for h in page.xpath("//span[@class='topic']")]
    assert heads == ["质押融资", "风险补偿", "风险补偿基金", "贷款贴息"]
    assert "至少2个省份的任务写到" in text(page) and "最多10项" in text(page)
    both = get(client, theme="拓宽服务创新的投融资渠道", topic="专利保险")
    assert [text(h) for h in both.xpath("//span[@class='topic']")] == ["专利保险", *heads]


def test_long_quotes_are_folded_whole(client, store):
    page = get(client, theme=SERVICES)
    folded = page.xpath("//details/summary/blockquote")
    assert folded and all(len(q.text) > 60 for q in folded)
    assert all(any(q.text in p.text for p in store.passages) for q in folded)


@pytest.mark.parametrize(
    ("topic", "says"),
    [("广东省专利保险", "现有文档不包含广东省的内容"), ("今天天气怎么样", "现有文档没有提到")],
)
def test_what_the_documents_do_not_answer_is_said_and_nothing_claimed(client, topic, says):
    page = get(client, topic=topic)
    assert says in text(page.xpath("//p[@role='status']")[0])
    assert {s for row in cells(page).values() for s in row} <= {"not_mentioned"}


# Overview and what is missing


def test_the_overview_counts_what_there_is_and_links_to_it(client, store):
    page = get(client)
    rows = page.xpath("//table[@class='overview']/tbody/tr")
    for row, held in zip(rows, holdings(store), strict=True):
        province = held[0].province
        assert text(row.find("th")) == province
        assert int(text(row.xpath("./td[@class='total']")[0])) == sum(p.province == province for p in store.passages)  # fmt: skip
        links = iter(row.xpath("./td/a"))
        for holding in held:
            if holding.total:
                link = next(links)
                assert [int(n) for n in re.findall(r"\d+", link.text_content())] == [
                    count for _, count in holding.counts
                ]
                where = parse_qs(urlsplit(link.get("href")).query)
                assert where == {"province": [province], "theme": [holding.theme]}
                assert province in link.get("aria-label")
    assert page.xpath("//dl[@class='legend']")


def test_shades_go_by_the_greatest_of_a_column_and_the_legend_tells_them(store):
    held = holdings(store)
    shade = shade_of(held)
    assert [shade("achievement", n) for n in (0, 1, 3, 4, 6, 7, 9, 10, 13)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]  # fmt: skip
    ranges = shade_ranges(held, columns_of(store))
    assert ranges["achievement"] == ((0, 0, 0), (1, 1, 3), (2, 4, 6), (3, 7, 9), (4, 10, 13))


def test_what_others_do_and_the_chosen_province_does_not_mention(client, store):
    page = get(client, view="missing", province="安徽省", theme=SERVICES)
    assert "推动知识产权服务加快发展：其他省份做过、安徽省的材料没有提到的" in text(page)
    assert "不等于没有做" in text(page)
    listed = page.xpath("//ol[@class='missing']/li")
    assert len(listed) == 10
    by_text = {p.text: p for p in store.passages}
    for practice in listed:
        where = by_text[practice.find(".//blockquote").text]
        assert text(practice.xpath("./span")[0]) == where.province != "安徽省"
        assert where.theme == SERVICES
        link = practice.xpath(".//a/@href")[0]
        assert parse_qs(urlsplit(link).query)["id"] == [where.id]


# What cannot be compared


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("province=火星", "没有叫“火星”的省份。可选：上海市、"),
        ("theme=火星", "没有叫“火星”的工作重点"),
        ("topic=专利&status=finished", "没有叫“finished”的情况"),
        ("view=pie", "没有“pie”这种看法"),
        ("topic=专利&sort=up", "没有“up”这种排序"),
        ("topic=？？", "“？？”里没有可以检索的文字"),
        ("topic=" + "a" * 10_000, "有一项有10000个字，太长了"),
        ("topic=" + "%0A".join(f"第{i}项" for i in range(11)), "写了11项，太多了"),
        ("view=missing&province=安徽省", "请选择一个省份和一个工作重点"),
        ("view=missing&province=安徽省&province=四川省&theme=" + SERVICES, "请选择一个省份"),
        ("topic=<script>alert(1)</script>&province=<script>alert(1)</script>", "<script>alert(1)"),
    ],
)
def test_a_bad_choice_is_refused_in_one_sentence(client, query, says):
    response = client.get(f"/compare?{query}")
    assert response.status_code == 400
    [alert] = parsed(response).xpath("//p[@role='alert']")
    assert says in text(alert)
    assert "<script>" not in response.text and "Traceback" not in response.text
    english = client.get(f"/compare?{query}", headers={"accept-language": "en"})
    assert english.status_code == 400
    assert text(parsed(english).xpath("//p[@role='alert']")[0]).startswith(
        "This cannot be compared"
    )


def test_what_was_typed_stays_in_the_form_to_be_put_right(client):
    response = client.get("/compare", params={"topic": "专利保险\n？？"})
    assert response.status_code == 400
    assert parsed(response).xpath("//textarea")[0].text == "专利保险\n？？"


def test_an_empty_topic_is_no_mistake_and_hostile_ones_stay_text(client):
    assert get(client, topic="").xpath("//table[@class='overview']")
    response = client.get("/compare", params={"topic": "<script>alert(1)</script>专利保险"})
    assert response.status_code == 200 and "<script>" not in response.text
    assert escape("<script>alert(1)</script>专利保险") in response.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("topic=专利保险&format=exe", "不能下载为“exe”。可选：docx、xlsx、md、csv。"),
        ("topic=专利保险", "不能下载为“”"),
        ("format=csv", "还没有选择要下载的内容"),
        ("view=overview&format=csv", "还没有选择要下载的内容"),
        ("view=missing&format=csv", "请选择一个省份和一个工作重点"),
        ("topic=专利保险&province=火星&format=csv", "没有叫“火星”的省份"),
    ],
)
def test_a_download_of_nothing_is_refused(client, query, says):
    response = client.get(f"/export-compare?{query}")
    assert response.status_code == 400
    assert says in text(parsed(response).xpath("//p[@role='alert']")[0])


# Downloads


def test_downloads_hold_what_the_page_shows(client):
    params = {"topic": ["专利保险", "风险补偿"], "status": ["done", "named"], "sort": "status"}
    page = get(client, **params)
    rows = comma_rows(client.get("/export-compare", params={**params, "format": "csv"}))
    names = {"done": "已做", "named": "字面提到（未判为有关做法，请核对原文）"}
    expected = {
        (topic, province, names[standing])
        for province, standings in cells(page).items()
        for topic, standing in zip(params["topic"], standings, strict=True)
        if standing
    }
    assert {(row["事项"], row["省份"], row["情况"]) for row in rows} == expected
    assert {" ".join(r["原文引文"].split()) for r in rows} == {text(q) for q in page.xpath("//blockquote")}  # fmt: skip
    assert [r["省份"] for r in rows if r["事项"] == "专利保险"] == [
        p for p, (one, _) in cells(page).items() if one
    ]


def test_the_links_of_the_page_download_every_format(client):
    page = get(client, view="missing", province="安徽省", theme=SERVICES)
    links = page.xpath("//p[contains(@class,'downloads')]/a/@href")
    assert len(links) == len(MEDIA_TYPES)
    for link, (extension, media_type) in zip(links, MEDIA_TYPES.items(), strict=True):
        response = client.get(f"/{link}")
        assert response.status_code == 200
        assert response.headers["content-type"] == media_type
        name = quote(f"他省做法参考_{SERVICES}.{extension}")
        assert response.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    rows = comma_rows(client.get(f"/{links[-1]}"))
    assert [r["原文引文"] for r in rows] == [q.text for q in page.xpath("//blockquote")]


# Words


def keys(table, path=()):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, (*path, key))
        else:
            yield (*path, key), tuple(sorted(set(re.findall(r"{\w+}", value))))


def test_both_languages_say_the_same_things():
    assert dict(keys(load_words("zh"))) == dict(keys(load_words("en")))
    assert set(load_words("zh")["status"]) == set(SHORT_STATUS)


def test_an_english_reader_gets_english_words_and_chinese_quotes(client):
    page = parsed(client.get("/compare?topic=专利保险", headers={"accept-language": "en-GB"}))
    assert text(page.find(".//caption")) == "Provinces compared"
    assert "done 4" in text(page) and "which is not “does not have”" in text(page)
    assert "贵州省" in text(page)


# In a browser


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def page(request, browser, page_url):
    width, height = request.param
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    page = context.new_page()
    errors, outside = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(page_url) else None)
    page.goto(f"{page_url}/compare")
    yield page
    context.close()
    assert (errors, outside) == ([], [])


def compare(page):
    """The topics that are filled in, until the table is there."""
    with page.expect_navigation():
        page.get_by_role("button", name="对照", exact=True).click()


def test_from_a_topic_to_the_source_and_to_a_file(page):
    page.get_by_label("对照什么").fill("专利保险\n风险补偿")
    compare(page)
    assert page.locator("tbody tr").count() == 11
    assert parse_qs(urlsplit(page.url).query)["topic"] == ["专利保险\r\n风险补偿"]
    # The page itself never scrolls sideways; the table does, in a region that the keyboard reaches.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("details.filters > summary").click()
    page.get_by_label("已做", exact=True).check()
    page.get_by_label("上海市", exact=True).check()
    page.get_by_label("四川省", exact=True).check()
    compare(page)
    assert page.locator("tbody th").all_text_contents() == ["上海市", "四川省"]
    link = page.locator("figcaption a").first.get_attribute("href")
    assert link.startswith("source?id=") and "start=" in link and "end=" in link
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    from openpyxl import load_workbook

    entries = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[1]
    told = {(row[1], row[2], row[3]) for row in entries.iter_rows(min_row=2, values_only=True)}
    assert told == {
        ("专利保险", "上海市", "已做"),
        ("专利保险", "四川省", "已做"),
        ("风险补偿", "四川省", "已做"),
    }


def test_a_wide_grid_scrolls_by_keyboard_under_a_head_that_stays(page):
    page.goto(page.url + f"?theme={SERVICES}")
    region = page.get_by_role("region", name="对照表")
    region.focus()
    # The page's policy forbids the polling that waits for a function, so it is asked from here.
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
        if region.evaluate("element => element.scrollLeft") > 50:
            break
    assert region.evaluate("element => element.scrollLeft") > 50
    region.evaluate("element => { element.scrollTop = 700 }")
    box, head = region.bounding_box(), page.locator("thead th").first.bounding_box()
    assert abs(head["x"] - box["x"]) < 3 and abs(head["y"] - box["y"]) < 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_folded_quote_unfolds(page):
    page.goto(page.url + f"?theme={SERVICES}")
    folded = page.locator("figure details").first
    before = folded.bounding_box()["height"]
    folded.locator("summary").click()
    assert folded.bounding_box()["height"] > before
