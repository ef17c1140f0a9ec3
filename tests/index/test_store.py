"""The store: whole or not at all, and recognised whatever has happened to it."""

import errno
import json
import shutil
import stat
import subprocess
import sys
import threading

import numpy as np
import pytest

from index import build, files
from index.build import build_store, open_or_build
from index.engines import Engines
from index.errors import (
    EncoderError,
    SourceError,
    StoreDamaged,
    StoreForeign,
    StoreMissing,
    StoreStale,
    StoreUnreadable,
    StoreUnwritable,
)
from index.sentences import sentence_spans
from index.store import folder as folder_module
from index.store import open_store, require_current
from index.store.folder import CURRENT
from index.store.version import CELLS, MANIFEST, SEGMENTS, SENTENCE_VECTORS, VECTORS
from tests.damage import Printer, Writer
from tests.fakes import WordCountEncoder

ENCODER = WordCountEncoder("质押", "专利", "服务")


@pytest.fixture(autouse=True)
def quick_encoder(monkeypatch):
    """The store does not care which encoder; this one takes no time."""
    monkeypatch.setattr(build, "load_encoder", lambda _: ENCODER)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "两省.txt"
    rows = {"甲省": Writer(1).rows(), "乙省": Writer(2).rows()}
    path.write_text(Printer(1).document(rows), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path, source):
    target = tmp_path / "store"
    build_store(target, [source], notify=lambda _: None)
    return target


def version_of(folder):
    return folder / (folder / CURRENT).read_text().split()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_new_store_is_this_users_alone_and_one_that_is_shared_stays_so(folder, source):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    build_store(folder, [source], notify=print)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_what_is_written_is_what_is_opened(folder, source):
    built = build_store(folder, [source], notify=print).store
    opened = open_store(folder)
    assert opened.cells == built.cells
    assert opened.manifest == built.manifest
    assert opened.manifest.counts == {
        "documents": 1,
        "cells": len(opened.cells),
        "passages": len(opened.passages),
    }
    assert opened.manifest.encoder == ENCODER.name
    assert opened.manifest.dimension == 3
    assert opened.manifest.engines == Engines("rank-bm25", "flat")
    expected = ENCODER.encode_document([p.embedded for p in opened.passages])
    assert np.array_equal(opened.vectors, expected)
    assert len(opened.segments) == len(opened.passages)


def test_ids_are_the_same_under_any_hash_seed(source):
    code = (
        "from pathlib import Path; from index.readers import read_document, read_source; import sys;"
        "d = read_document(read_source(Path(sys.argv[1])));"
        "print([i.id for c in d.cells for i in c.items])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(source)],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONUTF8": "1", "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1


def test_the_row_of_a_cell_holds_the_plan_it_shares(store):
    shared = next(c for c in store.cells if c.id.endswith("安徽省/03/achievement"))
    assert [c.id.split("/", 1)[1] for c in store.row(shared)] == [
        "安徽省/03/task",
        "安徽省/03/achievement",
        "安徽省/01/plan",
    ]


def test_nothing_there_is_missing(tmp_path):
    with pytest.raises(StoreMissing):
        open_store(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreMissing):
        open_store(tmp_path / "empty")


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path, source):
    mine = tmp_path / "照片"
    mine.mkdir()
    (mine / "全家福.jpg").write_bytes(b"jpg")
    with pytest.raises(StoreForeign, match="别的文件"):
        open_store(mine)
    with pytest.raises(StoreForeign):
        build_store(mine, [source])
    with pytest.raises(StoreForeign):
        open_or_build(mine, None, print)
    assert [p.name for p in mine.iterdir()] == ["全家福.jpg"]


def test_a_file_in_place_of_the_folder_is_refused(source):
    with pytest.raises(StoreForeign, match="不是文件夹"):
        build_store(source, [source])


DAMAGES = {
    "missing": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "altered": lambda path: path.write_bytes(b"\x00" + path.read_bytes()[1:]),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [MANIFEST, CELLS, SEGMENTS, VECTORS, SENTENCE_VECTORS, CURRENT])
