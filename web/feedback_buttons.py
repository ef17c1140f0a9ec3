"""What the visitor says of an answer: 有用, 无用, 引用错误, and a sentence if they like."""

from __future__ import annotations

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

OPTIONS = tuple(VERDICT_TEXT.values())
_VERDICTS = {name: verdict for verdict, name in VERDICT_TEXT.items()}
_ASKS = {WRONG: "哪几条不对？写编号，例如 2、3（可不填）"}
_ASKS_WHY = "可以补充一句（可不填）"


class FeedbackButtons:
    """Buttons below each answer, and a row that says what became of them."""

    def __init__(self, book: FeedbackBook, desk: Desk) -> None:
        self._book, self._desk = book, desk

    def render(self, chatbot: gr.Chatbot, session: gr.State) -> gr.Row:
        """The row below the chat, listening to the chat's buttons; hidden until one is used."""
        place = gr.State(None)
        with gr.Row(visible=False, elem_id="feedback") as row:
            status = gr.Markdown(elem_id="feedback-status")
            comment = gr.Textbox(
                show_label=False,
                label="补充",
                max_length=LONGEST_COMMENT,
                submit_btn="补充",
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
        names = [VERDICT_TEXT.get(said.get(place, "")) for place in places]
        return gr.Chatbot(feedback_value=names), gr.Row(visible=False)

    def say(self, event: gr.LikeData, session: Session) -> tuple[Any, ...]:
        """Keep the verdict on an answer, or take it back; a failure is one line and nothing more."""
        number = turn_number(event.index)
        turn = session.turns[number - 1]
        place = Place(session.id, number, turn.asked.shown)
        verdict = _VERDICTS.get(str(event.liked))
        try:
            if verdict is None:
                self._book.withdraw(place)
                return None, gr.Row(visible=True), "评价已撤回。", gr.Textbox(visible=False)
            if turn.answer is None:
                return (
                    None,
                    gr.Row(visible=True),
                    "这里没有回答可以评价。",
                    gr.Textbox(visible=False),
                )
            alone = self._desk.standalone_text(turn)
            self._book.keep(feedback_on(turn.answer, place, verdict, alone, turn.asked.wanted))
        except FeedbackError as error:
            return None, gr.Row(visible=True), f"评价没有存下来：{error}", gr.Textbox(visible=False)
        asks = gr.Textbox(value="", visible=True, placeholder=_ASKS.get(verdict, _ASKS_WHY))
        return place, gr.Row(visible=True), f"已记下“{VERDICT_TEXT[verdict]}”，只存在本机。", asks

    def comment(self, place: Place | None, text: str) -> tuple[Any, ...]:
        """Keep a sentence with the last verdict."""
        if place is None:
            return gr.skip(), gr.skip()
        try:
            self._book.comment(place, text)
        except FeedbackError as error:
            return f"补充没有存下来：{error}", gr.skip()
        return "已记下补充，谢谢。", gr.Textbox(value="", visible=False)
