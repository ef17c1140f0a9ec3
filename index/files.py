"""Files that are on the disk when they are closed, their hashes, and what can refuse to write them."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.encode import FloatMatrix
from index.errors import StoreUnwritable

UNFINISHED_PREFIX = ".tmp-"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_intact(path: Path, sha256: str) -> bool:
    """Whether a file is there and holds what it held."""
    return path.is_file() and digest_of(path) == sha256


def write_text(path: Path, text: str) -> None:
    """A file holds `text`, and will after the power fails."""
    write_bytes(path, text.encode("utf-8"))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """A file holds `lines`, one after another as they come, and will after the power fails."""
    with _durable(path) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


def write_bytes(path: Path, data: bytes) -> None:
    """A file holds `data`, and will after the power fails."""
    with _durable(path) as file:
        file.write(data)


def write_vectors(path: Path, vectors: FloatMatrix) -> None:
    """A file holds the vectors as numpy writes them, and will after the power fails."""
    with _durable(path) as file:
        np.save(file, np.asarray(vectors, dtype=np.float32))


def settle(path: Path) -> None:
    """A file that another library has written will be there after the power fails."""
    if path.is_file():
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def replace_text(path: Path, text: str) -> None:
    """A file holds `text`, or what it held before, at every instant."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when it is closed, whole or not at all.

    Whoever else writes it at the same time does not disturb.
    """
    temporary = path.with_name(f"{UNFINISHED_PREFIX}{path.name}-{secrets.token_hex(6)}")
    try:
        with _durable(temporary) as file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _durable(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is on the disk, not only on its way, when it is closed."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Map the operating system's refusals to one clear sentence."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "磁盘空间不足",
            errno.EDQUOT: "磁盘配额已满",
            errno.EFBIG: "文件超过了系统允许的大小",
            errno.EACCES: "没有写入权限",
            errno.EPERM: "没有写入权限",
            errno.EROFS: "所在磁盘是只读的",
            errno.ENOTDIR: "路径中有一段不是文件夹",
        }
        reason = reasons.get(error.errno or 0, error.strerror or str(error))
        raise StoreUnwritable(
            f"无法把索引写到 {folder}：{reason}。磁盘上已有的内容未被改动；请换一个位置（--store 或 CEWEN_STORE）。"
        ) from error
