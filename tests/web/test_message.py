"""The message as HTML: what is said of each kind of answer, and nothing from outside as HTML."""

from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from index.records import ACHIEVEMENT, PLAN, Hit
from qa.records import (
    COMPARE,
    FIGURES,
    OPEN,
    SIMILAR,
    WHICH,
    Analogue,
    Answer,
    Citation,
    Contrast,
    ProvinceFigure,
    Question,
    Refusal,
    Verdict,
)
from tests.fakes import passage
from web.message import message_html

EVIL = '"><img src=x onerror="alert(1)"><b>\'&'
TAGS = {"a", "div", "li", "mark", "ol", "p", "span", "table", "tbody", "td", "th", "thead", "tr"}


def answer(province="甲省", others=("乙省", "丙省"), text="设立基金。", kind=OPEN, **parts):
    """An answer that cites a passage of each province, its strings as given."""
    places = (province, *others)
    columns = (ACHIEVEMENT, PLAN, ACHIEVEMENT)
    passages = [
        passage(place, column, text, n)
        for n, (place, column) in enumerate(zip(places, columns, strict=True), 1)
    ]
    asked = parts.pop("asked", {})
    question = Question(text, text, kind, text, **({"provinces": (province,)} | asked))
    given = {
        "hits": (Hit(passages[0], 1.0, 1),),
        "citations": tuple(Citation(n, p, 0, len(text)) for n, p in enumerate(passages, 1)),
    }
    return Answer(question, text, **(given | parts))


def store(*provinces):
    return SimpleNamespace(
        facets=SimpleNamespace(values={"province": provinces}),
        manifest=SimpleNamespace(counts={"passages": 538}),
    )


def said(given, words=(), provinces=("甲省", "乙省", "丙省", "丁省")):
    return message_html(3, given, words, store(*provinces))


def link(n):
    return f'<a href="#t3-h{n}" title="看依据原文">[{n}]</a>'


def line(n, province, column, title, quote, reason=""):
    why = f'<div class="reason">{reason}</div>' if reason else ""
    return (
        f'<li id="t3-m{n}">{link(n)} <span class="badge province">{province}</span>'
        f'<span class="badge {column}">{title}</span> {quote}{why}</li>'
    )


def test_quotes_are_listed_under_their_numbers_with_their_words_marked():
    html = said(answer(), words=["基金"])
    quote = "设立<mark>基金</mark>。"
    assert html.startswith(
        '<ol class="found">'
        + line(1, "甲省", "achievement", "工作绩效", quote)
        + line(2, "乙省", "plan", "2018年工作计划", quote)
        + line(3, "丙省", "achievement", "工作绩效", quote)
        + "</ol>"
    )


def test_verdicts_stand_in_a_table_by_status():
    verdicts = (
        Verdict("甲省", "planned", (2,)),
        Verdict("乙省", "done", (1, 3)),
        Verdict("丙省", "not_mentioned"),
        Verdict("丁省", "not_mentioned"),
    )
    html = said(answer(kind=WHICH, verdicts=verdicts))
    assert html.startswith('<p>逐一核对4个省份，2个提到：</p><div class="status-bar">')
    rows = [("done", "已做", 1, f"乙省{link(1)}{link(3)}"),
            ("planned", "仅列入计划", 1, f"甲省{link(2)}"),
            ("not_mentioned", "材料未提及（不等于没有）", 2, "丙省、丁省")]  # fmt: skip
    table = "".join(
        f'<tr><th><span class="badge status-{status}">{name}</span></th>'
        f"<td>{count}</td><td>{named}</td></tr>"
        for status, name, count, named in rows
    )
    assert f'<table class="verdicts"><tbody>{table}</tbody></table>' in html


