"""The reader of extracted tables, on tables printed for the purpose and on the bundled document."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from index.bundled import bundled_documents
from index.errors import SourceError, UnbalancedText
from index.knowledge import load_column_names
from index.readers import extracted
from index.readers.extracted import read_extracted
from index.records import ACHIEVEMENT, PLAN, TASK, Document
from index.text import squeeze
from tests.conftest import GOLDEN
from tests.damage import PrintedRow, Printer, Writer

THEME = "推进知识产权领域的改革创新"


def read(text: str) -> Document:
    return read_extracted("表", text, load_column_names())


def texts(document: Document, province: str, column: str) -> list[list[str]]:
    return [
        [item.text for item in cell.items]
        for cell in document.cells
        if (cell.province, cell.column) == (province, column)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_printed_tables_come_back(seed):
    """Whatever is printed is read back: item by item, under its province, theme, task and column."""
    draw = random.Random(seed)
    writer = Writer(seed)
    provinces = {
        name: writer.rows() for name in draw.sample(["甲省", "乙市", "内蒙古自治区", "丁省"], k=3)
    }
    printer = Printer(
        seed,
        achievement_width=draw.randint(46, 60),
        plan_width=draw.randint(22, 36),
        page_lines=draw.randint(14, 40),
    )
    document = read(printer.document(provinces))
    for name, rows in provinces.items():
        assert texts(document, name, TASK) == [[row.task] for row in rows]
        assert texts(document, name, ACHIEVEMENT) == [list(row.achievement) for row in rows]
        assert texts(document, name, PLAN) == [list(row.plan) for row in rows]
        themes = [c.theme for c in document.cells if (c.province, c.column) == (name, TASK)]
        assert themes == [row.theme for row in rows]
    assert document.ledger.missing == 0


def long(text: str, size: int) -> str:
    return (text * size)[: size - 1] + "。"


def test_shared_plans_name_all_their_tasks():
    rows = [
        PrintedRow(THEME, long("甲任务", 20), (long("甲成绩", 80),), ("1." + long("计划一", 50),)),
        PrintedRow(THEME, long("乙任务", 20), (long("乙成绩", 80),), ("2." + long("计划二", 50),)),
        PrintedRow(THEME, long("丙任务", 20), (long("丙成绩", 80),)),
    ]
    document = read(Printer(1, page_lines=100).document({"甲省": rows}))
    plans = [cell for cell in document.cells if cell.column == PLAN]
    assert [[item.text for item in plan.items] for plan in plans] == [
        [rows[0].plan[0], rows[1].plan[0]]
    ]
    assert plans[0].tasks == tuple(row.task for row in rows)
    assert plans[0].task == rows[0].task


def test_a_plan_that_starts_anew_is_a_cell_of_its_own():
    rows = [
        PrintedRow(THEME, long("甲任务", 20), (long("甲成绩", 80),), ("1." + long("计划一", 50),)),
        PrintedRow(THEME, long("乙任务", 20), (long("乙成绩", 80),), ("1." + long("计划二", 50),)),
    ]
    document = read(Printer(1, page_lines=100).document({"甲省": rows}))
    plans = [cell.tasks for cell in document.cells if cell.column == PLAN]
    assert plans == [(rows[0].task,), (rows[1].task,)]


def test_genuine_repetition_survives():
    achievement = long("天天向上，常常好好，88888888件", 80)
    row = PrintedRow(THEME, "研究研究" * 5 + "。", (achievement,), (long("计划", 50),))
    document = read(Printer(3).document({"甲省": [row]}))
    assert texts(document, "甲省", ACHIEVEMENT) == [[achievement]]
    assert texts(document, "甲省", TASK) == [[row.task]]


def test_pages_and_lines_are_the_printed_ones():
    row = PrintedRow(THEME, long("甲任务", 20), (long("甲成绩", 500),), (long("计划", 50),))
    text = Printer(2, page_lines=10, first_page=7).document({"甲省": [row, row]})
    document = read(text.replace("\n\n", "\n \n"))
    achievement = next(cell for cell in document.cells if cell.column == ACHIEVEMENT)
    first, last = achievement.items[0].lines
    lines = text.split("\n")
    assert squeeze(achievement.items[0].text).startswith(squeeze(lines[first - 1]))
    assert squeeze(achievement.items[0].text).endswith(squeeze(lines[last - 1]))
    assert len(achievement.items[0].pages) > 1


@pytest.mark.parametrize("form", [" {}", "- {} -", "第{}页", "  {}  "])
def test_page_numbers_in_front_of_a_title_are_page_numbers(form):
    rows = {
        name: [PrintedRow(THEME, long(f"{name}任务", 20), (long("成绩", 80),), (long("计划", 50),))]
        for name in ("甲省", "乙省")
    }
    plain = Printer(1, page_lines=100, first_page=7).document(rows)
    title = plain.index(" 乙省")
    numbered = plain[:title] + form.format(7) + "\n\n" + plain[title:]
    document, without = read(numbered), read(plain)
    assert _content(document) == _content(without)
    assert document.pages == (7, 8)
    above = read(form.format(6) + "\n\n" + plain)
    assert (_content(above), above.pages) == (_content(without), (7, 8))


def test_a_printed_number_sets_the_pages_of_its_own_table(corpus_text):
    """Provinces cut out of the middle: the pages between them do not count."""
    lines = corpus_text.split("\n")
    starts = [i for i, line in enumerate(lines) if line.startswith(" ") and "工作绩效及" in line]
    shanghai, hunan = lines[: starts[1]], lines[starts[6] : starts[7]]
    document = read("\n".join([*shanghai, *hunan]) + "\n")
    pages = {
        name: (cells[0].items[0].pages[0], cells[-1].items[-1].pages[-1])
        for name in ("上海市", "湖南省")
        for cells in [[c for c in document.cells if c.province == name]]
    }
    assert pages == {"上海市": (2, 5), "湖南省": (30, 32)}


@pytest.mark.parametrize(
    "odd", ["XXXX 公司完成改制，AAAA 级企业", "AAAA", "————", "…………", "天天天天"]
)
def test_what_only_looks_overprinted_stays_as_it_is(odd):
    achievement = (long("甲成绩", 40) + odd + "。",)
    row = PrintedRow(THEME, long("甲任务", 20), achievement, (long("计划", 50),))
    text = Printer(1, achievement_width=52).document({"甲省": [row]})
    # The odd words on a line of their own, as a narrow column may break them.
    text = text.replace(odd, f"\n\n{odd}\n\n")
    document = read(text)
    held = "".join(item.text for cell in document.cells for item in cell.items)
    assert squeeze(odd) in squeeze(held)
    assert texts(document, "甲省", TASK) == [[row.task]]


def test_a_province_that_comes_twice_has_different_ids():
    rows = [PrintedRow(THEME, long("甲任务", 20), (long("甲成绩", 80),), (long("计划", 50),))]
    once = Printer(1).document({"甲省": rows})
    other = Printer(2).document({"乙省": rows})
    ids = [item.id for c in read(once + other + once).cells for item in c.items]
    assert len(ids) == len(set(ids)) == 9


def test_a_lost_character_is_refused(monkeypatch, corpus_text):
    whole = extracted.read_items

    def losing(cell_id, lines):
        return whole(cell_id, lines[:-1] or lines)

    monkeypatch.setattr(extracted, "read_items", losing)
    with pytest.raises(UnbalancedText, match=r"丢失\d+字"):
        read(corpus_text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("这是一封信。\n没有表格。\n", "没有找到表头行"),
        ("姓名姓名姓名姓名    年龄年龄年龄年龄    住址住址住址住址    \n\n张三 \n", "没有标题行"),
    ],
)
def test_a_table_of_something_else_is_refused(text, says):
    with pytest.raises(SourceError, match=says):
        read(text)


@pytest.mark.parametrize(
    "header",
    [
        ("工作重点", "负责单位", "2021年工作成绩", "2023年工作计划"),
        ("工作重点", "工作任务", "2023年工作计划", "2021年工作成绩"),
        ("工作重点", "工作任务", "责任单位", "2021年工作成绩", "2023年工作计划"),
        ("工作重点", "工作任务", "2021年工作成绩", "2022年工作成绩"),
    ],
)
def test_a_table_of_other_columns_is_refused(header):
    row = PrintedRow(THEME, long("甲任务", 20), (long("甲成绩", 80),), (long("计划", 50),))
    printer = Printer(1, header=header)
    with pytest.raises(
        SourceError, match=r"甲省的表头是“工作重点、.*应当依次是：工作重点、工作任务"
    ):
        read(printer.document({"甲省": [row]}))


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.77, 0.9])
def test_a_truncated_text_is_refused(corpus_text, share):
    lines = corpus_text.split("\n")
    cut = next(
        i
        for i in range(int(len(lines) * share), len(lines))
        if lines[i].strip() and lines[i][-1] not in " 。"
    )
    with pytest.raises(SourceError, match="中断"):
        read("\n".join(lines[: cut + 1]))


# The bundled document. The counts were read by eye, the golden items checked by eye.

ROWS = {
    "上海市": 16, "江苏省": 14, "浙江省": 5, "安徽省": 18, "江西省": 11, "湖北省": 13,
    "湖南省": 7, "重庆市": 10, "四川省": 13, "云南省": 5, "贵州省": 4,
}  # fmt: skip


def test_the_bundled_document_has_its_counts(document):
    assert dict(Counter(c.province for c in document.cells if c.column == TASK)) == ROWS
    assert Counter(c.column for c in document.cells) == {TASK: 116, ACHIEVEMENT: 116, PLAN: 94}
    items = sum(len(c.items) for c in document.cells if c.column != TASK)
    assert items == 422
    assert document.pages == (2, 51)
    assert sum(len(c.tasks) - 1 for c in document.cells if c.column == PLAN) == 22


def test_the_bundled_documents_items_are_the_golden_ones(document):
    lines = [
        f"{item.id.split('/', 1)[1]}\t{','.join(map(str, item.pages))}\t{item.lines[0]}-{item.lines[1]}"
        f"\t{len(item.text)}\t{item.text[:12]}…{item.text[-12:]}"
        for cell in document.cells
        for item in cell.items
    ]
    assert lines == (GOLDEN / "items.tsv").read_text(encoding="utf-8").splitlines()


def test_every_body_character_stands_in_exactly_one_cell(document, corpus_text):
    ledger = document.ledger
    assert ledger.missing == 0
    assert ledger.total == len(squeeze(corpus_text))
    assert ledger.cells == sum(len(squeeze(i.text)) for c in document.cells for i in c.items)
    # Plain lines stand in the file once, so each must be found in the item that claims it.
    lines = corpus_text.split("\n")
    for cell in document.cells:
        if cell.column == TASK:
            continue
        for item in cell.items:
            for raw in (lines[n - 1] for n in item.lines):
                plain = squeeze(raw.split("    ")[-1]) or squeeze(raw)
                assert plain in squeeze(item.text), (item.id, plain)


def test_no_bold_copy_is_left(document):
    for cell in document.cells:
        for text in (cell.theme, cell.task, cell.column_title, cell.province):
            for size in range(2, 6):
                runs = [text[i : i + size] for i in range(len(text))]
                assert not any(text.count(run * 3) for run in runs if len(run) == size), text


def test_five_provinces_read_alone_as_in_the_whole(document, corpus_text):
    lines = corpus_text.split("\n")
    starts = [i for i, line in enumerate(lines) if line.startswith((" 安徽省", " 四川省"))]
    part = read("\n".join(lines[starts[0] : starts[1]]) + "\n")
    wanted = ("安徽省", "江西省", "湖北省", "湖南省", "重庆市")
    assert _content(part) == [c for c in _content(document) if c[0] in wanted]
    # A printed page number inside the part still sets its pages.
    assert part.pages == (17, 37)


def test_other_province_names_change_nothing_else(document, corpus_text):
    names = {"上海市": "广东省", "安徽省": "内蒙古自治区", "重庆市": "深圳市"}
    changed = corpus_text
    for old, new in names.items():
        changed = changed.replace(f" {old * 4} ", f" {new * 4} ")
    renamed = [(names.get(row[0], row[0]), *row[1:]) for row in _content(document)]
    assert _content(read(changed)) == renamed


def _content(document: Document) -> list[tuple]:
    return [
        (c.province, c.theme, c.tasks, c.column, c.column_title, tuple(i.text for i in c.items))
        for c in document.cells
    ]


@pytest.mark.parametrize(
    ("province", "row", "column", "n", "text"),
    [
        ("安徽省", 18, ACHIEVEMENT, 2, "省政府出台《支持科技创新若干政策》，对企业以专利权质押贷款方式融资额达到500万元及以上的，省一次性按贷款利息和专利评估费总额的50%予以补助，补助最高可达20万元，对高新技术企业投保的专利保险，省、市（县）各按投保企业实际支出保费的30%给予补助。"),
        ("江苏省", 14, ACHIEVEMENT, 4, "3.建立省、市、县（园区）三级培训体系，针对科技型中小企业和海外留学创业人才，积极与中国银行、江苏银行加强合作，开发知识产权质押融资信用贷款，结合企业知识产权综合能力和水平等诚信数据，以承担全省各类知识产权项目计划的企业为主要依托，由中国银行给予企业100万元至500万元的授信额度，并以企业合法拥有的、依法可以转让的有效发明专利或实用新型专利作为质押，为企业提供一站式的综合金融服务。"),
        ("安徽省", 10, ACHIEVEMENT, 1, "省政府修订、出台《安徽省促进科技成果转化实施细则》。"),
        ("湖南省", 5, PLAN, 1, "继续完善全省统计工作体系，重点完成："),
        ("四川省", 4, TASK, 1, "探索在特色优势产业、战略性新兴产业、高端成长型产业以及《中国制造2025四川行动计划》的重点领域实施专利导航试点。探索实施重大关键技术、工艺和关键零部件的专利布局，适时发布专利布局导航信息，支持重点企业开展专利战略研究。"),
        ("重庆市", 5, PLAN, 1, "1.2017年12月-2018年5月，全面推进各项试点工作，按期完成各项试点工作,加强工作体系和支撑服务团队建设，推进各项目承担单位按进度开展研究工作,"),
    ],
)  # fmt: skip
def test_difficult_items(document, province, row, column, n, text):
    cell = next(
        c for c in document.cells if (c.province, c.row, c.column) == (province, row, column)
    )
    assert cell.items[n - 1].text == text


def test_column_titles_and_years_stand_as_in_the_source(document):
    found = {(c.province, c.column): (c.column_title, c.year) for c in document.cells}
    assert found["上海市", ACHIEVEMENT] == ("2016-2017年工作绩效", "2016-2017")
    assert found["江苏省", ACHIEVEMENT] == ("2016-2017年工作成绩", "2016-2017")
    assert found["贵州省", PLAN] == ("2018年工作计划", "2018")
    assert found["云南省", TASK] == ("工作任务", "2016-2018")


def test_the_bundled_document_is_the_users_own():
    import hashlib

    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in bundled_documents()}
    assert digests == {
        "长江经济带十一省市知识产权工作_2016-2018.txt": (GOLDEN / "corpus.sha256")
        .read_text()
        .split()[0]
    }
