"""The language model's part in an answer: its text, then its opinions on the provinces."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from qa.chat import ChatClient, ChatError
from qa.config import Settings
from qa.prompts import PromptError, Prompts, load_prompts
from qa.records import Answer
from qa.second_opinion import SecondJudge
from qa.writer import Writer, open_client

LONGEST_REWRITE = 200
REWRITE_WITHIN_S = 20.0
"""A question is not kept waiting longer than this for being put in other words."""


class Author:
    """Has a model judge and write; whatever goes wrong, the answer without it stands."""

    def __init__(
        self, model: str, client: ChatClient, prompts: Prompts, provinces: Sequence[str]
    ) -> None:
        """Take the client and what it is called, the prompts, and all provinces of the store.

        `rewriting` is the name and hash of the prompt that `standalone` asks with.
        """
        self.model = model
        self._client, self._prompts, self._rewrite = client, prompts, prompts.rewrite
        self.rewriting = prompts.rewrite.label
        self._writer = Writer(client, prompts, provinces)
        self._judge = SecondJudge(client, prompts)

    def among(self, provinces: Sequence[str]) -> Author:
        """The same author over a store with these provinces."""
        return Author(self.model, self._client, self._prompts, provinces)

    def standalone(self, text: str, previous: Answer) -> str:
        """`text` as a question that stands by itself after `previous`; `text` when that fails."""
        turns = [(previous.question.text, previous.text)]
        try:
            prompt = self._rewrite.render(turns=turns, question=text)
            said = self._client.complete(prompt, within_s=REWRITE_WITHIN_S)
        except (ChatError, PromptError):
            return text
        lines = said.text.strip().splitlines()
        fits = len(lines) == 1 and len(said.text) <= LONGEST_REWRITE and not said.shortfall
        return lines[0].strip() if fits else text

    def written(self, answer: Answer) -> Generator[Answer]:
        """`answer` with the writing as it grows, and at last the opinions.

        While nothing new comes the same answer comes again; whoever leaves the iterator stops the
        model.
        """
        before = answer.prompts
        with closing(self._writer.write(answer)) as writings:
            for writing in writings:
                if writing is not answer.writing:
                    answer = replace(answer, writing=writing, prompts=(*before, writing.prompt))
                yield answer
        if answer.verdicts and answer.writing and answer.writing.is_whole:
            yield from self._judged(answer)

    def _judged(self, answer: Answer) -> Iterator[Answer]:
        """`answer` again and again, and at last with the opinions."""
        with closing(self._judge.judge(answer)) as rounds:
            for opinions in rounds:
                if opinions:
                    prompts = (*answer.prompts, self._judge.prompt)
                    answer = replace(answer, opinions=opinions, prompts=prompts)
                yield answer


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
