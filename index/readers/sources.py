"""Files as they come in: read once, so that what is indexed, copied and hashed is the same."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.readers.corrections import NOTHING, Corrections


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was read.

    `path` is where it came from, within an archive as if that were a folder. `given` says that it
    was named itself, not found in a folder or archive. `corrections` are its user's.
    """

    path: Path
    data: bytes
    given: bool = True
    corrections: Corrections = NOTHING

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.path.name

    @property
    def sha256(self) -> str:
        """Its SHA-256, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left aside, and why."""

    path: Path
    reason: str


def read_source(path: Path, given: bool = True) -> SourceFile:
    """The file at `path`; SourceError when it cannot be read."""
    try:
        return SourceFile(path, path.read_bytes(), given)
    except OSError as error:
        raise SourceError(f"读不了文件 {path}：{explained(error)}。") from error


def explained(error: OSError) -> str:
    """What the operating system refused, in Chinese where it is one of the usual things."""
    if isinstance(error, PermissionError):
        return "没有读取权限"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，不是文件"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "磁盘空间不足"
    return error.strerror or str(error)
