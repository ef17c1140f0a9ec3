"""What has come of a reply so far: what of it is meant to be read, and whether it still says anything new."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

REPEATED_TIMES, REPEATED_CHARS, REPEAT_WINDOW = 4, 200, 800
"""Words over and over: so many times at least, so many characters together, the last ones looked at."""


_DIGITS = re.compile(r"\d+")
_THINKING, _THOUGHT = "<think>", "</think>"


ENDED_EARLY = {
    "length": "大模型写到长度上限就停了，没有写完。",
    "content_filter": "大模型的回答被服务方拦下，没有写完。",
}
"""Why a service ends a reply before its end: what it calls that, and a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply as a whole. Tokens are None where the service does not count them.

    `seconds` is from the call to the last word. `finish_reason` is the service's own: "stop", or one
    of `ENDED_EARLY`.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    finish_reason: str

    @property
    def shortfall(self) -> str:
        """Why it is not whole, in one sentence for the user; "" when it is."""
        return ENDED_EARLY.get(self.finish_reason, "")


class Transcript:
    """What has come of a reply so far. `raw` is as sent; `text` is what of it is meant to be read."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._usage: object = None
        self.chunks = 0
        self.raw = self.text = self.finish_reason = ""
        self.endless = False

    def take(self, chunk: ChatCompletionChunk) -> bool:
        """Whether `chunk` brought a token, be it of the reply or of the thinking before it."""
        self.chunks += 1
        self._usage = chunk.usage or self._usage
        if not chunk.choices:
            return False
        choice = chunk.choices[0]
        self.finish_reason = choice.finish_reason or self.finish_reason
        self._say(choice.delta.content or "")
        thought = [getattr(choice.delta, name, None) for name in ("reasoning_content", "reasoning")]
        return bool(choice.delta.content or any(thought))

    def _say(self, said: str) -> None:
        self.raw += said
        text = without_thinking(self.raw)
        piece = text[len(self.text) :]
        self.text = text
        self.endless = is_endless(self.raw)
        if piece:
            self._emit(piece)

    def completion(self, seconds: float) -> Completion:
        """The reply as a whole."""
        return Completion(
            text=self.text,
            prompt_tokens=getattr(self._usage, "prompt_tokens", None),
            completion_tokens=getattr(self._usage, "completion_tokens", None),
            seconds=seconds,
            finish_reason=self.finish_reason,
        )


def without_thinking(raw: str) -> str:
    """`raw` without the thinking that some models put in front; nothing while it may still go on.

    Example: `without_thinking("<think>想</think>答")` is `"答"`.
    """
    text = raw.lstrip()
    if text.startswith(_THINKING):
        return text.partition(_THOUGHT)[2].lstrip()
    return "" if _THINKING.startswith(text) else text


def is_endless(text: str) -> bool:
    """Whether `text` ends in the same words over and over; numbers count as all the same.

    Example: `is_endless("1、加强服务；2、加强服务；" * 20)` is True.
    """
    tail = _DIGITS.sub("0", text[-REPEAT_WINDOW:])
    return any(
        tail.endswith(tail[-size:] * max(REPEATED_TIMES, -(-REPEATED_CHARS // size)))
        for size in range(1, len(tail) // REPEATED_TIMES + 1)
    )


def json_object(text: str) -> str | None:
    """The JSON object in `text`, without fences or words around it; None when there is not just one."""
    found = text[text.find("{") : text.rfind("}") + 1]
    try:
        return found if isinstance(json.loads(found), dict) else None
    except (ValueError, RecursionError):
        return None
