"""The page of documents: nothing is added unseen, and only by whoever may."""

import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from index import build
from index.build import build_store
from index.readers import SourceFile
from qa.live import Live
from qa.opening import open_searcher
from tests.fakes import WordCountEncoder
from tests.made.broken import SCANNED
from web import documents, intake
from web.documents import create_router
from web.origins import OwnPages
from web.site import add_style

TEXT = "四川省2017年工作总结\n四川省设立了风险补偿基金。\n"
TABLE = "# 任务表\n| 事项 | 情况说明 |\n|---|---|\n| 推进质押。 | 设立了基金。 |\n| 推进保险。 | 做了试点。 |\n"
HOME = "http://testserver"


@pytest.fixture
def live(tmp_path, monkeypatch):
    encoder = WordCountEncoder("基金", "试点")
    monkeypatch.setattr(build, "load_encoder", lambda _: encoder)
    monkeypatch.setattr("qa.opening.load_encoder", lambda _: encoder)
    (tmp_path / "四川省.txt").write_text(TEXT, encoding="utf-8")
    store = build_store(tmp_path / "store", [tmp_path / "四川省.txt"], notify=print).store
    return Live(open_searcher(store), open_searcher)


def client_over(live, may_edit=True):
    app = FastAPI()
    add_style(app)
    app.include_router(create_router(live, may_edit))
    app.add_middleware(OwnPages)
    return TestClient(app)


@pytest.fixture
def client(live):
    return client_over(live)


def sent(client, **files):
    return client.post(
        "/documents-read", files=[("files", (name, data)) for name, data in files.items()]
    )


def token_of(page):
    return page.url.params["read"]


def settled(client):
    deadline = time.monotonic() + 20
    while not (work := client.get("/documents-progress").json())["is_over"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return work


def held(live):
    return live.searcher.store.facets.values["document"]


def test_what_is_held_is_listed_with_its_original(client):
    page = client.get("/documents")
    assert "四川省.txt" in page.text and "2017" in page.text
    original = client.get("/document-file", params={"name": "四川省.txt"})
    assert original.text == TEXT
    assert original.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["../cells.jsonl", "没有.txt", "", "/etc/passwd"])
def test_nothing_else_is_handed_out(client, name):
    assert client.get("/document-file", params={"name": name}).status_code == 404


def test_what_was_read_is_shown_before_anything_is_added(client, live):
    page = sent(client, **{"表.md": TABLE.encode(), "扫描件.pdf": SCANNED})
    assert "读到1份文档" in page.text
    assert "情况说明" in page.text and "没有读取的1个文件" in page.text and "OCR" in page.text
    assert held(live) == ("四川省",)


def test_it_is_corrected_and_added_and_can_be_asked(client, live):
    token = token_of(sent(client, **{"表.md": TABLE.encode()}))
    form = {
        "read": token,
        "title.0": ["事项", "情况说明"],
        "means.0": ["task", "achievement"],
        "province.0": "云南",
        "year.0": "2025",
        "action": "again",
    }
    page = client.post("/documents-add", data=form)
    assert "云南省" in page.text and "工作绩效 2" in page.text
    client.post("/documents-add", data={**form, "action": "add"})
    work = settled(client)
    assert (work["trouble"], work["names"], work["done"]) == ("", ["表"], work["total"])
    assert held(live) == ("四川省", "表")
    assert {c.province for c in live.searcher.store.cells if c.document == "表"} == {"云南省"}
    assert "已加入1份文档" in client.get("/documents").text
    assert client.get("/documents", params={"read": token}).status_code == 404


def test_a_document_is_removed_but_never_the_last(client, live):
    client.post(
        "/documents-add",
        data={"read": token_of(sent(client, **{"表.md": TABLE.encode()})), "action": "add"},
    )
    settled(client)
    client.post("/documents-remove", data={"name": "四川省"})
    assert settled(client)["trouble"] == "" and held(live) == ("表",)
    client.post("/documents-remove", data={"name": "表"})
    assert "至少要留一份" in settled(client)["trouble"] and held(live) == ("表",)
    assert "没有完成，索引保持原样" in client.get("/documents").text


