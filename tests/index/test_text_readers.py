"""Plain text and Markdown → parts."""

from __future__ import annotations

import pytest

from index.readers import READERS, read_document, read_source, reader_of
from index.readers.markdown import read_markdown
from index.readers.parts import Furniture, Grid, Paragraph
from index.readers.text import read_text
from index.text import squeeze


def plain(text):
    return [(part.text, part.spot.lines) for part in read_text(text.encode(), "文.txt")]


def test_a_line_is_a_paragraph():
    assert plain("　　第一段。\r\n\r\n第二段。\r第三段。") == [
        ("第一段。", (1, 1)), ("第二段。", (3, 3)), ("第三段。", (4, 4)),
    ]  # fmt: skip


def test_an_indent_within_a_line_begins_a_paragraph():
    assert plain("　第一章　总则　　第一条 　为规范管理。") == [
        ("第一章　总则", (1, 1)),
        ("第一条 　为规范管理。", (1, 1)),
    ]


def test_wrapped_lines_are_joined_and_paragraphs_kept_apart():
    line = "全省上下深入贯彻落实决策部署扎实推进各项工作取得"
    wrapped = (
        f"　　{line}\n{line}成效\n明显进步。\n　　{line}\n{line}新进\n展。\n{line}无缩\n一、工作\n"
    )
    assert [text for text, _ in plain(wrapped)] == [
        f"{line}{line}成效明显进步。", f"{line}{line}新进展。", f"{line}无缩", "一、工作",
    ]  # fmt: skip


def test_short_lines_of_one_length_are_a_list():
    assert [text for text, _ in plain("甲省\n乙省\n丙省\n丁省")] == ["甲省", "乙省", "丙省", "丁省"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_reads_the_same_in_every_encoding(tmp_path, encoding):
    path = tmp_path / "2025年四川省工作报告.txt"
    path.write_bytes(
        "一、2024年工作回顾\r\n已办一事。\n二、2025年工作安排\r拟办一事。".encode(encoding)
    )
    document = read_document(read_source(path))
    assert [(c.province, c.year, c.column, c.items[0].text, c.items[0].lines) for c in document.cells] == [
        ("四川省", "2024", "achievement", "已办一事。", (2, 2)),
        ("四川省", "2025", "plan", "拟办一事。", (4, 4)),
    ]  # fmt: skip


MARKDOWN = """# 安徽省工作情况

## 2024年工作总结 ##

**一年来**，办了
- 甲事
* 乙事

2025年工作安排
---

| 任务 | 进展 |
|:---|---:|
| 甲 \\| 乙 | 已办<br>已成 |
| 丙 | **丁** |

***
> 引文
"""


def test_markdown():
    parts = read_markdown(MARKDOWN.encode(), "文.md")
    said = [(part.text, part.level) for part in parts if isinstance(part, Paragraph)]
    assert said == [
        ("安徽省工作情况", 1), ("2024年工作总结", 2), ("一年来，办了", 0), ("甲事", 0), ("乙事", 0),
        ("2025年工作安排", 2), ("引文", 0),
    ]  # fmt: skip
    (grid,) = [part for part in parts if isinstance(part, Grid)]
    assert [(c.row, c.column, c.paragraphs, c.spots[0].lines) for c in grid.cells] == [
        (0, 0, ("任务",), (12, 12)), (0, 1, ("进展",), (12, 12)),
        (1, 0, ("甲 | 乙",), (14, 14)), (1, 1, ("已办", "已成"), (14, 14)),
        (2, 0, ("丙",), (15, 15)), (2, 1, ("丁",), (15, 15)),
    ]  # fmt: skip


def test_every_sign_of_markdown_is_accounted_for():
    parts = read_markdown(MARKDOWN.encode(), "文.md")
    held = ""
    for part in parts:
        grid = [t for c in part.cells for t in c.paragraphs] if isinstance(part, Grid) else []
        held += "".join(grid) if isinstance(part, Grid) else part.text
    assert sorted(squeeze(held)) == sorted(squeeze(MARKDOWN.replace("\\|", "|")))
    assert {part.kind for part in parts if isinstance(part, Furniture)} == {"mark"}


def test_a_markdown_document(tmp_path):
    path = tmp_path / "情况.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    document = read_document(read_source(path))
    assert [(c.province, c.year, c.theme, c.column, c.items[0].text) for c in document.cells] == [
        ("安徽省", "2024", "2024年工作总结", "achievement", "一年来，办了"),
        ("安徽省", "2025", "2025年工作安排", "task", "甲|乙"),
        ("安徽省", "2025", "2025年工作安排", "achievement", "已办"),
        ("安徽省", "2025", "2025年工作安排", "task", "丙"),
        ("安徽省", "2025", "2025年工作安排", "achievement", "丁"),
        ("安徽省", "2025", "2025年工作安排", "plan", "引文"),
    ]
    assert document.ledger.missing == 0


@pytest.mark.parametrize("suffix", READERS)
def test_every_listed_reader_is_there(suffix):
    assert callable(reader_of(suffix))
