"""The figure that answers: which quantity of a text, of what, over which period, of which place.

question ──asked──▶ kinds, units, years ──reading──▶ quantities ──weighing──▶ the best ──naming──▶ Figure
"""

from qa.figures.asked import asked_kinds, asks_figure, asks_new, demanded_kinds
from qa.figures.cues import load_figure_cues
from qa.figures.naming import NEW, Figure, comparable
from qa.figures.reading import holds_kind
from qa.figures.weighing import WeighedFigure, answer_figure, nearest_figure, weighed_figures

__all__ = [
    "NEW",
    "Figure",
    "WeighedFigure",
    "answer_figure",
    "asked_kinds",
    "asks_figure",
    "asks_new",
    "comparable",
    "demanded_kinds",
    "holds_kind",
    "load_figure_cues",
    "nearest_figure",
    "weighed_figures",
]
