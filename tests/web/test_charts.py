import pytest

from qa.records import ProvinceFigure, Verdict
from web.charts import figure_bars_html, status_bar_html

EVIL = '<b>甲</b>"&'
ESCAPED = "&lt;b&gt;甲&lt;/b&gt;&quot;&amp;"


def figure(province, amount, comparable=True, value="", period=""):
    return ProvinceFigure(province, value or f"{amount:g}家", "", period, "", comparable, (1,), amount)  # fmt: skip


def bar(province, width, value):
    return (
        f'<div class="bar-row"><span class="bar-name">{province}</span>'
        f'<span class="bar-track"><span class="bar" style="width:{width}"></span></span>'
        f'<span class="bar-value">{value}</span></div>'
    )


def bars(*rows):
    note = '<p class="note">可比的数字，由高到低（自零起）：</p>'
    return f'<div class="bars">{note}{"".join(bar(*row) for row in rows)}</div>'


@pytest.mark.parametrize(
    ("figures", "html"),
    [
        (
            [figure("甲省", 38), figure("乙省", 108), figure("丙省", 27)],
            bars(("乙省", "100.0%", "108家"), ("甲省", "35.2%", "38家"), ("丙省", "25.0%", "27家")),
        ),
        # Equal figures keep their order, and a figure that is 0 keeps its row.
        (
            [figure("甲省", 5), figure("乙省", 5), figure("丙省", 0)],
            bars(("甲省", "100.0%", "5家"), ("乙省", "100.0%", "5家"), ("丙省", "0.0%", "0家")),
        ),
        (
            [figure("甲省", 2e8, value="2亿元", period="2017年"), figure("乙省", 5e7, value="5000万元")],
            bars(("甲省", "100.0%", "2亿元（2017年）"), ("乙省", "25.0%", "5000万元")),
        ),
        # What may not be compared is left out: the longest bar is the greatest of the others.
        (
            [figure("甲省", 900, comparable=False), figure("乙省", 4), figure("丙省", 1)],
            bars(("乙省", "100.0%", "4家"), ("丙省", "25.0%", "1家")),
        ),
        (
            [figure(EVIL, 4, value="4<b>", period=EVIL), figure("乙省", 1)],
            bars((ESCAPED, "100.0%", f"4&lt;b&gt;（{ESCAPED}）"), ("乙省", "25.0%", "1家")),
        ),
    ],
)  # fmt: skip
def test_bars_start_at_zero_and_the_greatest_is_full_length(figures, html):
    assert figure_bars_html(figures) == html


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [figure("甲省", 4)],
        [figure("甲省", 4), figure("乙省", 9, comparable=False)],
        [figure("甲省", 0), figure("乙省", 0)],
        # From zero no bar can be drawn to both sides.
        [figure("甲省", 4), figure("乙省", -1)],
        [figure("甲省", -4), figure("乙省", -1)],
    ],
)
def test_what_bars_cannot_show_is_not_drawn(figures):
    assert figure_bars_html(figures) == ""


def part(status, name, count):
    return f'<span class="part status-{status}" style="flex-grow:{count}">{name} {count}</span>'


def test_the_bar_of_statuses_is_cut_by_their_counts():
    verdicts = [Verdict("甲省", "not_mentioned"), *[Verdict("乙省", "done")] * 3]
    verdicts += [Verdict("丙省", "planned"), Verdict("丁省", "doing"), Verdict("戊省", "tasked")]
    parts = [
        part("done", "已做", 3),
        part("doing", "在做", 1),
        part("planned", "计划", 1),
        part("tasked", "任务", 1),
        part("not_mentioned", "未提及", 1),
    ]
    assert status_bar_html(verdicts) == f'<div class="status-bar">{"".join(parts)}</div>'
    two = [Verdict("甲省", "done"), Verdict("乙省", "done")]
    assert status_bar_html(two) == f'<div class="status-bar">{part("done", "已做", 2)}</div>'


@pytest.mark.parametrize("verdicts", [[], [Verdict("甲省", "done")]])
def test_a_single_verdict_needs_no_bar(verdicts):
    assert status_bar_html(verdicts) == ""
