"""A store: everything a search needs, written whole or not at all, in a folder or a database.

records ──▶ opened (a version, loaded) ──▶ home (what opens and writes it)
                                           └── folder, with version and files
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from index.errors import StoreStale, UsageError
from index.location import DatabaseAddress, location_from
from index.store.folder import FolderHome, digest_or_none
from index.store.home import Notify, StoreHome, Write
from index.store.opened import Store
from index.store.records import Arrays, Content, Manifest, Segments, Source

__all__ = [
    "Arrays",
    "Content",
    "DatabaseAddress",
    "Location",
    "Manifest",
    "Notify",
    "Segments",
    "Source",
    "Store",
    "StoreHome",
    "Write",
    "home_of",
    "location_from",
    "open_store",
    "require_current",
]

Location = str | Path | DatabaseAddress | StoreHome
"""A home, or what says where it is."""


def home_of(location: Location) -> StoreHome:
    """The home that a location names: a folder's by its path, a database's by its URL.

    Raises:
        UsageError: a URL that makes no sense, or what talks to databases is not installed.
    """
    named = location_from(location) if isinstance(location, str) else location
    if isinstance(named, Path):
        return FolderHome(named)
    if isinstance(named, DatabaseAddress):
        if not find_spec("psycopg"):
            raise UsageError(
                '连接 PostgreSQL 的程序包没有安装，请执行 pip install "cewen[postgres]"。'
            )
        # Imported here: most stores are folders, and the driver need not be installed for them.
        from index.postgres.home import PostgresHome

        return PostgresHome(named)
    return named


def open_store(location: Location) -> Store:
    """The current version of the store that is there, loaded; raises as `StoreHome.open`."""
    return home_of(location).open()


def require_current(store: Store, encoder: str | None, segmentation: str) -> None:
    """Nothing, when the store still fits what it was made of and with.

    A source that is gone, or may not be read, is no reason to refuse: the store holds a copy.

    Raises:
        StoreStale: another encoder is asked for, or segmentation or a source has changed.
        StoreDamaged: the copy of a source is damaged, and can be renewed.
    """
    manifest = store.manifest
    if encoder is not None and encoder != manifest.encoder:
        raise StoreStale(f"索引由编码模型“{manifest.encoder}”建立，与现在要用的“{encoder}”不同。")
    if segmentation != manifest.segmentation:
        raise StoreStale("索引建立之后，分词词典有了改动。")
    for source in manifest.sources if store.home.follows_originals else ():
        now = digest_or_none(Path(source.path))
        if now is None:
            continue
        if now != source.sha256:
            raise StoreStale(f"索引建立之后，来源文档“{source.name}”有了改动。")
        store.original(source)
