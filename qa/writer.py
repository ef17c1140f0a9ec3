"""A language model writes the answer over the same evidence; every sentence is proved or marked.

    Answer ──prompt──▶ model ──pieces──▶ Writing (the text so far, each sentence proved against its citations)

The model is a writer, never a source: what it writes is shown beside what the documents said, and a
sentence that fails its proof is left out of what is exported.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

from qa.chat import ChatClient, ChatError, ChatSettings, Completion
from qa.config import LlmSettings
from qa.prompts import Prompt, PromptError, Prompts
from qa.proof import FOREIGN, Proof, prove
from qa.records import COMPARE, SIMILAR, Answer, Citation, Writing

PROVED_EVERY_CHARS = 24
"""While it is being written, the text is proved again after so many characters."""

NOTHING_CLAIMED = "大模型没有写出可以核对的句子。"
NOT_CHINESE = "大模型没有用中文回答。"
NOTHING_HOLDS = "大模型写的句子没有一句通过核对。"
"""Why nothing of a text that came to its end can be used."""


class Writer:
    """Has a model write answers."""

    def __init__(self, client: ChatClient, prompts: Prompts, provinces: Sequence[str]) -> None:
        """Take the client, the prompts, and all provinces of the store."""
        self._client, self._prompts, self._provinces = client, prompts, tuple(provinces)

    def write(self, answer: Answer) -> Generator[Writing]:
        """The writing as it grows; the last one is whole, or says in `trouble` why it is not.

        While nothing new comes the same writing comes again, so that whoever reads may leave; then
        the model is stopped. An answer that refuses, or cites nothing, is not rewritten.
        """
        if answer.refusal or not answer.citations:
            return
        prompt = self._prompt(answer)
        writing, raw = Writing("", Proof(()), prompt.label), ""
        try:
            with closing(self._client.stream(prompt.render(**self._values(answer)))) as reply:
                for piece in reply:
                    raw += piece
                    if len(raw) - len(writing.raw) >= PROVED_EVERY_CHARS:
                        proof = self._proof(raw, answer).unfinished()
                        writing = replace(writing, raw=raw, proof=proof)
                    elif piece:
                        continue
                    yield writing
                writing = self._whole(writing, reply.completion, answer)
        except (ChatError, PromptError) as error:
            proof = self._proof(raw, answer)
            writing = replace(writing, raw=raw, proof=proof, trouble=str(error))
        yield writing

    def _whole(self, writing: Writing, done: Completion, answer: Answer) -> Writing:
        """The writing of a reply that has come to its end, be it too early."""
        proof = self._proof(done.text, answer)
        return replace(
            writing,
            raw=done.text,
            proof=proof,
            is_whole=not done.shortfall,
            trouble=done.shortfall or _why_useless(proof),
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


def _why_useless(proof: Proof) -> str:
    """Why nothing of a text can be used; "" when something can."""
    checked = [sentence for sentence in proof.sentences if sentence.checked]
    if not checked:
        return NOTHING_CLAIMED
    if all(sentence.fault and sentence.fault.kind == FOREIGN for sentence in checked):
        return NOT_CHINESE
    return "" if proof.failed < proof.checked else NOTHING_HOLDS
