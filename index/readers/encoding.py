"""Bytes → text, in the encodings that Chinese files come in."""

from __future__ import annotations

from index.errors import SourceError

_TAIL_BYTES = 4


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030, its line ends made one.

    Raises:
        SourceError: empty, binary, or cut in the middle of a character.
    """
    if not data.strip():
        raise SourceError("文件是空的。")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(data, "utf-16")
    if b"\x00" in data:
        raise SourceError("这是二进制文件，不是文本。")
    try:
        return _unify_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if error.start >= len(data) - _TAIL_BYTES and error.start > 0:
            raise SourceError("文件在一个字的中间中断，可能没有下载或复制完整。") from error
    return _decode_as(data, "gb18030")


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return _unify_lines(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise SourceError("认不出文字编码，请另存为 UTF-8 文本。") from error


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