def test_damage_to_any_file_is_named_and_mended(folder, name, damage):
    before = open_store(folder)
    victim = folder / CURRENT if name == CURRENT else version_of(folder) / name
    DAMAGES[damage](victim)
    with pytest.raises(StoreDamaged, match=name.replace(".", r"\.")):
        open_store(folder)
    said = []
    mended = open_or_build(folder, None, said.append)
    assert mended.cells == before.cells
    assert len(said) == 1
    assert "已损坏" in said[0] and "重建" in said[0]
    assert open_store(folder).cells == before.cells


def test_a_damaged_store_is_rebuilt_from_its_own_copy(folder, source):
    before = open_store(folder).cells
    source.unlink()
    (version_of(folder) / VECTORS).unlink()
    assert open_or_build(folder, None, lambda _: None).cells == before


def test_a_damaged_copy_of_a_source_is_renewed(folder, source):
    copy = version_of(folder) / "sources" / source.name
    copy.write_bytes(copy.read_bytes()[:-5])
    said = []
    open_or_build(folder, None, said.append)
    assert "两省.txt" in said[0] and "已损坏" in said[0]
    assert (version_of(folder) / "sources" / source.name).read_bytes() == source.read_bytes()


def test_a_damaged_store_whose_sources_are_gone_says_so(folder, source):
    source.unlink()
    shutil.rmtree(version_of(folder) / "sources")
    (version_of(folder) / VECTORS).unlink()
    with pytest.raises(StoreDamaged, match="也已不在"):
        open_or_build(folder, None, lambda _: None)


def test_a_changed_source_makes_it_stale_and_it_is_rebuilt(folder, source):
    source.write_text(Printer(9).document({"丙省": Writer(3).rows()}), encoding="utf-8")
    said = []
    assert {c.province for c in open_or_build(folder, None, said.append).cells} == {"丙省"}
    assert "两省.txt" in said[0]


def test_a_changed_source_that_cannot_be_read_leaves_the_old_store(folder, source):
    source.write_text("————", encoding="utf-8")
    with pytest.raises(SourceError):
        open_or_build(folder, None, lambda _: None)
    assert {c.province for c in open_store(folder).cells} == {"甲省", "乙省"}


def test_another_dictionary_makes_it_stale(folder):
    with pytest.raises(StoreStale, match="词典"):
        require_current(open_store(folder), None, "jieba + another")


def test_another_format_makes_it_stale(folder):
    path = version_of(folder) / MANIFEST
    raw = json.loads(path.read_text(encoding="utf-8")) | {"format_version": 99}
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(StoreStale, match="第99版"):
        open_store(folder)
    assert open_or_build(folder, None, lambda _: None).cells


def test_another_encoder_makes_it_stale_and_it_is_rebuilt_with_it(folder, monkeypatch):
    other = WordCountEncoder("质押", "专利")
    other.name = "another"
    monkeypatch.setattr(build, "load_encoder", lambda _: other)
    said = []
    assert open_or_build(folder, "another", said.append).manifest.dimension == 2
    assert "word-count" in said[0] and "another" in said[0]
    assert open_or_build(folder, None, said.append).manifest.encoder == "another"


def test_an_encoder_that_cannot_be_loaded_leaves_the_old_store(folder, monkeypatch):
    def unavailable(name):
        raise EncoderError(name)

    monkeypatch.setattr(build, "load_encoder", unavailable)
    with pytest.raises(EncoderError):
        open_or_build(folder, "another", lambda _: None)
    assert open_store(folder).manifest.encoder == ENCODER.name


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "磁盘空间不足"), (errno.EACCES, "没有写入权限"), (errno.EROFS, "只读")],
)
@pytest.mark.parametrize("step", ["write_files", "replace_text"])
def test_a_write_that_fails_leaves_the_old_version(folder, source, monkeypatch, step, number, says):
    before = sorted(p.name for p in folder.iterdir())

    def failing(*_):
        raise OSError(number, "refused")

    monkeypatch.setattr(folder_module, step, failing)
    with pytest.raises(StoreUnwritable, match=says):
        build_store(folder, [source])
    assert sorted(p.name for p in folder.iterdir()) == before
    assert open_store(folder).cells


