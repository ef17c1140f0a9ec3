"""A language model as second judge: one small call a province over that province's evidence.

Its status must quote, verbatim; an opinion that cannot is said to be void. Where it disagrees with the
verdict of the rules, both are shown.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from index.text import fold_width, squeeze
from qa.chat import ChatClient, ChatError
from qa.prompts import Prompts
from qa.records import DOING, DONE, NOT_MENTIONED, PLANNED, STATUSES, TASKED, Answer, Opinion

MOST_PASSAGES = 4
MOST_AT_ONCE = 8
_COLUMN_OF = {DONE: ACHIEVEMENT, DOING: ACHIEVEMENT, PLANNED: PLAN, TASKED: TASK}
"""The column that a status must be quoted from."""


class SecondJudge:
    """Asks a model about every province that the rules found something for."""

    def __init__(self, client: ChatClient, prompts: Prompts) -> None:
        self._client, self._prompt = client, prompts.judge

    def judge(self, answer: Answer, cancel: threading.Event | None = None) -> tuple[Opinion, ...]:
        """An opinion on each verdict that cites something, in their order."""
        evidence = {v.province: _evidence(answer, v.province) for v in answer.verdicts}
        asked = [province for province, passages in evidence.items() if passages]
        if not asked:
            return ()

        def opinion(province: str) -> Opinion:
            return self._opinion(answer.question.asked, province, evidence[province], cancel)

        with ThreadPoolExecutor(min(MOST_AT_ONCE, len(asked))) as pool:
            return tuple(pool.map(opinion, asked))

    def _opinion(
        self,
        question: str,
        province: str,
        passages: Sequence[Passage],
        cancel: threading.Event | None,
    ) -> Opinion:
        keyed = list(enumerate(passages, 1))
        prompt = self._prompt.render(question=question, province=province, passages=keyed)
        try:
            said = self._client.complete(prompt, json=True, cancel=cancel).text
        except ChatError as error:
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
    holding = [p for p in passages if quote.strip() and _same(quote) in _same(p.text)]
    if not holding:
        return Opinion(province, "", quote, reason, "大模型引用的话在原文中找不到，未采用。")
    if all(p.column in _COLUMN_OF.values() and p.column != _COLUMN_OF[status] for p in holding):
        return Opinion(province, "", quote, reason, "大模型引用的栏目不能支持它的判断，未采用。")
    return Opinion(province, status, quote, reason)


def _evidence(answer: Answer, province: str) -> list[Passage]:
    """What the rules cited of a province, then its best hits."""
    cited = [c.passage for c in answer.citations if c.passage.province == province]
    found = [h.passage for h in answer.hits if h.passage.province == province]
    return list({passage.id: passage for passage in (*cited, *found)}.values())[:MOST_PASSAGES]


def _same(text: str) -> str:
    """`text` without what copying may change: width and spaces."""
    return squeeze(fold_width(text))