def test_figures_stand_in_a_table_with_bars_and_who_states_none():
    figures = (
        ProvinceFigure("甲省", "38家", "代理机构", "2017年", "某市", True, (1,), 38),
        ProvinceFigure("乙省", "95家", "", "", "", True, (2,), 95),
        ProvinceFigure("丙省", "8家", "新设", "", "", False, (3,), 8, "预计"),
    )
    html = said(answer(kind=FIGURES, figures=figures, asked={"provinces": ()}))
    assert "<p>逐一查看4个省份，3个给出了数字：</p>" in html
    assert html.index("乙省</span>") < html.index("甲省</span>")
    row = f"<tr><th>甲省</th><td>38家{link(1)}</td><td>某市，代理机构，2017年</td></tr>"
    odd = f"<tr><th>丙省</th><td>8家{link(3)}</td><td>新设，预计；口径不同</td></tr>"
    assert row in html and odd in html
    assert "<p>材料未给出（不等于没有）：丁省。</p>" in html
    # Of the provinces asked about only these are accounted for.
    html = said(answer(kind=FIGURES, figures=figures[:1], asked={"provinces": ("甲省", "丙省")}))
    assert "<p>材料未给出（不等于没有）：丙省。</p>" in html


def test_contrasts_stand_in_a_table_by_province():
    contrasts = (Contrast((("甲省", 1), ("乙省", 2))), Contrast((("甲省", 3), ("乙省", None))))
    html = said(answer(kind=COMPARE, contrasts=contrasts))
    assert (
        '<table class="verdicts"><thead><tr><th></th><th>甲省</th><th>乙省</th></tr></thead><tbody>'
        f"<tr><th>都提到</th><td>{link(1)}</td><td>{link(2)}</td></tr>"
        f"<tr><th>部分提到</th><td>{link(3)}</td><td>—</td></tr></tbody></table>"
    ) in html


def test_analogues_are_given_their_reasons_and_the_source_its_name():
    analogues = (Analogue("乙省", 2, ("保险",), ("基金",), ()), Analogue("丙省", 3))
    html = said(answer(kind=SIMILAR, analogues=analogues, silent=("丁省",)))
    assert html.startswith("<p>其他省份中2个有类似做法，由近及远：</p>")
    reasons = ["所问做法", "共同点：保险；此处另有：基金", "只是意思相近，没有共同的专门词语"]
    labels = [("甲省", "achievement", "工作绩效"), ("乙省", "plan", "2018年工作计划"), ("丙省", "achievement", "工作绩效")]  # fmt: skip
    for n, (label, reason) in enumerate(zip(labels, reasons, strict=True), 1):
        assert line(n, *label, "设立基金。", reason) in html
    assert "<p>没有找到类似做法（不等于没有）：丁省。</p>" in html


def test_the_reverse_question_is_answered_as_such():
    analogues = (Analogue("乙省", 2), Analogue("丙省", 3))
    asked = {"provinces": ("甲省",), "is_reverse": True}
    html = said(answer(kind=SIMILAR, analogues=analogues, asked=asked))
    assert html.startswith("<p>其他省份做过、甲省的材料没有提到（不等于没有）的：</p>")
    assert "没有找到类似做法" not in html and "所问做法" not in html


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, '<p class="refusal">不包含丁省。</p><p class="note">最接近的内容，不是答案：</p>'),
        ({"hits": ()}, '<p class="refusal">不包含丁省。</p><ol'),
    ],
)
def test_a_refusal_says_why_and_that_what_is_nearest_is_no_answer(parts, sentence):
    html = said(answer(refusal=Refusal("absent", "不包含丁省。"), citations=(), **parts))
    assert html.startswith(sentence)
    assert "引文已逐条" not in html


def test_a_question_that_a_model_put_in_full_is_said_first():
    html = said(answer(text="丙省设立了<b>基金</b>吗", prompts=("rewrite@012345", "answer@6789")))
    assert html.startswith(
        '<p class="understood">大模型把追问补全为“丙省设立了&lt;b&gt;基金&lt;/b&gt;吗”</p>'
    )
    assert "补全" not in said(answer(prompts=("answer@6789", "judge@0123")))


def test_a_correction_is_said_first():
    corrected = (("证卷化", "证券化"), ("道航", "导航"))
    html = said(answer(asked={"corrected": corrected}))
    assert html.startswith(
        '<p class="understood">按“证券化”查找（原写作“证卷化”）；按“导航”查找（原写作“道航”）</p><ol'
    )


