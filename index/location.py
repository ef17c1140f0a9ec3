"""Where a store is, as people write it: a folder's path, or a database's URL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote

from index.errors import UsageError

SCHEMES = ("postgresql", "postgres")
_URL = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<rest>.*)", re.DOTALL)
_FORM = "postgresql://用户@主机:端口/数据库"


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A PostgreSQL database; `str` of it is hosts and name, without user and password."""

    url: str = field(repr=False)
    name: str

    def __str__(self) -> str:
        return self.name


def location_from(written: str) -> Path | DatabaseAddress:
    """The location that was written.

    Raises:
        UsageError: an address that is none of a PostgreSQL database; it is not repeated, for a
            password may stand in it.
    """
    url = _URL.fullmatch(written)
    if url is None:
        if written.startswith(tuple(f"{scheme}:" for scheme in SCHEMES)):
            raise UsageError(f"数据库地址的写法不对，应为 {_FORM}。")
        return Path(written).expanduser()
    if url["scheme"] not in SCHEMES:
        raise UsageError(f"索引不能放在 {url['scheme']}://…，可以是文件夹，或 {_FORM}。")
    name = _shown(url["rest"])
    if not name:
        raise UsageError(f"数据库地址里没有写明数据库，应为 {_FORM}。")
    return DatabaseAddress(written, name)


def _shown(rest: str) -> str:
    """Hosts and database of what follows the scheme; "" where no database is named."""
    place, _, query = rest.partition("?")
    authority, _, database = place.partition("/")
    options = parse_qs(query)
    database = unquote(database) or options.get("dbname", [""])[0]
    hosts = unquote(authority.rpartition("@")[2]) or options.get("host", ["localhost"])[0]
    return f"{hosts}/{database}" if database else ""
