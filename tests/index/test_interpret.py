"""Parts made by hand → cells: columns, labels, provinces, years, sections; nothing lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SourceError, UnbalancedText
from index.readers import drafts
from index.readers.interpret import read_parts
from index.readers.parts import Furniture, Grid, Paragraph, Spot
from index.records import ACHIEVEMENT, PLAN, TASK, TEXT
from tests.made.parts import grid, paragraphs, parts_of

HEAD = ("工作重点", "工作任务", "2021年工作成绩", "2022年工作计划")


def read(*parts, name="表"):
    return read_parts(name, parts)


def cells(document, *fields):
    """The named fields of every cell and the texts of its items."""
    return [
        (*(getattr(cell, field) for field in fields), [item.text for item in cell.items])
        for cell in document.cells
    ]


@pytest.mark.parametrize("merged", [True, False])
def test_the_bundled_documents_cells_come_back_exactly(document, merged):
    subject = "2016-2017年知识产权工作绩效和2018年工作计划"
    again = read_parts(document.name, list(parts_of(document.cells, subject, merged)))

    def bare(cell):
        items = tuple(replace(item, pages=(), lines=(0, 0)) for item in cell.items)
        return replace(cell, items=items)

    assert list(map(bare, again.cells)) == list(map(bare, document.cells))
    assert again.pages == ()
    assert again.ledger.missing == 0 and again.ledger.cells == document.ledger.cells
    assert again.intake.tables == 11


def test_theme_and_task_label_a_row_and_a_merged_plan_answers_all_its_tasks():
    document = read(
        Paragraph("安徽省2021年工作成绩和2022年工作计划", 0, Spot()),
        grid(
            HEAD,
            ("甲重点", "任务一。", "1.已办。\n2.已成。", "1.再办。\n2.再成。"),
            ("↑", "任务二。", "已二。", "↑"),
            ("乙重点", "任务三。", "已三。", None),
        ),
    )
    assert cells(document, "id", "year", "theme", "task", "tasks") == [
        ("表/安徽省/01/task", "2021-2022", "甲重点", "任务一。", ("任务一。",), ["任务一。"]),
        ("表/安徽省/01/achievement", "2021", "甲重点", "任务一。", ("任务一。",), ["1.已办。", "2.已成。"]),
        ("表/安徽省/01/plan", "2022", "甲重点", "任务一。", ("任务一。", "任务二。"), ["1.再办。", "2.再成。"]),
        ("表/安徽省/02/task", "2021-2022", "甲重点", "任务二。", ("任务二。",), ["任务二。"]),
        ("表/安徽省/02/achievement", "2021", "甲重点", "任务二。", ("任务二。",), ["已二。"]),
        ("表/安徽省/03/task", "2021-2022", "乙重点", "任务三。", ("任务三。",), ["任务三。"]),
        ("表/安徽省/03/achievement", "2021", "乙重点", "任务三。", ("任务三。",), ["已三。"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ([("重点任务", "主要措施", "完成情况")],
         [(TASK, "重点任务"), (TASK, "主要措施"), (ACHIEVEMENT, "完成情况")]),
        ([("序号", "工作任务", "任务进展", "下一步工作措施")],
         [(TASK, "工作任务"), (ACHIEVEMENT, "任务进展"), (PLAN, "下一步工作措施")]),
        ([("任务", "2025年成效", "2026年计划", "责任单位")],
         [(TASK, "任务"), (ACHIEVEMENT, "2025年成效"), (PLAN, "2026年计划"), (TEXT, "责任单位")]),
        ([("项目编号", "检测项目", "检测方法")],
         [(TEXT, "项目编号"), (TEXT, "检测项目"), (TEXT, "检测方法")]),
        # Two header rows: a title over two columns, and one that reaches down.
        ([("任务", "2025年", "←"), ("↑", "进展", "下一步安排")],
         [(TASK, "任务"), (ACHIEVEMENT, "2025年进展"), (PLAN, "2025年下一步安排")]),
        # Two columns of one meaning are kept apart.
        ([("任务", "2024年成效", "2025年成效")],
         [(TASK, "任务"), (ACHIEVEMENT, "2024年成效"), (ACHIEVEMENT, "2025年成效")]),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_titles(header, columns):
    body = [f"内容{n}。" for n in range(len(header[0]))]
    document = read(grid(*header, body))
    shown = len(body) - len(columns)
    assert cells(document, "column", "column_title") == [
        (*column, [text]) for column, text in zip(columns, body[shown:], strict=True)
    ]
    assert len({cell.id for cell in document.cells}) == len(columns)
    assert document.ledger.missing == 0


def test_the_second_column_of_one_meaning_has_an_id_of_its_own():
    document = read(grid(("任务", "2024年成效", "2025年成效"), ("甲。", "乙。", "丙。")))
    assert [(cell.id, cell.year) for cell in document.cells] == [
        ("表/全国/01/task", ""),
        ("表/全国/01/achievement", "2024"),
        ("表/全国/01/achievement2", "2025"),
    ]


def test_a_province_column_gives_each_row_its_province():
    document = read(
        grid(
            ("地区", "工作任务", "完成情况"),
            ("上海", "任务甲。", "沪一。"),
            ("↑", "任务乙。", "沪二。"),
            ("江苏省", "任务甲。", "苏一。"),
            (None, "任务乙。", "苏二。"),
            ("合肥市", "任务甲。", "皖一。"),
        )
    )
    assert [
        (cell.province, cell.row, cell.items[0].text)
        for cell in document.cells
        if cell.column == ACHIEVEMENT
    ] == [
        ("上海市", 1, "沪一。"), ("上海市", 2, "沪二。"),
        ("江苏省", 1, "苏一。"), ("江苏省", 2, "苏二。"),
        ("安徽省", 1, "皖一。"),
    ]  # fmt: skip
    # A city says more than its province, so it is kept.
    assert [c.items[0].text for c in document.cells if c.column == TEXT] == ["合肥市"]
    assert document.ledger.labels == len("上海江苏省")


def test_a_column_titled_like_a_place_that_holds_none_is_text():
    document = read(grid(("单位", "完成情况"), ("甲公司", "已办。"), ("乙公司", "已成。")))
    assert cells(document, "province", "column", "task") == [
        ("全国", TEXT, "甲公司", ["甲公司"]),
        ("全国", ACHIEVEMENT, "甲公司", ["已办。"]),
        ("全国", TEXT, "乙公司", ["乙公司"]),
        ("全国", ACHIEVEMENT, "乙公司", ["已成。"]),
    ]


def test_rows_that_a_provinces_name_opens_belong_to_it():
    document = read(
        grid(
            ("文件名", "字数"),
            ("上海市出行办法", "10"),
            ("河南省数据条例", "20"),
            ("数据条例", "30"),
        ),
        name="清单",
    )
    assert cells(document, "province", "row", "column_title", "task") == [
        ("上海市", 1, "文件名", "上海市出行办法", ["上海市出行办法"]),
        ("上海市", 1, "字数", "上海市出行办法", ["10"]),
        ("河南省", 1, "文件名", "河南省数据条例", ["河南省数据条例"]),
        ("河南省", 1, "字数", "河南省数据条例", ["20"]),
        ("全国", 1, "文件名", "数据条例", ["数据条例"]),
        ("全国", 1, "字数", "数据条例", ["30"]),
    ]


def test_a_long_paragraph_that_is_styled_as_a_heading_is_text():
    said = "这一段排成了标题的样式，却是正文，不能丢在标题里。" * 6
    document = read(Paragraph("总则", 1, Spot()), Paragraph(said, 2, Spot()), name="办法")
    assert cells(document, "theme") == [("总则", [said])]


def test_a_year_column_gives_each_row_its_year():
    document = read(
        grid(("年份", "任务", "完成情况"), ("2023", "甲。", "乙。"), ("2024年", "丙。", "丁。"))
    )
    assert [cell.year for cell in document.cells] == ["2023", "2023", "2024", "2024"]


def test_several_provinces_in_one_sheet_each_under_its_title():
    document = read(
        grid(
            ("江苏省2023年工作成绩和2024年计划", "←", "←"),
            ("任务", "工作成绩", "工作计划"),
            ("甲。", "乙。", "丙。"),
            ("浙江省2023年工作成绩和2024年计划", "←", "←"),
            ("任务", "工作成绩", "工作计划"),
            ("丁。", "戊。", "己。"),
            name="汇总",
        )
    )
    assert [(c.province, c.row, c.year, c.items[0].text) for c in document.cells] == [
        ("江苏省", 1, "2023-2024", "甲。"), ("江苏省", 1, "2023-2024", "乙。"), ("江苏省", 1, "2023-2024", "丙。"),
        ("浙江省", 1, "2023-2024", "丁。"), ("浙江省", 1, "2023-2024", "戊。"), ("浙江省", 1, "2023-2024", "己。"),
    ]  # fmt: skip
    assert document.cells[1].items[0].place == "汇总!B3"
    assert document.intake.tables == 2


def test_a_line_over_all_columns_is_a_theme_a_sentence_there_a_note():
    document = read(
        grid(
            ("任务", "进展", "计划"),
            ("一、改革创新", "←", "←"),
            ("甲。", "乙。", "丙。"),
            ("二、成果转化", "←", "←"),
            ("丁。", "戊。", "己。"),
            ("注：以上数据截至年底。", "←", "←"),
        )
    )
    assert [(c.theme, c.column_title, c.task, c.items[0].text) for c in document.cells] == [
        ("一、改革创新", "任务", "甲。", "甲。"),
        ("一、改革创新", "进展", "甲。", "乙。"),
        ("一、改革创新", "计划", "甲。", "丙。"),
        ("二、成果转化", "任务", "丁。", "丁。"),
        ("二、成果转化", "进展", "丁。", "戊。"),
        ("二、成果转化", "计划", "丁。", "己。"),
        ("二、成果转化", "表注", "", "注：以上数据截至年底。"),
    ]


def test_a_table_without_titles_is_kept_row_by_row():
    long = "这里是一段很长的文字，说明这一行讲的是什么事情，它不是栏目名。"
    document = read(grid((long, "甲。"), ("乙。", "丙。")))
    assert cells(document, "column", "column_title", "row") == [
        (TEXT, "第1列", 1, [long]),
        (TEXT, "第2列", 1, ["甲。"]),
        (TEXT, "第1列", 2, ["乙。"]),
        (TEXT, "第2列", 2, ["丙。"]),
    ]


def test_a_table_goes_on_under_the_header_of_the_one_before():
    head, more = grid(("任务", "进展"), ("甲。", "乙。")), grid(("丙。", "丁。"))
    document = read(head, more)
    assert cells(document, "row", "column_title") == [
        (1, "任务", ["甲。"]), (1, "进展", ["乙。"]), (2, "任务", ["丙。"]), (2, "进展", ["丁。"]),
    ]  # fmt: skip
    apart = read(head, Paragraph("另有一事，与此无关。", 0, Spot()), more)
    assert apart.cells[-1].column_title == "第2列"


def test_a_header_printed_again_is_no_row():
    document = read(grid(("任务", "进展"), ("甲。", "乙。"), ("任务", "进展"), ("丙。", "丁。")))
    assert [cell.row for cell in document.cells] == [1, 1, 2, 2]
    assert document.ledger.repeated == 4


def test_a_frame_around_paragraphs_is_no_table():
    document = read(grid(("第一段。\n第二段。",), ("第三段。",)))
    assert cells(document, "column", "column_title") == [
        (TEXT, "正文", ["第一段。", "第二段。", "第三段。"])
    ]
    assert document.intake.tables == 0


# Provinces and years.

ROW = grid(("任务", "进展"), ("甲。", "乙。"))


@pytest.mark.parametrize(
    ("name", "above", "province", "year"),
    [
        (
            "长江经济带",
            ["安徽省2016-2017年知识产权工作绩效和2018年工作计划"],
            "安徽省",
            "2016-2018",
        ),
        ("2025年汇总", ["安徽省知识产权工作情况"], "安徽省", "2025"),
        ("四川省2024年任务表", [], "四川省", "2024"),
        ("【四川】任务表", [], "四川省", ""),
        ("2025年北京市政府工作报告", ["附件1 重点任务分解表"], "北京市", "2025"),
        ("任务表", ["阿坝州人民政府办公室文件"], "四川省", ""),
        ("任务表", ["二〇二四年重点任务"], "全国", "2024"),
        ("任务表", ["上海、江苏工作情况"], "全国", ""),
        # A document of one province: others it only speaks of change nothing, but a bare name does.
        ("2025年北京市政府工作报告", ["天津市对口协作工作情况"], "北京市", "2025"),
        ("2025年北京市政府工作报告", ["天津市"], "天津市", "2025"),
        ("2025年北京市政府工作报告", ["河北省2023年"], "河北省", "2023"),
    ],
)
def test_where_and_when_a_table_belongs(name, above, province, year):
    document = read(*paragraphs(*above), ROW, name=name)
    assert {(cell.province, cell.year) for cell in document.cells} == {(province, year)}
    assert document.ledger.missing == 0


def test_a_sheets_name_gives_province_and_year():
    sheets = [replace(ROW, name=name) for name in ("安徽省", "江苏2023年", "Sheet3")]
    document = read(*sheets)
    assert list(dict.fromkeys((c.province, c.year) for c in document.cells)) == [
        ("安徽省", ""),
        ("江苏省", "2023"),
        ("全国", ""),
    ]


def test_headings_give_the_provinces_of_a_document_of_several():
    document = read(
        Paragraph("各省工作情况汇编", 1, Spot()),
        Paragraph("上海市", 2, Spot()),
        Paragraph("2023年工作总结", 3, Spot()),
        Paragraph("沪一。", 0, Spot()),
        Paragraph("江苏省", 2, Spot()),
        Paragraph("2024年工作安排", 3, Spot()),
        Paragraph("苏一。", 0, Spot()),
        name="汇编",
    )
    assert cells(document, "province", "year", "theme", "column", "column_title") == [
        ("上海市", "2023", "2023年工作总结", ACHIEVEMENT, "2023年工作总结", ["沪一。"]),
        ("江苏省", "2024", "2024年工作安排", PLAN, "2024年工作安排", ["苏一。"]),
    ]


# Documents without tables.


def report(*texts, name="2025年安徽省政府工作报告"):
    return read(*paragraphs(*texts), name=name)


def test_a_work_report_looks_back_and_ahead():
    document = report(
        "2025年安徽省政府工作报告",
        "来源：某报",
        "各位代表：",
        "一、2024年工作回顾",
        "过去一年成绩很大。",
        "（一）经济稳步前行。全年增长百分之五。产业升级。",
        "创新加快。",
        "二、2025年工作安排",
        "（一）着力扩大内需",
        "办好实事。",
        "今年还要修路。",
        "三、加强政府自身建设",
        "从严治政。",
    )
    assert cells(document, "province", "year", "theme", "task", "column", "column_title") == [
        ("安徽省", "2025", "2025年安徽省政府工作报告", "", TEXT, "正文", ["各位代表："]),
        ("安徽省", "2024", "2024年工作回顾", "", ACHIEVEMENT, "2024年工作回顾", ["过去一年成绩很大。"]),
        ("安徽省", "2024", "2024年工作回顾", "经济稳步前行", ACHIEVEMENT, "2024年工作回顾",
         ["（一）经济稳步前行。全年增长百分之五。产业升级。", "创新加快。"]),
        ("安徽省", "2025", "2025年工作安排", "着力扩大内需", PLAN, "2025年工作安排",
         ["办好实事。", "今年还要修路。"]),
        ("安徽省", "2025", "加强政府自身建设", "", TEXT, "加强政府自身建设", ["从严治政。"]),
    ]  # fmt: skip
    assert document.intake.passed_over == (("标题", 55), ("转载来源", 5))
    assert document.ledger.furniture == len("来源：某报")


def test_headings_without_numbers_are_headings_by_their_words():
    document = report(
        "2024年工作回顾", "已办一事。", "2025年工作安排建议", "拟办一事。", "名词解释", "1.新词。"
    )
    assert [(c.theme, c.column) for c in document.cells] == [
        ("2024年工作回顾", ACHIEVEMENT), ("2025年工作安排建议", PLAN), ("名词解释", TEXT),
    ]  # fmt: skip


def test_a_heading_that_tells_nothing_is_told_by_its_opening():
    document = report(
        "一、牢记嘱托开新局",
        "2024年是不平凡的一年。",
        "一年来，我们主要做了这些工作。",
        "二、踔厉奋发再出发",
        "全省主要预期目标是增长百分之五。",
        "三、为民服务守初心",
        "廉洁从政。",
    )
    assert [(c.column, c.year) for c in document.cells] == [
        (ACHIEVEMENT, "2024"), (PLAN, "2025"), (TEXT, "2025"),
    ]  # fmt: skip


def test_years_work_is_told_from_the_documents_year():
    document = report("一、关于2024年工作", "已办。", "二、关于2025年工作", "拟办。")
    assert [(c.column, c.year) for c in document.cells] == [
        (ACHIEVEMENT, "2024"),
        (PLAN, "2025"),
    ]


def test_numbers_that_begin_again_in_an_appendix_lie_below_its_title():
    document = report(
        "一、2024年工作回顾", "已办。", "附件1", "2025年十件民生实事", "一、稳定就业", "就业一百人。", "二、扶老", "建十所院。",
    )  # fmt: skip
    assert [(c.theme, c.task, c.column) for c in document.cells[1:]] == [
        ("2025年十件民生实事", "稳定就业", PLAN),
        ("2025年十件民生实事", "扶老", PLAN),
    ]


def test_points_of_a_list_are_no_headings():
    document = read(
        *paragraphs("第一章 总则", "有下列情形之一的：", "（一）法律变化；", "（二）职能变化；", "（三）其他", "第二章 附则", "自印发之日起施行。"),
        name="办法",
    )  # fmt: skip
    assert cells(document, "theme", "task") == [
        ("总则", "", ["有下列情形之一的：", "（一）法律变化；", "（二）职能变化；", "（三）其他"]),
        ("附则", "", ["自印发之日起施行。"]),
    ]


def test_a_notice_takes_its_province_from_its_issuer_and_its_year_from_its_number():
    document = read(
        *paragraphs("【法宝引证码】 某号", "关于印发数据管理办法的通知", "州府办发〔2021〕21号", "各县人民政府：", "现印发给你们。", "阿坝州人民政府办公室", "一、总则", "管好数据。"),
        name="通知",
    )  # fmt: skip
    assert {(c.province, c.year) for c in document.cells} == {("四川省", "2021")}


def test_what_the_whole_country_issues_belongs_to_no_province():
    document = read(
        *paragraphs("国务院办公厅文件", "各省、自治区、直辖市：", "抓好落实。"), name="通知"
    )
    assert {c.province for c in document.cells} == {"全国"}


# Accounts.


def test_furniture_is_accounted_for_by_kind():
    document = read(
        Furniture("header", "内部资料"),
        Paragraph("正文一段。", 0, Spot(pages=(3,))),
        Furniture("page_number", "3"),
        Furniture("bold_copy", "粗粗粗"),
        Furniture("repeated", "表头"),
        Paragraph("正文二段。", 0, Spot(pages=(4,))),
    )
    ledger = document.ledger
    assert (ledger.total, ledger.cells) == (20, 10)
    assert (ledger.furniture, ledger.page_numbers, ledger.bold_copies, ledger.repeated) == (
        4,
        1,
        3,
        2,
    )
    assert (ledger.missing, document.pages) == (0, (3, 4))
    assert document.intake.passed_over == (
        ("页眉页脚", 4),
        ("页码", 1),
        ("粗体重影", 3),
        ("跨页重印", 2),
    )


def test_invisible_characters_reach_no_cell():
    document = read(Paragraph("甲\u200b乙\x00丙\x0b丁。", 0, Spot()))
    assert document.cells[0].items[0].text == "甲乙丙丁。"


@pytest.mark.parametrize(
    "parts",
    [[], paragraphs("————", "……"), [grid((None, None), (None, None))], [Grid("空", ())]],
)
def test_nothing_to_read_is_said(parts):
    with pytest.raises(SourceError, match="没有可以检索的文字"):
        read(*parts)


def test_a_header_alone_is_said():
    with pytest.raises(SourceError, match="没有正文"):
        read(grid(("任务", "进展")))


def test_a_title_alone_is_the_text():
    assert cells(read(*paragraphs("关于某事的通知"))) == [(["关于某事的通知"],)]


def test_a_lost_character_is_refused(monkeypatch):
    whole = drafts.close_gaps
    monkeypatch.setattr(drafts, "close_gaps", lambda text: whole(text)[:-1])
    with pytest.raises(UnbalancedText, match="丢失2字，多出0字"):
        read(ROW)


def test_every_character_goes_somewhere_whatever_the_parts():
    parts = [
        *paragraphs("某省工作方案", "一、总体要求", "（一）甲。乙。", "1.丙", "丁", "（1）戊；"),
        Furniture("未知", "###"),
        grid(("序号", "任务", None), ("1", "甲\n乙", "丙"), (None, None, "丁"), ("合计", "←", "2")),
        *paragraphs("附件", "名单", "张三、李四。"),
        grid(("仅", "一行")),
    ]
    document = read(*parts)
    held = Counter(c for cell in document.cells for item in cell.items for c in item.text)
    assert document.ledger.missing == 0
    assert held["丁"] == 2 and held["戊"] == 1 and held["四"] == 1


TEXTS = st.sampled_from(
    ["一、总体要求", "（一）甲。乙。", "1.丙", "丁", "附件", "2024年工作回顾", "安徽省", "序号", "任务", "进展", "2025年计划",
     "地区", "江苏", "合肥市", "1", "注：某", "某省工作方案", "来源：某报", "长" * 130, "甲\n乙", "省份", "年份", "2024", "  ", ""]
)  # fmt: skip
GRIDS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(TEXTS, st.just("↑"), st.just("←")), min_size=width, max_size=width),
        min_size=1,
        max_size=6,
    )
)
PARTS = st.lists(
    st.one_of(
        st.builds(Paragraph, TEXTS, st.integers(0, 3), st.just(Spot())),
        st.builds(lambda rows: grid(*_legal(rows)), GRIDS),
        st.builds(Furniture, st.sampled_from(["header", "page_number", "mark"]), TEXTS),
    ),
    max_size=12,
)


def _legal(rows):
    """Rows whose marks of merging have something to go on from, in one direction only."""
    legal = [list(row) for row in rows]
    for r, row in enumerate(legal):
        for c, text in enumerate(row):
            above = r > 0 and (c + 1 == len(row) or row[c + 1] != "←") and legal[r - 1][c] != "←"
            wide_above = r > 0 and c + 1 < len(row) and legal[r - 1][c + 1] == "←"
            if (text == "↑" and (not above or wide_above)) or (
                text == "←" and (c == 0 or row[c - 1] == "↑")
            ):
                row[c] = "乙"
    return legal


@settings(max_examples=300, deadline=None)
@given(PARTS)
def test_no_character_is_lost_or_invented(parts):
    try:
        document = read(*parts)
    except UnbalancedText:
        raise
    except SourceError:
        return
    assert document.ledger.missing == 0
    ids = [item.id for cell in document.cells for item in cell.items]
    assert len(ids) == len(set(ids))
    assert all(item.text for cell in document.cells for item in cell.items)
