"""Passages recombined from the clauses of a store: as many as wanted, of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index.encode import FloatMatrix
from index.readers import SourceFile
from index.records import Cell, Item
from index.sentences import sentence_spans
from index.store import Content, Segments, Store

CLAUSES = 4
TURNED_BY = 0.15
"""How far a passage's vector is turned away from its clauses' mean."""


def chosen_clauses(store: Store, size: int, rng: np.random.Generator) -> np.ndarray:
    """For each passage the rows of the two to four it is made of, -1 where there are fewer."""
    chosen = rng.integers(0, len(store.passages), (size, CLAUSES))
    chosen[rng.random((size, CLAUSES)) < (0, 0, 0.5, 0.5)] = -1
    return chosen


def vectors_of_clauses(store: Store, chosen: np.ndarray, rng: np.random.Generator) -> FloatMatrix:
    """The mean of the clauses' vectors, turned a little at random; unit-length rows."""
    clauses = np.vstack([store.vectors, np.zeros_like(store.vectors[:1])])
    made = np.empty((len(chosen), clauses.shape[1]), dtype=np.float32)
    for start in range(0, len(chosen), 50_000):
        means = clauses[chosen[start : start + 50_000]].sum(axis=1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        turned = rng.standard_normal(means.shape, dtype=np.float32)
        turned *= TURNED_BY / np.sqrt(means.shape[1])
        means += turned
        made[start : start + len(means)] = means / np.linalg.norm(means, axis=1, keepdims=True)
    return made


def words_of_clauses(store: Store, chosen: np.ndarray) -> Iterator[list[str]]:
    """The words of each passage's clauses."""
    words = [list(segments.text) for segments in store.segments]
    for clauses in chosen:
        yield [word for clause in clauses if clause >= 0 for word in words[clause]]


def recombined_content(store: Store, size: int, documents: int) -> Content:
    """So many passages in so many documents, each of any province and column; a cell each.

    Their sentences are those of the clauses, with their vectors and words.
    """
    rng = np.random.default_rng(size)
    chosen = chosen_clauses(store, size, rng)
    provinces = rng.choice(store.facets.values["province"], size)
    columns = rng.choice(store.facets.values["column"], size)
    names = [f"文件{n * documents // size}" for n in range(size)]
    sentences = _Sentences(store)
    made = [sentences.joined([c for c in clauses if c >= 0]) for clauses in chosen]
    return Content(
        cells=[
            _cell(n, *labels)
            for n, labels in enumerate(
                zip(names, provinces, columns, (text for text, _ in made), strict=True)
            )
        ],
        vectors=vectors_of_clauses(store, chosen, rng),
        sentence_vectors=store.sentence_vectors[np.concatenate([rows for _, rows in made])],
        segments=[Segments((), sentences.words(rows)) for _, rows in made],
        encoder=store.manifest.encoder,
        segmentation=store.manifest.segmentation,
        sources=[SourceFile(Path(f"{name}.txt"), name.encode()) for name in dict.fromkeys(names)],
    )


class _Sentences:
    """The sentences of a store's passages, by their rows among all sentences."""

    def __init__(self, store: Store) -> None:
        self._texts = [passage.text for passage in store.passages]
        self._words = [words for segments in store.segments for words in segments.sentences]
        counts = [len(segments.sentences) for segments in store.segments]
        self._rows = np.split(np.arange(sum(counts)), np.cumsum(counts)[:-1])

    def joined(self, clauses: Sequence[int]) -> tuple[str, np.ndarray]:
        """The text of some passages in a row, and the row of each sentence that it has."""
        text = "".join(self._texts[clause] for clause in clauses)
        rows = np.concatenate([self._rows[clause] for clause in clauses])
        # Where a passage ends without a full stop, its last sentence goes on into the next.
        return text, rows[: len(sentence_spans(text))]

    def words(self, rows: np.ndarray) -> tuple[tuple[str, ...], ...]:
        """The words of these sentences."""
        return tuple(self._words[row] for row in rows)


def _cell(number: int, document: str, province: str, column: str, text: str) -> Cell:
    name = f"{document}/{number}"
    return Cell(
        id=name,
        document=document,
        province=str(province),
        year="2018",
        theme="",
        task="",
        column=str(column),
        column_title="",
        tasks=(),
        row=number,
        items=(Item(f"{name}/1", text, (), (number, number)),),
    )
