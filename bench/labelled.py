"""A file of labelled questions → questions whose evidence are items of a store, checked.

Two forms are read, as JSON Lines or as one JSON array: the project's own, where evidence names items
(`安徽省/18/achievement/1`, or an item's id), and one where it quotes them (province, column and text).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.questions import (
    ANSWERABLE_FILE,
    FILE,
    HARD_FILE,
    NO_ANSWER,
    SET,
    TYPES,
    AnswerableQuestion,
    AnyQuestion,
    LabelledQuestion,
)
from index.errors import SourceError, UsageError
from index.readers import decode, read_source
from index.store import Store
from qa.question import clean_question
from qa.records import DOING, DONE, PLANNED, TASKED

STATUS_NAMES = {
    "done": DONE,
    "doing": DOING,
    "plan": PLANNED,
    "planned": PLANNED,
    "task": TASKED,
    "tasked": TASKED,
}
"""What a province's status may be written as."""


def read_bundled(store: Store) -> list[AnyQuestion]:
    """The project's own questions: those labelled in full, and those labelled answerable or not."""
    return [*read_labelled(FILE, store), *read_labelled(ANSWERABLE_FILE, store)]


def read_hard(store: Store) -> list[AnyQuestion]:
    """The project's own questions that are hard to tell answerable or not."""
    return read_labelled(HARD_FILE, store)


def read_labelled(path: Path, store: Store) -> list[AnyQuestion]:
    """The questions of a file, in order, their evidence as ids of items of `store`.

    A question that says `answerable` instead of a type is labelled in that alone.

    Raises:
        SourceError: the file cannot be read or is no JSON, or a question is not labelled as it
            should be; the message names the line or the question.
    """
    items = _Items(store)
    questions: dict[str, AnyQuestion] = {}
    for where, entry in _entries(path):
        try:
            question = _question(entry, items)
            if question.id in questions:
                raise SourceError("编号与前面的问题重复。")
        except (SourceError, UsageError) as error:
            raise SourceError(f"{path.name} {_named(where, entry)}：{error}") from error
        questions[question.id] = question
    if not questions:
        raise SourceError(f"{path.name} 里没有问题。")
    return list(questions.values())


class _Items:
    """Finds the items of a store by what labels call them."""

    def __init__(self, store: Store) -> None:
        self.provinces = frozenset(store.facets.values["province"])
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_text: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for passage in store.passages:
            for name in (passage.id, passage.id.split("/", 1)[-1]):
                self._by_name[name].add(passage.id)
            key = (passage.province, passage.column, passage.text.strip())
            self._by_text[key].append(passage.id)

    def named(self, name: str) -> list[str]:
        """The item with this id or address; SourceError where that is not exactly one."""
        found = sorted(self._by_name.get(name, ()))
        if not found:
            raise SourceError(f"证据“{name}”不是索引里任何一条内容的编号。")
        if len(found) > 1:
            raise SourceError(f"证据“{name}”在几份文档里都有，请写完整编号，例如“{found[0]}”。")
        return found

    def quoted(self, entry: dict[str, Any]) -> list[str]:
        """Every item with this province, column and text: one proves it as well as the other."""
        province, column, text = (_text(entry, name) for name in ("province", "column", "text"))
        found = self._by_text.get((province, column, text))
        if not found:
            raise SourceError(f"{province}的 {column} 栏里没有内容与证据“{text[:30]}…”完全一致。")
        return found


def _entries(path: Path) -> Iterator[tuple[str, object]]:
    """Each question as it stands in the file, and where."""
    source = read_source(path)
    try:
        text = decode(source.data)
    except SourceError as error:
        raise SourceError(f"{source.name}：{error}") from error
    if text.lstrip().startswith("["):
        array = _parsed(text, source.name, 0)
        yield from ((f"第{n}题", entry) for n, entry in enumerate(array, 1))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"第{number}行", _parsed(line, source.name, number - 1)


def _parsed(text: str, name: str, lines_before: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = lines_before + error.lineno
        raise SourceError(
            f"{name} 第{line}行不是有效的 JSON（第{error.colno}个字符处）。"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name} 第{lines_before + 1}行的 JSON 读不了。") from error


def _question(entry: object, items: _Items) -> AnyQuestion:
    """A question checked; SourceError and UsageError say what is wrong with it."""
    if not isinstance(entry, dict):
        raise SourceError("应当是一个 JSON 对象。")
    id_, text = _text(entry, "id"), _text(entry, "question")
    clean_question(text)
    evidence = _evidence(entry, items)
    if "type" not in entry and isinstance(answerable := entry.get("answerable"), bool):
        return AnswerableQuestion(id_, str(entry.get("why", "")), text, answerable, evidence)
    type_ = _text(entry, "type")
    if type_ not in TYPES:
        raise SourceError(f"不认识的题型“{type_}”，可用：{'、'.join(TYPES)}。")
    if type_ == NO_ANSWER and evidence:
        raise SourceError(f"题型是 {NO_ANSWER}，却列了证据。")
    provinces = _provinces(entry, type_, items)
    answer = str(entry.get("answer") or "")
    return LabelledQuestion(id_, type_, text, evidence, provinces, answer)


def _evidence(entry: dict[str, Any], items: _Items) -> tuple[str, ...]:
    given = entry.get("evidence")
    if not isinstance(given, list):
        raise SourceError("缺少 evidence，应当是一个列表；没有答案的问题写空列表 []。")
    found: list[str] = []
    for evidence in given:
        match evidence:
            case str():
                found += items.named(evidence)
            case dict():
                found += items.quoted(evidence)
            case _:
                raise SourceError(
                    "evidence 的每一项应当是编号，或含 province、column、text 的对象。"
                )
    return tuple(dict.fromkeys(found))


def _provinces(entry: dict[str, Any], type_: str, items: _Items) -> dict[str, str]:
    """What is labelled of provinces: statuses for questions of which, figures for the others."""
    given = entry.get("provinces") or {}
    if not isinstance(given, dict):
        raise SourceError("provinces 应当是一个对象，例如 {“安徽省”: “done”}。")
    for province, value in given.items():
        if province not in items.provinces:
            raise SourceError(f"provinces 里的“{province}”不是索引里的省份。")
        if type_ == SET and str(value) not in STATUS_NAMES:
            raise SourceError(f"{province}的状态“{value}”不对，可用：{'、'.join(STATUS_NAMES)}。")
    if type_ == SET:
        return {province: STATUS_NAMES[value] for province, value in given.items()}
    return {province: str(value) for province, value in given.items()}


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"缺少 {name}，应当是一段文字。")
    return value.strip()


def _named(where: str, entry: object) -> str:
    """Where a question stands, and its id when it has one."""
    id_ = entry.get("id") if isinstance(entry, dict) else None
    return f"{where}（{id_}）" if isinstance(id_, str) and id_ else where
