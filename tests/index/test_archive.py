"""Zip archives: Chinese names, what is left aside, and what is not opened."""

import zipfile
from pathlib import Path

import pytest

from index.readers import find_sources, read_documents
from index.readers.archive import LONGEST_NAME, unpack
from index.readers.sources import Skipped, SourceFile
from tests.made.broken import archive as packed

TEXT = "省里设立了质押融资风险补偿基金。".encode()


def packed_in_gbk(name, data):
    """An archive as Chinese Windows writes it: the name in GBK, and no word of that."""
    raw = name.encode("gb18030")
    archive = packed({"x" * len(raw): data}, zipfile.ZIP_STORED)
    return archive.replace(b"x" * len(raw), raw)


def opened(data):
    return list(unpack(SourceFile(Path("包.zip"), data)))


@pytest.mark.parametrize(
    "data", [packed({"四川省/报告.txt": TEXT}), packed_in_gbk("四川省\\报告.txt", TEXT)]
)
def test_names_in_unicode_and_in_gbk_are_read(data):
    [file] = opened(data)
    assert file.path == Path("包.zip/四川省/报告.txt") and file.data == TEXT and not file.given


def test_an_archive_is_searched_like_a_folder(tmp_path):
    path = tmp_path / "包.zip"
    path.write_bytes(
        packed(
            {"甲.txt": TEXT, "乙.md": TEXT, "图.png": b"x", "内.zip": b"x", "__MACOSX/甲.txt": b"x"}
        )
    )
    found, skipped = find_sources([path])
    assert [source.name for source in found] == ["甲.txt", "乙.md"]
    assert {(skip.path.name, skip.reason) for skip in skipped} == {
        ("图.png", "还不能读取“.png”文件"),
        ("内.zip", "是压缩包里的压缩包，请先解开"),
    }
    assert [document.name for _, document in read_documents(found)[0]] == ["甲", "乙"]


def test_a_bad_file_in_an_archive_is_left_aside_by_name(tmp_path):
    path = tmp_path / "包.zip"
    path.write_bytes(packed({"甲.txt": TEXT, "坏.docx": b"PK\x03\x04"}))
    read, skipped = read_documents(find_sources([path])[0])
    assert [document.name for _, document in read] == ["甲"]
    assert [skip.path.name for skip in skipped] == ["坏.docx"]


def test_a_bad_archive_in_a_folder_is_left_aside_by_name(tmp_path):
    (tmp_path / "甲.txt").write_bytes(TEXT)
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04")
    found, skipped = find_sources([tmp_path])
    assert [source.name for source in found] == ["甲.txt"]
    assert "已损坏" in skipped[0].reason


@pytest.mark.parametrize(
    "name", ["../../外.txt", "/etc/外.txt", "C:\\外.txt", "甲/../../外.txt", "..\\外.txt"]
)
def test_a_name_that_leads_out_of_the_archive_is_not_followed(name):
    [found] = opened(packed({name: TEXT}))
    assert isinstance(found, Skipped) and "指向包外" in found.reason
    assert found.path.parts[0] == "包.zip" and ".." not in found.path.parts


def test_a_name_that_no_file_system_takes_is_left_aside():
    [found] = opened(packed({"长" * LONGEST_NAME + ".txt": TEXT}))
    assert isinstance(found, Skipped) and found.reason == "文件名太长"
