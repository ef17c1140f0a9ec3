"""Stand-ins that can be computed by hand. All of them stand here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.encode import FloatMatrix
from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from qa.likeness import LikenessModel

TITLES = {TASK: "工作任务", ACHIEVEMENT: "工作绩效", PLAN: "2018年工作计划"}


class WordCountEncoder:
    """A vector counts how often each of `vocabulary` stands in a text, made unit length."""

    name = "word-count"

    def __init__(self, *vocabulary: str) -> None:
        self.vocabulary = vocabulary
        self.dimension = len(vocabulary)

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        return self.encode_document(sentences)

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        counts = np.array(
            [[text.count(word) for word in self.vocabulary] for text in sentences], dtype=np.float32
        ).reshape(len(sentences), self.dimension)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(lengths == 0, 1, lengths)


class CountingEncoder(WordCountEncoder):
    """Remembers what it encoded."""

    def __init__(self, *vocabulary: str) -> None:
        super().__init__(*vocabulary)
        self.encoded: list[str] = []

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        self.encoded += sentences
        return super().encode_document(sentences)


def passage(province="甲省", column=ACHIEVEMENT, text="设立基金。", n=1, **labels) -> Passage:
    """Item `n` of a cell of the document 表, labelled with its province and column."""
    cell = f"表/{province}/01/{column}"
    made = Passage(
        id=f"{cell}/{n}", cell=cell, document="表", province=province, year="2017", column=column,
        column_title=TITLES[column], theme="投融资", task="设立基金", tasks=("设立基金",), row=1,
        text=text, context="", pages=(1,), lines=(1, 1),
    )  # fmt: skip
    return replace(made, **labels)


class FixedLikeness:
    """`log_odds` of a row are those in `matrix`; above 0 two passages tell of the same practice."""

    def __init__(self, matrix) -> None:
        self._matrix = np.array(matrix, dtype=float)
        self.model = LikenessModel(weights=(), bias=0, alike_above=0)

    def log_odds(self, row):
        return self._matrix[row]
