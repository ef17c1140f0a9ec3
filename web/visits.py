"""What Gradio remembers of each visit: what the chat needs, and no longer than it may be needed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gradio as gr
import gradio.routes
from gradio.state_holder import SessionState, StateHolder

MOST_VISITS = 1000
"""So many are remembered, those used last: of any other, the next question begins a conversation."""
CLOSED_SECONDS = 3600
"""So long a visit whose page was closed is remembered: it may only have been out of reach."""


class Visit(SessionState):
    """The values that a visit has on the server, without copies of what its page shows.

    Gradio keeps each state of every component, to make links to them; here no such links are made.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(blocks)
        self._own = frozenset(self.blocks_config.blocks)
        self.config_values.clear()

    def __setitem__(self, key: int, value: Any) -> None:  # noqa: ANN401 - whatever a component holds
        """Keep the value of one of the page's components."""
        # A component that is updated is a new one to Gradio, with a number of its own.
        if key in self._own:
            super().__setitem__(key, value)
            self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Keep nothing: see above."""

    def _update_value_in_config(self, key: int, value: Any) -> None:  # noqa: ANN401
        """Keep nothing: see above."""


class Visits(StateHolder):
    """All visits of a chat."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._closed: dict[str, float] = {}

    def set_blocks(self, blocks: gr.Blocks) -> None:
        """Be the visits of a page."""
        super().set_blocks(blocks)
        self.capacity = MOST_VISITS

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Visit(self.blocks)
        return super().__getitem__(session_id)

    def delete_all_expired_state(self) -> None:
        """Forget visits that were closed long ago; Gradio calls this all the time."""
        now = self._clock()
        closed = [id_ for id_, visit in list(self.session_data.items()) if visit.is_closed]
        self._closed = {id_: self._closed.get(id_, now) for id_ in closed}
        for session_id, since in self._closed.items():
            if now - since > CLOSED_SECONDS:
                self.session_data.pop(session_id, None)
                self.time_last_used.pop(session_id, None)


def keep_visits(chat: gradio.routes.App) -> None:
    """Have a chat of Gradio's keep its visits so."""
    visits = Visits()
    visits.set_blocks(chat.get_blocks())
    chat.state_holder = visits
