"""Archives, which Office files are too: what is checked of one before anything opens it."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

from index.errors import SourceError

MOST_MEMBERS = 5_000
MOST_BYTES = 200_000_000
"""What all members may unpack to."""
MOST_TIMES = 200
"""How many times its packed size a member of more than a megabyte may unpack to."""
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
"""What reading a broken archive may run into, in its directory or in any of its members."""
_LARGE = 1_000_000
_PROLOG_BYTES = 4096
_DOCTYPE = re.compile(rb"<\s*!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def require_harmless(data: bytes) -> None:
    """Nothing, when an archive may be opened.

    Raises:
        SourceError: it is damaged, encrypted, would unpack to too much, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            require_size(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _require_plain(archive, member)
    except BROKEN as error:
        raise SourceError("文件已损坏或不完整，请重新取得完整文件。") from error
    except RuntimeError as error:
        raise SourceError("文件加了密码，读不了；请解除密码后再试。") from error


def require_size(members: Sequence[zipfile.ZipInfo]) -> None:
    """Nothing, when the members of an archive may be unpacked; else SourceError."""
    if len(members) > MOST_MEMBERS:
        raise SourceError(f"文件里有{len(members)}个部分，超过{MOST_MEMBERS}个，没有打开。")
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        raise SourceError(f"文件解开后有{total // 1_000_000}兆字节，太大了，没有打开。")
    for member in members:
        if member.file_size > max(_LARGE, MOST_TIMES * member.compress_size):
            raise SourceError("文件的压缩比例异常（可能是压缩炸弹），没有打开。")


def _require_plain(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as file:
        # In UTF-16 every other byte is zero.
        prolog = file.read(_PROLOG_BYTES).replace(b"\x00", b"")
    if _DOCTYPE.search(prolog):
        raise SourceError("文件里定义了外部实体，Office 文件不会这样，没有打开。")
