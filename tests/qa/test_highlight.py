import pytest

from qa.highlight import mark, matched_spans, matched_synonyms, matched_words


@pytest.mark.parametrize(
    ("words", "text", "spans"),
    [
        (["质押", "融资", "质押融资"], "开展质押融资工作", [(2, 6)]),
        (["专利"], "专利与专利", [(0, 2), (3, 5)]),
        (["gdp"], "全省GDP", [(2, 5)]),
        (["天天"], "天天天", [(0, 3)]),
        (["房价", ""], "专利", []),
    ],
)
def test_matched_spans(words, text, spans):
    assert matched_spans(words, text) == spans


def test_words_inside_longer_ones_are_left_out():
    words = ["质押", "融资", "质押融资", "房价"]
    assert matched_words(words, "质押融资与融资") == ["质押融资"]


def test_mark_keeps_every_character():
    assert mark("开展质押融资", [(2, 4)], lambda t: f"[{t}]") == "开展[质押]融资"
    assert mark("开展", [], str.upper) == "开展"


@pytest.mark.parametrize(
    ("words", "text", "synonyms"),
    [
        (["质押融资"], "办理质押贷款", ["质押贷款"]),
        # Where the word itself stands, its synonyms did not find the text.
        (["质押融资"], "质押融资与质押贷款", []),
        (["海关"], "口岸与进出口环节", ["口岸", "进出口"]),
        (["贴息", "海关"], "补贴利息，把守口岸", ["口岸", "补贴利息"]),
        (["房价"], "质押贷款", []),
        ([], "质押贷款", []),
    ],
)
def test_synonyms_that_found_a_text_are_named(words, text, synonyms):
    assert matched_synonyms(words, text) == synonyms


def test_a_word_that_was_asked_for_is_no_synonym():
    assert matched_synonyms(["质押融资", "质押贷款"], "办理质押贷款") == []
