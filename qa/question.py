"""What a person typed → what is searched for."""

from __future__ import annotations

from index.errors import UsageError
from index.segment import to_simplified
from index.text import without_controls
from qa.config import MAX_QUESTION_CHARS, MAX_TOP_K


def clean_question(text: str) -> str:
    """`text` as one line in simplified script, without control characters.

    Raises:
        UsageError: nothing to search for is left, or it is longer than `MAX_QUESTION_CHARS`.
    """
    question = to_simplified(without_controls(text))
    if not question:
        raise UsageError("问题是空的，请输入要查的内容，例如“哪些省份设立了质押融资风险补偿基金”。")
    if len(question) > MAX_QUESTION_CHARS:
        raise UsageError(
            f"问题有{len(question)}个字，太长了，最多{MAX_QUESTION_CHARS}个字；请只保留要问的那句话。"
        )
    if not any(character.isalnum() for character in question):
        raise UsageError("问题里没有可以检索的文字，请换一种问法。")
    return question


def check_top_k(top_k: int) -> int:
    """`top_k` itself.

    Raises:
        UsageError: it is not between 1 and `MAX_TOP_K`.
    """
    if not 1 <= top_k <= MAX_TOP_K:
        raise UsageError(f"返回条数 {top_k} 不对，应在 1 到 {MAX_TOP_K} 之间。")
    return top_k
