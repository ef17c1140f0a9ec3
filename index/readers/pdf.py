"""PDF files: their text and ruled tables page by page, faked bold said once.

Tables without rules are read as lines; text set in columns is read across them. Pages count from 1
as a viewer counts them, whatever number is printed.
"""

from __future__ import annotations

import io
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from index.errors import SourceError
from index.readers.parts import Furniture, Part
from index.readers.printed import Page, parts_of
from index.readers.ruled import SAME_RULE, Box, Ruled
from index.readers.typeset import Line

MOST_PAGES = 2_000
MOST_CELLS = 200_000
MOST_SECONDS = 600
"""No honest file of `MOST_PAGES` takes longer to read."""
OVERPRINT = 1.5
"""How far in points a copy of a character may stand from it when boldness is faked."""
DIVIDED = 0.8
"""Share of the way from the first to the last rule across that a rule between columns takes."""
LEANING = 0.1
"""How steep a line of text may run."""
UNMAPPED_SHARE = 0.1
"""Share of characters without a code from which a text cannot be read."""
_IN_LINE = 0.35
_WORD_GAP = 0.3
"""In sizes of the type: how far the middles of a line's characters differ, and a gap that parts words."""

_UNMAPPED = re.compile(r"\(cid:\d+\)")
_RADICALS = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]")
_RULES = {"snap_tolerance": 3, "join_tolerance": 3, "intersection_tolerance": 4}
_BROKEN = "PDF 文件已损坏或不完整，请重新取得完整文件。"
_NO_TEXT = "这份 PDF 没有文字，只有图片（扫描件），读不了；请先作文字识别（OCR）再试。"
_UNREADABLE = "这份 PDF 的字体没有文字编码，取不出文字；请先作文字识别（OCR），或取得 Word 版再试。"


def read_pdf(data: bytes, name: str) -> list[Part]:  # noqa: ARG001 - every reader gets the name
    """The parts of a PDF.

    Raises:
        SourceError: it is damaged, encrypted, scanned, too long, or its fonts say no characters.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(data)) as file:
            pages = list(_pages(file.pages))
    except SourceError:
        raise
    except (PdfminerException, PDFPasswordIncorrect) as error:
        if PDFPasswordIncorrect.__name__ in repr(error):
            raise SourceError("文件加了密码，读不了；请解除密码后再试。") from error
        raise SourceError(_BROKEN) from error
    except Exception as error:
        # Broken files run into any error there is, deep within the parser.
        raise SourceError(_BROKEN) from error
    return list(parts_of(pages))


def _pages(found: Sequence[Any]) -> Iterator[Page]:
    if not found:
        raise SourceError(_BROKEN)
    if len(found) > MOST_PAGES:
        raise SourceError(f"PDF 有{len(found)}页，超过{MOST_PAGES}页，请拆成几份。")
    deadline = time.monotonic() + MOST_SECONDS
    characters: Counter[bool] = Counter()
    cells = 0
    for number, page in enumerate(found, 1):
        read = _page(page, number)
        texts = [character["text"] for character in page.chars]
        characters.update(_UNMAPPED.fullmatch(text) is not None for text in texts if text.strip())
        cells += sum(len(block.boxes) for block in read.blocks if isinstance(block, Ruled))
        page.close()
        if cells > MOST_CELLS:
            raise SourceError(f"表格超过{MOST_CELLS}格，太大了，请拆成几份。")
        if time.monotonic() > deadline:
            raise SourceError(f"读了{MOST_SECONDS // 60}分钟还没有读完，太大了，请拆成几份。")
        yield read
    if not characters:
        raise SourceError(_NO_TEXT)
    if characters[True] > UNMAPPED_SHARE * characters.total():
        raise SourceError(_UNREADABLE)


def _page(page: Any, number: int) -> Page:  # noqa: ANN401 - pdfplumber is not typed
    said_once = page.dedupe_chars(tolerance=OVERPRINT)
    upright = [c for c in said_once.chars if _is_upright(c)]
    aside = [
        Furniture("bold_copy", _difference(page.chars, said_once.chars)),
        Furniture("watermark", _said(c for c in said_once.chars if not _is_upright(c))),
    ]
    blocks: list[Line | Ruled] = []
    for table in said_once.find_tables({**_RULES, "explicit_vertical_lines": _open_sides(page)}):
        boxes = sorted({cell for cell in table.cells if cell}, key=lambda box: (box[1], box[0]))
        if len({(left, right) for left, _, right, _ in boxes}) < 2:
            continue  # A frame around text.
        inside, upright = _parted(upright, table.bbox)
        ruled = []
        for left, top, right, bottom in boxes:
            own, inside = _parted(inside, (left, top, right, bottom))
            ruled.append(Box(left, top, right, bottom, tuple(_lines(own, number))))
        upright += inside
        blocks.append(Ruled(number, table.bbox[1], tuple(ruled)))
    blocks += _lines(upright, number)
    blocks.sort(key=lambda block: block.top)
    size = float(page.width), float(page.height)
    return Page(number, *size, tuple(blocks), tuple(each for each in aside if each.text))


def _open_sides(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The rules that are missing at the sides of tables printed without them, as is the custom.

    Rules across that begin and end at the same places are a table's where a rule parts columns.
    """
    from pdfplumber.table import merge_edges

    tolerance = _RULES["snap_tolerance"]
    edges = merge_edges(page.edges, *[tolerance] * 4)
    down = [edge for edge in edges if edge["orientation"] == "v"]
    across: dict[tuple[int, int], list[Any]] = {}
    for edge in edges:
        if edge["orientation"] == "h":
            ends = round(edge["x0"] / tolerance), round(edge["x1"] / tolerance)
            across.setdefault(ends, []).append(edge)
    sides = []
    for rules in across.values():
        left, right = min(r["x0"] for r in rules), max(r["x1"] for r in rules)
        top, bottom = min(r["top"] for r in rules), max(r["top"] for r in rules)
        within = (e for e in down if left + SAME_RULE < e["x0"] < right - SAME_RULE)
        covered = max((min(e["bottom"], bottom) - max(e["top"], top) for e in within), default=0)
        if covered <= 0 or covered < DIVIDED * (bottom - top):
            continue
        extent = {"top": top, "bottom": bottom, "height": bottom - top, "width": 0}
        sides += [
            {"object_type": "line", "x0": x, "x1": x, **extent}
            for x in (left, right)
            if not any(abs(x - edge["x0"]) <= SAME_RULE for edge in down)
        ]
    return sides


