"""What tests share: a clean environment, the bundled document, and a store of it built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_store
from index.bundled import bundled_documents
from index.readers import read_document, read_source
from index.records import Document
from index.store import Store
from index.store.mapped.store import MappedStore
from qa.opening import open_whole
from qa.retrieve import Searcher

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path_factory):
    """No setting of this machine reaches a test, and no test the user's folders."""
    import os

    for name in list(os.environ):
        if name.startswith(("CEWEN_", "GRADIO_", "HF_", "OPENAI_")):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def corpus_text() -> str:
    return bundled_documents()[0].read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def document() -> Document:
    """The bundled document, read."""
    return read_document(read_source(bundled_documents()[0]))


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory) -> Path:
    """A folder with a store of the bundled corpus, built with the bundled encoder."""
    folder = tmp_path_factory.mktemp("bundled") / "store"
    build_store(folder, notify=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def searcher(built_folder) -> Searcher:
    from index.store import open_store

    return open_whole(open_store(built_folder))


@pytest.fixture(scope="session")
def store(searcher) -> Store:
    return searcher.store


@pytest.fixture(scope="session")
def large_store(store, tmp_path_factory) -> MappedStore:
    """The bundled document as a store that counts as large."""
    from index.store import home_of, open_store

    folder = tmp_path_factory.mktemp("large") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.engines.MAPPED_FROM", 300)
        with home_of(folder).writing(print) as write:
            write(store.content())
    opened = open_store(folder)
    assert isinstance(opened, MappedStore)
    return opened
