"""What happens on each event of the page: from the values of its components to new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import gradio as gr

from index.filters import Filter
from qa.config import MAX_TOP_K
from web.desk import Desk
from web.downloads import Downloads, links_html
from web.given import Given
from web.history import HistoryError, read_record, record_of
from web.links import query_of, read_query
from web.session import Asked, Session
from web.view import clues, evidence, link_html, messages, said_by_visitor
from web.words import Words

Shown = tuple[Any, ...]
"""Messages, evidence, session, clues, textbox, row of exports: what an answer changes."""
Restored = tuple[Any, ...]
"""What an answer changes, and the filters of the sidebar."""

AT_ONCE_SECONDS = 1.0

_UNCHANGED = 6
_FILTERS = 4


class _Asking:
    """One question from when it is asked; what came of it is known by it."""


class Talk:
    """The events of one page; each happens at one desk from beginning to end."""

    def __init__(self, desks: Callable[[], Desk], downloads: Downloads, say: Words) -> None:
        """Take what gives the newest desk, where answers can be taken away, and the page's words."""
        self._newest, self._say = desks, say
        self._busy: dict[str, Any] = {"submit_btn": False, "stop_btn": say["stop"]}
        self._downloads = downloads
        self._latest: WeakValueDictionary[str, _Asking] = WeakValueDictionary()
        self._asking: WeakKeyDictionary[Session, _Asking] = WeakKeyDictionary()

    def submit(self, text: str, session: Session, *sidebar: Any) -> Iterator[Shown]:  # noqa: ANN401 - whatever the sidebar holds
        """Ask what was typed."""
        desk, asked = self._newest(), _asked(text, sidebar)
        steps = self._shown(desk, desk.ask(asked, session), session, text)
        waiting, *rest = next(steps)
        yield waiting, *rest[:3], gr.Textbox(value="", **self._busy), rest[4]
        yield from steps

    def choose(self, event: gr.SelectData, session: Session, *sidebar: Any) -> Iterator[Shown]:  # noqa: ANN401
        """Ask an example, or what a button below an answer asks."""
        value = event.value
        text = value["text"] if isinstance(value, dict) else str(value)
        desk, asked = self._newest(), _asked(text, sidebar)
        yield from self._shown(desk, desk.ask(asked, session), session, text)

    def revise(self, keys: list[str], session: Session, *sidebar: Any) -> Iterator[Shown]:  # noqa: ANN401
        """Ask the last question again, understood as the chips say."""
        if session.last is None:
            return
        desk, asked = self._newest(), Asked(session.last.question.text, keys=())
        replies = desk.ask_again(keys, _asked("", sidebar), session)
        yield from self._shown(desk, replies, session, asked.shown)

    def retry(self, session: Session, *sidebar: Any) -> Iterator[Shown]:  # noqa: ANN401
        """Ask the last question once more, going on from what was before it."""
        if not session.turns:
            return
        desk, last = self._newest(), session.turns[-1].asked
        replies = desk.retry(_asked("", sidebar), session)
        yield from self._shown(desk, replies, session.before(len(session.turns)), last.shown)

    def edit(self, event: gr.EditData, session: Session, *sidebar: Any) -> Iterator[Shown]:  # noqa: ANN401
        """Ask an earlier question in other words; what came after it is gone."""
        desk, number = self._newest(), turn_number(event.index)
        asked = _asked(str(event.value), sidebar)
        replies = desk.edit(number, asked, session)
        yield from self._shown(desk, replies, session.before(number), asked.text.strip())

    def undo(self, session: Session) -> Shown:
        """Take the last question back into the textbox."""
        if not session.turns:
            return _skips(_UNCHANGED)
        text = session.turns[-1].asked.text
        view = self._view(self._newest(), session.before(len(session.turns)))
        return *view, gr.Textbox(value=text), gr.Row(visible=False)

    def start_anew(self) -> Shown:
        """A conversation with nothing in it."""
        return *self._view(self._newest(), Session()), gr.skip(), gr.Row(visible=False)

    def reopen(self, event: gr.EventData) -> Restored:
        """A conversation out of the browser's memory, answered from the store as it is."""
        desk = self._newest()
        try:
            record = read_record(getattr(event, "record", None), desk.store)
        except HistoryError as error:
            gr.Warning(str(error))
            return _skips(_UNCHANGED + _FILTERS)
        return self._restored(desk, record.questions, Session(record.id))

    def follow(self, request: gr.Request) -> Restored:
        """The questions of the address; nothing where it has none."""
        desk = self._newest()
        questions = read_query(request.query_params.multi_items(), desk.store.facets)
        if not questions:
            return _skips(_UNCHANGED + _FILTERS)
        return self._restored(desk, questions, Session())

    def settle(self, session: Session) -> tuple[Any, ...]:
        """What follows an answer: session, messages, textbox, link, record, exports and their links."""
        desk = self._newest()
        settled = desk.settled(session)
        # What did not change is left alone, and so is what another question has gone on from.
        changed = (gr.skip(), gr.skip())
        if settled is not session and self._stays_latest(session):
            changed = (settled, messages(settled))
        idle = gr.Textbox(submit_btn=True, stop_btn=False, placeholder=self._say["placeholder"])
        link = link_html(query_of(settled, desk), self._say)
        record = record_of(settled, desk.store)
        answer = settled.answer
        files = links_html(self._downloads.keep(answer), self._say) if answer else ""
        return *changed, idle, link, record, gr.Row(visible=answer is not None), files

    def _shown(
        self, desk: Desk, sessions: Iterator[Session], before: Session, text: str
    ) -> Iterator[Shown]:
        """The question at once, then the reply, and then only what the language model changes."""
        asking = _Asking()
        if before.id:
            self._latest[before.id] = asking
        waiting = [*messages(before), said_by_visitor(text)]
        # Files of the answer before must not be taken for those of this one.
        yield waiting, *_skips(3), gr.Textbox(**self._busy), gr.Row(visible=False)
        shown = None
        for session in sessions:
            if self._latest.setdefault(session.id, asking) is not asking:
                yield _skips(_UNCHANGED)  # Something else was asked meanwhile.
                return
            self._asking[session] = asking
            if shown is None:
                yield *self._view(desk, session), gr.skip(), gr.skip()
            elif session is shown:  # Nothing new yet; a stop is heeded here.
                yield _skips(_UNCHANGED)
            else:
                yield messages(session), gr.skip(), session, *_skips(3)
                # Gradio says the last thing again when an event is stopped, however late that is.
                yield _skips(_UNCHANGED)
            shown = session

    def _stays_latest(self, session: Session) -> bool:
        """Whether nothing is asked in the conversation after what led to `session`, nor at once.

        A question that stops a text may begin a little later than what follows the stop.
        """
        until = time.monotonic() + AT_ONCE_SECONDS
        while self._latest.get(session.id) is self._asking.get(session):
            if time.monotonic() > until:
                return True
            time.sleep(0.05)
        return False

    def _restored(self, desk: Desk, questions: Sequence[Given], session: Session) -> Restored:
        session = desk.replay(questions, session)
        last = questions[-1].asked
        sidebar = [list(values) for values in (last.wanted.province, last.wanted.column)]
        sidebar.append(list(last.wanted.theme))
        return *self._view(desk, session), gr.skip(), gr.skip(), *sidebar, last.limit

    def _view(self, desk: Desk, session: Session) -> tuple[Any, ...]:
        said, shown = messages(session), evidence(session, self._say)
        return said, shown, session, clues(session, desk.store, self._say)


def turn_number(index: int | tuple[int, int]) -> int:
    """The turn, from 1, that a message of the conversation belongs to."""
    place = index if isinstance(index, int) else index[0]
    return place // 2 + 1


def _asked(text: str, sidebar: Sequence[Any]) -> Asked:
    provinces, columns, themes, limit, writes = sidebar
    wanted = Filter(tuple(provinces), tuple(columns), tuple(themes))
    return Asked(text, wanted, min(max(int(limit), 1), MAX_TOP_K), writes=bool(writes))


def _skips(count: int) -> tuple[Any, ...]:
    return tuple(gr.skip() for _ in range(count))
