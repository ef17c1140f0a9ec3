"""Files of answers for visitors to take away, in a folder that goes when the page stops."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections import deque
from pathlib import Path

from qa.export import MEDIA_TYPES, export, export_name
from qa.export.report import answer_report
from qa.records import Answer

LABELS = {"docx": "Word", "xlsx": "Excel", "md": "Markdown", "csv": "CSV"}
KEPT = 500
"""So many answers keep their files."""


class Downloads:
    """Writes each answer in every format."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cewen-", ignore_cleanup_errors=True)
        self._folders: deque[Path] = deque()

    def files(self, answer: Answer) -> list[str]:
        """The paths of an answer's files, in the order of `MEDIA_TYPES`."""
        folder = Path(self._folder.name) / secrets.token_hex(8)
        folder.mkdir()
        self._folders.append(folder)
        while len(self._folders) > KEPT:
            shutil.rmtree(self._folders.popleft(), ignore_errors=True)
        report = answer_report(answer)
        paths = []
        for extension in MEDIA_TYPES:
            path = folder / export_name(answer, extension)
            path.write_bytes(export(report, extension))
            paths.append(str(path))
        return paths
