"""A version of a store as files in a folder of its own, never changed after they are written.

v-3f9a…/
├── manifest.json          what it was made of and with; hash of every file
├── cells.jsonl            one cell a line
├── segments.txt           the words of each passage, one a line: context and sentences, by tabs
├── vectors.npy            a unit-length float32 row for each passage
├── sentence_vectors.npy   one for each sentence of each passage, in order
├── catalog/               of a large store: what finds the few passages that a question needs
└── sources/               the documents as they came in, byte for byte
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from index.engines import Engines, engines_for
from index.errors import StoreDamaged, StoreStale
from index.files import (
    digest_of,
    is_intact,
    write_bytes,
    write_lines,
    write_text,
    write_vectors,
)
from index.readers.corrections import corrections_from
from index.records import Cell
from index.store.mapped.writing import write_catalog
from index.store.records import CATALOG, Arrays, Content, Manifest, Source
from index.store.written import cell_from, cell_json, segments_from, segments_line

FORMAT_VERSION = 3
MANIFEST, CELLS, SEGMENTS, SOURCES = "manifest.json", "cells.jsonl", "segments.txt", "sources"
VECTORS, SENTENCE_VECTORS = "vectors.npy", "sentence_vectors.npy"


def write_files(folder: Path, content: Content) -> None:
    """A new folder holds `content`, its manifest last."""
    engines = engines_for(len(content.segments))
    (folder / SOURCES).mkdir(parents=True)
    for source in content.sources:
        write_bytes(folder / SOURCES / source.name, source.data)
    write_lines(folder / CELLS, map(cell_json, content.cells))
    write_lines(folder / SEGMENTS, map(segments_line, content.segments))
    write_vectors(folder / VECTORS, content.vectors)
    write_vectors(folder / SENTENCE_VECTORS, content.sentence_vectors)
    if engines.is_mapped:
        write_catalog(folder / CATALOG, content, folder / CELLS, folder / SEGMENTS)
    searched = (CELLS, SEGMENTS, VECTORS, SENTENCE_VECTORS)
    catalog = sorted(path for path in (folder / CATALOG).rglob("*") if path.is_file())
    names = [*searched, *(path.relative_to(folder).as_posix() for path in catalog)]
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        encoder=content.encoder,
        dimension=int(content.vectors.shape[1]),
        segmentation=content.segmentation,
        sources=tuple(map(Source.of, content.sources)),
        counts=content.counts,
        files={name: digest_of(folder / name) for name in names},
        sizes={name: (folder / name).stat().st_size for name in names},
        engines=engines,
    )
    write_text(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))


def read_files(folder: Path, manifest: Manifest) -> tuple[list[Cell], Arrays]:
    """What `write_files` wrote, every file held against its hash; StoreDamaged where one is not so."""
    check_files(folder, manifest)
    with (folder / CELLS).open(encoding="utf-8") as file:
        cells = [cell_from(json.loads(line)) for line in file]
    lines = (folder / SEGMENTS).read_text(encoding="utf-8").splitlines()
    vectors, sentences = np.load(folder / VECTORS), np.load(folder / SENTENCE_VECTORS)
    return cells, Arrays(vectors, sentences, [segments_from(line) for line in lines])


def check_files(folder: Path, manifest: Manifest, up_to: int | None = None) -> None:
    """Nothing, when every file is what was written; of those above `up_to` bytes their size is.

    Raises:
        StoreDamaged: one is missing, cut short or altered.
    """
    for name, sha256 in manifest.files.items():
        size, path = manifest.sizes.get(name), folder / name
        is_large = size is not None and up_to is not None and size > up_to
        is_sound = is_large and path.is_file() and path.stat().st_size == size
        if not (is_sound or is_intact(path, sha256)):
            raise damaged(folder, name)


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


def _source_from(raw: dict[str, Any]) -> Source:
    return Source(**{**raw, "corrections": corrections_from(raw.get("corrections") or {})})
