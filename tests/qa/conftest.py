"""What tests of exports, and of reading, share."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from index.encode import load_encoder
from qa import retrieve
from qa.retrieve import Searcher


@pytest.fixture
def reading_searcher(searcher, monkeypatch):
    """A searcher of the bundled store that reads with the reader given, whatever is read.

    `others` are those of some models, by their files.
    """

    def make(reader, others=None):
        readers = others or {}
        monkeypatch.setattr(retrieve, "load_reader", lambda model: readers.get(model, reader))
        encoder = load_encoder(searcher.store.manifest.encoder)
        return Searcher(searcher.store, encoder, searcher.segmenter, searcher.relevance)

    return make


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Converts files with LibreOffice, in a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip(
            "no LibreOffice: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
        )
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def convert(folder, to, *files):
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
        subprocess.run([*command, "--outdir", folder, *files], check=True, timeout=180)

    return convert
