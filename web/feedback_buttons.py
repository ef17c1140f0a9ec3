"""What the visitor says of an answer: 有用, 无用, 引用错误, and a sentence if they like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from qa.feedback import (
    LONGEST_COMMENT,
    VERDICT_TEXT,
    WRONG,
    FeedbackBook,
    FeedbackError,
    Place,
    feedback_on,
)
from web.desk import Desk
from web.session import Session
from web.talk import turn_number
from web.words import Words


class FeedbackButtons:
    """Buttons below each answer, and a row that says what became of them."""

    def __init__(self, book: FeedbackBook, desks: Callable[[], Desk], say: Words) -> None:
        self._book, self._newest, self._say = book, desks, say
        self._verdicts = {say[verdict]: verdict for verdict in VERDICT_TEXT}
        self.options = tuple(self._verdicts)
        """What the buttons are called."""

    def render(self, chatbot: gr.Chatbot, session: gr.State) -> gr.Row:
        """The row below the chat, listening to the chat's buttons; hidden until one is used."""
        place = gr.State(None)
        with gr.Row(visible=False, elem_id="feedback") as row:
            status = gr.Markdown(elem_id="feedback-status")
            comment = gr.Textbox(
                show_label=False,
                label=self._say["comment"],
                max_length=LONGEST_COMMENT,
                submit_btn=self._say["comment"],
                elem_id="feedback-comment",
                container=False,
            )
        quietly: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        chatbot.like(self.say, [session], [place, row, status, comment], **quietly)
        comment.submit(self.comment, [place, comment], [status, comment], **quietly)
        return row

    def show(self, session: Session) -> tuple[gr.Chatbot, gr.Row]:
        """The verdicts marked below their answers, and the row hidden, when a conversation settled."""
        try:
            said = self._book.verdicts(session.id)
        except FeedbackError:
            # Said when something is to be kept; what is shown does not depend on it.
            said = {}
        places = (Place(session.id, n, t.asked.shown) for n, t in enumerate(session.turns, 1))
        names = [self._say.get(said.get(place, "")) for place in places]
        return gr.Chatbot(feedback_value=names), gr.Row(visible=False)

    def say(self, event: gr.LikeData, session: Session) -> tuple[Any, ...]:
        """Keep the verdict on an answer, or take it back; a failure is one line and nothing more."""
        number = turn_number(event.index)
        turn = session.turns[number - 1]
        place = Place(session.id, number, turn.asked.shown)
        verdict = self._verdicts.get(str(event.liked))
        try:
            if verdict is None:
                self._book.withdraw(place)
                return self._told("withdrawn")
            if turn.answer is None:
                return self._told("no_answer")
            alone = self._newest().standalone_text(turn)
            self._book.keep(feedback_on(turn.answer, place, verdict, alone, turn.asked.wanted))
        except FeedbackError as error:
            return self._told("not_kept", error=error)
        hint = self._say["which" if verdict == WRONG else "why"]
        asks = gr.Textbox(value="", visible=True, placeholder=hint)
        kept = self._say["kept"].format(verdict=self._say[verdict])
        return place, gr.Row(visible=True), kept, asks

    def comment(self, place: Place | None, text: str) -> tuple[Any, ...]:
        """Keep a sentence with the last verdict."""
        if place is None:
            return gr.skip(), gr.skip()
        try:
            self._book.comment(place, text)
        except FeedbackError as error:
            return self._say["comment_not_kept"].format(error=error), gr.skip()
        return self._say["thanks"], gr.Textbox(value="", visible=False)

    def _told(self, name: str, **values: object) -> tuple[Any, ...]:
        """One sentence, and nothing kept that a comment could go with."""
        sentence = self._say[name].format(**values)
        return None, gr.Row(visible=True), sentence, gr.Textbox(visible=False)
