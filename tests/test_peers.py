"""What is measured of other frameworks is put together right, and what cannot be is never a 0."""

import math
import re
import subprocess
import sys
import threading
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bench.peers import environment, process
from bench.peers.__main__ import _interpreters
from bench.peers.contenders import CONTENDERS, DEFAULTS, Contender, by_default
from bench.peers.environment import ADAPTERS, PINS, TORCH, NotInstalled, interpreter, last_word
from bench.peers.figures import Measured, Row, main_table, ratio, settings_table
from bench.peers.job import ClockedEncoder, Job, Text, read_job, write_job
from bench.peers.measure import CALLERS, _refuse_to_leave, under_load
from bench.peers.process import Failed, asked
from tests.fakes import WordCountEncoder

ROOT = Path(__file__).parents[1]
ROWS = (Row("ms", "a search, ms"), Row("ndcg", "nDCG@10", 3))
OURS = Measured("**ours**", ({"ms": 10.0, "ndcg": 0.8}, {"ms": 20.0, "ndcg": 0.8}))
PEER = Measured("Peer", ({"ms": 15.0, "ndcg": 0.6}, {"ms": 20.0, "ndcg": 0.6}))
NONE = Measured("None", reason="cannot be installed: ERROR: no such version")


def test_a_ratio_is_taken_within_each_round():
    assert ratio([10, 20, 90], [5, 20, 30]) == 2.0
    assert ratio([10], []) is None
    assert ratio([10], [0]) is None


def test_the_table_has_a_column_a_system_with_spread_and_ratio():
    assert main_table({"ours": OURS, "peer": PEER, "none": NONE}, ROWS) == (
        "|  | **ours** | Peer | None |\n"
        "| --- | --- | --- | --- |\n"
        "| a search, ms | 15.0 (10.0–20.0) | 17.5 (15.0–20.0) · 1.25× | not measured |\n"
        "| nDCG@10 | 0.800 | 0.600 · 0.75× | not measured |\n"
        "\n"
        "None: not measured: cannot be installed: ERROR: no such version\n"
    )


def test_a_figure_that_a_round_lacks_is_not_measured():
    partly = Measured("Peer", ({"ms": 15.0, "ndcg": 0.6}, {"ms": 20.0}))
    assert partly.values("ndcg") == []
    assert "| nDCG@10 | 0.800 | not measured |" in main_table({"ours": OURS, "p": partly}, ROWS)


def test_without_ours_there_are_no_ratios():
    assert "| 17.5 (15.0–20.0) |" in main_table({"ours": NONE, "peer": PEER}, ROWS[:1])


def test_settings_stand_beside_each_other():
    set_up = Measured("Peer", ({"ndcg": 0.6, "ndcg_held_out": 0.5},))
    default = Measured("by spaces", ({"ndcg": 0.4, "ndcg_held_out": 0.3},))
    rows = settings_table({"p": set_up, "n": NONE}, {"p": default, "n": NONE}).splitlines()[2:]
    assert rows == [
        "| Peer | by spaces | 0.400 | 0.300 | 0.600 | 0.500 |",
        "| None | None | not measured | not measured | not measured | not measured |",
    ]


def test_a_job_arrives_as_it_was_sent(tmp_path):
    job = Job(
        (Text("表/甲省/01/plan/1", "甲省 计划\n设立基金。"),), "先问？", ("问？",), ("多问？",)
    )
    write_job(tmp_path / "job.json", job)
    assert read_job(tmp_path / "job.json") == job


def test_a_clocked_encoder_encodes_as_the_other_and_counts_both():
    encoder = WordCountEncoder("基金", "专利")
    clocked = ClockedEncoder(encoder)
    assert (clocked.name, clocked.dimension, clocked.seconds) == ("word-count", 2, 0.0)
    assert np.array_equal(clocked.encode_query(["基金"]), encoder.encode_query(["基金"]))
    once = clocked.seconds
    clocked.encode_document(["专利"])
    assert 0 < once < clocked.seconds


def test_callers_share_the_questions():
    told, lock = [], threading.Lock()

    def search(question):
        with lock:
            told.append(question)
        return []

    found = under_load(search, ["甲", "乙"], 0.05)
    assert found["load_qps"] > 0
    assert len(told) >= CALLERS
    assert abs(told.count("甲") - told.count("乙")) <= CALLERS