def test_what_is_not_wanted_is_dropped(client, live):
    token = token_of(sent(client, **{"表.md": TABLE.encode()}))
    client.post("/documents-add", data={"read": token, "action": "drop"})
    assert client.get("/documents", params={"read": token}).status_code == 404
    assert held(live) == ("四川省",)


def test_a_name_that_leads_elsewhere_is_only_a_name(client):
    page = sent(client, **{"../../外.md": TABLE.encode()})
    assert "外.md" in page.text and ".." not in page.text


def test_what_is_read_is_never_taken_for_markup(client):
    bad = TABLE.replace("情况说明", "<script>x</script>")
    page = sent(client, **{"<b>.md": bad.encode()})
    assert "<script>x" not in page.text and "<b>.md" not in page.text


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"坏.docx": b"PK\x03\x04"}, "已损坏"),
        ({"图.png": b"\x89PNG"}, "还不能读取"),
        ({"甲.txt": TEXT.encode(), "甲.md": TABLE.encode()}, "同名"),
        ({"": b""}, "没有选择文件"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(client, live, files, says):
    page = sent(client, **files)
    assert page.status_code == 422 and says in page.text
    assert held(live) == ("四川省",)


def test_corrections_that_make_no_sense_are_said(client):
    token = token_of(sent(client, **{"表.md": TABLE.encode()}))
    page = client.post(
        "/documents-add", data={"read": token, "province.0": "火星", "action": "add"}
    )
    assert page.status_code == 422 and "不认识省份“火星”" in page.text
    assert client.get("/documents", params={"read": token}).status_code == 200


@pytest.mark.parametrize("path", ["/documents-read", "/documents-add", "/documents-remove"])
def test_another_sites_page_cannot_send(client, live, path):
    page = client.post(path, data={"name": "四川省"}, headers={"origin": "http://else.example"})
    assert page.status_code == 403 and held(live) == ("四川省",)
    assert client.post(path, data={"name": ""}, headers={"origin": HOME}).status_code != 403


def test_who_may_not_edit_only_sees_the_list(live):
    client = client_over(live, may_edit=False)
    page = client.get("/documents")
    assert "四川省" in page.text and "<form" not in page.text
    assert client.post("/documents-remove", data={"name": "四川省"}).status_code == 403


def test_too_much_is_not_taken(client, monkeypatch):
    monkeypatch.setattr(documents, "MOST_BYTES", 100)
    assert sent(client, **{"表.md": TABLE.encode() * 9}).status_code == 413


def test_of_unknown_length_is_not_taken(client):
    def stream():
        yield b"x"

    assert client.post("/documents-read", content=stream()).status_code == 411


def test_one_change_after_the_other(client, live, monkeypatch):
    works = intake.Works(live)
    works._work = intake.Work(("甲",), removes=False)
    assert not works.start(remove=["四川省"])


def test_a_fault_of_ours_ends_the_work_too(live, monkeypatch):
    monkeypatch.setattr(intake, "change_documents", lambda *_, **__: 1 / 0)
    works = intake.Works(live)
    assert works.start(remove=["四川省"])
    deadline = time.monotonic() + 10
    while not works.current.is_over:
        assert time.monotonic() < deadline
    assert works.current.trouble == intake.FAULT


def test_uploads_do_not_wait_for_ever(monkeypatch):
    shelf = intake.Shelf()
    files = [SourceFile(Path("表.md"), TABLE.encode(), given=False)]
    tokens = [shelf.put(files).token for _ in range(intake.MOST_WAITING + 1)]
    assert shelf.get(tokens[0]) is None and shelf.get(tokens[-1]) is not None
    monkeypatch.setattr(intake, "LONGEST_WAIT_S", -1)
    assert shelf.get(tokens[-1]) is None
