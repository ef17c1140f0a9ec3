import pytest

from index.segment import load_segmenter
from qa.concepts import SHOWN, Concepts
from qa.postings import Postings

FIRST = ["质押融资", "质押", "融资", "风险补偿", "四川", "积极", "2017", "专利"]
SECOND = ["质押融资", "质押", "融资", "风险补偿", "评估费", "专利"]


def concepts(*texts, size=40):
    """Over `texts` and as many more, that all speak of 专利, as make up `size`."""
    words = [*texts, *[["专利"]] * (size - len(texts))]
    return Concepts(words, Postings(words), load_segmenter())


def test_terms_tell_and_names_numbers_verbs_and_what_is_everywhere_do_not():
    assert concepts(FIRST, SECOND).of(0) == {"质押融资", "融资", "风险补偿"}


def test_what_two_passages_share_is_told_without_parts_of_longer_words():
    both = concepts(FIRST, SECOND)
    assert both.shared(0, 1) == both.shared(1, 0) == ("质押融资", "风险补偿")


def test_what_only_one_of_them_has_is_told_from_its_side():
    both = concepts(FIRST, SECOND)
    assert (both.only(0, 1), both.only(1, 0)) == ((), ("评估费",))


@pytest.mark.parametrize(
    ("one", "other"), [("融资", "质押融资"), ("质押融资", "融资"), ("担保费", "担保费")]
)
def test_a_longer_or_shorter_form_of_the_others_word_is_no_difference(one, other):
    assert concepts([one], [other]).only(0, 1) == ()


def test_a_passage_shares_all_with_itself_and_differs_in_nothing():
    own = concepts(FIRST)
    assert (own.shared(0, 0), own.only(0, 0)) == (("质押融资", "风险补偿"), ())


def test_the_rarest_and_longest_come_first_and_few_are_shown():
    rare = ["担保费", "评估费", "知识产权", "风险补偿", "诉调对接", "证券化"]
    found = concepts(rare, ["风险补偿"]).of(0)
    told = concepts(rare, ["风险补偿"]).shared(0, 0)
    assert found == set(rare)
    # Of four characters and in one passage; in two; then of three characters.
    assert told == ("知识产权", "诉调对接", "风险补偿", "担保费") and len(told) == SHOWN


@pytest.mark.parametrize(("size", "told"), [(25, ("担保费",)), (24, ())])
def test_a_word_in_more_than_one_passage_of_twelve_is_too_common(size, told):
    assert concepts(["担保费"], ["担保费"], size=size).shared(0, 1) == told
