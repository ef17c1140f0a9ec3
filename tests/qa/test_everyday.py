"""Everyday words in a question, searched for as the documents call it."""

import pytest

from index.errors import KnowledgeError
from qa.answer import Answerer
from qa.conversation import continued
from qa.knowledge import load_everyday
from qa.understood import clues_of, revised

SHOPS = "网店卖山寨货，哪些省在管"


@pytest.mark.parametrize(
    ("text", "core", "said", "corrected"),
    [
        (SHOPS, "电子商务卖假冒 管", "网店卖山寨货 管", (("网店", "电子商务"), ("山寨货", "假冒"))),
        # The longest word that stands there.
        ("哪些省不打官司先调停", "不诉讼先调解", "不打官司先调停", (("打官司", "诉讼"), ("调停", "调解"))),
        # What the documents say themselves stays, and so does what practices are called.
        ("电子商务领域假冒专利", "电子商务领域假冒专利", "", ()),
        ("与四川“打官司”类似的做法", "“打官司”", "", ()),
        # A document of land would call it by another name: where no text has the term, nothing is put.
        ("哪些省的外国游客多", "外国游客多", "", ()),
    ],
)  # fmt: skip
def test_everyday_words_are_searched_for_as_the_documents_call_it(
    searcher, monkeypatch, text, core, said, corrected
):
    terms = dict(load_everyday()) | {"游客": ("入境旅客",)}
    terms.pop("外国")
    monkeypatch.setattr("qa.question.load_everyday", lambda: terms)
    question = searcher.read(text)
    assert (question.core, question.said, question.corrected) == (core, said, corrected)
    assert question.own_words == said or not said
    assert question.in_own_words().core == question.own_words


def test_what_was_put_is_said_and_can_be_undone(searcher):
    question = searcher.read(SHOPS)
    keys = [clue.key for clue in clues_of(question, {})]
    undone = revised(question, [key for key in keys if "网店" not in key])
    assert undone.core == "网店卖假冒 管"
    assert undone.asked == question.asked
    assert undone.corrected == (("山寨货", "假冒"),)
    assert undone.own_words == question.said


def test_a_follow_up_goes_on_with_both(searcher):
    question = continued(searcher.read("那湖南呢？"), searcher.read(SHOPS))
    assert (question.core, question.said) == ("电子商务卖假冒 管", "网店卖山寨货 管")
    plain = continued(searcher.read("那湖南呢？"), searcher.read("哪些省有专利保险"))
    assert plain.said == ""


def test_they_find_what_is_named_otherwise(searcher):
    found = Answerer(searcher).answer(SHOPS)
    assert found.refusal is None
    assert "电子商务" in found.hits[0].passage.text or "电商" in found.hits[0].passage.text


def test_whether_there_is_an_answer_is_told_by_the_persons_own_words(searcher):
    question = searcher.read("山寨货的检测设备")
    assert question.core != question.own_words
    assert searcher.grounds(question) == searcher.grounds(question.in_own_words())
    refusal = Answerer(searcher).answer("老赖的红烧肉怎么做").refusal
    assert refusal is not None and "老赖" in refusal.sentence


def test_every_word_means_something_else_than_its_term():
    for word, terms in load_everyday().items():
        assert len(word) > 1 and word not in terms and all(terms), word


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("假冒:", "第1行的冒号后没有平常说法"),
        ("假冒", "第1行的冒号后没有平常说法"),
        ("假冒: 假货 假货", "第1行的“假货”前面已经有了"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, line, message):
    path = tmp_path / "everyday.txt"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"^everyday\.txt {message}。$"):
        load_everyday(path)


def test_comments_and_other_terms_are_read(tmp_path):
    path = tmp_path / "everyday.txt"
    path.write_text("# 说明\n诉讼, 纠纷: 打官司 告状 # 常说\n\n", encoding="utf-8")
    assert load_everyday(path) == {"打官司": ("诉讼", "纠纷"), "告状": ("诉讼", "纠纷")}
