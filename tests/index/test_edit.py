"""A store that is edited: documents come, change and go, and nothing is encoded twice."""

import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from index import build
from index.build import build_store, edit_store
from index.contents import listings
from index.errors import SourceError, StoreDamaged, StoreMissing, UsageError
from index.store import open_store
from tests.damage import Printer, Writer
from tests.fakes import CountingEncoder

ROOT = Path(__file__).parents[2]
KILLS = 10
"""By the clock; `test_stopped.py` does so at every step."""


@pytest.fixture(autouse=True)
def encoder(monkeypatch):
    counting = CountingEncoder("质押", "专利", "服务")
    monkeypatch.setattr(build, "load_encoder", lambda _: counting)
    return counting


def written(path, seed, *provinces):
    rows = {province: Writer(seed + n).rows() for n, province in enumerate(provinces)}
    path.write_text(Printer(seed).document(rows), encoding="utf-8")
    return path


@pytest.fixture
def first(tmp_path):
    return written(tmp_path / "甲.txt", 1, "甲省", "乙省")


@pytest.fixture
def second(tmp_path):
    return written(tmp_path / "丙.txt", 5, "丙省")


@pytest.fixture
def folder(tmp_path, first):
    target = tmp_path / "store"
    build_store(target, [first], notify=print)
    return target


def assert_same(store, other):
    assert store.cells == other.cells
    assert np.array_equal(store.vectors, other.vectors)
    assert np.array_equal(store.sentence_vectors, other.sentence_vectors)
    assert store.segments == other.segments
    assert [s.name for s in store.manifest.sources] == [s.name for s in other.manifest.sources]


def test_a_document_that_is_added_stands_beside_those_before(folder, first, second, tmp_path):
    built = edit_store(folder, add=[second])
    assert [document.name for document in built.documents] == ["丙"]
    whole = build_store(tmp_path / "whole", [first, second], notify=print).store
    assert_same(open_store(folder), whole)


def test_only_what_is_new_is_encoded(folder, second, encoder):
    before = set(encoder.encoded)
    assert len(encoder.encoded) == len(before), "no text twice"
    encoder.encoded.clear()
    store = edit_store(folder, add=[second]).store
    own = {p.embedded for p in store.passages if p.document == "丙"}
    assert own - before <= set(encoder.encoded)
    assert not before & set(encoder.encoded)


def test_a_document_of_the_same_name_is_replaced_in_its_place(folder, first, second, encoder):
    edit_store(folder, add=[second])
    text = first.read_text(encoding="utf-8")
    changed = text.replace("专利", "商标", 1)
    assert changed != text
    first.write_text(changed, encoding="utf-8")
    encoder.encoded.clear()
    store = edit_store(folder, add=[first]).store
    assert [listing.document for listing in listings(store)] == ["甲", "丙"]
    assert (folder / store.version / "sources" / first.name).read_text(encoding="utf-8") == changed
    assert 0 < len(encoder.encoded) < 10, "the one item that changed, and its sentences"


def test_a_document_that_is_removed_leaves_nothing(folder, first, second, tmp_path, encoder):
    edit_store(folder, add=[second])
    encoder.encoded.clear()
    store = edit_store(folder, remove=["甲"]).store
    assert_same(store, build_store(tmp_path / "other", [second], notify=print).store)
    assert not (folder / store.version / "sources" / first.name).exists()


def test_adding_and_removing_go_together(folder, second):
    store = edit_store(folder, add=[second], remove=["甲"]).store
    assert [listing.document for listing in listings(store)] == ["丙"]


def test_the_list_tells_what_each_document_holds(folder, second):
    store = edit_store(folder, add=[second]).store
    first, added = listings(store)
    assert (first.document, first.file, first.provinces) == ("甲", "甲.txt", ("甲省", "乙省"))
    assert (added.document, added.provinces) == ("丙", ("丙省",))
    assert first.cells + added.cells == len(store.cells)
    assert first.items + added.items == len(store.passages)


