"""What an answer warns of: that its quotes lack the figure asked for, or may not be what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from qa.figures import demanded_kinds, holds_kind
from qa.quantities import AMOUNT, COUNT, DATE, SHARE
from qa.records import FACT, FIGURES, Citation, Question

UNSURE = "把握不大：没有找到与所问明显一致的内容，以下可能只是相近，请逐条核对原文。"
UNSAID = "引文没有写明所问的{kind}，以下只是相近的内容，请逐条核对原文。"
KIND_TEXT = {AMOUNT: "金额", COUNT: "数量", SHARE: "占比", DATE: "时间"}


def caution_of(question: Question, citations: Sequence[Citation], is_sure: bool) -> str:
    """The warning for an answer with these citations, "" where none is called for.

    Args:
        question: what is asked.
        citations: what is quoted; their passages are read whole for a figure of the kind asked for.
        is_sure: whether what was found is likely to be what is asked.
    """
    kinds = demanded_kinds(question.asked) if question.kind in (FACT, FIGURES) else frozenset()
    texts = [citation.passage.text for citation in citations]
    if kinds and texts and not any(holds_kind(text, kinds) for text in texts):
        return UNSAID.format(kind="和".join(KIND_TEXT[kind] for kind in sorted(kinds)))
    return "" if is_sure else UNSURE
