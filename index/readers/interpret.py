"""Parts → Document: every character into a cell, a label, or what is told to be neither.

The main line: parts → blocks → drafts of cells, under the headings that stand above → numbered
cells → reconciliation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.errors import SourceError, UnbalancedText
from index.knowledge import load_section_words
from index.places import load_gazetteer
from index.readers.about import corrected, find_about
from index.readers.corrections import NOTHING, Corrections
from index.readers.drafts import Account, numbered_cells
from index.readers.parts import Furniture, Grid, GridCell, Paragraph, Part
from index.readers.sections import find_title, outline
from index.readers.walk import Walk
from index.readers.whereabouts import Whereabouts
from index.records import Cell, Document, Intake, Ledger
from index.text import squeeze, without_controls


def read_parts(name: str, parts: Sequence[Part], corrections: Corrections = NOTHING) -> Document:
    """The document that parts make.

    Args:
        name: what the document is called; part of every id.
        parts: everything a reader saw, in reading order.
        corrections: what its user says of it.

    Raises:
        SourceError: there is no text in them, or nothing but titles.
        UnbalancedText: the document does not hold exactly the characters of the parts.
    """
    seen = _without_frames(_cleaned(parts))
    content = [part for part in seen if not isinstance(part, Furniture)]
    if not any(character.isalnum() for character in _characters(content)):
        raise SourceError("文件里没有可以检索的文字（可能是空表，或只有图片的扫描件）。")
    title = find_title(name, seen, load_section_words())
    account = Account()
    cells = _cells(name, seen, title, account, corrections)
    if title and not cells:
        # What looks like a title is all the text there is.
        account = Account()
        cells = _cells(name, seen, None, account, corrections)
    if not cells:
        raise SourceError("文件里只有标题或表头，没有正文。")
    _reconcile(name, seen, cells, account)
    pages = sorted({page for cell in cells for item in cell.items for page in item.pages})
    return Document(
        name=name,
        pages=(pages[0], pages[-1]) if pages else (),
        cells=cells,
        ledger=_ledger(seen, cells, account),
        intake=Intake(account.tables, tuple(account.columns), tuple(account.reasons.items())),
    )


def _cells(
    name: str,
    parts: Sequence[Part],
    title: Paragraph | None,
    account: Account,
    corrections: Corrections,
) -> tuple[Cell, ...]:
    words = load_section_words()
    where = Whereabouts(load_gazetteer(), words)
    about = corrected(find_about(name, parts, title, where, words), corrections)
    walk = Walk(about, where, words, account, corrections)
    return tuple(numbered_cells(name, walk.drafts(outline(parts, title, words))))


def _cleaned(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts with characters that cannot be seen turned into spaces, those left empty gone."""
    for part in parts:
        match part:
            case Grid():
                cells = tuple(_cleaned_cell(cell) for cell in part.cells)
                if any(cell.paragraphs for cell in cells):
                    yield replace(part, cells=cells)
            case Paragraph() | Furniture():
                text = without_controls(part.text)
                if text:
                    yield replace(part, text=text)


def _cleaned_cell(cell: GridCell) -> GridCell:
    pairs = zip(map(without_controls, cell.paragraphs), cell.spots, strict=True)
    kept = [(text, spot) for text, spot in pairs if text]
    paragraphs, spots = tuple(text for text, _ in kept), tuple(spot for _, spot in kept)
    return replace(cell, paragraphs=paragraphs, spots=spots)


def _without_frames(parts: Iterable[Part]) -> list[Part]:
    """The parts; a grid of a single column is only a frame around paragraphs."""
    unframed: list[Part] = []
    for part in parts:
        if isinstance(part, Grid) and len({(c.column, c.columns) for c in part.cells}) == 1:
            unframed += [
                Paragraph(text, 0, spot)
                for cell in part.cells
                for text, spot in zip(cell.paragraphs, cell.spots, strict=True)
            ]
        else:
            unframed.append(part)
    return unframed


def _characters(parts: Iterable[Part]) -> str:
    """All that parts say, without white space."""
    texts = (
        "".join(text for cell in part.cells for text in cell.paragraphs)
        if isinstance(part, Grid)
        else part.text
        for part in parts
    )
    return squeeze("".join(texts))


def _ledger(parts: Sequence[Part], cells: Iterable[Cell], account: Account) -> Ledger:
    aside = {bucket: said.total() for bucket, said in account.aside.items()}
    return Ledger(total=len(_characters(parts)), cells=_in(cells).total(), **aside)


def _in(cells: Iterable[Cell]) -> Counter[str]:
    return Counter(c for cell in cells for item in cell.items for c in squeeze(item.text))


def _reconcile(name: str, parts: Sequence[Part], cells: Sequence[Cell], account: Account) -> None:
    """Refuse cells and what is put aside that are not the characters of the parts, each as often."""
    source = Counter(_characters(parts))
    read = sum(account.aside.values(), _in(cells))
    if source != read:
        raise UnbalancedText(
            f"《{name}》读取前后字数不符：丢失{(source - read).total()}字，"
            f"多出{(read - source).total()}字。这是程序的错误，没有建立索引。"
        )
