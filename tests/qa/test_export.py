"""Exports read back with the libraries of their formats, and by LibreOffice where there is one."""

import csv
import io
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest

from index.errors import UsageError
from index.passages import make_passages
from index.records import ACHIEVEMENT, PLAN, TASK, Cell, Hit, Item, Passage
from qa.export import MEDIA_TYPES, NAME_CHARS, export, file_name
from qa.export.markdown import markdown
from qa.export.report import answer_report, hits_report, row_report
from qa.export.rows import HEAD
from qa.export.wording import citation_text
from qa.records import (
    COMPARE,
    DONE,
    FIGURES,
    NOT_MENTIONED,
    OPEN,
    PLANNED,
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

TITLES = {TASK: "工作任务", ACHIEVEMENT: "2016-2017年工作绩效", PLAN: "2018年工作计划"}
PROMISES = "“工作任务”和“工作计划”栏的内容不表示已经完成。"


def passage(province, column, text, row=1, pages=(12,), **changes):
    cell = f"试点_2018/{province}/{row:02}/{column}"
    made = Passage(
        id=f"{cell}/1",
        cell=cell,
        document="试点_2018",
        province=province,
        year="2018",
        column=column,
        column_title=TITLES[column],
        theme="拓宽投融资渠道",
        task="建立补偿机制。",
        tasks=("建立补偿机制。",),
        row=row,
        text=text,
        context="",
        pages=pages,
        lines=(1, 2),
    )
    return replace(made, **changes)


SICHUAN = passage("四川省", ACHIEVEMENT, "设立“知来贷”。规模2亿元；另投1亿元，")
YUNNAN = passage("云南省", PLAN, "2.争取推进设立基金。", pages=(46, 47))
GUIZHOU = passage("贵州省", PLAN, "开展专利保险试点。")
REJECTED = Citation(3, passage("湖南省", ACHIEVEMENT, "投入9999亿元。"), 0, 9)


def question(kind, text="哪些省份设立了基金？"):
    return Question(text, text, kind, "基金")


def whole(n, cited):
    return Citation(n, cited, 0, len(cited.text))


@pytest.fixture
def verdict_answer():
    """Two provinces proven, one silent, one whose only quote was rejected, one hit more."""
    return Answer(
        question(WHICH),
        "逐一核对4个省份，3个提到：\n已做（1个）：四川省[1]\n仅列入计划（1个）：云南省[2]\n在做（1个）：湖南省[3]",
        (Hit(YUNNAN, 2.0, 1), Hit(GUIZHOU, 1.0, 2)),
        (Citation(1, SICHUAN, 0, 8), whole(2, YUNNAN)),
        (
            Verdict("四川省", DONE, (1,)),
            Verdict("云南省", PLANNED, (2,)),
            Verdict("湖南省", DONE, (3,)),
            Verdict("贵州省", NOT_MENTIONED),
        ),
        checked=3,
        rejected=(REJECTED,),
    )


@pytest.fixture
def refusal():
    sentence = "现有文档不包含北京的内容。"
    refused = Refusal("absent", sentence)
    return Answer(question(OPEN, "北京呢"), sentence, (Hit(GUIZHOU, 1.0, 1),), refusal=refused)


@pytest.fixture
def figures():
    """One figure to be compared, one not, one whose quote was rejected."""
    made = (
        ProvinceFigure("四川省", "2亿元", "规模", "2017年", "", True, (1,)),
        ProvinceFigure("云南省", "300万元", "基金", "2018年", "昆明市", False, (2,)),
        ProvinceFigure("湖南省", "9999亿元", "投入", "", "", True, (3,)),
    )
    return Answer(
        question(FIGURES),
        "四川省：2亿元[1]\n云南省：300万元[2]\n湖南省：9999亿元[3]",
        (),
        (whole(1, SICHUAN), whole(2, YUNNAN)),
        figures=made,
        checked=3,
        rejected=(REJECTED,),
    )


def docx(report):
    from docx import Document

    return Document(io.BytesIO(export(report, "docx")))


def xlsx(report):
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(export(report, "xlsx")))


