"""Documents of two years in one store: years are kept apart, plans stand beside what came of them."""

import shutil

import pytest

from index.build import edit_store
from qa.answer import Answerer
from qa.export.tables import answer_tables
from qa.fulfilment import HEADING, NOT_FOUND
from qa.opening import open_searcher
from qa.render import answer_json
from web.message import message_html

NEXT_YEAR = """# 四川省2018年知识产权工作绩效和2019年工作计划
| 工作任务 | 2018年工作绩效 | 2019年工作计划 |
|---|---|---|
| 探索建立知识产权质押融资风险补偿机制。 | 在全省推广“天府知来贷”专利质押融资新模式，完善了知识产权质押融资风险补偿机制，省知识产权金融补贴专项资金发放2100万元。 | 把“天府知来贷”专利质押融资扩大到全部市州，发放补贴3000万元。 |
| 加强知识产权宣传。 | 2018年举办了知识产权宣传周。 | 继续举办知识产权宣传周。 |
"""


@pytest.fixture(scope="module")
def answerer(built_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("years")
    store = shutil.copytree(built_folder, folder / "store")
    (folder / "四川次年.md").write_text(NEXT_YEAR, encoding="utf-8")
    return Answerer(open_searcher(edit_store(store, add=[folder / "四川次年.md"]).store))


def test_a_plan_stands_beside_what_came_of_it(answerer):
    answer = answerer.answer("四川省2018年打算怎样推广天府知来贷")
    pairs = {f.plan: f.done for f in answer.fulfilments}
    cited = {c.n: c.passage for c in answer.citations}
    done = [cited[n] for n in pairs.values() if n is not None]
    assert any("发放2100万元" in passage.text for passage in done)
    assert {passage.year for passage in done} == {"2018"}
    assert all(cited[n].column == "plan" for n in pairs)
    assert f"{HEADING}：" in answer.text


def test_what_came_of_a_plan_is_never_of_an_earlier_year(answerer):
    answer = answerer.answer("四川省2019年打算怎样扩大天府知来贷")
    assert answer.fulfilments == ()
    assert "3000万元" in answer.text and "2100万元" not in answer.text


def test_a_plan_that_nothing_came_of_is_said_to_be_open(answerer):
    answer = answerer.answer("四川省2018年打算怎样加强专利执法")
    undone = [f for f in answer.fulfilments if f.done is None]
    assert undone and NOT_FOUND in answer.text


def test_what_a_year_did_is_no_plan_of_it(answerer):
    hits = answerer.searcher.search("四川省2018年打算怎样开展知识产权宣传周", top_k=200)
    assert hits and all(h.passage.column == "plan" or h.passage.year != "2018" for h in hits)


def test_a_province_without_later_documents_gets_no_word_of_it(answerer):
    answer = answerer.answer("贵州省2018年打算怎样加强专利执法")
    assert answer.fulfilments == () and HEADING not in answer.text


def test_it_stands_on_the_page_in_the_export_and_in_the_json(answerer):
    answer = answerer.answer("四川省2018年打算怎样推广天府知来贷")
    assert HEADING in message_html(1, answer, [], answerer.searcher.store)
    assert HEADING in [table.title for table in answer_tables(answer)]
    first = answer.fulfilments[0]
    assert answer_json(answer)["fulfilments"][0] == {"plan": first.plan, "done": first.done}


@pytest.mark.parametrize(
    ("question", "year"),
    [("四川省2018年天府知来贷做得怎样", "2018"), ("四川省2019年天府知来贷有什么计划", "2019")],
)
def test_one_year_is_not_answered_with_another(answerer, question, year):
    answer = answerer.answer(question)
    of_answer = [c for c in answer.citations if c.n not in {f.done for f in answer.fulfilments}]
    assert of_answer
    assert all(year in c.passage.year or f"{year}年" in c.quote for c in of_answer)


def test_a_year_that_no_document_tells_of_is_refused(answerer):
    answer = answerer.answer("四川省2025年天府知来贷做得怎样")
    assert answer.refusal and "2025年" in answer.text and not answer.citations