@pytest.mark.parametrize(
    ("checked", "rejected", "note"),
    [
        (3, 0, "引文已逐条与原文核对：3条，全部一致；共检索538条内容；"),
        (4, 1, "引文已逐条与原文核对：4条，其中1条不符，未显示；共检索538条内容；"),
        (0, 0, '<p class="note">共检索538条内容；'),
    ],
)
def test_the_note_counts_what_was_checked(checked, rejected, note):
    given = answer()
    bad = tuple(Citation(9, given.citations[0].passage, 0, 1) for _ in range(rejected))
    html = said(answer(checked=checked, rejected=bad))
    assert note in html
    assert html.endswith("“工作任务”和“工作计划”栏的内容不表示已经完成。</p>")


def test_nothing_found_is_said_in_one_sentence():
    html = said(answer(hits=(), citations=()))
    assert html == "没有找到符合条件的内容。可以放宽左侧的筛选，或换一种问法。"


@pytest.mark.parametrize(
    ("silent", "sentence"),
    [((), "没有找到类似做法（不等于没有）。"), (("乙省", "丁省"), "没有找到类似做法（不等于没有）：乙省、丁省。")],
)  # fmt: skip
def test_that_there_is_no_analogue_is_said_and_the_source_has_its_name(silent, sentence):
    given = answer(kind=SIMILAR, analogues=())
    html = said(answer(kind=SIMILAR, citations=given.citations[:1], silent=silent))
    assert html.count(f"<p>{sentence}</p>") == 1 and "0个" not in html
    assert line(1, "甲省", "achievement", "工作绩效", "设立基金。", "所问做法") in html


def test_that_nothing_is_missing_at_home_is_said():
    asked = {"provinces": ("甲省",), "is_reverse": True}
    html = said(answer(kind=SIMILAR, citations=(), asked=asked))
    assert html.startswith("<p>其他省份在这方面做过的，甲省的材料都提到了相近的内容。</p>")


def test_what_is_nearest_is_no_answer_where_no_province_mentions_it():
    verdicts = (Verdict("甲省", "not_mentioned"), Verdict("乙省", "not_mentioned"))
    html = said(answer(kind=WHICH, verdicts=verdicts, citations=()))
    assert "最接近的内容，不是答案" in html


class Elements(HTMLParser):
    """The tags, attributes and text of some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


EVIL_PARTS = {
    "quotes": {},
    "verdicts": {"kind": WHICH, "verdicts": (Verdict(EVIL, "done", (1,)), Verdict(EVIL, "doing"))},
    "figures": {
        "kind": FIGURES,
        "figures": tuple(
            ProvinceFigure(EVIL, EVIL, EVIL, EVIL, EVIL, True, (n,), n) for n in (1, 2)
        ),
        "asked": {"provinces": ("丁" + EVIL,)},
    },
    "contrasts": {"kind": COMPARE, "contrasts": (Contrast(((EVIL, 1), (EVIL, None))),)},
    "analogues": {"kind": SIMILAR, "analogues": (Analogue("乙省", 2, (EVIL,), (EVIL,), (EVIL,)),)},
    "silent": {"kind": SIMILAR, "silent": (EVIL,)},
    "reverse": {
        "kind": SIMILAR,
        "analogues": (Analogue("乙省", 2),),
        "asked": {"provinces": (EVIL,), "is_reverse": True},
    },
    "refusal": {"refusal": Refusal("absent", EVIL)},
    "nearest": {"refusal": Refusal("absent", EVIL), "citations": ()},
    "correction": {"asked": {"corrected": ((EVIL, EVIL),)}},
}


@pytest.mark.parametrize("parts", EVIL_PARTS.values(), ids=EVIL_PARTS)
def test_nothing_from_outside_is_taken_for_html(parts):
    given = answer(EVIL, (EVIL, EVIL), EVIL + "质押", **parts)
    html = said(given, words=["质押", "img", "<b>"], provinces=(EVIL, "丁" + EVIL))
    found = Elements(html)
    assert set(found.tags) <= TAGS
    assert found.attributes <= {"class", "colspan", "href", "id", "style", "title"}
    assert EVIL in found.text


def test_labels_of_columns_are_escaped_too():
    odd = replace(passage(text=EVIL), column=EVIL, column_title=EVIL)
    html = said(answer(citations=(Citation(1, odd, 0, len(EVIL)),)))
    assert set(Elements(html).tags) <= TAGS
    assert Elements(html).text.count(EVIL) == 2
