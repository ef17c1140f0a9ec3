"""What a large store holds beside its passages, so that few of them need be read for a question.

catalog/
├── cells.npy, segments.npy    where each line of cells.jsonl and segments.txt begins
├── items.npy                  each passage's cell, and its place in it
├── sentences.npy              each passage's first row in sentence_vectors.npy, and their number
├── facets.json, codes.npy     the values of the facets, and which each passage has
├── hashes.npy, rows.npy       passages by their ids
├── words/, in_text.npy        BM25 over context and text; how many texts hold each of its words
├── runs2.npy, runs3.npy       the runs of two and three characters that stand in any text
├── names.txt                  what may be mistyped
└── vectors.faiss              the vectors in 8 bits, by provinces
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.bm25 import SparseBM25
from index.dense import QuantisedIndex
from index.files import settle, write_text
from index.filters import FACETS, FacetIndex
from index.names import quoted_names
from index.passages import make_passages
from index.records import Cell
from index.runs import CharacterRuns
from index.store.mapped.ids import IdIndex
from index.store.mapped.lines import line_starts
from index.store.records import Content

FACETS_FILE, NAMES, WORDS, VECTORS = "facets.json", "names.txt", "words", "vectors.faiss"


def write_catalog(folder: Path, content: Content, cells: Path, segments: Path) -> None:
    """The catalog of `content` is in a new folder, given the files that its lines are in."""
    folder.mkdir()
    passages = make_passages(content.cells)
    facets = FacetIndex.of(passages)
    ids = IdIndex.of(passage.id for passage in passages)
    runs = CharacterRuns.of(passage.text for passage in passages)
    words = SparseBM25.of(segments.all for segments in content.segments)
    arrays = {
        "cells": line_starts(cells),
        "segments": line_starts(segments),
        "items": _items(content.cells),
        "sentences": np.cumsum([0, *(len(s.sentences) for s in content.segments)]),
        "codes": np.stack([facets.codes(facet) for facet in FACETS]),
        "hashes": ids.hashes,
        "rows": ids.rows,
        "in_text": _in_text(words, content),
        **{f"runs{length}": keys for length, keys in runs.keys.items()},
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    words.save(folder / WORDS)
    vectors = np.asarray(content.vectors, dtype=np.float32)
    QuantisedIndex.of(vectors, facets.codes("province")).save(folder / VECTORS)
    said = {"values": facets.values, "titled": facets.titled, "dated": facets.dated}
    write_text(folder / FACETS_FILE, json.dumps(said, ensure_ascii=False))
    names = quoted_names(passage.text for passage in passages)
    write_text(folder / NAMES, "\n".join(names))
    for path in folder.rglob("*"):
        settle(path)


def _items(cells: Sequence[Cell]) -> np.ndarray:
    """For each passage the number of its cell and its place in that."""
    counts = np.array([len(cell.items) for cell in cells])
    numbers = np.repeat(np.arange(len(cells)), counts)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.column_stack([numbers, np.arange(len(numbers)) - firsts]).astype(np.int32)


def _in_text(words: SparseBM25, content: Content) -> np.ndarray:
    """For each word of the index how many passages hold it in their text."""
    holding = Counter(word for segments in content.segments for word in set(segments.text))
    return np.array([holding[word] for word, *_ in words.vocabulary()], dtype=np.int32)
