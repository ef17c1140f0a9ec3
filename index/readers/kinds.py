"""What a file is by its content, whatever it is called: a wrong name gets a clear sentence."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from index.errors import SourceError

_LOOKED_AT = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = (
    (_OLE, "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
_MEMBERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_HTML = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class Kind:
    """What users call a kind of file, and the ending it should have; "" where none is readable."""

    name: str
    suffix: str


KINDS = {
    "pdf": Kind("PDF 文件", ".pdf"),
    "docx": Kind("Word 文件", ".docx"),
    "xlsx": Kind("Excel 文件", ".xlsx"),
    "html": Kind("网页", ".html"),
    "zip": Kind("压缩包", ".zip"),
}
_EXPECTED = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".zip": "zip",
}
_ADVICE = {
    "rtf": "这是 RTF 文件，还不能读取；请用 Word 或 WPS 另存为 .docx 再试。",
    "pptx": "这是演示文稿，还不能读取；请把文字另存为 .docx 再试。",
    "image": "这是图片，不含可以检索的文字；请先作文字识别（OCR）再试。",
    "rar": "这是 RAR 压缩包，还不能读取；请解压后再试。",
    "7z": "这是 7z 压缩包，还不能读取；请解压后再试。",
}
OLD_FORMATS = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".rtf": ".docx",
    ".xls": ".xlsx",
    ".et": ".xlsx",
}
"""Endings of formats that cannot be read, and what to save them as."""


def require_kind(data: bytes, suffix: str) -> None:
    """Nothing, when the content is what the ending `suffix` says.

    Raises:
        SourceError: empty, encrypted, of an old format, or something else than its ending says.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise SourceError("文件是空的。")
    kind = kind_of(data)
    if kind == "ole":
        raise SourceError(_old_format(data, suffix))
    if kind in _ADVICE:
        raise SourceError(_ADVICE[kind])
    expected = _EXPECTED.get(suffix)
    if kind == expected or (kind == "html" and suffix in (".htm", ".html")):
        return
    if kind in KINDS:
        found = KINDS[kind]
        raise SourceError(
            f"扩展名是 {suffix}，内容却是：{found.name}；请把扩展名改为 {found.suffix} 再试。"
        )
    if expected:
        raise SourceError(f"不是 {KINDS[expected].name}，或者文件已损坏；请重新取得完整文件。")


def kind_of(data: bytes) -> str | None:
    """A key of `KINDS`, another kind that is told apart, or None for what may be text."""
    head = data[:_LOOKED_AT]
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if text.startswith(_HTML) else None


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError("文件已损坏或不完整，请重新取得完整文件。") from error
    if "[Content_Types].xml" in names:
        for folder, kind in _MEMBERS:
            if any(name.startswith(folder) for name in names):
                return kind
    return "zip"


def _old_format(data: bytes, suffix: str) -> str:
    if _ENCRYPTED in data:
        return "文件加了密码，读不了；请解除密码后再试。"
    wanted = OLD_FORMATS.get(suffix, ".docx 或 .xlsx")
    return f"这是旧版 Office 文件，还不能读取；请用 Word、Excel 或 WPS 另存为 {wanted} 再试。"