def paragraphs(document):
    return [paragraph.text for paragraph in document.paragraphs]


def grid(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def values(sheet):
    rows = ([cell for cell in row if cell] for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if row]


def comma_rows(report):
    text = export(report, "csv").decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def texts(report):
    """All that a report says, by extension, as its reader gets it."""
    with zipfile.ZipFile(io.BytesIO(export(report, "docx"))) as file:
        document = file.read("word/document.xml").decode("utf-8")
    book = xlsx(report)
    cells = [str(v) for sheet in book for row in values(sheet) for v in row]
    return {
        "docx": document,
        "xlsx": "\n".join(cells),
        "md": export(report, "md").decode("utf-8"),
        "csv": export(report, "csv").decode("utf-8"),
    }


# Citations and names


@pytest.mark.parametrize(
    ("cited", "start", "end", "expected"),
    [
        (
            YUNNAN,
            0,
            11,
            "《试点_2018》云南省“2018年工作计划”栏（工作重点：拓宽投融资渠道），"
            "第46–47页：“2.争取推进设立基金。”",
        ),
        (
            SICHUAN,
            0,
            7,
            "《试点_2018》四川省“2016-2017年工作绩效”栏（工作重点：拓宽投融资渠道），"
            "第12页：“设立‘知来贷’”。",
        ),
        (
            SICHUAN,
            8,
            21,
            "《试点_2018》四川省“2016-2017年工作绩效”栏（工作重点：拓宽投融资渠道），"
            "第12页：“规模2亿元；另投1亿元”。",
        ),
        (
            passage("某省", PLAN, "称“好。”", theme="", document="《关于甲的通知》", pages=()),
            0,
            5,
            "《〈关于甲的通知〉》某省“2018年工作计划”栏：“称‘好。’”",
        ),
        (
            passage("", PLAN, "一\x0b行\n两行", column_title="", theme=""),
            0,
            6,
            "《试点_2018》第12页：“一行两行”。",
        ),
    ],
)
def test_citation_text(cited, start, end, expected):
    assert citation_text(Citation(1, cited, start, end)) == expected


@pytest.mark.parametrize(
    ("title", "extension", "name"),
    [
        ("哪些省份设立了基金？", "docx", "哪些省份设立了基金.docx"),
        ('a<b>c:d"e/f\\g|h?i*j', "md", "a_b_c_d_e_f_g_h_i_j.md"),
        ("  两\t个\n词 . ", ".csv", "两_个_词.csv"),
        ("CON", "xlsx", "策问_CON.xlsx"),
        ("com1.x", "xlsx", "策问_com1.x.xlsx"),
        ("\u202ecod\x00.exe", "md", "cod.exe.md"),
        ("...？", "md", "策问.md"),
        ("", "md", "策问.md"),
        ("基" * 80, "docx", "基" * 55 + ".docx"),
        ("一" * 56 + " 二三", "md", "一" * 56 + ".md"),
    ],
)
def test_file_name(title, extension, name):
    assert file_name(title, extension) == name
    assert len(name) <= NAME_CHARS


def test_an_unknown_format_is_refused(refusal):
    with pytest.raises(UsageError, match="不能导出为“pdf”。可选：docx、xlsx、md、csv。"):
        export(answer_report(refusal), "pdf")


def test_the_libraries_of_the_formats_are_imported_late():
    code = "import sys, qa.export; print({'docx', 'openpyxl', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# What every format holds


@pytest.mark.parametrize("extension", MEDIA_TYPES)
def test_what_was_rejected_is_in_no_format(verdict_answer, figures, extension):
    for answer in (verdict_answer, figures):
        said = texts(answer_report(answer))[extension]
        assert "9999" not in said
        assert "[3]" not in said
        assert "规模2亿元" in texts(answer_report(figures))[extension]


@pytest.mark.parametrize("extension", MEDIA_TYPES)
def test_a_refusal_says_what_was_asked_and_why_and_that_the_nearest_is_no_answer(
    refusal, extension
):
    said = texts(answer_report(refusal))[extension]
    for text in ("北京呢", "现有文档不包含北京的内容。", "开展专利保险试点。", "不是答案"):
        assert text in said


@pytest.mark.parametrize("extension", MEDIA_TYPES)
def test_control_characters_and_lone_surrogates_are_left_out(extension):
    bad = "前\x00\x08\x0b\x0c\x1f\ud800\ufffe后"
    cited = passage("甲省", PLAN, bad, theme=bad, tasks=(bad,), document=bad)
    answer = Answer(question(OPEN, bad), f"“{bad}”[1]", (), (whole(1, cited),), checked=1)
    said = texts(answer_report(answer))[extension]
    assert "前后" in said
    assert not set("\x00\x08\x0b\x0c\x1f\ud800\ufffe") & set(said)


@pytest.mark.parametrize("extension", MEDIA_TYPES)
def test_an_answer_that_found_nothing_says_so(extension):
    report = answer_report(Answer(question(OPEN), "", ()))
    assert "没有找到符合条件的内容。" in texts(report)[extension]


def test_hits_are_numbered_in_order():
    report = hits_report(" 专利\n保险 ", [Hit(GUIZHOU, 2.0, 1), Hit(SICHUAN, 1.0, 2)])
    assert report.facts == (("检索", "专利 保险"), ("结果", "2条"), ("文档", "《试点_2018》"))
    assert [(e.n, e.passage.province, e.role) for e in report.entries] == [
        (1, "贵州省", "检索结果"),
        (2, "四川省", "检索结果"),
    ]
    assert report.notes == ("以上是检索结果，未作判断。", PROMISES)
    assert [row[0] for row in comma_rows(report)] == ["编号", "1", "2"]
    assert xlsx(report).sheetnames == ["说明", "检索结果"]


def test_a_search_without_a_hit_is_exported_too():
    report = hits_report("房价", [])
    assert comma_rows(report)[1:] == [
        ["", "检索", *[""] * 5, "房价", "", "", ""],
        ["", "结果", *[""] * 5, "0条", "", "", ""],
        ["", "", *[""] * 5, "没有找到符合条件的内容。", "", "", ""],
    ]
    assert "没有找到符合条件的内容。" in paragraphs(docx(report))


# Lines and tables


def test_lines_that_rest_on_what_was_rejected_go_with_what_belongs_to_them():
    text = "都提到的：\n甲[1]\n　理由一\n乙[3]\n　理由二\n丙引用“法释[3000]号”[1]\n\n丁[1][3]"
    answer = Answer(question(OPEN), text, (), (whole(1, SICHUAN),), checked=2, rejected=(REJECTED,))
    report = answer_report(answer)
    assert report.said == ("都提到的：", "甲[1]", "　理由一", "丙引用“法释[3000]号”[1]")
    assert report.notes[0] == (
        "引文已逐条与原文核对：2条，其中1条不符，未列入，据此所写的语句也已略去。"
    )


def test_an_answer_of_which_nothing_is_left_says_so():
    answer = Answer(question(OPEN), "乙[3]", (), checked=1, rejected=(REJECTED,))
    assert answer_report(answer).said == ("引文均未通过核对，不作回答。",)


def test_verdicts_by_province(verdict_answer):
    [table] = answer_report(verdict_answer).tables
    assert table.head == ("省份", "情况", "依据")
    assert table.rows == (
        ("四川省", "已做", "[1] 2016-2017年工作绩效，第12页"),
        ("云南省", "仅列入计划", "[2] 2018年工作计划，第46–47页"),
        ("湖南省", "引文未通过核对，不作判断", ""),
        ("贵州省", "材料未提及（不等于没有）", ""),
    )


def test_figures_by_province(figures):
    report = answer_report(figures)
    [table] = report.tables
    assert table.rows == (
        ("四川省", "2亿元", "规模", "2017年", "可比", "[1]"),
        ("云南省", "300万元", "昆明市，基金", "2018年", "口径不同", "[2]"),
    )
    assert report.said == ("四川省：2亿元[1]", "云南省：300万元[2]")
    assert "注明“口径不同”的数字" in report.notes[-1]


def test_analogues_with_what_they_share():
    analogues = (
        Analogue("云南省", 2, ("基金",), ("保险", "试点"), (), "planned"),
        Analogue("湖南省", 3, ("基金",)),
    )
    answer = Answer(
        question(SIMILAR), "云南省[2]", (), (whole(2, YUNNAN),), analogues=analogues, checked=2
    )
    [table] = answer_report(replace(answer, rejected=(REJECTED,))).tables
    assert table.head == ("省份", "情况", "依据", "共同点", "此处另有", "所问做法另有")
    assert table.rows == (("云南省", "计划", "[2]", "基金", "保险、试点", ""),)


def test_the_source_practice_stands_apart_and_a_list_says_what_was_found():
    cited = (whole(1, SICHUAN), whole(2, YUNNAN))
    answer = Answer(
        question(SIMILAR),
        "所问做法：四川省[1]\n云南省[2]\n没有找到类似做法（不等于没有）：湖南省",
        (),
        cited,
        analogues=(Analogue("云南省", 2),),
        checked=2,
    )
    report = answer_report(answer)
    assert [(role, [e.n for e in entries]) for role, entries in report.lists] == [
        ("所问做法", [1]),
        ("类似做法", [2]),
    ]
    text = export(report, "csv").decode("utf-8-sig")
    assert "没有找到类似做法（不等于没有）：湖南省" in text
    assert [row[:3] for row in csv.reader(text.splitlines()) if row[0]] == [
        ["编号", "类别", "省份"],
        ["1", "所问做法", "四川省"],
        ["2", "类似做法", "云南省"],
    ]


def test_contrasts_side_by_side():
    contrasts = (
        Contrast((("四川省", 1), ("云南省", 2), ("湖南省", 1))),
        Contrast((("四川省", None), ("云南省", 2), ("湖南省", 3))),
        Contrast((("四川省", None), ("云南省", None), ("湖南省", 3))),
    )
    cited = (whole(1, SICHUAN), whole(2, YUNNAN))
    answer = Answer(
        question(COMPARE), "", (), cited, contrasts=contrasts, checked=3, rejected=(REJECTED,)
    )
    common, apart = answer_report(answer).tables
    assert (common.title, common.head) == ("都提到的", ("四川省", "云南省", "湖南省"))
    assert common.rows == ((f"{SICHUAN.text}[1]", "2.争取推进设立基金。[2]", f"{SICHUAN.text}[1]"),)
    assert apart.title == "只有部分省份提到的"
    assert apart.rows == (
        (
            "没有提到相近的内容（不等于没有）",
            "2.争取推进设立基金。[2]",
            "引文未通过核对，不作判断",
        ),
    )


def test_many_provinces_side_by_side_are_cited_by_number():
    sides = tuple((f"第{n}省份", n if n == 1 else None) for n in range(1, 6))
    answer = Answer(
        question(COMPARE), "", (), (whole(1, SICHUAN),), contrasts=(Contrast(sides),), checked=1
    )
    [table] = answer_report(answer).tables
    assert table.rows == (("[1]", "未提及", "未提及", "未提及", "未提及"),)


def test_how_the_question_was_taken_is_told():
    asked = replace(question(OPEN), corrected=(("四川生", "四川省"),), columns=(PLAN,))
    answer = Answer(asked, "云南省[1]", (), (whole(1, YUNNAN),), checked=1)
    understood = "按“四川省”查找（原写作“四川生”）；只看“2018年工作计划”一栏"
    assert ("理解", understood) in answer_report(answer).facts


# CSV


def test_csv_has_one_row_a_passage_and_marks_what_is_not_cited(verdict_answer):
    head, *rows = comma_rows(answer_report(verdict_answer))
    assert tuple(head) == HEAD
    assert rows[0] == [
        "1",
        "依据",
        "四川省",
        "2016-2017年工作绩效",
        "拓宽投融资渠道",
        "建立补偿机制。",
        "设立“知来贷”。",
        "设立“知来贷”。规模2亿元；另投1亿元，",
        "第12页",
        "试点_2018",
        "试点_2018/四川省/01/achievement/1",
    ]
    assert rows[1][:3] == ["2", "依据", "云南省"]
    # The number of the rejected citation is not given to another passage.
    assert rows[2][:3] == ["4", "其他相关内容（未用作依据）", "贵州省"]
    assert rows[2][6] == ""
    assert len(rows) == 3


def test_a_refusal_in_csv_begins_with_what_was_asked(refusal):
    rows = comma_rows(answer_report(refusal))
    assert [(row[0], row[1], row[7]) for row in rows[1:]] == [
        ("", "问题", "北京呢"),
        ("", "类型", "未作回答"),
        ("", "文档", "《试点_2018》"),
        ("", "未作回答的原因", "现有文档不包含北京的内容。"),
        ("1", "最接近的内容（不是答案）", "开展专利保险试点。"),
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("＝cmd|'/c calc'!A1", "'＝cmd|'/c calc'!A1"),
        ("+86", "'+86"),
        ("＋86", "'＋86"),
        ("-5%", "'-5%"),
        ("－5%", "'－5%"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("　 =1", "'　 =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("1-2=3", "1-2=3"),
        ('一行，"引"\r\n二行,逗', '一行，"引"\n二行,逗'),
    ],
)
def test_csv_cells_are_never_formulas_and_keep_their_lines(text, cell):
    [_, row] = comma_rows(hits_report("问", [Hit(passage("甲省", PLAN, text), 1.0, 1)]))
    assert row[7] == cell


# Excel


def test_excel_has_one_row_a_passage(verdict_answer):
    sheet = xlsx(answer_report(verdict_answer))["依据"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEAD
    assert rows[1][:8] == (
        1,
        "依据",
        "四川省",
        "2016-2017年工作绩效",
        "拓宽投融资渠道",
        "建立补偿机制。",
        "设立“知来贷”。",
        "设立“知来贷”。规模2亿元；另投1亿元，",
    )
    assert rows[2][6:] == (
        "2.争取推进设立基金。",
        "2.争取推进设立基金。",
        "第46–47页",
        "试点_2018",
        "试点_2018/云南省/01/plan/1",
    )
    assert rows[3][:3] == (4, "其他相关内容（未用作依据）", "贵州省")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:K4")
    assert sheet["H2"].alignment.wrap_text
    assert sheet["H2"].font.name == "宋体"


def test_excel_states_question_answer_and_table(verdict_answer):
    book = xlsx(answer_report(verdict_answer))
    assert book.sheetnames == ["结论", "依据"]
    assert values(book["结论"]) == [
        ["材料问答记录"],
        ["问题", "哪些省份设立了基金？"],
        ["类型", "逐个省份核对"],
        ["文档", "《试点_2018》"],
        ["回答", "逐一核对4个省份，3个提到："],
        ["已做（1个）：四川省[1]"],
        ["仅列入计划（1个）：云南省[2]"],
        ["各省份情况", "省份", "情况", "依据"],
        ["四川省", "已做", "[1] 2016-2017年工作绩效，第12页"],
        ["云南省", "仅列入计划", "[2] 2018年工作计划，第46–47页"],
        ["湖南省", "引文未通过核对，不作判断"],
        ["贵州省", "材料未提及（不等于没有）"],
        ["说明", "引文已逐条与原文核对：3条，其中1条不符，未列入，据此所写的语句也已略去。"],
        [PROMISES],
        ["“未提及”“没有提到”只说明现有文档没有写到，不等于没有做。"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "＝1", "+1", "-1", "@A1", "#N/A", "2018-01-01", "42"])
def test_excel_cells_are_text_whatever_they_say(text):
    book = xlsx(hits_report(text, [Hit(passage("甲省", PLAN, text, theme=text), 1.0, 1)]))
    cell = book["检索结果"]["H2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text[0] in "=＝+-@")
    assert book["检索结果"]["E2"].data_type == "s"
    assert book["说明"]["B2"].data_type == "s"


def test_rows_of_excel_are_as_high_as_their_text():
    report = hits_report(
        "问", [Hit(GUIZHOU, 2.0, 1), Hit(passage("甲省", PLAN, "字" * 230), 1.0, 2)]
    )
    sheet = xlsx(report)["检索结果"]
    assert [sheet.row_dimensions[row].height for row in (2, 3)] == [33.0, 168.0]


# Word


def test_word_reads_in_order(verdict_answer):
    document = docx(answer_report(verdict_answer))
    assert paragraphs(document) == [
        "材料问答记录",
        "问题：哪些省份设立了基金？",
        "类型：逐个省份核对",
        "文档：《试点_2018》",
        "一、回答",
        "逐一核对4个省份，3个提到：",
        "已做（1个）：四川省[1]",
        "仅列入计划（1个）：云南省[2]",
        "二、各省份情况",
        "三、依据",
        "[1] 四川省 · 2016-2017年工作绩效 · 第12页",
        "“设立“知来贷”。”",
        "工作重点：拓宽投融资渠道\n工作任务：建立补偿机制。",
        "[2] 云南省 · 2018年工作计划 · 第46–47页",
        "“2.争取推进设立基金。”",
        "工作重点：拓宽投融资渠道\n工作任务：建立补偿机制。",
        "四、其他相关内容（未用作依据）",
        "[4] 贵州省 · 2018年工作计划 · 第12页",
        "开展专利保险试点。",
        "工作重点：拓宽投融资渠道\n工作任务：建立补偿机制。",
        "五、说明",
        "1．引文已逐条与原文核对：3条，其中1条不符，未列入，据此所写的语句也已略去。",
        f"2．{PROMISES}",
        "3．“未提及”“没有提到”只说明现有文档没有写到，不等于没有做。",
    ]
    [table] = document.tables
    assert grid(table) == [
        ["省份", "情况", "依据"],
        ["四川省", "已做", "[1] 2016-2017年工作绩效，第12页"],
        ["云南省", "仅列入计划", "[2] 2018年工作计划，第46–47页"],
        ["湖南省", "引文未通过核对，不作判断", ""],
        ["贵州省", "材料未提及（不等于没有）", ""],
    ]


def test_numbers_in_word_lead_to_their_citations(verdict_answer):
    from docx.oxml.ns import qn

    body = docx(answer_report(verdict_answer)).element.body
    links = [
        ("".join(text.text for text in link.iter(qn("w:t"))), link.get(qn("w:anchor")))
        for link in body.iter(qn("w:hyperlink"))
    ]
    one, two = ("[1]", "citation_1"), ("[2]", "citation_2")
    assert links == [one, two, one, two]
    marks = [
        (mark.get(qn("w:name")), mark.getnext().text) for mark in body.iter(qn("w:bookmarkStart"))
    ]
    assert marks == [("citation_1", "[1]"), ("citation_2", "[2]"), ("citation_4", "[4]")]


def test_figures_in_word(figures):
    [table] = docx(answer_report(figures)).tables
    assert grid(table) == [
        ["省份", "数字", "范围、事项", "时期", "可比性", "依据"],
        ["四川省", "2亿元", "规模", "2017年", "可比", "[1]"],
        ["云南省", "300万元", "昆明市，基金", "2018年", "口径不同", "[2]"],
    ]


def test_a_short_table_in_word_stands_on_one_page_and_repeats_its_head(figures):
    [table] = docx(answer_report(figures)).tables
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [True, True, None]
    assert [len(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [1, 0, 0]


def test_word_sets_chinese_fonts_language_paper_and_page_numbers(refusal):
    from docx.oxml.ns import qn

    document = docx(answer_report(refusal))
    fonts = {name: document.styles[name].element.rPr.rFonts for name in ("Normal", "Heading 1")}
    assert fonts["Normal"].get(qn("w:eastAsia")) == "宋体"
    assert fonts["Normal"].get(qn("w:ascii")) == "Times New Roman"
    assert fonts["Heading 1"].get(qn("w:eastAsia")) == "黑体"
    assert not [key for font in fonts.values() for key in font.attrib if key.endswith("Theme")]
    [language] = document.styles.element.xpath("w:docDefaults//w:lang")
    assert language.get(qn("w:eastAsia")) == "zh-CN"
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    footer = section.footer._element
    assert [code.text for code in footer.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    properties = document.core_properties
    assert (properties.author, properties.title, properties.comments) == (
        "策问",
        "材料问答记录",
        "",
    )


def test_word_names_the_document_of_each_passage_where_there_are_several():
    other = passage("甲省", TASK, "建立机制。", document="另一份", id="另一份/1")
    report = hits_report("机制", [Hit(GUIZHOU, 2.0, 1), Hit(other, 1.0, 2)])
    said = paragraphs(docx(report))
    assert "文档：《试点_2018》、《另一份》" in said
    # A task is not said to answer itself.
    assert "工作重点：拓宽投融资渠道\n文档：《另一份》" in said


# Markdown


def test_markdown_of_a_refusal(refusal):
    assert (
        markdown(answer_report(refusal))
        == """\
# 材料问答记录

**问题**：北京呢

**类型**：未作回答

**文档**：《试点_2018》

## 未作回答的原因

现有文档不包含北京的内容。

## 最接近的内容（不是答案）

**[1] 贵州省 · 2018年工作计划 · 第12页**

> 开展专利保险试点。

工作重点：拓宽投融资渠道

工作任务：建立补偿机制。

文档：《试点_2018》

## 说明

- 所列内容只是与问题最接近的原文，不是答案。
- “工作任务”和“工作计划”栏的内容不表示已经完成。
"""
    )


def test_markdown_of_an_answer_has_its_text_its_table_and_its_citations(verdict_answer):
    said = markdown(answer_report(verdict_answer))
    assert "\n\n已做（1个）：四川省[1]\n\n" in said
    assert (
        "| 省份 | 情况 | 依据 |\n"
        "| --- | --- | --- |\n"
        "| 四川省 | 已做 | [1] 2016-2017年工作绩效，第12页 |\n"
    ) in said
    assert "**[2] 云南省 · 2018年工作计划 · 第46–47页**\n\n> “2.争取推进设立基金。”\n\n" in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "<b>*粗*</b> `码` [链](x) a|b ~~删~~",
            r"\<b>\*粗\*\</b> \`码\` \[链\](x) a\|b \~\~删\~\~",
        ),
        ("# 题", r"\# 题"),
        ("1. 一", r"1\. 一"),
        ("2.5亿元", "2.5亿元"),
        ("工作_2018 _斜_ &lt;", r"工作_2018 \_斜\_ \&lt;"),
        ("一行\r\n二行", "一行 二行"),
    ],
)
def test_what_markdown_would_act_on_stands_for_itself(text, shown):
    said = markdown(hits_report("问", [Hit(passage("甲省", PLAN, text), 1.0, 1)]))
    assert f"\n> {shown}\n" in said


# A row of the source


def cell(column, texts, tasks=("任务甲。",)):
    items = tuple(
        Item(f"文/某省/01/{column}/{n}", text, (6 + n,), (n, n)) for n, text in enumerate(texts, 1)
    )
    title = TITLES[column]
    return Cell(
        f"文/某省/01/{column}",
        "文",
        "某省",
        "2018",
        "主题",
        "任务甲。",
        column,
        title,
        tasks,
        1,
        items,
    )


@pytest.fixture
def row():
    plan = cell(PLAN, ["计划一。"], ("任务甲。", "任务乙。"))
    return row_report(
        [cell(TASK, ["任务甲。"]), cell(ACHIEVEMENT, ["1.绩效一。", "2.绩效二。"]), plan]
    )


def test_a_row_in_word_stands_side_by_side(row):
    document = docx(row)
    [table] = document.tables
    assert grid(table) == [
        ["工作任务\n（第7页）", "2016-2017年工作绩效\n（第7–8页）", "2018年工作计划\n（第7页）"],
        ["任务甲。", "1.绩效一。\n2.绩效二。", "计划一。"],
    ]
    assert paragraphs(document) == [
        "材料原文摘录",
        "省份：某省",
        "工作重点：主题",
        "工作任务：任务甲。",
        "文档：《文》（第7–8页）",
        "一、原表内容",
        "二、说明",
        "1．“2018年工作计划”一格在原表中由2项工作任务共用：任务甲；任务乙。",
        f"2．{PROMISES}",
    ]


def test_a_row_in_sheets_has_one_row_an_item(row):
    rows = comma_rows(row)
    assert [(r[0], r[3], r[5], r[7]) for r in rows[1:]] == [
        ("1", "工作任务", "任务甲。", "任务甲。"),
        ("2", "2016-2017年工作绩效", "任务甲。", "1.绩效一。"),
        ("3", "2016-2017年工作绩效", "任务甲。", "2.绩效二。"),
        ("4", "2018年工作计划", "任务甲。\n任务乙。", "计划一。"),
    ]
    assert [r[7] for r in xlsx(row)["原文"].iter_rows(values_only=True, min_row=2)] == [
        "任务甲。",
        "1.绩效一。",
        "2.绩效二。",
        "计划一。",
    ]


def test_a_row_in_markdown_is_a_table(row):
    assert "| 任务甲。 | 1.绩效一。<br>2.绩效二。 | 计划一。 |" in markdown(row)


def test_every_item_of_the_bundled_document_comes_back_from_a_row(document):
    key = ("province", "row")
    first = document.cells[0]
    cells = [c for c in document.cells if all(getattr(c, k) == getattr(first, k) for k in key)]
    expected = [p.text for p in make_passages(cells)]
    [table] = docx(row_report(cells)).tables
    assert "\n".join(grid(table)[1]).split("\n") == expected
    assert [row[7] for row in comma_rows(row_report(cells))[1:]] == expected


# LibreOffice


def test_libreoffice_opens_what_is_exported(
    office, verdict_answer, refusal, figures, row, tmp_path
):
    reports = {
        "verdicts": answer_report(verdict_answer),
        "refusal": answer_report(refusal),
        "figures": answer_report(figures),
        "row": row,
        "hostile": hits_report("=1\x00", [Hit(passage("<&>\x0b", PLAN, "=1\x1f<w:p/>"), 1.0, 1)]),
    }
    for extension in ("docx", "xlsx"):
        folder = tmp_path / extension
        folder.mkdir()
        for name, report in reports.items():
            (folder / f"{name}.{extension}").write_bytes(export(report, extension))
        office(folder, "pdf", *folder.glob(f"*.{extension}"))
        for name in reports:
            assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF-")


def test_libreoffice_reads_the_same_words(office, verdict_answer, tmp_path):
    report = answer_report(verdict_answer)
    for extension in ("docx", "xlsx"):
        (tmp_path / f"a.{extension}").write_bytes(export(report, extension))
    office(tmp_path, "txt:Text (encoded):UTF8", tmp_path / "a.docx")
    office(
        tmp_path,
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
        tmp_path / "a.xlsx",
    )
    lines = (tmp_path / "a.txt").read_text(encoding="utf-8-sig").splitlines()
    for line in (
        "已做（1个）：四川省[1]",
        "“2.争取推进设立基金。”",
        "[4] 贵州省 · 2018年工作计划 · 第12页",
    ):
        assert line in lines
    with (tmp_path / "a-依据.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == comma_rows(report)
