"""What a person typed → what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from operator import ne

from index.errors import UsageError
from index.filters import FacetIndex
from index.places import Mention, load_gazetteer
from index.records import ACHIEVEMENT, PLAN
from index.segment import Segmenter, to_simplified
from index.text import close_gaps, pairs, without_controls
from qa.config import MAX_QUESTION_CHARS, MAX_TOP_K
from qa.knowledge import load_english, load_everyday, load_wording
from qa.records import COMPARE, FACT, FIGURES, OPEN, SIMILAR, WHICH, Question
from qa.text import HeldText

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年?(?:度)?")
_PUNCTUATION = re.compile(r"[？?，,。、；;：:！!（）()\s]+")
_LIST = re.compile("[、，,和与跟同及或等（(如]{0,3}")
_QUOTED = re.compile('“[^“”]+”|「[^「」]+」|『[^『』]+』|《[^《》]+》|"[^"]+"')
_PLACE = 0xE000
"""From here on characters that mean nothing stand for what is quoted, doubled: no pattern takes them for one
character that leads to what follows."""
TITLE_SHARE = 0.6
"""So much of a theme's title must stand in a question in one piece."""
PARTICLES = "了的是过在和与及有"
"""No name is mistyped by one of these: they belong to the sentence."""


def clean_question(text: str) -> str:
    """`text` as one line in simplified script, without control characters.

    Raises:
        UsageError: nothing to search for is left, or it is longer than `MAX_QUESTION_CHARS`.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("问题里有认不出编码的字符，请用 UTF-8 输入。")
    question = to_simplified(without_controls(text))
    if not question:
        raise UsageError("问题是空的，请输入要查的内容，例如“哪些省份设立了质押融资风险补偿基金”。")
    if len(question) > MAX_QUESTION_CHARS:
        raise UsageError(
            f"问题有{len(question)}个字，太长了，最多{MAX_QUESTION_CHARS}个字；请只保留要问的那句话。"
        )
    if not any(character.isalnum() for character in question):
        raise UsageError("问题里没有可以检索的文字，请换一种问法。")
    return question


def check_top_k(top_k: int) -> int:
    """`top_k` itself.

    Raises:
        UsageError: it is not between 1 and `MAX_TOP_K`.
    """
    if not 1 <= top_k <= MAX_TOP_K:
        raise UsageError(f"返回条数 {top_k} 不对，应在 1 到 {MAX_TOP_K} 之间。")
    return top_k


class Reader:
    """Understands questions put to one store: its provinces, its years, its proper names."""

    def __init__(
        self,
        facets: FacetIndex,
        text: HeldText,
        names: Iterable[str],
        segmenter: Segmenter,
    ) -> None:
        """Take the store's facets, its text, and the `names` in it that may be mistyped."""
        self._is_word = segmenter.is_word
        self._provinces = facets.values["province"]
        self._theme_titles = [theme for theme in facets.values["theme"] if theme]
        self._years_of = facets.years_by_column()
        self._text = text
        self._names_with: dict[str, list[tuple[str, int]]] = {}
        for name in names:
            for at, pair in enumerate(pairs(name)):
                self._names_with.setdefault(pair, []).append((name, at))

    def read(self, text: str) -> Question:
        """`text`, understood.

        Raises:
            UsageError: as `clean_question`.
        """
        spaced = clean_question(text)
        mentions = load_gazetteer().find(spaced)
        question, corrected = self._correct(close_gaps(spaced))
        wording = load_wording()
        literal = self._literal(question)
        asked_of = self._asked_of(spaced, mentions)
        core, is_bare = (literal, False) if literal else self._core(spaced, question, asked_of)
        named = tuple(dict.fromkeys(p for mention in asked_of for p in mention.provinces))
        years = tuple(dict.fromkeys(_YEAR.findall(question)))
        kind = (
            SIMILAR if named and wording.elsewhere.search(question) else wording.kind_of(question)
        )
        # What a practice is called is no everyday word.
        terms = {} if literal or kind == SIMILAR else self._terms_in(core)
        said = core if terms else ""
        core = _everyday().sub(lambda word: terms.get(word[0], word[0]), core) if terms else core
        provinces = tuple(p for p in named if p in self._provinces)
        return Question(
            text=text,
            asked=question,
            kind=settled(kind, provinces),
            core=core,
            is_bare=is_bare,
            is_reverse=_is_reverse(kind, question),
            literal=literal,
            said=said,
            likened=self._likened(question) if kind == SIMILAR else "",
            provinces=provinces,
            columns=self._columns(question, years),
            themes=self._themes(question),
            years=years,
            absent=tuple(self._absent_places(spaced, asked_of)),
            absent_years=self._absent_years(years),
            corrected=(*corrected, *terms.items()),
        )

    def _core(self, spaced: str, corrected: str, mentions: Sequence[Mention]) -> tuple[str, bool]:
        """What is asked without the words around it, and whether that is nothing.

        Where it is nothing, the whole question stands for it. What is quoted as a text has it is a name:
        nothing of it is taken off.
        """
        places = {close_gaps(spaced[mention.start : mention.end]) for mention in mentions}
        names: list[str] = []

        def put_away(quoted: re.Match[str]) -> str:
            if quoted[0][1:-1] in places or quoted[0][1:-1] not in self._text:
                return quoted[0]
            names.append(quoted[0])
            return 2 * chr(_PLACE + len(names) - 1)

        text = _without_scaffolding(spaced, _QUOTED.sub(put_away, corrected), mentions)
        for at, name in enumerate(names):
            text = text.replace(2 * chr(_PLACE + at), name)
        is_bare = not any(c.isalnum() for c in text)
        return (corrected if is_bare else text), is_bare

    def _likened(self, question: str) -> str:
        """What names the practice whose like is asked for, without the words around it."""
        named = load_wording().likened.search(question)
        if named is None:
            return ""
        core, is_bare = self._core(named[1], named[1], load_gazetteer().find(named[1]))
        return "" if is_bare else core

    def _terms_in(self, core: str) -> dict[str, str]:
        """The everyday words in `core` that no text holds, each with the term that one does."""
        terms_of = load_everyday()
        return {
            word: term
            for word in _everyday().findall(core)
            if word not in self._text
            for term in [next((term for term in terms_of[word] if term in self._text), "")]
            if term
        }

    def _literal(self, question: str) -> str:
        """The very words that it asks who mentions, where a text holds them; else ""."""
        wording = load_wording()
        asked = wording.mention.search(question)
        words = asked[1] if asked and wording.kind_of(question) == WHICH else ""
        return words if words in self._text else ""

    def _columns(self, question: str, years: Sequence[str]) -> tuple[str, ...]:
        """What the wording demands, or else the only column that a named year belongs to."""
        wording = load_wording()
        if wording.also.search(question):
            return ()
        demanded = wording.columns_of(question)
        by_year = [PLAN] if years and all(self._only_plan(year) for year in years) else []
        columns = [c for c in dict.fromkeys((*demanded, *by_year)) if c in self._years_of]
        # Only a plan or a task is demanded exclusively: what was done may stand anywhere.
        return tuple(columns) if len(columns) == 1 and columns[0] != ACHIEVEMENT else ()

    def _themes(self, question: str) -> tuple[str, ...]:
        """The themes whose title stands in the question, nearly whole."""
        return tuple(
            theme
            for theme in self._theme_titles
            if _common_run(theme, question) >= TITLE_SHARE * len(theme)
        )

    def _only_plan(self, year: str) -> bool:
        holding = {column for column, years in self._years_of.items() if year in years}
        return PLAN in holding and ACHIEVEMENT not in holding

    def _absent_places(self, text: str, mentions: Sequence[Mention]) -> Iterator[str]:
        for mention in mentions:
            name = text[mention.start : mention.end]
            if not self._is_held(mention) and (mention.whole or name not in self._text):
                yield name

    def _asked_of(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The places that are asked about; those of one list stand together."""
        asked_of: list[Mention] = []
        last: Mention | None = None
        for mention in mentions:
            is_listed = last is not None and _LIST.fullmatch(text, last.end, mention.start)
            if last in asked_of if is_listed else not self._is_spoken_of(text, mention):
                asked_of.append(mention)
            last = mention
        return asked_of

    def _is_spoken_of(self, text: str, mention: Mention) -> bool:
        """Whether a place is no place that is asked about, in a question which provinces did something.

        It comes after a word like 学习: 学习深圳的省份有哪些; or, where the store does not hold it, after
        who is asked for: 哪些省份和广东合作.
        """
        wording = load_wording()
        if wording.kind_of(text) != WHICH:
            return False
        if wording.dealing_with.search(text[: mention.start]):
            return True
        asked = dict(wording.kinds)[WHICH].search(text)
        between = text[asked.end() : mention.start] if asked else ""
        return bool(between) and not _PUNCTUATION.search(between) and not self._is_held(mention)

    def _is_held(self, mention: Mention) -> bool:
        return any(province in self._provinces for province in mention.provinces)

    def _absent_years(self, years: Sequence[str]) -> tuple[str, ...]:
        """Years that belong to no column and that no text speaks of; none when no year is known."""
        held = {year for found in self._years_of.values() for year in found}
        unheard = (y for y in years if y not in held and f"{y}年" not in self._text)
        return tuple(f"{year}年" for year in unheard) if held else ()

    def _correct(self, question: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """`question` with names mistyped in one character put right, and what was put right."""
        corrected = []
        # Of a name mistyped in one character at least one pair of neighbours is still right.
        near = {
            (name, place - at)
            for place, pair in enumerate(pairs(question))
            for name, at in self._names_with.get(pair, ())
        }
        for name, start in sorted(near):
            typed = question[max(start, 0) : start + len(name)]
            is_near = sum(map(ne, typed, name)) == 1 and len(typed) == len(name)
            if is_near and self._is_mistyped(typed, name):
                question = question.replace(typed, name)
                corrected.append((typed, name))
        return question, tuple(corrected)

    def _is_mistyped(self, typed: str, name: str) -> bool:
        place = next(i for i, (a, b) in enumerate(zip(typed, name, strict=True)) if a != b)
        around = typed[max(0, place - 1) : place + 2]
        if typed[place] in PARTICLES:
            return False
        if not typed.isalpha() or typed in self._text or around in self._text:
            return False
        # 公证 in 公证服务 is a word of its own and no mistyped 公共.
        if any(self._is_word(around[i : i + 2]) for i in range(len(around) - 1)):
            return False
        # What is left of 知识产权方 stands by itself; what is left of a mistyped name does not.
        rest = {0: name[1:], len(name) - 1: name[:-1]}.get(place)
        return rest is None or not self._text.has_apart(rest, name)


def _everyday() -> re.Pattern[str]:
    """Any everyday word, the longest first."""
    return _any_of(tuple(load_everyday()))


@cache
def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _common_run(one: str, other: str) -> int:
    """How long the longest piece is that stands in both."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _is_reverse(kind: str, question: str) -> bool:
    """Whether it asks who, or what others have that the named province, has not."""
    wording = load_wording()
    pattern = {SIMILAR: wording.lacking, WHICH: wording.without}.get(kind)
    return bool(pattern and pattern.search(question))


def settled(kind: str, provinces: Sequence[str]) -> str:
    """Kinds that need something the question does not have become others."""
    if kind == COMPARE and len(provinces) < 2:
        return FIGURES if not provinces else OPEN
    if kind == WHICH and len(provinces) == 1:
        return OPEN
    if kind == FACT and len(provinces) > 1:
        return FIGURES
    return kind


def _without_scaffolding(spaced: str, text: str, mentions: Sequence[Mention]) -> str:
    """`text` without the names of the places that are mentioned in `spaced`, years and the words of asking."""
    for mention in mentions:
        name = close_gaps(spaced[mention.start : mention.end])
        if mention.whole:
            # The province in the title of a document is part of its name.
            text = re.sub(rf"{re.escape(name)}(?![^《]*》)", " ", text)
    text = _YEAR.sub(" ", text)
    wording = load_wording()
    for pattern, term in (*load_english(), *wording.short_forms):
        text = pattern.sub(term, text)
    pieces = _PUNCTUATION.sub(" ", wording.scaffolding.sub(" ", text)).split()
    pieces = [wording.leading.sub("", piece) for piece in pieces]
    return " ".join(piece for piece in pieces if not wording.alone.fullmatch(piece))
