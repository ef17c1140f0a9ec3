"""Zip archives → the files in them, unpacked into memory: nothing is written anywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from index.errors import SourceError
from index.readers.kinds import require_kind
from index.readers.packages import BROKEN, require_size
from index.readers.sources import Skipped, SourceFile
from index.text import without_controls

ARCHIVE = ".zip"
LONGEST_NAME = 200
"""Bytes of a file's name that every file system takes."""

_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_DEBRIS = ("__MACOSX", ".", "~$", "Thumbs.db", "desktop.ini")
"""How the names of what operating systems and editors leave behind begin."""


def unpack(archive: SourceFile) -> Iterator[SourceFile | Skipped]:
    """The files in an archive, in its order, and those that are left aside.

    Raises:
        SourceError: it is no archive, damaged, encrypted, or would unpack to too much.
    """
    try:
        require_kind(archive.data, ARCHIVE)
        with zipfile.ZipFile(io.BytesIO(archive.data)) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            require_size(members)
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise SourceError("文件加了密码，读不了；请解除密码后再试。")
            for member in members:
                found = _member(archive, packed, member)
                if found:
                    yield found
    except BROKEN as error:
        raise SourceError("文件已损坏或不完整，请重新取得完整文件。") from error


def _member(
    archive: SourceFile, packed: zipfile.ZipFile, member: zipfile.ZipInfo
) -> SourceFile | Skipped | None:
    inner = PurePosixPath(_name(member))
    path = archive.path.joinpath(*(part for part in inner.parts if part not in ("/", "..")))
    if any(part.startswith(_DEBRIS) for part in inner.parts if part != ".."):
        return None
    if inner.is_absolute() or ".." in inner.parts or ":" in inner.parts[0]:
        return Skipped(path, "压缩包里的路径指向包外，没有读取")
    if len(inner.name.encode()) > LONGEST_NAME:
        return Skipped(path, "文件名太长")
    if inner.suffix.lower() == ARCHIVE:
        return Skipped(path, "是压缩包里的压缩包，请先解开")
    return SourceFile(path, packed.read(member), given=False)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; Chinese Windows writes it in GBK and does not say so."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return without_controls(name.replace("\\", "/"))