def test_a_place_that_cannot_be_written_is_named(source):
    inside_a_file = source / "store"
    with pytest.raises(StoreUnwritable, match="不是文件夹"):
        build_store(inside_a_file, [source])


def test_a_writer_killed_halfway_leaves_the_old_version(folder, source):
    before = open_store(folder).cells
    (folder / ".tmp-halfway").mkdir()
    (folder / ".tmp-halfway" / CELLS).write_text('{"id": ', encoding="utf-8")
    assert open_store(folder).cells == before
    build_store(folder, [source], notify=print)
    assert not (folder / ".tmp-halfway").exists()


def test_an_open_reader_keeps_its_version(folder, source):
    reader = open_store(folder)
    vectors = reader.vectors
    before = np.array(vectors)
    source.write_text(Printer(9).document({"丙省": Writer(3).rows()}), encoding="utf-8")
    build_store(folder, [source], notify=print)
    assert {c.province for c in reader.cells} == {"甲省", "乙省"}
    assert np.array_equal(vectors, before)


def test_one_letter_of_the_manifest_changed_is_damage(folder):
    path = version_of(folder) / MANIFEST
    path.write_text(path.read_text(encoding="utf-8").replace("word-count", "word-counT"), "utf-8")
    with pytest.raises(StoreDamaged, match=r"manifest\.json"):
        open_store(folder)


def test_a_version_that_is_gone_is_damage_not_absence(folder):
    shutil.rmtree(version_of(folder))
    with pytest.raises(StoreDamaged):
        open_store(folder)
    with pytest.raises(StoreDamaged, match="无法重建"):
        open_or_build(folder, None, lambda _: None)


def test_what_a_file_manager_leaves_in_a_store_is_ignored(folder):
    (folder / ".DS_Store").write_bytes(b"\x00")
    assert open_store(folder).cells


def test_a_store_that_may_not_be_read_is_said_so_and_not_rebuilt(folder, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "refused")

    monkeypatch.setattr(files, "digest_of", refused)
    with pytest.raises(StoreUnreadable, match="没有读取索引"):
        open_or_build(folder, None, lambda _: None)


def test_what_is_stored_is_what_was_read_even_if_the_file_changes_meanwhile(
    tmp_path, source, monkeypatch
):
    before = source.read_bytes()

    def change_then_load(_):
        source.write_text(Printer(9).document({"丙省": Writer(3).rows()}), encoding="utf-8")
        return ENCODER

    monkeypatch.setattr(build, "load_encoder", change_then_load)
    target = tmp_path / "racing"
    build_store(target, [source], notify=print)
    assert (version_of(target) / "sources" / source.name).read_bytes() == before
    with pytest.raises(StoreStale, match="有了改动"):
        require_current(open_store(target), None, open_store(target).manifest.segmentation)


def test_indexing_again_keeps_the_encoder_of_the_store(folder, source, monkeypatch):
    asked = []
    monkeypatch.setattr(build, "load_encoder", lambda name: asked.append(name) or ENCODER)
    build_store(folder, [source], notify=print)
    assert asked == [ENCODER.name]


def test_two_builders_of_one_store_take_turns(tmp_path, source, monkeypatch):
    encoded, started, finish = [], threading.Event(), threading.Event()

    class SlowEncoder(WordCountEncoder):
        def encode_document(self, sentences):
            encoded.append(len(sentences))
            started.set()
            finish.wait(10)
            return super().encode_document(sentences)

    monkeypatch.setattr(build, "load_encoder", lambda _: SlowEncoder("质押", "专利"))
    monkeypatch.setattr(build, "bundled_documents", lambda: [source])
    target, said, opened = tmp_path / "shared", [], []

    def run():
        opened.append(open_or_build(target, None, said.append))

    first = threading.Thread(target=run)
    first.start()
    started.wait(10)
    second = threading.Thread(target=run)
    second.start()
    while not any("另一个进程" in sentence for sentence in said):
        second.join(0.05)
    finish.set()
    first.join()
    second.join()
    assert opened[0].version == opened[1].version
    counts = [len(sentence_spans(p.text)) for p in opened[0].passages]
    assert sum(encoded) == len(counts) + sum(n for n in counts if n > 1)
