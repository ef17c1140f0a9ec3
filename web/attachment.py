"""Files to take away."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from qa.export import MEDIA_TYPES, export, file_name
from qa.export.report import Report


def attachment(data: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A file that the browser saves under `name`, shows nowhere and keeps no copy of."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(data, headers=headers, media_type=media_type)


def exported(report: Report, title: str, extension: str) -> Response:
    """A report as a file called after `title`; raises UsageError as `export`."""
    data = export(report, extension)
    return attachment(data, file_name(title, extension), MEDIA_TYPES[extension])
