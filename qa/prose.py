"""What is said of verdicts, figures, analogues and contrasts, in sentences that cite as [n]. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.records import TASK, Passage
from qa.records import (
    DOING,
    DONE,
    NOT_MENTIONED,
    PLANNED,
    TASKED,
    Analogue,
    Citation,
    Contrast,
    ProvinceFigure,
    Verdict,
)

STATUS_TEXT = {
    DONE: "已做",
    DOING: "在做（已启动、申报或推进中）",
    PLANNED: "仅列入计划",
    TASKED: "仅列为任务",
    NOT_MENTIONED: "材料未提及（不等于没有）",
}
SHORT_STATUS = {
    DONE: "已做",
    DOING: "在做",
    PLANNED: "计划",
    TASKED: "任务",
    NOT_MENTIONED: "未提及",
}
INCOMPARABLE = "口径不同"
NOT_GIVEN = "材料未给出（不等于没有）"
SOURCE_PRACTICE = "所问做法"
ONLY_BY_MEANING = "只是意思相近，没有共同的专门词语"
NO_ANALOGUE = "没有找到类似做法（不等于没有）"

QuoteOf = Callable[[int], str]
"""The labelled quote of a citation, by its number."""


def verdicts_text(verdicts: Sequence[Verdict], is_reverse: bool = False) -> str:
    """How many provinces were judged, and each of them under its status.

    Where it was asked who has it not (`is_reverse`), those that do not mention it come first.
    """
    lines = [verdicts_heading(verdicts, is_reverse)]
    for status, name in status_order(is_reverse):
        provinces = [v.province + cites(v.citations) for v in verdicts if v.status == status]
        if provinces:
            lines.append(f"{name}（{len(provinces)}个）：{'、'.join(provinces)}")
    return "\n".join(lines)


def verdicts_heading(verdicts: Sequence[Verdict], is_reverse: bool = False) -> str:
    """How many provinces were judged and how many mention it, or do not."""
    silent = sum(verdict.status == NOT_MENTIONED for verdict in verdicts)
    if is_reverse:
        return f"逐一核对{len(verdicts)}个省份，{silent}个没有提到（没有提到不等于没有做）："
    return f"逐一核对{len(verdicts)}个省份，{len(verdicts) - silent}个提到："


def status_order(is_reverse: bool = False) -> list[tuple[str, str]]:
    """The statuses with their names, in the order of telling."""
    told = list(STATUS_TEXT.items())
    return [*told[-1:], *told[:-1]] if is_reverse else told


def in_quotes(core: str) -> str:
    """What is asked, in quotation marks of which there is one pair only."""
    return f"“{core.strip('“”')}”"


def figures_text(figures: Sequence[ProvinceFigure], provinces: Sequence[str]) -> str:
    """The figure of each province with its period, which may be ranked, and who states none."""
    lines = [figures_heading(figures, provinces)]
    for figure in figures:
        aside = [part for part in (figure.scope, figure.measure, figure.when) if part]
        note = f"（{'，'.join(aside)}）" if aside else ""
        apart = "" if figure.comparable else f"；{INCOMPARABLE}，不宜直接比较"
        lines.append(f"{figure.province}：{figure.value}{note}{cites(figure.citations)}{apart}")
    ranked = sorted((f for f in figures if f.comparable), key=lambda f: -f.amount)
    if len(ranked) > 1:
        order = "、".join(f"{f.province}{f.value}{cites(f.citations)}" for f in ranked)
        lines.append(f"其中可比的由高到低：{order}")
    silent = [p for p in provinces if p not in {figure.province for figure in figures}]
    return "\n".join([*lines, *_unnamed(NOT_GIVEN, silent)])


def figures_heading(figures: Sequence[ProvinceFigure], provinces: Sequence[str]) -> str:
    """How many provinces were looked at and how many of them state a figure."""
    return f"逐一查看{len(provinces)}个省份，{len(figures)}个给出了数字："


def analogues_text(
    source: str, analogues: Sequence[Analogue], silent: Sequence[str], quote_of: QuoteOf
) -> str:
    """The source practice, the nearest of each other province with reasons, and who has none."""
    lines = [f"{SOURCE_PRACTICE}：{source}"] if source else []
    lines += [f"{found_text(analogues)}："] if analogues else []
    for analogue in analogues:
        reason = difference_text(analogue)
        lines.append(quote_of(analogue.citation) + (f"\n　{reason}" if reason else ""))
    if not analogues and not silent:
        lines.append(f"{NO_ANALOGUE}。")
    return "\n".join([*lines, *silent_lines(silent)])


def silent_lines(provinces: Sequence[str]) -> list[str]:
    """The line that names the provinces without a like practice; none where there are none."""
    return _unnamed(NO_ANALOGUE, provinces)


def found_text(analogues: Sequence[Analogue]) -> str:
    """How many provinces have a like practice, and in which order they are told; at least one."""
    order = "，由近及远" if len(analogues) > 1 else ""
    return f"其他省份中{len(analogues)}个有类似做法{order}"


def difference_text(analogue: Analogue) -> str:
    """A practice's status, what it shares with the source and what only one of them mentions.

    The status is that of this one practice: whatever else its province has done is not said by it.
    """
    status = [SHORT_STATUS[analogue.status]] if analogue.status else []
    shared = f"共同点：{shared_text(analogue)}" if analogue.shared else shared_text(analogue)
    parts = (("此处另有", analogue.here), (f"{SOURCE_PRACTICE}另有", analogue.source))
    apart = [f"{name}：{'、'.join(words)}" for name, words in parts if words]
    return "；".join((*status, shared, *apart))


def shared_text(analogue: Analogue) -> str:
    """What a practice shares with the source, or that no term is shared."""
    return "、".join(analogue.shared) or ONLY_BY_MEANING


def missing_text(home: str, analogues: Sequence[Analogue], quote_of: QuoteOf) -> str:
    """What others did that `home` mentions nowhere."""
    quotes = [quote_of(analogue.citation) for analogue in analogues]
    return "\n".join([missing_head(home, analogues), *quotes])


def missing_head(home: str, analogues: Sequence[Analogue]) -> str:
    """The sentence before what others did that `home` mentions nowhere, or that there is nothing."""
    if not analogues:
        return f"其他省份在这方面做过的，{home}的材料都提到了相近的内容。"
    return f"其他省份做过、{home}的材料没有提到（不等于没有）的："


def contrasts_text(contrasts: Sequence[Contrast], quote_of: QuoteOf) -> str:
    """What all the provinces compared have, then what only some have."""
    if not contrasts:
        return "这些省份的材料都没有提到。"
    common = [contrast for contrast in contrasts if contrast.is_common]
    apart = [contrast for contrast in contrasts if not contrast.is_common]
    lines = ["都提到的："] if common else []
    for contrast in common:
        lines += [quote_of(n) for _, n in contrast.cited if n is not None]
    lines += ["只有部分省份提到的："] if apart else []
    for contrast in apart:
        silent = "、".join(province for province, n in contrast.cited if n is None)
        quotes = [quote_of(n) for _, n in contrast.cited if n is not None]
        lines += [*quotes, f"　{silent}：没有提到相近的内容（不等于没有）"]
    return "\n".join(lines)


def cites(numbers: Sequence[int]) -> str:
    """`(1, 2)` → `[1][2]`."""
    return "".join(f"[{n}]" for n in numbers)


def pages_text(pages: Sequence[int]) -> str:
    """`(7,)` → `第7页`; `(7, 8)` → `第7–8页`; "" without any."""
    if not pages:
        return ""
    return f"第{pages[0]}页" if len(pages) == 1 else f"第{pages[0]}–{pages[-1]}页"


def where_text(passage: Passage) -> str:
    """Where a passage stands in its document: its pages, else its place, else ""."""
    return pages_text(passage.pages) or passage.place


SURROUNDINGS = {
    "theme": "工作重点",
    "task": "工作任务",
    "part": "所在部分",
    "section": "所在小节",
}
"""What stands above a passage, in the words of people."""


def surroundings(passage: Passage) -> list[tuple[str, str]]:
    """What a passage stands under, each with a key of `SURROUNDINGS`: theme and tasks, or headings.

    A task is not said to answer itself.
    """
    if passage.is_running_text:
        found = [("part", passage.theme), ("section", passage.task)]
    else:
        tasks = () if passage.column == TASK else passage.tasks
        found = [("theme", passage.theme), *(("task", task) for task in tasks)]
    return [(key, text) for key, text in found if text]


def label(passage: Passage) -> str:
    """Province and column of a passage, as they stand before a quote."""
    return f"{passage.province}（{passage.column_title}）"


def quoted(citation: Citation) -> str:
    """One labelled quote: province, column, the words, their number."""
    return f"{label(citation.passage)}：“{citation.quote}”[{citation.n}]"


def _unnamed(what: str, provinces: Sequence[str]) -> list[str]:
    return [f"{what}：{'、'.join(provinces)}"] if provinces else []
