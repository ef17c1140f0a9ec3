"""The sentences and labels of an export, and a citation as an official document words it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Passage
from qa.prose import INCOMPARABLE, SURROUNDINGS, surroundings, where_text
from qa.records import COMPARE, FACT, FIGURES, OPEN, SIMILAR, WHICH, Answer, Citation

KIND_TEXT = {
    WHICH: "逐个省份核对",
    FACT: "查一项事实",
    COMPARE: "省份对比",
    SIMILAR: "同类做法",
    FIGURES: "各省份的数字",
    OPEN: "查相关内容",
}
REFUSED = "未作回答"
NOTHING_FOUND = "没有找到符合条件的内容。"
NOTHING_PROVEN = "引文均未通过核对，不作回答。"

CITED = "依据"
ALIKE = "类似做法"
FURTHER = "其他相关内容（未用作依据）"
NEAREST = "最接近的内容（不是答案）"
FOUND = "检索结果"
SOURCE = "原文"

UNPROVEN = "引文未通过核对，不作判断"
COMPARABLE = "可比"
NOT_ALIKE, NOT_ALIKE_BRIEF = "没有提到相近的内容（不等于没有）", "未提及"
PROMISES_NOTE = "“工作任务”和“工作计划”栏的内容不表示已经完成。"
SILENCE_NOTE = "“未提及”“没有提到”只说明现有文档没有写到，不等于没有做。"
FIGURES_NOTE = f"注明“{INCOMPARABLE}”的数字，单位、时期或范围与其他省份不一致，不宜排名。"
NEAREST_NOTE = "所列内容只是与问题最接近的原文，不是答案。"
FOUND_NOTE = "以上是检索结果，未作判断。"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INNER_QUOTES = str.maketrans("“”‘’", "‘’“”")
_INNER_TITLE = str.maketrans("《》", "〈〉")
_CLOSED = tuple(mark + closing for mark in "。！？…" for closing in ("", "’", "”", "）", "’）"))
_PAUSES = "，、；：,;: "


def clean(text: str) -> str:
    r"""`text` without the characters that XML forbids, its lines ended by `\n`."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def citation_text(citation: Citation) -> str:
    """A citation as an official document words it: source, column, theme, page, and the quote.

    Quotation marks inside the quote become single ones, and a mark of pause at its end the full stop
    of the sentence, as GB/T 15834 wants; the quote is otherwise verbatim.

    Example: `《长江经济带》某省“2018年工作计划”栏（工作重点：加强保护），第12页：“原文”。`
    """
    passage = citation.passage
    is_text = passage.is_running_text
    title = passage.column_title.translate(_INNER_QUOTES)
    column = f"“{title}”{'部分' if is_text else '栏'}" if title else ""
    theme = f"（工作重点：{passage.theme}）" if passage.theme and not is_text else ""
    place = "，".join(filter(None, (f"{passage.province}{column}{theme}", page_text(passage))))
    return clean(f"{document_text(passage)}{place}：{_as_sentence(citation.quote)}")


def document_text(passage: Passage) -> str:
    """The title of the passage's document in its marks."""
    return f"《{passage.document.translate(_INNER_TITLE)}》"


def page_text(passage: Passage) -> str:
    """The pages a passage stands on, or its place; "" for a document without either."""
    return where_text(passage)


def label_text(passage: Passage) -> str:
    """Province, column and pages of a passage, as they stand above it."""
    parts = (passage.province, passage.column_title, page_text(passage))
    return " · ".join(filter(None, parts))


def places(passage: Passage) -> list[tuple[str, str]]:
    """Where a passage stands: theme and tasks, or headings, and document."""
    found: dict[str, list[str]] = {}
    for key, text in surroundings(passage):
        found.setdefault(SURROUNDINGS[key], []).append(text)
    named = [(name, tasks_text(texts)) for name, texts in found.items()]
    return [*named, ("文档", document_text(passage))]


def tasks_text(tasks: Sequence[str]) -> str:
    """Several tasks as one sentence; one as it is."""
    if len(tasks) < 2:
        return "".join(tasks)
    return "；".join(task.rstrip("。") for task in tasks) + "。"


def checked_text(answer: Answer) -> str:
    """How many quotes were held against the documents; "" when none were."""
    if not answer.checked:
        return ""
    failed = len(answer.rejected)
    result = f"其中{failed}条不符，未列入，据此所写的语句也已略去" if failed else "全部一致"
    return f"引文已逐条与原文核对：{answer.checked}条，{result}。"


def understood_text(answer: Answer) -> str:
    """How the question was taken, where that is not plain from what was typed."""
    question = answer.question
    said = [f"按“{name}”查找（原写作“{typed}”）" for typed, name in question.corrected]
    if question.columns:
        passages = [c.passage for c in answer.citations] + [hit.passage for hit in answer.hits]
        said += [f"只看“{passage.column_title}”一栏" for passage in passages[:1]]
    return "；".join(said)


def _as_sentence(quote: str) -> str:
    inner = "".join(clean(quote).splitlines()).strip().translate(_INNER_QUOTES)
    return f"“{inner}”" if inner.endswith(_CLOSED) else f"“{inner.rstrip(_PAUSES)}”。"
