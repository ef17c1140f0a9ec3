"""The desk behind the page: from what is asked to the session it leaves. Knows nothing of Gradio."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from index.errors import CewenError
from qa.answering import answerer_over
from qa.author import Author
from qa.conversation import goes_on
from qa.records import FIGURES, Answer
from qa.retrieve import Searching
from qa.understood import revised
from web.cards import Scene, cards_html
from web.follow_ups import follow_ups
from web.given import Given
from web.message import message_html
from web.session import AGAIN, Asked, Session, Turn
from web.words import Words

STOPPED = "已停止撰写。"
COMPLETED = "当时大模型把追问补全为“{}”。"
NOT_KEPT = "当时由大模型撰写的文字没有保存，以下是按现有材料重新得出的回答。"


class Desk:
    """Answers for the page, with an author when a language model is configured."""

    def __init__(self, searcher: Searching, author: Author | None, say: Words) -> None:
        """Answer with a searcher; `say` are the words of what stands around an answer."""
        self.searcher, self.store = searcher, searcher.store
        self._say = say
        self._author = author
        self._answerer = answerer_over(searcher)

    def ask(self, asked: Asked, session: Session, notes: Sequence[str] = ()) -> Iterator[Session]:
        """The session with the reply, and then with what the language model writes, as it comes.

        What it was writing before is stopped.
        """
        session = self.settled(replace(session, id=session.id or secrets.token_hex(8)))
        try:
            in_full = self._rewritten(asked, session)
            answer = self._answer(in_full, session)
        except CewenError as error:
            yield session.plus(Turn(asked, None, str(error), notes=tuple(notes)))
            return
        if in_full is not asked and self._author:
            answer = replace(answer, prompts=(self._author.rewriting,))
        turn = self._turn(in_full, answer, len(session.turns) + 1, notes)
        yield session.plus(turn)
        if asked.writes and self._author:
            yield from self._written(self._author, turn, session)

    def ask_again(self, keys: Sequence[str], asked: Asked, session: Session) -> Iterator[Session]:
        """The same for the last question that was answered, understood as the clues `keys` say."""
        if session.last is None:
            return
        text = session.last.question.text
        yield from self.ask(replace(asked, text=text, keys=tuple(keys)), session)

    def retry(self, asked: Asked, session: Session) -> Iterator[Session]:
        """The last question asked once more, going on from what was before it."""
        if not session.turns:
            return
        last = session.turns[-1].asked
        again = replace(asked, text=last.text, keys=last.keys)
        yield from self.ask(again, session.before(len(session.turns)))

    def edit(self, number: int, asked: Asked, session: Session) -> Iterator[Session]:
        """Turn `number` asked in other words; what came after it is gone."""
        text = asked.text.strip().removesuffix(AGAIN)
        yield from self.ask(replace(asked, text=text), session.before(number))

    def replay(self, questions: Sequence[Given], session: Session) -> Session:
        """The session after all these questions, answered anew without the language model."""
        for given in questions:
            notes = (*_lost(given.asked), *given.notes)
            asked = replace(given.asked, writes=False)
            number = len(session.turns) + 1
            session = next(self.ask(asked, session, notes))
            turn = replace(session.turns[-1], asked=given.asked)
            session = session.before(number).plus(turn)
        return session

    def settled(self, session: Session) -> Session:
        """The session with a text that the language model was stopped in marked as such."""
        answer = session.answer
        if answer is None or answer.writing is None:
            return session
        writing = answer.writing
        if writing.is_whole or writing.trouble:
            return session
        stopped = replace(answer, writing=replace(writing, trouble=STOPPED))
        number = len(session.turns)
        turn = self._said(session.turns[-1], stopped, number)
        return session.before(number).plus(turn)

    def stands_alone(self, turn: Turn) -> bool:
        """Whether a turn's question means the same without those before it."""
        if turn.answer is None:
            return False
        read = self.searcher.read(turn.asked.rewritten or turn.asked.text)
        alone = read if turn.asked.keys is None else revised(read, turn.asked.keys)
        # A figure that was asked of nobody may have been told of all.
        return turn.answer.question in (alone, replace(alone, kind=FIGURES))

    def standalone_text(self, turn: Turn) -> str:
        """A text that asks what a turn asked by its words alone; "" when there is none."""
        if turn.answer is None:
            return ""
        question = turn.answer.question
        for text in (turn.asked.text, turn.asked.rewritten, question.asked):
            read = self.searcher.read(text) if text else None
            if read and (read.core, read.filter) == (question.core, question.filter):
                return text
        return ""

    def _rewritten(self, asked: Asked, session: Session) -> Asked:
        """A follow-up that does not point back by its words, as the language model completes it."""
        is_open = asked.writes and asked.keys is None and not asked.rewritten
        if not (is_open and self._author and session.last) or goes_on(asked.text):
            return asked
        said = self._author.standalone(asked.text, session.last)
        return asked if said == asked.text else replace(asked, rewritten=said)

    def _answer(self, asked: Asked, session: Session) -> Answer:
        if asked.keys is not None:
            read = session.last.question if session.last else self.searcher.read(asked.text)
            question = revised(read, asked.keys)
            return self._answerer.answer_question(question, asked.limit, asked.wanted)
        text = asked.rewritten or asked.text
        return self._answerer.answer(text, asked.limit, asked.wanted, session.last)

    def _turn(self, asked: Asked, answer: Answer, number: int, notes: Sequence[str]) -> Turn:
        words = self.searcher.words_of(answer.question)
        cards = cards_html(number, answer, Scene(words, self.store, self._say["card"]))
        options = tuple(follow_ups(answer, self.store.facets, self._say))
        turn = Turn(asked, answer, "", cards, options, tuple(notes))
        return self._said(turn, answer, number)

    def _written(self, author: Author, turn: Turn, before: Session) -> Iterator[Session]:
        """The session as the text grows; the very same while nothing new comes.

        Whoever leaves the iterator stops the model.
        """
        answer, session = turn.answer, before.plus(turn)
        if answer is None:
            return
        with closing(author.written(answer)) as answers:
            for written in answers:
                if written is not answer:
                    answer = written
                    session = before.plus(self._said(turn, written, len(before.turns) + 1))
                yield session

    def _said(self, turn: Turn, answer: Answer, number: int) -> Turn:
        """`turn` saying `answer`, which differs at most in what the language model wrote."""
        words = self.searcher.words_of(answer.question)
        message = message_html(number, answer, words, self.store)
        return replace(turn, answer=answer, message=message)


def _lost(asked: Asked) -> Iterator[str]:
    """What the language model had its part in when this was asked first."""
    if asked.rewritten:
        yield COMPLETED.format(asked.rewritten)
    if asked.writes:
        yield NOT_KEPT
