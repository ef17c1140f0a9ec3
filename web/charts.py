"""Small charts in plain HTML: bars whose lengths are the figures, readable without colour. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from qa.prose import SHORT_STATUS
from qa.records import ProvinceFigure, Verdict

FEWEST_BARS = 2


def status_bar_html(verdicts: Sequence[Verdict]) -> str:
    """One bar of all provinces, cut by status; each part says how many."""
    counts = Counter(verdict.status for verdict in verdicts)
    parts = "".join(
        f'<span class="part status-{status}" style="flex-grow:{counts[status]}">'
        f"{name} {counts[status]}</span>"
        for status, name in SHORT_STATUS.items()
        if counts[status]
    )
    return f'<div class="status-bar">{parts}</div>' if len(verdicts) > 1 else ""


def figure_bars_html(figures: Sequence[ProvinceFigure]) -> str:
    """A bar from zero for each figure that may be compared, the greatest first."""
    alike = sorted((f for f in figures if f.comparable), key=lambda f: -f.amount)
    if len(alike) < FEWEST_BARS or alike[0].amount <= 0 or alike[-1].amount < 0:
        return ""
    rows = "".join(_bar(figure, figure.amount / alike[0].amount) for figure in alike)
    return f'<div class="bars"><p class="note">可比的数字，由高到低（自零起）：</p>{rows}</div>'


def _bar(figure: ProvinceFigure, share: float) -> str:
    when = f"（{figure.when}）" if figure.when else ""
    return (
        f'<div class="bar-row"><span class="bar-name">{escape(figure.province)}</span>'
        f'<span class="bar-track"><span class="bar" style="width:{share:.1%}"></span></span>'
        f'<span class="bar-value">{escape(figure.value + when)}</span></div>'
    )
