import pytest

from index.errors import UsageError
from qa.config import MAX_QUESTION_CHARS
from qa.question import check_top_k, clean_question


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("  哪些省份設立了質押融資風險補償基金？ ", "哪些省份设立了质押融资风险补偿基金？"),
        ("质押\x00融资\x1b[31m", "质押 融资 [31m"),
        ("质押融资😀", "质押融资😀"),
        ("<script>alert('质押')</script>", "<script>alert('质押')</script>"),
        ("质押\r\n融资", "质押 融资"),
    ],
)
def test_what_is_typed_becomes_one_clean_line(typed, asked):
    assert clean_question(typed) == asked


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "问题是空的"),
        (" \t\n\u3000", "问题是空的"),
        ("\x00\x01\u200b", "问题是空的"),
        ("字" * 10_000, "问题有10000个字，太长了，最多1000个字"),
        ("？！……", "没有可以检索的文字"),
        ("😀🎉", "没有可以检索的文字"),
    ],
)
def test_what_cannot_be_asked_is_told_why(typed, says):
    with pytest.raises(UsageError, match=says):
        clean_question(typed)


def test_the_longest_question_is_still_asked():
    assert len(clean_question("问" * MAX_QUESTION_CHARS)) == MAX_QUESTION_CHARS


@pytest.mark.parametrize("top_k", [0, -1, 201, 10_000])
def test_a_top_k_out_of_range_is_told_the_range(top_k):
    with pytest.raises(UsageError, match=f"返回条数 {top_k} 不对，应在 1 到 200 之间"):
        check_top_k(top_k)