def test_a_system_that_fails_under_load_is_measured_all_the_same(tmp_path, monkeypatch):
    def run(python, what, contender, folder, job, load_s):
        if load_s:
            raise Failed("fails: nothing was said")
        return {"found": [["乙"], ["丙"]], "memory_mb": 1.0}, 0.5

    monkeypatch.setattr(process, "_run", run)
    measured, found = asked(Path(sys.executable), Contender("x", "甲"), tmp_path, tmp_path, 5)
    assert found == [["乙"], ["丙"]] and math.isnan(measured["load_qps"])
    table = main_table(
        {"ours": Measured("ours", ({"load_qps": 3.0},)), "x": Measured("x", (measured,))},
        [Row("load_qps", "8 callers")],
    )
    assert table.splitlines()[-1] == "| 8 callers | 3.0 | fails |"


def test_what_fails_under_load_is_raised():
    def search(question):
        raise RuntimeError("database is locked")

    with pytest.raises(RuntimeError, match="database is locked"):
        under_load(search, ["甲"], 0.05)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Collecting x\nERROR: No matching distribution found for x\nnotice: old pip", "ERROR: No matching distribution found for x"),
        ("Traceback:\n  File\nOSError: gone\n\n", "OSError: gone"),
        ("killed\n", "killed"),
        ("", "nothing was said"),
    ],
)  # fmt: skip
def test_the_last_word_is_one_line(said, word):
    assert last_word(said) == word


def test_what_cannot_be_installed_is_told_with_the_installers_reason(monkeypatch, tmp_path, capsys):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setattr(environment, "FOLDER", tmp_path)

    def run(command, **_):
        is_missing = "txtai" in command
        said = "ERROR: No matching distribution found for txtai\n" if is_missing else ""
        return subprocess.CompletedProcess(command, int(is_missing), "", said)

    monkeypatch.setattr(environment.subprocess, "run", run)
    with pytest.raises(NotInstalled, match=r"^ERROR: No matching distribution found for txtai$"):
        interpreter(("txtai",))
    pythons, reasons = _interpreters(CONTENDERS)
    assert reasons == {
        "txtai": "cannot be installed: ERROR: No matching distribution found for txtai"
    }
    assert pythons.keys() == CONTENDERS.keys() - {"txtai"}
    assert pythons["ours"] == Path(sys.executable)
    assert "txtai cannot be installed: ERROR" in capsys.readouterr().err


def test_a_system_that_fails_says_why(tmp_path):
    write_job(tmp_path / "job.json", Job((), "问？", (), ()))
    with pytest.raises(Failed, match=r"fails: .*No module named 'bench\.peers\.systems\.nothing'"):
        asked(Path(sys.executable), Contender("nothing", "无"), tmp_path, tmp_path / "job.json", 0)


def test_nothing_leaves_this_machine():
    for address in (("127.0.0.1", 80), ("::1", 80, 0, 0), "/run/socket"):
        _refuse_to_leave("socket.connect", (None, address))
    with pytest.raises(OSError, match=r"not allowed to reach 192\.0\.2\.1"):
        _refuse_to_leave("socket.connect", (None, ("192.0.2.1", 443)))


def test_every_package_is_pinned_and_shared_ones_as_the_project_has_them():
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", PINS.read_text("utf-8"), re.MULTILINE))
    named = {package for contender in CONTENDERS.values() for package in contender.packages}
    assert {*named, *ADAPTERS} <= pinned.keys()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = dict(re.findall(r"([\w.-]+)==([^\s;]+)", "\n".join(project["dependencies"])))
    assert {name: pinned[name] for name in own.keys() & pinned.keys()} == {
        name: own[name] for name in own.keys() & pinned.keys()
    }
    assert f"torch=={own['torch']}" == TORCH


def test_every_contender_has_a_module_and_a_default():
    for contender in CONTENDERS.values():
        assert find_spec(f"bench.peers.systems.{contender.module}")
    assert DEFAULTS.keys() == CONTENDERS.keys() - {"ours"}
    assert not by_default("txtai").is_segmented
