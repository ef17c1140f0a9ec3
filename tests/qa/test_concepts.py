import pytest

from index.errors import KnowledgeError
from index.segment import load_segmenter
from qa.concepts import SHOWN, Concepts
from qa.knowledge import load_telling
from qa.postings import Postings

FIRST = "四川积极推进专利权质押融资，风险补偿。"
SECOND = "质押融资风险补偿，支付评估费，专利权。"


def concepts(*texts, size=40):
    """Over `texts` and as many more, that all speak of 专利权, as make up `size`."""
    segmenter = load_segmenter()
    texts = [*texts, *["专利权"] * (size - len(texts))]
    words = [segmenter.words(text) for text in texts]
    return Concepts(texts, words, Postings(words), segmenter, load_telling())


def test_terms_tell_and_names_numbers_verbs_and_what_is_everywhere_do_not():
    assert concepts(FIRST, SECOND).of(0) == {"质押融资", "风险补偿"}


def test_what_two_passages_share_is_told_without_parts_of_longer_words():
    both = concepts(FIRST, SECOND)
    assert both.shared(0, 1) == both.shared(1, 0) == ("质押融资", "风险补偿")


def test_what_only_one_of_them_has_is_told_from_its_side():
    both = concepts(FIRST, SECOND)
    assert (both.only(0, 1), both.only(1, 0)) == ((), ("评估费",))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        # 利权 is jieba's piece of both, and no word of either.
        ("下放专利权。", "转让专利权。", ("专利权",)),
        ("国务院文件", "国务院批示", ()),
        # A word that is whole in the one may stand in a longer word of the other.
        ("引进专利代理机构", "代理机构", ("代理机构",)),
        # 代理机构 is whole in neither.
        ("引进专利代理机构", "专利代理机构", ("专利代理机构",)),
    ],
)
def test_no_piece_of_a_word_is_told(one, other, shared):
    segmenter = load_segmenter()
    texts = [one, other, *["商标"] * 38]
    words = [segmenter.words(text) for text in texts]
    both = Concepts(texts, words, Postings(words), segmenter, load_telling())
    assert both.shared(0, 1) == both.shared(1, 0) == shared


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # Nouns of everyday language, used here no oftener than everywhere.
        ("以培训的形式，在一段时间内，就有关问题", ()),
        # Set phrases, however rare elsewhere.
        ("充分发挥作用，圆满完成各项任务，落实具体措施和重大项目", ()),
        # Words of the field's dictionary always tell.
        ("诉调对接", ("诉调对接",)),
        ("建设孵化器", ("孵化器",)),
    ],
)
def test_trivial_words_are_not_told(text, told):
    assert concepts(text, "").only(0, 1) == told


def test_a_noun_tells_where_the_documents_use_it_much_oftener_than_the_language_does():
    assert concepts("推广汽车", "").only(0, 1) == ()
    often = concepts("推广汽车" * 200, "")
    assert often.only(0, 1) == ("汽车",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("融资额", "质押融资"),
        ("质押融资", "融资"),
        ("担保费", "担保费"),
        # Synonyms.
        ("质押贷款", "质押融资"),
    ],
)
def test_another_form_of_the_others_word_is_no_difference(one, other):
    assert concepts(one, other).only(0, 1) == ()


def test_a_passage_shares_all_with_itself_and_differs_in_nothing():
    own = concepts(FIRST)
    assert (own.shared(0, 0), own.only(0, 0)) == (("质押融资", "风险补偿"), ())


def test_a_description_shares_its_telling_words():
    found = concepts(FIRST, SECOND)
    assert found.shared_with(0, "质押融资的评估费和形式") == ("质押融资",)
    assert found.shared_with(1, "质押融资的评估费和形式") == ("质押融资", "评估费")


def test_the_rarest_and_longest_come_first_and_few_are_shown():
    rare = ["担保费", "评估费", "贷款贴息", "风险补偿", "诉调对接", "挂证"]
    found = concepts("，".join(rare), "风险补偿")
    assert found.of(0) == set(rare)
    told = found.shared(0, 0)
    # Of four characters and in one passage; in two; then of three characters.
    assert told == ("诉调对接", "贷款贴息", "风险补偿", "担保费") and len(told) == SHOWN


@pytest.mark.parametrize(("size", "told"), [(25, ("担保费",)), (24, ())])
def test_a_word_in_more_than_one_passage_of_twelve_is_too_common(size, told):
    assert concepts("担保费", "担保费", size=size).shared(0, 1) == told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("phrases = []", "times_as_frequent"),
        ("times_as_frequent = 0\nphrases = []", "大于 0"),
        ('times_as_frequent = "多"\nphrases = []', "多"),
        ('times_as_frequent = 2\nphrases = ["("]', "unterminated"),
        ("times_as_frequent = 2\nphrases = 3", "int"),
        ("times_as_frequent", "telling.toml 有误"),
    ],
)
def test_a_file_that_does_not_say_what_tells_is_refused(tmp_path, text, says):
    file = tmp_path / "telling.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_telling(file)