@pytest.mark.parametrize(
    ("remove", "says"),
    [
        (["火星"], "没有叫“火星”的文档。现有：甲"),
        (["甲"], "至少要留一份"),
        (["甲", "甲"], "没有叫“甲”"),
    ],
)
def test_what_cannot_be_removed_leaves_the_store_untouched(folder, remove, says):
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(UsageError, match=says):
        edit_store(folder, remove=remove)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_cannot_be_read_leaves_the_store_untouched(folder, tmp_path):
    broken = tmp_path / "坏.txt"
    broken.write_bytes(b"\x00\x01")
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(SourceError, match="坏"):
        edit_store(folder, add=[broken])
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_is_not_there_or_damaged_is_not_edited(tmp_path, folder, first, second):
    with pytest.raises(StoreMissing):
        edit_store(tmp_path / "none", add=[second])
    copy = folder / open_store(folder).version / "sources" / first.name
    copy.write_text("别的", encoding="utf-8")
    with pytest.raises(StoreDamaged, match="来源文档"):
        edit_store(folder, add=[second])


EDITOR = """
    import sys
    from pathlib import Path
    from index import build
    from tests.fakes import CountingEncoder

    build.load_encoder = lambda _: WordCountEncoder("质押", "专利", "服务")
    folder, added = Path(sys.argv[1]), Path(sys.argv[2])
    print("ready", flush=True)
    while True:
        build.edit_store(folder, add=[added])
        build.edit_store(folder, remove=[added.stem])
"""


ADDER = """
    import sys
    from pathlib import Path
    from index import build
    from index.errors import CewenError
    from tests.fakes import WordCountEncoder

    build.load_encoder = lambda _: WordCountEncoder("质押", "专利", "服务")
    if len(sys.argv) > 3:
        import resource

        most = int(sys.argv[3])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        build.edit_store(Path(sys.argv[1]), add=[Path(sys.argv[2])])
    except CewenError as error:
        sys.exit(f"{error}")
"""


def adding(*arguments, **options):
    command = [sys.executable, "-c", textwrap.dedent(ADDER), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, encoding="utf-8", **options)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("most", [0, 300, 2000])
def test_where_files_find_no_room_the_old_version_stays(folder, second, most):
    before, held = sorted(p.name for p in folder.iterdir()), open_store(folder)
    with adding(folder, second, most, stderr=subprocess.PIPE) as editor:
        said = editor.stderr.read()
    assert editor.returncode == 1
    assert "文件超过了系统允许的大小。磁盘上已有的内容未被改动" in said.splitlines()[-1]
    assert sorted(p.name for p in folder.iterdir()) == before
    assert_same(open_store(folder), held)


def test_editors_in_processes_of_their_own_take_turns(folder, tmp_path):
    added = [
        written(tmp_path / f"{name}.txt", n, f"{name}省") for n, name in enumerate("丙丁戊", 5)
    ]
    editors = [adding(folder, path, stderr=subprocess.DEVNULL) for path in added]
    assert [editor.wait(120) for editor in editors] == [0, 0, 0]
    found = [listing.document for listing in listings(open_store(folder))]
    assert found[0] == "甲" and sorted(found[1:]) == ["丁", "丙", "戊"]
    assert len(list(folder.glob("v-*"))) == 1


def test_an_editor_killed_at_any_instant_leaves_the_old_or_the_new(folder, second):
    before = open_store(folder)
    after = edit_store(folder, add=[second]).store
    chance = random.Random(7)
    for _ in range(KILLS):
        editor = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(EDITOR), str(folder), str(second)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with editor:
            assert editor.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.4))
            editor.send_signal(signal.SIGKILL)
        store = open_store(folder)
        assert_same(store, after if len(store.manifest.sources) > 1 else before)
    # Whoever edits next clears away what was left halfway.
    edit_store(folder, add=[second])
    assert_same(open_store(folder), after)
    assert not [path for path in folder.iterdir() if path.name.startswith(".tmp-")]
