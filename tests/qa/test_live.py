"""A store that is edited while it is asked: who asks later gets the newer version, whole."""

import shutil
import time

import pytest

from index import build
from index.build import build_store, edit_store
from index.errors import CewenError
from index.store import open_store
from qa.answer import Answerer
from qa.live import Live
from qa.opening import open_searcher
from tests.fakes import WordCountEncoder
from tests.waiting import awaited

QUESTION = "哪些省份提到风险补偿基金"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    encoder = WordCountEncoder("基金", "专利")
    monkeypatch.setattr(build, "load_encoder", lambda _: encoder)
    monkeypatch.setattr("qa.opening.load_encoder", lambda _: encoder)
    for province in ("四川省", "安徽省"):
        text = f"{province}2017年工作总结\n{province}设立了风险补偿基金。\n"
        (tmp_path / f"{province}.txt").write_text(text, encoding="utf-8")
    build_store(tmp_path / "store", [tmp_path / "四川省.txt"], notify=print)
    return tmp_path


@pytest.fixture
def live(folder):
    opened = open_store(folder / "store")
    return Live(open_searcher(opened), open_searcher)


def documents(live):
    return live.searcher.store.facets.values["document"]


def test_what_is_made_of_a_version_is_made_once(live):
    assert live.of(Answerer) is live.of(Answerer)


def test_a_document_that_is_added_is_found_by_who_asks_later(folder, live):
    before = live.of(Answerer)
    edit_store(folder / "store", add=[folder / "安徽省.txt"])
    awaited(lambda: documents(live) == ("四川省", "安徽省"))
    assert live.of(Answerer) is not before
    provinces = [verdict.province for verdict in live.of(Answerer).answer(QUESTION).verdicts]
    assert set(provinces) == {"四川省", "安徽省"}
    # Who began with the version before ends with it, though its files are gone.
    assert [verdict.province for verdict in before.answer(QUESTION).verdicts] == ["四川省"]


def test_a_conversation_goes_on_over_an_edit(folder, live):
    said = live.of(Answerer).answer(QUESTION)
    edit_store(folder / "store", add=[folder / "安徽省.txt"], remove=["四川省"])
    live.refresh()
    answerer = live.of(Answerer)
    assert [v.province for v in answerer.answer("安徽呢", previous=said).verdicts] == ["安徽省"]
    # What was cited can still be shown.
    assert "四川省设立了风险补偿基金" in answerer.answer("第一条的原文", previous=said).text


def test_a_store_of_a_single_passage_is_judged_like_any_other(live):
    answer = live.of(Answerer).answer("哪些省份设立了风险补偿基金")
    assert [verdict.status for verdict in answer.verdicts] == ["done"]


def test_it_can_be_waited_for(folder, live):
    edit_store(folder / "store", add=[folder / "安徽省.txt"])
    live.refresh()
    assert documents(live) == ("四川省", "安徽省")


def test_a_store_that_is_gone_is_answered_from_what_is_loaded(folder, live):
    shutil.rmtree(folder / "store")
    assert live.of(Answerer).answer(QUESTION).verdicts
    with pytest.raises(CewenError):
        edit_store(folder / "store", remove=["四川省"])


def test_a_version_that_cannot_be_opened_is_not_tried_again_and_again(folder, live):
    tried = []

    def refuse(store):
        tried.append(store.version)
        raise CewenError("不能打开")

    stuck = Live(live.searcher, refuse)
    edit_store(folder / "store", add=[folder / "安徽省.txt"])
    awaited(lambda: stuck.of(Answerer) and tried and not stuck._opening.locked())
    for _ in range(5):
        assert stuck.of(Answerer).answer(QUESTION).verdicts
        time.sleep(0.02)
    assert len(set(tried)) == len(tried) == 1


def test_without_an_opener_it_stays_what_it_is(folder, live):
    fixed = Live(live.searcher)
    edit_store(folder / "store", add=[folder / "安徽省.txt"])
    fixed.refresh()
    assert documents(fixed) == ("四川省",)


DAMAGES = {
    "no current version": lambda store: (store / "current").unlink(),
    "half of it": lambda store: (store / "current").write_bytes(b"v-0"),
    "no manifest": lambda store: next(store.glob("v-*/manifest.json")).unlink(),
    "no vectors": lambda store: next(store.glob("v-*/vectors.npy")).unlink(),
    "no version": lambda store: shutil.rmtree(next(store.glob("v-*"))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_while_it_is_asked_is_told_at_the_next_start(folder, live, damage):
    DAMAGES[damage](folder / "store")
    for _ in range(3):
        assert live.of(Answerer).answer(QUESTION).verdicts
    said = []
    if damage == "no version":
        with pytest.raises(CewenError, match="已损坏"):
            build.open_or_build(folder / "store", None, said.append)
    else:
        mended = build.open_or_build(folder / "store", None, said.append)
        assert mended.facets.values["document"] == ("四川省",)
    assert len(said) == 1 and "已损坏" in said[0] and "\n" not in said[0]


def test_a_newer_version_that_goes_while_it_is_opened_is_no_fault(folder, live):
    def gone(store):
        shutil.rmtree(folder / "store")
        raise CewenError("不在了")

    stuck = Live(live.searcher, gone)
    edit_store(folder / "store", add=[folder / "安徽省.txt"])
    awaited(lambda: stuck.of(Answerer) and not (folder / "store").exists())
    awaited(lambda: not stuck._opening.locked())
    assert stuck.of(Answerer).answer(QUESTION).verdicts


def test_a_permission_that_is_lost_while_it_is_asked_is_no_fault(live, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refused)
    assert live.of(Answerer).answer(QUESTION).verdicts
