"""A language model writes the answer over the same evidence; every sentence is proved or marked.

    Answer ──prompt──▶ model ──pieces──▶ Writing (the text so far, each sentence proved against its citations)

The model is a writer, never a source: what it writes is shown beside what the documents said, and a
sentence that fails its proof is left out of what is exported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from qa.chat import ChatClient, ChatError, ChatSettings
from qa.config import LlmSettings
from qa.prompts import Prompt, Prompts
from qa.proof import Proof, prove
from qa.records import COMPARE, SIMILAR, Answer, Citation, Writing

PROVED_EVERY_CHARS = 24
"""While it is being written, the text is proved again after so many characters."""


class Writer:
    """Has a model write answers."""

    def __init__(self, client: ChatClient, prompts: Prompts, provinces: Sequence[str]) -> None:
        """Take the client, the prompts, and all provinces of the store."""
        self._client, self._prompts, self._provinces = client, prompts, tuple(provinces)

    def write(self, answer: Answer, cancel: threading.Event | None = None) -> Iterator[Writing]:
        """The writing as it grows; the last one is whole, or says in `trouble` why it is not.

        An answer that refuses, or cites nothing, is not rewritten.
        """
        if answer.refusal or not answer.citations:
            return
        prompt = self._prompt(answer)
        rendered = prompt.render(**self._values(answer))
        raw, proved = "", 0
        reply = self._client.stream(rendered, cancel)
        try:
            for piece in reply:
                raw += piece
                if len(raw) - proved >= PROVED_EVERY_CHARS:
                    proved = len(raw)
                    yield self._writing(raw, answer, prompt)
            done = reply.completion
        except ChatError as error:
            yield self._writing(raw, answer, prompt, trouble=str(error))
            return
        finally:
            reply.close()
        yield self._writing(
            done.text,
            answer,
            prompt,
            is_whole=True,
            tokens=(done.prompt_tokens, done.completion_tokens),
            seconds=done.seconds,
        )

    def _prompt(self, answer: Answer) -> Prompt:
        by_kind = {COMPARE: self._prompts.compare, SIMILAR: self._prompts.similar}
        return by_kind.get(answer.question.kind, self._prompts.answer)

    def _values(self, answer: Answer) -> dict[str, object]:
        passages = [(citation.n, citation.passage) for citation in answer.citations]
        analogous = {analogue.citation for analogue in answer.analogues}
        source = next((pair for pair in passages if analogous and pair[0] not in analogous), None)
        judged = tuple(verdict.province for verdict in answer.verdicts)
        return {
            "question": answer.question.asked,
            "provinces": judged or answer.question.provinces or _provinces_of(answer.citations),
            "passages": [pair for pair in passages if pair != source],
            "source": source,
        }

    def _writing(
        self,
        raw: str,
        answer: Answer,
        prompt: Prompt,
        is_whole: bool = False,
        trouble: str = "",
        tokens: tuple[int | None, int | None] = (None, None),
        seconds: float = 0.0,
    ) -> Writing:
        return Writing(
            raw=raw,
            proof=self._proof(raw, answer),
            prompt=f"{prompt.name}@{prompt.hash}",
            is_whole=is_whole,
            trouble=trouble,
            tokens=tokens,
            seconds=seconds,
        )

    def _proof(self, raw: str, answer: Answer) -> Proof:
        passages = {citation.n: citation.passage for citation in answer.citations}
        return prove(raw, passages, self._provinces)


def open_client(
    settings: LlmSettings, make: Callable[[ChatSettings], ChatClient] = ChatClient
) -> ChatClient | None:
    """A client for the configured model, or None when none is configured."""
    if not settings.model:
        return None
    return make(
        ChatSettings(
            base_url=settings.base_url,
            model=settings.model,
            api_key=settings.api_key.get_secret_value(),
            timeout_s=settings.timeout_s,
            first_token_s=settings.first_token_s,
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            retries=settings.retries,
            parallel=settings.parallel,
        )
    )


def _provinces_of(citations: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(citation.passage.province for citation in citations))
