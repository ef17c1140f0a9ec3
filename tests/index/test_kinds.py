import io
import zipfile

import pytest

from index.errors import SourceError
from index.readers import read_document, read_source
from index.readers.kinds import kind_of, require_kind


def packed(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
PDF = b"%PDF-1.7\n..."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 100


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (DOCX, "docx"), (XLSX, "xlsx"), (packed("甲.docx"), "zip"), (PDF, "pdf"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "html"), (b" \n<TABLE>", "html"), ("文字".encode(), None),
        (b"\x89PNG\r\n", "image"), (b"{\\rtf1", "rtf"),
    ],
)  # fmt: skip
def test_content_tells_the_kind(data, kind):
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "suffix"),
    [(DOCX, ".docx"), (XLSX, ".xlsx"), (PDF, ".pdf"), (b"<html>", ".htm"), (b"a,b", ".csv"),
     (b"<p>text</p>", ".html"), ("文字".encode(), ".txt"), (packed("甲.txt"), ".zip")],
)  # fmt: skip
def test_what_is_rightly_named_passes(data, suffix):
    require_kind(data, suffix)


@pytest.mark.parametrize(
    ("data", "suffix", "says"),
    [
        (PDF, ".docx", "扩展名是 .docx，内容却是：PDF 文件；请把扩展名改为 .pdf"),
        (b"<html><table>", ".xlsx", "内容却是：网页.*改为 .html"),
        (XLSX, ".docx", "内容却是：Excel 文件"),
        (DOCX, ".txt", "内容却是：Word 文件"),
        (OLE, ".docx", "旧版 Office 文件.*另存为 .docx 或 .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ".docx", "加了密码"),
        (b"{\\rtf1 hello", ".docx", "RTF"),
        (b"\xff\xd8\xff\xe0", ".pdf", "图片"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), ".docx", "演示文稿"),
        (DOCX[:-30], ".docx", "已损坏或不完整"),
        ("不是文档".encode(), ".docx", "不是 Word 文件"),
        ("不是文档".encode(), ".pdf", "不是 PDF 文件"),
        (b"", ".docx", "空的"),
        (b"\x00" * 50, ".pdf", "空的"),
        (b"Rar!\x1a\x07", ".zip", "RAR 压缩包"),
    ],
)
def test_what_is_wrongly_named_is_said(data, suffix, says):
    with pytest.raises(SourceError, match=says):
        require_kind(data, suffix)


def test_the_file_is_named(tmp_path):
    path = tmp_path / "报告.docx"
    path.write_bytes(PDF)
    with pytest.raises(SourceError, match=r"^报告\.docx：扩展名是 \.docx，内容却是"):
        read_document(read_source(path))
