"""Print tables the way PDF extractors give them, to read them back.

What the reader must undo, done on purpose: bold text four times over in runs with any borders,
a line a visual line, nothing between the achievement and the plan of a row, header, theme and task
again after a page break, sentences broken by it, stray page numbers, spaces beside digits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from index.text import display_width

HEADER = ("工作重点", "工作任务", "2021-2022年工作成绩", "2023年工作计划")
THEME_WIDTH, TASK_WIDTH = 8, 30


@dataclass(frozen=True)
class PrintedRow:
    theme: str
    task: str
    achievement: tuple[str, ...]
    plan: tuple[str, ...] = ()


@dataclass
class Printer:
    """`achievement_width` and `plan_width` in half-widths, `page_lines` of table height a page."""

    seed: int
    achievement_width: int = 52
    plan_width: int = 30
    page_lines: int = 18
    first_page: int = 5
    header: tuple[str, ...] = HEADER

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._page = self.first_page - 1
        self._left = 0
        self._theme_due = True

    def document(self, provinces: dict[str, list[PrintedRow]]) -> str:
        lines = [line for name, rows in provinces.items() for line in self._province(name, rows)]
        return "\n\n".join(lines) + "\n"

    def _province(self, name: str, rows: list[PrintedRow]) -> Iterator[str]:
        yield f" {name * 4} 2021-2022 {'年工作绩效及' * 4} 2023 {'年工作计划' * 4} "
        yield from self._new_page(first=True)
        theme = ""
        for row in rows:
            if self._left < 4:
                yield from self._new_page()
            if row.theme != theme or self._theme_due:
                yield from self._bold(row.theme, THEME_WIDTH)
                theme, self._theme_due = row.theme, False
            yield from self._bold(row.task, TASK_WIDTH)
            yield from self._body(row)

    def _body(self, row: PrintedRow) -> Iterator[str]:
        achievement = self._cell(row.achievement, self.achievement_width)
        plan = self._cell(row.plan, self.plan_width)
        while True:
            height = self._left
            yield from achievement[:height]
            yield from plan[:height]
            self._left -= min(height, max(len(achievement), len(plan)))
            achievement, plan = achievement[height:], plan[height:]
            if not (achievement or plan):
                return
            yield from self._new_page()
            yield from self._bold(row.theme, THEME_WIDTH)
            yield from self._bold(row.task, TASK_WIDTH)
            self._theme_due = False

    def _new_page(self, first: bool = False) -> Iterator[str]:
        if not first and self._random.random() < 0.2:
            yield f" {self._page}"
        self._page += 1
        self._left, self._theme_due = self.page_lines, True
        yield " " + "    ".join(self._four_times(title) for title in self.header) + "    "

    def _bold(self, text: str, width: int) -> Iterator[str]:
        lines = wrap(text, width)
        for line in lines[:-1]:
            yield self._four_times(line)
        yield self._four_times(lines[-1]) + "    "

    def _four_times(self, text: str) -> str:
        runs, at = [], 0
        while at < len(text):
            size = self._random.randint(1, 7)
            runs.append(text[at : at + size] * 4)
            at += size
        return "".join(runs)

    def _cell(self, paragraphs: tuple[str, ...], width: int) -> list[str]:
        lines = []
        for paragraph in paragraphs:
            wrapped = wrap(paragraph, width)
            # An end at the very edge of the column is not marked.
            end = "" if display_width(wrapped[-1]) >= width - 1 else " "
            lines += [*wrapped[:-1], wrapped[-1] + end]
        return [self._spaced(line) for line in lines]

    def _spaced(self, line: str) -> str:
        return line.replace("年", " 年") if self._random.random() < 0.5 else line


def wrap(text: str, width: int) -> list[str]:
    """`text` cut into lines that fill `width` half-widths."""
    lines = [""]
    for character in text:
        if display_width(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


class Writer:
    """Makes up table text: sentences that fill more than a line, numbered or not."""

    CHARACTERS = (
        "知识产权保护推进建设服务中心机制开展工作企业创新专利质押融资天试点示范园区省市县联合执法"
    )

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def phrase(self, shortest: int, longest: int) -> str:
        size = self._random.randint(shortest, longest)
        return "".join(self._random.choice(self.CHARACTERS) for _ in range(size))

    def sentence(self, shortest: int, longest: int) -> str:
        middle = self._random.choice(("，", "2022年", "，天天共", "50%，达1.5亿元，"))
        half = shortest // 2
        return f"{self.phrase(half, longest // 2)}{middle}{self.phrase(half, longest // 2)}。"

    def paragraphs(self, shortest: int, longest: int) -> tuple[str, ...]:
        count = self._random.choice((1, 1, 2, 3, 4))
        sentences = [self.sentence(shortest, longest) for _ in range(count)]
        if count == 1:
            return tuple(sentences)
        return tuple(f"{n}.{sentence}" for n, sentence in enumerate(sentences, 1))

    def rows(self, themes: int = 3) -> list[PrintedRow]:
        rows = []
        for _ in range(themes):
            theme = self.phrase(9, 14)
            for _ in range(self._random.randint(1, 4)):
                task = self.phrase(18, 70) + "。"
                rows.append(
                    PrintedRow(theme, task, self.paragraphs(60, 150), self.paragraphs(40, 90))
                )
        return rows
