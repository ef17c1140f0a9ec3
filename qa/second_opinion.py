"""A language model as second judge: one small call a province over that province's evidence.

Its status must quote, verbatim; an opinion that cannot is said to be void. Where it disagrees with the
verdict of the rules, both are shown.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from index.text import fold_width, squeeze
from qa.chat import ChatClient, ChatError
from qa.prompts import PromptError, Prompts
from qa.records import DOING, DONE, NOT_MENTIONED, PLANNED, STATUSES, TASKED, Answer, Opinion

MOST_PASSAGES = 4
MOST_AT_ONCE = 8
BEAT_S = 0.5
SHORTEST_QUOTE = 4
"""Words of fewer characters prove nothing."""

_COLUMN_OF = {DONE: ACHIEVEMENT, DOING: ACHIEVEMENT, PLANNED: PLAN, TASKED: TASK}
"""The column that a status must be quoted from."""


class SecondJudge:
    """Asks a model about every province that the rules found something for."""

    def __init__(self, client: ChatClient, prompts: Prompts) -> None:
        self._client, self._prompt = client, prompts.judge

    @property
    def prompt(self) -> str:
        """Name and hash of the prompt it asks with."""
        return self._prompt.label

    def judge(self, answer: Answer) -> Generator[tuple[Opinion, ...]]:
        """At last an opinion on each verdict that cites something, in their order; before that nothing.

        Nothing comes every `BEAT_S`, so that whoever reads may leave; then the model is stopped.
        """
        evidence = {v.province: _evidence(answer, v.province) for v in answer.verdicts}
        asked = {province: passages for province, passages in evidence.items() if passages}
        if not asked:
            return
        left = threading.Event()

        def opinion(province: str) -> Opinion:
            return self._opinion(answer.question.asked, province, asked[province], left)

        with ThreadPoolExecutor(min(MOST_AT_ONCE, len(asked))) as pool:
            opinions = [pool.submit(opinion, province) for province in asked]
            try:
                while wait(opinions, BEAT_S).not_done:
                    yield ()
            finally:
                left.set()
        yield tuple(opinion.result() for opinion in opinions)

    def _opinion(
        self, question: str, province: str, passages: Sequence[Passage], left: threading.Event
    ) -> Opinion:
        keyed = list(enumerate(passages, 1))
        try:
            prompt = self._prompt.render(question=question, province=province, passages=keyed)
            said = self._client.complete(prompt, json=True, cancel=left).text
        except (ChatError, PromptError) as error:
            return Opinion(province, "", "", "", str(error))
        return parse_opinion(said, province, passages)


def parse_opinion(said: str, province: str, passages: Sequence[Passage]) -> Opinion:
    """The opinion in a reply; `trouble` says why it is void."""
    try:
        raw = json.loads(said)
        status, quote, reason = (str(raw[key]) for key in ("status", "quote", "reason"))
    except (ValueError, KeyError, TypeError):
        return Opinion(province, "", "", "", "大模型的判断不合格式，未采用。")
    if status not in STATUSES:
        return Opinion(province, "", "", reason, "大模型给出的状态不在约定之内，未采用。")
    if status == NOT_MENTIONED:
        return Opinion(province, status, "", reason)
    found = {
        passage.column: words for passage in passages if (words := _found(quote, passage.text))
    }
    if not found:
        return Opinion(province, "", quote, reason, "大模型引用的话在原文中找不到，未采用。")
    needed = _COLUMN_OF[status]
    if needed not in found and found.keys() <= {*_COLUMN_OF.values()}:
        return Opinion(province, "", quote, reason, "大模型引用的栏目不能支持它的判断，未采用。")
    return Opinion(province, status, found.get(needed) or next(iter(found.values())), reason)


def _evidence(answer: Answer, province: str) -> list[Passage]:
    """What the rules cited of a province, then its best hits."""
    cited = [c.passage for c in answer.citations if c.passage.province == province]
    found = [h.passage for h in answer.hits if h.passage.province == province]
    return list({passage.id: passage for passage in (*cited, *found)}.values())[:MOST_PASSAGES]


def _found(quote: str, text: str) -> str:
    """The words of `text` that `quote` repeats but for width and spaces; "" for none, or too few."""
    words = squeeze(fold_width(quote))
    pattern = r"\s*".join(map(re.escape, words))
    match = re.search(pattern, fold_width(text)) if len(words) >= SHORTEST_QUOTE else None
    return text[match.start() : match.end()] if match else ""
