import pytest

from qa.highlight import mark, matched_spans, matched_words


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
