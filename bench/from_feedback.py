"""Feedback → labelled questions: what users found useful, and apart from it what they did not.

An answer found useful labels its question with the items that it cited, in the form of
`questions.jsonl`. What was found useless, or wrongly cited, labels nothing and stands apart, and so
does a question that cannot be asked by its words alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.questions import FACT, NO_ANSWER, NUMERIC, SET
from index.errors import UsageError
from index.filters import FACETS
from index.readers import explained
from qa.feedback import USEFUL, VERDICT_TEXT, WRONG, Feedback
from qa.records import FIGURES, SIMILAR, WHICH

TYPE_OF_KIND = {WHICH: SET, FIGURES: NUMERIC, SIMILAR: "analog"}
"""What a kind of question is labelled as; facts, comparisons and the rest are facts."""
FILTERED, FOLLOW_UP = "filtered", "follow_up"
"""Why a useful answer stands apart: it was narrowed by hand, or goes on from another question."""
Entry = dict[str, object]


def labelled_from(said: Sequence[Feedback]) -> dict[str, list[Entry]]:
    """`questions` that are labelled, and those `apart` with the reason `why`."""
    labelled = [_question(feedback) for feedback in said if _why_apart(feedback) is None]
    apart = [_apart(feedback, why) for feedback in said if (why := _why_apart(feedback))]
    return {"questions": labelled, "apart": apart}


def write_labelled(labelled: dict[str, list[Entry]], target: Path) -> list[Path]:
    """The two files written: `target`, and beside it the questions apart; one entry a line.

    Raises:
        UsageError: one of them is there already, or cannot be written.
    """
    beside = target.with_name(f"{target.stem}.apart{target.suffix}")
    files = {target: labelled["questions"], beside: labelled["apart"]}
    for path in files:
        if path.exists():
            raise UsageError(f"文件 {path} 已经存在，请另取名字或先移走它。")
    try:
        for path, entries in files.items():
            lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
            path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        # Half a file would be taken for a whole one.
        for path in files:
            path.unlink(missing_ok=True)
        raise UsageError(f"写不了 {target}：{explained(error)}。") from error
    return list(files)


def summary(said: Sequence[Feedback], path: Path) -> str:
    """How much feedback there is, and where."""
    counts = Counter(feedback.verdict for feedback in said)
    shown = " · ".join(f"{name} {counts[verdict]}" for verdict, name in VERDICT_TEXT.items())
    return f"{shown}（{path}）"


def _why_apart(feedback: Feedback) -> str | None:
    if feedback.verdict != USEFUL:
        return feedback.verdict
    if not feedback.filters.is_empty:
        return FILTERED
    return None if feedback.standalone else FOLLOW_UP


def _question(feedback: Feedback) -> Entry:
    type_ = TYPE_OF_KIND.get(feedback.kind, FACT) if feedback.cited else NO_ANSWER
    entry: Entry = {"id": _id(feedback), "type": type_, "question": feedback.standalone}
    if type_ == SET:
        entry["provinces"] = feedback.provinces
    return {**entry, "evidence": _items(feedback)}


def _apart(feedback: Feedback, why: str) -> Entry:
    filters = {facet: values for facet in FACETS if (values := getattr(feedback.filters, facet))}
    return {
        "id": _id(feedback),
        "why": why,
        "question": feedback.standalone or feedback.place.question,
        "kind": feedback.kind,
        "filters": filters,
        "cited": _items(feedback),
        "wrong": _wrong(feedback),
        "comment": feedback.comment,
        "time": feedback.time,
        "version": feedback.version,
    }


def _wrong(feedback: Feedback) -> list[str]:
    """The items that were wrongly cited: those whose numbers the comment names, else all."""
    if feedback.verdict != WRONG:
        return []
    named = {int(number) for number in re.findall(r"(?<!\d)\d{1,3}(?!\d)", feedback.comment)}
    items = [item for n, item in feedback.cited if n in named]
    return list(dict.fromkeys(items)) or _items(feedback)


def _items(feedback: Feedback) -> list[str]:
    return list(dict.fromkeys(item for _, item in feedback.cited))


def _id(feedback: Feedback) -> str:
    return f"feedback-{feedback.id}"
