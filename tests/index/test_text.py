import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import close_gaps, display_width, squeeze, undo_overprint, without_controls


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("推进知识推进知识推进知识推进知识", "推进知识"),
        ("2222016016016016----2017201720172017", "2016-2017"),
        ("3D3D3D3D", "3D"),
        ("处假冒专利处假冒专利处假冒专利处假冒专利、、、、调处调处调处调处", "处假冒专利、调处"),
        ("天天天天天天天天", "天天"),
        ("天天", None),
        ("研究研究研究研究，", None),
        ("", None),
    ],
)
def test_undo_overprint(printed, said):
    assert undo_overprint(printed) == said


@given(st.lists(st.text("知识产权12", min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_runs_said_four_times_are_said_once(runs):
    assert undo_overprint("".join(run * 4 for run in runs)) == "".join(runs)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("于 2017 年 1月", "于2017年1月"),
        ("PCT patent 专利", "PCT patent专利"),
        ("GDP、R＆D 投入", "GDP、R＆D投入"),
        ("  前后  ", "前后"),
    ],
)
def test_close_gaps(text, closed):
    assert close_gaps(text) == closed


@given(st.text("知识 产权A b1。\n\t"))
def test_closing_gaps_loses_and_invents_nothing(text):
    assert squeeze(close_gaps(text)) == squeeze(text)


def test_display_width_counts_half_widths():
    assert display_width("2017年，“GDP”") == 4 + 2 + 2 + 2 + 3 + 2


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("质押\x00融资\x07", "质押 融资"),
        ("\u202e质押\u200b融资\ufeff", "质押 融资"),
        ("质押\n\n融资\t", "质押 融资"),
        (" \u3000 ", ""),
    ],
)
def test_without_controls(text, clean):
    assert without_controls(text) == clean
