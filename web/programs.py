"""What programs get: the JSON that the command line prints, for the HTTP API and for models alike."""

from __future__ import annotations

from functools import partial

from index.errors import CewenError
from qa.answering import answerer_over
from qa.config import MAX_QUESTION_CHARS
from qa.live import Live
from qa.render import answer_json, cell_json, search_json, similar_json
from web.asked import AskedPractice, AskedQuestion
from web.gate import Gate

Json = dict[str, object]

PARALLEL, WAITING = 4, 64


class NotReady(CewenError):
    """The store is open, but nothing can be found in it."""

    exit_code = 3


class Programs:
    """Answers programs over one store; a few at a time, each in a thread."""

    def __init__(self, live: Live, top_k: int, gate: Gate | None = None) -> None:
        """Take what is searched, and how many passages are given where a request does not say."""
        self._live, self._top_k = live, top_k
        self._gate = gate or Gate(PARALLEL, WAITING)

    async def ask(self, asked: AskedQuestion) -> Json:
        """The answer, or the refusal, to a question."""
        return await self._gate.run(partial(self._ask, asked))

    async def search(self, asked: AskedQuestion) -> Json:
        """The passages that best answer a question."""
        return await self._gate.run(partial(self._search, asked))

    async def similar(self, asked: AskedPractice) -> Json:
        """The like of a practice in other provinces."""
        return await self._gate.run(partial(self._similar, asked))

    async def cells(self) -> list[Json]:
        """Every cell of the store."""
        return await self._gate.run(self._cells)

    async def check_ready(self) -> None:
        """Nothing, when something that stands in the store can be found in it.

        Raises:
            CewenError: why not.
        """
        await self._gate.run(self._find_own)

    def _ask(self, asked: AskedQuestion) -> Json:
        top_k = asked.top_k or self._top_k
        answerer = self._live.of(answerer_over)
        return answer_json(answerer.answer(asked.question, top_k, asked.wanted))

    def _search(self, asked: AskedQuestion) -> Json:
        top_k = asked.top_k or self._top_k
        hits = self._live.searcher.search(asked.question, top_k, asked.wanted)
        return search_json(asked.question, hits)

    def _similar(self, asked: AskedPractice) -> Json:
        answerer, top_k = self._live.of(answerer_over), asked.top_k or self._top_k
        return similar_json(answerer.similar(asked.practice, asked.home, top_k, asked.wanted))

    def _cells(self) -> list[Json]:
        return [cell_json(cell) for cell in self._live.searcher.store.cells]

    def _find_own(self) -> None:
        searcher = self._live.searcher
        passages = searcher.store.passages
        if not passages:
            raise NotReady("索引里没有内容，请重新建立。")
        if not searcher.search(passages[0].text[:MAX_QUESTION_CHARS], 1):
            raise NotReady("索引里检索不到任何内容，请重新建立。")
