"""A version of a store as files in a folder of its own, never changed after they are written.

v-3f9a…/
├── manifest.json          what it was made of and with; hash of every file
├── cells.jsonl            one cell a line
├── segments.txt           the words of each passage, one a line: context and sentences, by tabs
├── vectors.npy            a unit-length float32 row for each passage
├── sentence_vectors.npy   one for each sentence of each passage, in order
└── sources/               the documents as they came in, byte for byte
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np

from index.engines import Engines, engines_for
from index.errors import StoreDamaged, StoreStale
from index.readers.corrections import corrections_from
from index.records import Cell, Item
from index.store.files import digest_of, is_intact, write_bytes, write_text, write_vectors
from index.store.records import Arrays, Content, Manifest, Segments, Source

FORMAT_VERSION = 3
MANIFEST, CELLS, SEGMENTS, SOURCES = "manifest.json", "cells.jsonl", "segments.txt", "sources"
VECTORS, SENTENCE_VECTORS = "vectors.npy", "sentence_vectors.npy"
REPEATED = ("document", "province", "year", "theme", "task", "column", "column_title")
"""What many cells say alike: like words it is in memory once."""


def write_files(folder: Path, content: Content) -> None:
    """A new folder holds `content`, its manifest last."""
    (folder / SOURCES).mkdir(parents=True)
    for source in content.sources:
        write_bytes(folder / SOURCES / source.name, source.data)
    write_text(folder / CELLS, "".join(f"{cell_json(cell)}\n" for cell in content.cells))
    write_text(folder / SEGMENTS, "".join(f"{segments_line(s)}\n" for s in content.segments))
    write_vectors(folder / VECTORS, content.vectors)
    write_vectors(folder / SENTENCE_VECTORS, content.sentence_vectors)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        encoder=content.encoder,
        dimension=int(content.vectors.shape[1]),
        segmentation=content.segmentation,
        sources=tuple(map(Source.of, content.sources)),
        counts=content.counts,
        files={
            name: digest_of(folder / name) for name in (CELLS, SEGMENTS, VECTORS, SENTENCE_VECTORS)
        },
        engines=engines_for(len(content.segments)),
    )
    write_text(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))


def read_files(folder: Path, manifest: Manifest) -> tuple[list[Cell], Arrays]:
    """What `write_files` wrote, every file held against its hash; StoreDamaged where one is not so."""
    for name, sha256 in manifest.files.items():
        if not is_intact(folder / name, sha256):
            raise damaged(folder, name)
    with (folder / CELLS).open(encoding="utf-8") as file:
        cells = [cell_from(json.loads(line)) for line in file]
    lines = (folder / SEGMENTS).read_text(encoding="utf-8").splitlines()
    vectors, sentences = np.load(folder / VECTORS), np.load(folder / SENTENCE_VECTORS)
    return cells, Arrays(vectors, sentences, [segments_from(line) for line in lines])


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version.

    Raises:
        StoreStale: it was written in another format version.
        StoreDamaged: it is missing, cut short or altered.
    """
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if raw["format_version"] != FORMAT_VERSION:
            raise other_format(raw["format_version"], FORMAT_VERSION)
        sources = tuple(map(_source_from, raw["sources"]))
        engines = Engines(**raw.get("engines", {}))
        return Manifest(**{**raw, "sources": sources, "engines": engines})
    except PermissionError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(folder, MANIFEST) from error


def damaged(folder: Path, name: str) -> StoreDamaged:
    """That a file of a version is not what was written."""
    return StoreDamaged(f"索引 {folder.parent} 已损坏：{name} 缺失或内容不符。")


def other_format(found: object, expected: int) -> StoreStale:
    """That a store was written in another format version."""
    return StoreStale(f"索引是第{found}版格式，现在用第{expected}版。")


def cell_json(cell: Cell) -> str:
    """A cell as one line of JSON."""
    return json.dumps(asdict(cell), ensure_ascii=False)


def cell_from(raw: dict[str, Any]) -> Cell:
    """The cell that `cell_json` wrote, parsed."""
    items = tuple(
        Item(
            i["id"],
            i["text"],
            tuple(i["pages"]),
            (i["lines"][0], i["lines"][1]),
            i.get("place", ""),
        )
        for i in raw["items"]
    )
    labels = {name: intern(raw[name]) for name in REPEATED}
    tasks = tuple(map(intern, raw["tasks"]))
    return Cell(**{**raw, **labels, "tasks": tasks, "items": items})


def segments_line(segments: Segments) -> str:
    """The words of a passage on one line: context and sentences, parted by tabs."""
    return "\t".join(map(" ".join, (segments.context, *segments.sentences)))


def segments_from(line: str) -> Segments:
    """The words that `segments_line` wrote."""
    context, *sentences = (tuple(map(intern, part.split())) for part in line.split("\t"))
    return Segments(context, tuple(sentences))


def _source_from(raw: dict[str, Any]) -> Source:
    return Source(**{**raw, "corrections": corrections_from(raw.get("corrections") or {})})
