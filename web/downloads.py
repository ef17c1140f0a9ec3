"""Files of answers for visitors to take away, in a folder that goes when the page stops."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from index.errors import CewenError
from index.readers import explained
from qa.export import MEDIA_TYPES, export, export_name
from qa.export.report import answer_report
from qa.records import Answer

LABELS = {"docx": "Word", "xlsx": "Excel", "md": "Markdown", "csv": "CSV"}
KEPT = 500
"""So many answers keep their files."""


class NotWritten(CewenError):
    """The files of an answer cannot be written; the answer itself stands."""


class Downloads:
    """Writes each answer in every format."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cewen-", ignore_cleanup_errors=True)
        self._folders: deque[Path] = deque()

    def files(self, answer: Answer) -> list[str]:
        """The paths of an answer's files, in the order of `MEDIA_TYPES`.

        Raises:
            NotWritten: no space, or no permission.
        """
        folder = Path(self._folder.name) / secrets.token_hex(8)
        self._folders.append(folder)
        while len(self._folders) > KEPT:
            shutil.rmtree(self._folders.popleft(), ignore_errors=True)
        try:
            # What clears away temporary files may have taken the folder above with it.
            folder.mkdir(mode=0o700, parents=True)
            return [str(path) for path in _written(answer, folder)]
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NotWritten(f"回答可以看，导出文件写不了：{explained(error)}。") from error


def _written(answer: Answer, folder: Path) -> Iterator[Path]:
    report = answer_report(answer)
    for extension in MEDIA_TYPES:
        path = folder / export_name(answer, extension)
        path.write_bytes(export(report, extension))
        yield path