def _is_upright(character: Any) -> bool:  # noqa: ANN401
    across, turned, *_ = character["matrix"]
    return bool(abs(turned) < LEANING * across)


def _parted(
    characters: Iterable[Any], box: tuple[float, float, float, float]
) -> tuple[list[Any], list[Any]]:
    """The characters whose middle is in a box, and the others."""
    left, top, right, bottom = box
    inside: list[Any] = []
    outside: list[Any] = []
    for c in characters:
        across, down = (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2
        is_in = left <= across < right and top <= down < bottom
        (inside if is_in else outside).append(c)
    return inside, outside


def _lines(characters: Sequence[Any], page: int) -> Iterator[Line]:
    """The visual lines of characters, from above."""
    from pdfplumber.utils.clustering import cluster_objects

    seen = [c for c in characters if c["text"].strip()]
    if not seen:
        return
    reach = _IN_LINE * median(c["size"] for c in seen)
    for cluster in cluster_objects(seen, lambda c: (c["top"] + c["bottom"]) / 2, reach):
        yield _line(sorted(cluster, key=lambda c: c["x0"]), page)


def _line(characters: Sequence[Any], page: int) -> Line:
    size = median(c["size"] for c in characters)
    text, widths, end = "", list[float](), characters[0]["x0"]
    for c in characters:
        if c["x0"] - end > _WORD_GAP * size:
            text += " "
            widths.append(c["x0"] - end)
        said = _character(c)
        text += said
        widths += [(c["x1"] - c["x0"]) / len(said)] * len(said)
        end = c["x1"]
    return Line(
        text=text,
        page=page,
        left=characters[0]["x0"],
        right=max(c["x1"] for c in characters),
        top=min(c["top"] for c in characters),
        bottom=max(c["bottom"] for c in characters),
        size=size,
        widths=tuple(widths),
    )


def _character(found: Any) -> str:  # noqa: ANN401
    """What a character says; radicals and compatibility forms as the characters they are drawn as.

    Fonts often give 一 as the radical ⼀: printed alike, never found.
    """
    said = str(found["text"])
    return _RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), said)


def _said(characters: Iterable[Any]) -> str:
    return "".join(_character(c) for c in characters).strip()


def _difference(every: Iterable[Any], kept: Iterable[Any]) -> str:
    """What stands more often in `every` than in `kept`."""
    copies = Counter(map(_character, every)) - Counter(map(_character, kept))
    return "".join(copies.elements()).strip()
