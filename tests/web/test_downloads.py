"""Files of answers: where they cannot be written the answer stands, and the next ones are tried again."""

import errno
import shutil
from pathlib import Path

import pytest

from qa.answer import Answerer
from qa.export import MEDIA_TYPES
from web.downloads import KEPT, Downloads, NotWritten


@pytest.fixture(scope="module")
def answer(searcher):
    return Answerer(searcher).answer("四川省专利保险")


@pytest.fixture
def downloads():
    downloads = Downloads()
    yield downloads
    downloads._folder.cleanup()


@pytest.fixture
def full_disk(monkeypatch):
    """A disk on which there is room for one file of an answer, and then for none."""

    def write(path, data, write=Path.write_bytes):
        if path.suffix == f".{list(MEDIA_TYPES)[1]}":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", write)


def test_a_full_disk_is_one_sentence_and_leaves_no_half(downloads, answer, full_disk):
    with pytest.raises(NotWritten, match="回答可以看，导出文件写不了：磁盘空间不足。"):
        downloads.files(answer)
    assert list(Path(downloads._folder.name).iterdir()) == []


def test_a_folder_that_was_cleared_away_is_made_again(downloads, answer):
    shutil.rmtree(downloads._folder.name)
    assert all(Path(path).stat().st_size for path in downloads.files(answer))


def test_the_oldest_files_go(downloads, answer, monkeypatch):
    monkeypatch.setattr("web.downloads._written", lambda *_: [])
    for _ in range(KEPT + 3):
        downloads.files(answer)
    assert len(list(Path(downloads._folder.name).iterdir())) == KEPT


def test_the_page_goes_on_without_files(chat, full_disk):
    answered = chat.run(chat.submit, "full", "四川省专利保险", None, [], [], [], 10, False)
    assert answered[0][1]["role"] == "assistant"
    *_, settled_box, link, _record, row, docx, xlsx, md, csv = chat.run(chat.follows, "full", None)
    assert settled_box["submit_btn"] is True and settled_box["stop_btn"] is False
    assert link and row["visible"]
    assert [docx, xlsx, md, csv] == [None] * len(MEDIA_TYPES)
