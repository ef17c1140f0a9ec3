"""Cards and messages as HTML: complete, linked both ways, and everything from outside escaped."""

from dataclasses import replace

from index.records import Hit
from web.cards import cards_html, message_html, snippet

QUESTION = "哪些省份设立了质押融资风险补偿基金"


def rendered(searcher, hits, question=QUESTION):
    words = searcher.segmenter.words(question)
    return (
        message_html(2, hits, words, searcher.store),
        cards_html(2, hits, words, searcher.store),
    )


def test_a_card_is_labelled_with_province_column_theme_task_and_page(searcher):
    hit = searcher.search(QUESTION)[0]
    _, cards = rendered(searcher, [hit])
    assert '<span class="badge province">安徽省</span>' in cards
    assert '<span class="badge achievement">2016-2017年工作成绩</span>' in cards
    assert "<dt>工作重点</dt><dd>拓宽服务创新的投融资渠道</dd>" in cards
    assert f"<dt>工作任务</dt><dd>{hit.passage.task}</dd>" in cards
    assert "第20页" in cards
    assert "语义第1 · 关键词第1 · 命中：" in cards
    assert "<mark>质押融资风险补偿基金</mark>" in cards


def test_a_card_holds_its_whole_cell_and_its_row(searcher):
    hit = searcher.search(QUESTION)[0]
    _, cards = rendered(searcher, [hit])
    cell = searcher.store.cell(hit.passage.cell)
    assert f"整格内容（{len(cell.items)}条）" in cards
    for other in searcher.store.row(cell):
        assert all(item.text in cards for item in other.items)


def test_message_and_cards_link_to_each_other(searcher):
    message, cards = rendered(searcher, searcher.search(QUESTION))
    for rank in range(1, 11):
        assert f'href="#t2-h{rank}"' in message and f'id="t2-h{rank}"' in cards
        assert f'href="#t2-m{rank}"' in cards and f'id="t2-m{rank}"' in message


def test_what_comes_from_outside_is_escaped(searcher):
    hit = searcher.search(QUESTION)[0]
    evil = '<img src=x onerror="alert(1)">质押融资&'
    passage = replace(
        hit.passage, text=evil, theme=evil, province=evil, document=evil, tasks=(evil,)
    )
    for html in rendered(searcher, [Hit(passage, 1.0, 1, {evil: 1})]):
        assert "<img" not in html and "&lt;img" in html


def test_nothing_found_is_said(searcher):
    message, cards = rendered(searcher, [])
    assert "没有找到符合条件的内容" in message
    assert "没有找到符合条件的内容" in cards


def test_a_snippet_starts_near_a_late_match():
    text = "前" * 100 + "质押融资" + "后" * 100
    assert snippet(text, ["质押融资"]) == "…" + "前" * 12 + "质押融资" + "后" * 48 + "…"
    assert snippet("质押融资" + "后" * 100, ["质押融资"]) == "质押融资" + "后" * 60 + "…"
    assert snippet("短", ["质押"]) == "短"
