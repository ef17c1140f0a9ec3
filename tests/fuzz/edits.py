"""Files broken on purpose where their kind has its joints: pieces of text, members, objects."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_PIECES = re.compile(r"""(<[^<>]*>|[|,\t"#>*`\n]|\d+|[^<>|,\t"#>*`\n\d]+)""")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
NUMBERS = ("0", "-1", "1", "2", "65537", "2147483648", "9" * 20, "1e309", "0.0001", "NaN", "")
TOKENS = {
    ".txt": r"一、 （一） 1. -5- 省省省省 2018年 附件1 ：",
    ".md": r"| |---| # ``` > - 1. <!-- [a](b) ![ \| ***",
    ".csv": '" "" , ;',
    ".html": "<table> </table> <td/rowspan=0> <td/colspan=99999> <tr> <!-- &#0; &#xD800; &amp <script> <svg>"
    " <template> </p> <br> <caption> ]]>",
    ".docx": "<w:tbl> </w:tbl> <w:gridSpan\tw:val='999'/> <w:vMerge/> <w:tc> </w:p> <w:sdt/> <w:ins> <w:del/>"
    " <w:vMerge\tw:val='restart'/> <w:gridSpan\tw:val='-3'/> <w:gridBefore\tw:val='7'/> &#1; <!DOCTYPE>",
    ".xlsx": "<c\tr='ZZZ9999999'> <row> <mergeCell\tref='A1:XFD1048576'/> <mergeCell\tref='B2'/> <v>-5</v>"
    " <f>1/0</f> <c\tt='s'><v>99999</v></c> <c\tt='d'> &#1;",
    ".pdf": "Tj ET BT re l S q Q cm Tm R obj endobj << >> [ ] Do 0\t0\t0\t0\tre 1\t0\t0\t0\t0\t0\tcm"
    " /Parent\t1\t0\tR 99999\t0\tR",
    ".zip": "../ / \\ CON .txt",
}
"""What a kind of file gives a meaning to, with tabs where it has spaces."""
ANYWHERE = ("\x00", "\n", "\r", "\t", "\f", "\u2028", "\ufeff", "\ud7ff", "\U0010ffff", "省" * 300)


def tokens_of(suffix: str) -> list[str]:
    """What may be put into a file of this kind."""
    known = TOKENS[".csv" if suffix == ".tsv" else suffix].split(" ")
    return [*(token.replace("\t", " ") for token in known), *ANYWHERE]


@dataclass(frozen=True, slots=True)
class Edit:
    """What to do (`kind`), where (`place`) and with what (`value`); any numbers make sense."""

    kind: int
    place: int
    value: int


def edited(data: bytes, suffix: str, edits: Sequence[Edit]) -> bytes:
    """A file of the kind `suffix` after all edits."""
    for edit in edits:
        change = _CHANGES[suffix] if edit.kind % 5 else _bytes
        data = change(data, suffix, edit)
    return data


def _bytes(data: bytes, suffix: str, edit: Edit) -> bytes:
    """A few bytes changed, left out, put in or cut off, wherever that is."""
    at = edit.place % (len(data) + 1)
    match edit.value % 5:
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[at + edit.value % 40 :]
        case 2:
            return data[:at] + bytes([edit.value % 256]) + data[at + 1 :]
        case 3:
            return data[:at] + data[at : at + 64] * (edit.value % 50) + data[at:]
    return data[:at] + bytes(edit.value % 9) + data[at:]


def _text(data: bytes, suffix: str, edit: Edit) -> bytes:
    """A piece doubled, left out, moved, repeated often, replaced by a token or a number."""
    try:
        text, encoding = data.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    pieces = _PIECES.findall(text) or [""]
    at, tokens = edit.place % len(pieces), tokens_of(suffix)
    token = tokens[edit.value % len(tokens)]
    match edit.kind // 5 % 8:
        case 0:
            pieces.insert(at, token)
        case 1:
            pieces[at] = token
        case 2:
            del pieces[at : at + 1 + edit.value % 9]
        case 3:
            pieces[at:at] = pieces[at : at + 12]
        case 4:
            pieces[at:at] = pieces[at : at + 2] * (edit.value % 300)
        case 5:
            pieces.insert(edit.value % len(pieces), pieces.pop(at))
        case 6:
            numbers = [n for n, piece in enumerate(pieces) if any(map(str.isdigit, piece))] or [0]
            chosen, number = numbers[edit.place % len(numbers)], NUMBERS[edit.value % len(NUMBERS)]
            pieces[chosen] = re.sub(r"\d+", number, pieces[chosen], count=1)
        case _:
            del pieces[at:]
    return "".join(pieces).encode(encoding, "replace")


def _archive(data: bytes, suffix: str, edit: Edit) -> bytes:
    """A member edited, left out, doubled or called something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = [(info.filename, file.read(info)) for info in file.infolist()]
    except Exception:  # Broken already, in any of many ways.
        return _bytes(data, suffix, edit)
    if not members:
        return data
    # The largest hold what is read; the others are rarely looked into.
    members.sort(key=lambda member: -len(member[1]))
    at = edit.place % len(members) if edit.value % 3 == 0 else edit.place % min(3, len(members))
    name, content = members[at]
    match edit.kind // 5 % 12:
        case 9:
            del members[at]
        case 10:
            tokens = tokens_of(".zip")
            members[at] = (tokens[edit.value % len(tokens)] + name, content)
        case 11:
            members.append((f"夹/{name}" if suffix == ".zip" else name, content))
        case _:
            inner = suffix if suffix in (".docx", ".xlsx") else ".txt"
            members[at] = (name, _text(content, inner, edit))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in dict(members).items():
            file.writestr(name.replace("\x00", "") or "x", content)
    return buffer.getvalue()


def _pdf(data: bytes, suffix: str, edit: Edit) -> bytes:
    """An object of a PDF edited, or what is drawn in one of its streams."""
    streams = list(_STREAM.finditer(data))
    if edit.value % 2 or not streams:
        return _text(data, suffix, edit)
    found = streams[edit.place % len(streams)]
    try:
        drawn = zlib.decompress(_unpacked(found[1]))
    except (zlib.error, ValueError):
        drawn = found[1]
    drawn = _text(drawn, suffix, edit)
    return data[: found.start(1)] + _packed(drawn, found[1]) + data[found.end(1) :]


def _unpacked(data: bytes) -> bytes:
    return base64.a85decode(b"<~" + data, adobe=True) if data.endswith(b"~>") else data


def _packed(drawn: bytes, before: bytes) -> bytes:
    """Encoded as the stream was before."""
    packed = zlib.compress(drawn)
    return base64.a85encode(packed) + b"~>" if before.endswith(b"~>") else packed


_CHANGES: dict[str, Callable[[bytes, str, Edit], bytes]] = {
    **dict.fromkeys((".txt", ".md", ".csv", ".tsv", ".html"), _text),
    **dict.fromkeys((".docx", ".xlsx", ".zip"), _archive),
    ".pdf": _pdf,
}
