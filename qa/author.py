"""The language model's part in an answer: its opinions on the provinces, then its text."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.chat import ChatClient, ChatError
from qa.config import Settings
from qa.prompts import Prompts, load_prompts
from qa.records import Answer
from qa.second_opinion import SecondJudge
from qa.writer import Writer, open_client

LONGEST_REWRITE = 200


class Author:
    """Has a model judge and write; whatever goes wrong, the answer without it stands."""

    def __init__(
        self, model: str, client: ChatClient, prompts: Prompts, provinces: Sequence[str]
    ) -> None:
        """Take the client and what it is called, the prompts, and all provinces of the store."""
        self.model = model
        self._client, self._rewrite = client, prompts.rewrite
        self._writer = Writer(client, prompts, provinces)
        self._judge = SecondJudge(client, prompts)

    def standalone(self, text: str, previous: Answer) -> str:
        """`text` as a question that stands by itself after `previous`; `text` when that fails."""
        turns = [(previous.question.text, previous.text)]
        try:
            said = self._client.complete(self._rewrite.render(turns=turns, question=text)).text
        except ChatError:
            return text
        lines = said.strip().splitlines()
        return lines[0].strip() if len(lines) == 1 and len(said) <= LONGEST_REWRITE else text

    def written(self, answer: Answer) -> Iterator[Answer]:
        """`answer` with the writing as it grows, and at last the opinions.

        Leaving the iterator stops the model.
        """
        stopped = threading.Event()
        try:
            for writing in self._writer.write(answer, stopped):
                answer = replace(answer, writing=writing)
                yield answer
            if answer.verdicts and answer.writing and not answer.writing.trouble:
                yield replace(answer, opinions=self._judge.judge(answer, stopped))
        finally:
            stopped.set()


def open_author(settings: Settings, provinces: Sequence[str]) -> Author | None:
    """An author, or None when no model is configured.

    Raises:
        ChatError: the client is not installed, or the address or key cannot be used.
        PromptError: a prompt does not validate.
    """
    client = open_client(settings.llm)
    if client is None:
        return None
    return Author(settings.llm.model, client, load_prompts(settings.prompts), provinces)
