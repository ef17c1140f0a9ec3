"""Indexing stopped at every single step: the store is the old one or the new one, never a broken one."""

import json
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from index import build
from index.build import build_store
from index.store.home import UNFINISHED
from tests.stopped import ENCODER, FIRST, SECOND, STORE

ROOT = Path(__file__).parents[2]
OLD, NEW = [FIRST], [FIRST, SECOND]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two documents, and a store that holds the first."""
    home = tmp_path_factory.mktemp("stopped") / "home"
    home.mkdir()
    for name, province in ((FIRST, "四川省"), (SECOND, "安徽省")):
        text = f"{province}2017年工作总结\n{province}设立了风险补偿基金。\n"
        (home / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load_encoder", lambda _: ENCODER)
        build_store(home / STORE, [home / FIRST], notify=print)
    return home


def outcomes(home, what, how):
    """What came of each step; the last one is the work done whole."""
    command = [sys.executable, "-m", "tests.stopped", str(home), what, how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    *stopped, whole = found
    assert whole["is_whole"] and not whole["said"] and not whole["left"]
    return stopped


def assert_mended(outcome):
    """The next run clears what was left, says so once and only then, and does its work."""
    told = outcome["next"].count(UNFINISHED)
    assert told == bool(outcome["left"]), outcome
    assert (outcome["then"], outcome["still"]) == (NEW, []), outcome


@pytest.mark.parametrize(
    ("what", "stages"),
    [
        ("edit", [OLD, NEW]),
        # A version that is whole, but not yet the store's, is told from none at all.
        ("first", ["StoreMissing", "StoreDamaged", OLD]),
    ],
)
def test_killed_at_any_step(home, what, stages):
    found = outcomes(home, what, "kill")
    held = [outcome["held"] for outcome in found]
    assert [stage for stage, _ in groupby(held)] == stages
    assert held.count(stages[0]) > 20
    assert sum(bool(outcome["left"]) for outcome in found) > 15
    for outcome in found:
        assert_mended(outcome)


@pytest.mark.parametrize(
    ("what", "how", "says"),
    [
        ("edit", "ENOSPC", "磁盘空间不足"),
        ("first", "ENOSPC", "磁盘空间不足"),
        ("edit", "EACCES", "权限"),
        ("edit", "EIO", "Input/output error"),
    ],
)
def test_refused_at_any_step(home, what, how, says):
    found = outcomes(home, what, how)
    refused = [outcome["said"] for outcome in found if outcome["said"]]
    assert len(refused) > 15 and sum(says in said for said in refused) > 15
    for outcome in found:
        said = outcome["said"]
        assert "UNEXPECTED" not in said and "\n" not in said, outcome
        assert outcome["held"] in (OLD, NEW if what == "edit" else "StoreMissing"), outcome
        if "未被改动" in said:
            assert outcome["held"] == (OLD if what == "edit" else "StoreMissing"), outcome
            assert outcome["left"] == [], outcome
        assert_mended(outcome)
