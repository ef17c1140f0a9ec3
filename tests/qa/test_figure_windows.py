"""What is read of a passage to tell which of its figures is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from index.records import ACHIEVEMENT, PLAN
from index.records import TEXT as WITHOUT_COLUMN
from qa.figures.windows import AFTER, BEFORE, DONE, PLANNED, WIDEST, windows

TEXT = "全省新增专利代理机构15家，共38家。"


def shown(window):
    return [window.text[slice(*span)] for span in window.spans]


def test_figures_that_are_near_are_read_together():
    (window,) = windows(TEXT, ACHIEVEMENT, [(15, 18), (10, 13)])
    assert window.text == DONE + TEXT
    assert (shown(window), window.places) == (["15家", "38家"], (1, 0))


def test_a_plan_says_so():
    (window,) = windows(TEXT, PLAN, [(10, 13)])
    assert window.text.startswith(PLANNED) and shown(window) == ["15家"]


def test_what_has_no_column_says_nothing_of_it():
    (window,) = windows(TEXT, WITHOUT_COLUMN, [(10, 13)])
    assert window.text == TEXT


def test_a_figure_longer_than_what_is_read_is_left_out():
    text = "12家、" * WIDEST
    (window,) = windows(text, ACHIEVEMENT, [(0, 3), (4, len(text))])
    assert (shown(window), window.places) == (["12家"], (0,))


def test_figures_far_from_each_other_are_read_apart():
    text = TEXT + "其" * 200 + "另有9家。"
    first, second = windows(
        text, ACHIEVEMENT, [(10, 13), (15, 18), (text.index("9家"), len(text) - 1)]
    )
    assert (shown(first), shown(second)) == (["15家", "38家"], ["9家"])
    assert first.text == (DONE + text)[: len(DONE) + 18 + AFTER]
    assert len(second.text) <= len(DONE) + BEFORE + AFTER


@given(st.text("甲乙，", min_size=1, max_size=400), st.data())
def test_all_figures_are_read_once_and_none_is_cut(text, data):
    edges = data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=12).map(sorted))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    found = list(windows(text, ACHIEVEMENT, spans))
    read = [place for place, (start, end) in enumerate(spans) if end - start <= WIDEST]
    assert sorted(place for window in found for place in window.places) == read
    for window in found:
        assert shown(window) == [text[slice(*spans[place])] for place in window.places]
        assert len(window.text) <= len(DONE) + BEFORE + AFTER + WIDEST
