import jieba
import pytest

from index.errors import KnowledgeError
from index.knowledge import load_dictionary
from index.segment import Segmenter, load_segmenter, to_simplified


@pytest.mark.parametrize(
    "word", ["知识产权", "质押融资", "风险补偿", "三合一", "天府知来贷", "诉调对接"]
)
def test_dictionary_words_stay_whole(word):
    assert word in load_segmenter().words(f"推动{word}工作")


def test_long_words_are_also_found_by_their_parts():
    assert load_segmenter().words("质押融资") == ["质押", "融资", "质押融资"]


def test_words_of_the_dictionary_are_found_inside_longer_ones():
    assert "风险补偿" in load_segmenter().words("风险补偿基金")
    assert "知识产权" in load_segmenter().words("国家知识产权局")


def test_full_width_is_folded():
    assert load_segmenter().words("ＰＣＴ５００件") == load_segmenter().words("PCT500件")


def test_documents_and_questions_are_cut_alike():
    words = load_segmenter().words
    assert words("哪些省份設立了質押融資風險補償基金？") == words(
        "哪些省份设立了质押融资风险补偿基金"
    )


def test_stop_words_and_punctuation_are_dropped():
    assert load_segmenter().words("，的了。！ 和……") == []


def test_the_global_tokenizer_is_left_alone():
    load_segmenter()
    assert "天府知来贷" not in jieba.dt.FREQ


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("專利資料", "专利资料"),
        ("指標", "指标"),
        ("建立機制", "建立机制"),
        ("專利代理機構", "专利代理机构"),
        ("支援数据", "支援数据"),
        ("GDP 5%", "GDP 5%"),
    ],
)
def test_to_simplified(text, simplified):
    assert to_simplified(text) == simplified


@pytest.mark.parametrize(
    ("text", "is_word"),
    [
        ("公证", True),
        ("四川省", True),
        ("积极", True),
        ("天府知来贷", True),
        ("证卷", False),
        ("知识产权证卷化", False),
        ("2017", False),
        ("", False),
    ],
)
def test_words_of_the_language_and_of_the_field_are_words(text, is_word):
    assert load_segmenter().is_word(text) is is_word


@pytest.mark.parametrize(
    ("word", "is_term"),
    [
        ("评估费", True),
        ("证券", True),
        ("绿色通道", True),
        ("天府知来贷", True),
        ("四川省", False),
        ("武汉", False),
        ("中国人民银行", False),
        ("积极", False),
        ("推进", False),
        ("2017", False),
        ("证卷", False),
        ("", False),
    ],
)
def test_terms_name_things_and_no_places_bodies_or_doings(word, is_term):
    assert load_segmenter().is_term(word) is is_term


def test_words_of_another_dictionary_are_terms_of_its_segmenter_alone(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("云税贷\n", encoding="utf-8")
    other = Segmenter(load_dictionary(words))
    assert other.is_term("云税贷") and not other.is_term("天府知来贷")
    assert other.is_word("云税贷") and not load_segmenter().is_word("云税贷")


def test_another_dictionary_is_another_segmentation(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("知识产权\n苏科贷\n", encoding="utf-8")
    other = Segmenter(load_dictionary(words))
    assert other.fingerprint != load_segmenter().fingerprint
    assert "苏科贷" in other.words("办理苏科贷业务")


def test_a_dictionary_line_with_two_words_is_refused(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("知识产权\n质押 融资\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="第2行"):
        load_dictionary(words)


def test_whole_words_are_the_words_as_cut_without_parts_of_long_ones():
    assert load_segmenter().whole_words("質押融資的風險，2017年！") == [
        "质押融资",
        "风险",
        "2017",
        "年",
    ]
    assert load_segmenter().whole_words("") == []


def test_everyday_words_have_a_greater_share_of_general_chinese_than_terms():
    share = load_segmenter().general_share
    assert 1 > share("形式") > share("抵押") > share("孵化器") > 0
    assert share("天府知来贷的") == 0


def test_words_of_the_dictionary_are_of_the_field_and_nouns_of_the_language_are_not():
    assert load_segmenter().is_of_field("诉调对接")
    assert not load_segmenter().is_of_field("证券")
