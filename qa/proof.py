"""What a language model wrote, held sentence by sentence against the passages it cites. Pure.

    text ──_sentences──▶ spans ──_read_all──▶ _Read (pieces and their keys) ──_Prover──▶ Proof

A sentence is read in pieces: what stands between commas and citations. A piece answers for the
citation that closes it, so that figures of two provinces cannot change places in one sentence.
Words in quotation marks and names in 《》 are held against the passages as wholes and are read for
nothing else. Every pattern is bounded and every sentence at most `LONGEST` characters long, so that
time grows with the length of the text and no faster.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from index.segment import load_segmenter
from index.sentences import Span, sentence_spans
from index.text import close_gaps, fold_width, squeeze
from qa.places import Mention, load_gazetteer
from qa.quantities import (
    COUNT,
    DATE,
    NUMERALS,
    UNIT_KINDS,
    Quantity,
    chinese_number,
    find_periods,
    find_quantities,
    same_unit,
)

FOREIGN, UNKNOWN_KEY, UNCITED = "foreign", "unknown_key", "uncited"
QUOTE, NAME, NUMBER, PROVINCE = "quote", "name", "number", "province"
STATUS, ABSENCE = "status", "absence"
FAULT_TEXT = {
    FOREIGN: "这句话不是用中文写的。",
    UNKNOWN_KEY: "引用了不存在的材料编号{detail}。",
    ABSENCE: "材料里有{detail}的内容，不能说没有或未提及。",
    UNCITED: "这句话没有注明依据哪条材料。",
    QUOTE: "引号里的话“{detail}”与所引材料的原文不一致。",
    NAME: "所引材料里没有《{detail}》这个名称。",
    NUMBER: "所引材料里没有“{detail}”这个数字或日期，或者限定词与原文相反。",
    PROVINCE: "所引材料说的不是“{detail}”。",
    STATUS: "所引材料只说在计划、布置或推进，不能写成已经做到：“{detail}”。",
}
"""What is wrong with a sentence, for users, by kind; `{detail}` is where it shows."""

LONGEST = 1000
"""Longer sentences are cut at so many characters: no sentence that cites is as long as that."""
QUOTED = 4
"""Words in quotation marks of fewer characters are names or distance, no quotation."""
LONGEST_HEADING = 30
SHOWN = 40
MOST_IN_RANGE = 99
SHARED = 3
"""A clause speaks of what a piece speaks of when they share so many pairs of characters."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a sentence: one of the kinds in `FAULT_TEXT`, and where it shows."""

    kind: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong, for the user."""
        return FAULT_TEXT[self.kind].format(detail=self.detail)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `text` is the half-open span `start:end` of the whole, white space after it included.

    `keys` are those it cites that have a passage, in order. `fault` is the first one found, if any.
    """

    start: int
    end: int
    text: str
    keys: tuple[int, ...]
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A text's sentences, which cover it; `checked` of them claim something, `failed` have a fault."""

    sentences: tuple[Sentence, ...]
    checked: int
    failed: int

    @property
    def is_proven(self) -> bool:
        """Whether something was checked and nothing failed."""
        return self.checked > 0 and not self.failed


@dataclass(frozen=True, slots=True)
class ProofWording:
    """How sentences are worded: the entries of `data/knowledge/proof.toml`, which explains them."""

    label: re.Pattern[str]
    idle: re.Pattern[str]
    standing: re.Pattern[str]
    aside: re.Pattern[str]
    claiming: re.Pattern[str]
    topic: re.Pattern[str]
    category: re.Pattern[str]
    below: re.Pattern[str]
    at_most: re.Pattern[str]
    at_least: re.Pattern[str]
    counted_cited: re.Pattern[str]
    counted_silent: re.Pattern[str]
    counted: re.Pattern[str]
    writers_own: re.Pattern[str]
    ordinal: re.Pattern[str]
    spoken: re.Pattern[str]
    moment: re.Pattern[str]
    done: re.Pattern[str]
    fulfilled: re.Pattern[str]
    listed: re.Pattern[str]
    planned: re.Pattern[str]
    doing: re.Pattern[str]
    finished: re.Pattern[str]
    created: re.Pattern[str]
    bodies: re.Pattern[str]
    underway: re.Pattern[str]
    promoted: re.Pattern[str]
    foretold: re.Pattern[str]
    settled: re.Pattern[str]
    outcome: re.Pattern[str]
    silent: re.Pattern[str]
    lacking: re.Pattern[str]
    not_places: re.Pattern[str]
    alike: tuple[frozenset[str], ...]
    documents: frozenset[str]

    def is_idle(self, text: str) -> bool:
        """Whether nothing but connecting words and punctuation is in `text`."""
        return not self.idle.sub("", _NO_WORD.sub("", text))


@cache
def load_proof_wording(path: Path = KNOWLEDGE / "proof.toml") -> ProofWording:
    """The wording in a file.

    Raises:
        KnowledgeError: unreadable, an entry unknown or missing, an unknown unit, or a pattern that
            does not compile.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        units = table.pop("units")
        if unknown := {unit for group in units["alike"] for unit in group} - UNIT_KINDS.keys():
            raise ValueError(f"不认识的单位 {'、'.join(sorted(unknown))}")
        patterns = {name: entry for part in table.values() for name, entry in part.items()}
        expected = {field.name for field in fields(ProofWording)} - {"alike", "documents"}
        if wrong := expected ^ patterns.keys():
            raise ValueError(f"缺少或不认识的条目 {'、'.join(sorted(wrong))}")
        if wrong := {name for name, entry in patterns.items() if not isinstance(entry, list)}:
            raise ValueError(f"{'、'.join(sorted(wrong))} 应当是列表")
        wording = ProofWording(
            **{name: _any_of(entry) for name, entry in patterns.items()},
            alike=tuple(frozenset(group) for group in units["alike"]),
            documents=frozenset(units["documents"]),
        )
        if wording.moment.groupindex.keys() != {"year", "relative", "day", *_PART}:
            raise ValueError("moment 里的分组名称不对")
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
    return wording


def prove(text: str, passages: Mapping[int, Passage], provinces: Sequence[str]) -> Proof:
    """Each sentence of `text` with what is wrong with it.

    `passages` are those the writer was given, by the key under which he was to cite them;
    `provinces` are all of the store, whose number a text may state. While a text is still being
    written, what is said of the lines before the last stands, but for counts of provinces, which
    need the whole, and the head of a table.
    """
    spans = list(_sentences(text))
    reads = _read_all(text, spans)
    prover = _Prover(passages, provinces, reads)
    sentences = tuple(
        Sentence(start, end, text[start:end], prover.known(read), prover.fault(read))
        for (start, end), read in zip(spans, reads, strict=True)
    )
    checked = sum(
        sentence.fault is not None or claims(read)
        for sentence, read in zip(sentences, reads, strict=True)
    )
    return Proof(sentences, checked, sum(sentence.fault is not None for sentence in sentences))


# Citations.

_KEY = "[0-9]{1,9}"
_KEYS = re.compile(_KEY)
_RANGE = re.compile(rf"({_KEY})\s{{0,3}}[-—–~～至到]{{1,2}}\D{{0,8}}({_KEY})")
_DASH = re.compile(r"\s*[-—–~～至到]\s*")
_JOINED = re.compile(r"[、,，和与及\s]*")


@dataclass(frozen=True, slots=True)
class _Group:
    """Citations side by side: their span, and the keys they name."""

    start: int
    end: int
    keys: tuple[int, ...]


@cache
def _citation() -> re.Pattern[str]:
    """[1], 【2】, ［材料3］, [1,2], [1-3]; not the [2016] of a document number."""
    one = rf"(?:(?:{load_proof_wording().label.pattern})\s{{0,2}})?{_KEY}"
    between = r"\s{0,3}[-—–~～至到、,，;；]{1,2}\s{0,3}"
    return re.compile(
        rf"[\[［【]\s{{0,3}}{one}(?:{between}{one}){{0,30}}\s{{0,3}}[\]］】](?!\s?\d{{1,4}}号)"
    )


def _citations(text: str) -> list[_Group]:
    """The citations of `text`; those that only 、 or 和 part are one, and [1]-[3] is a range."""
    groups: list[tuple[int, int, list[int]]] = []
    for match in _citation().finditer(fold_width(text)):
        start, keys = match.start(), _keys(match[0])
        between = text[groups[-1][1] : start] if groups else "。"
        if _JOINED.fullmatch(between) or _DASH.fullmatch(between):
            start, _, before = groups.pop()
            inside = _range(before[-1], keys[0]) if _DASH.fullmatch(between) else ()
            before.extend((*inside, *keys))
            keys = before
        groups.append((start, match.end(), keys))
    return [_Group(start, end, tuple(keys)) for start, end, keys in groups]


def _keys(citation: str) -> list[int]:
    """The keys of one pair of brackets, ranges counted out: `"[1-3,5]"` → `[1, 2, 3, 5]`."""
    inside = [key for low, high in _RANGE.findall(citation) for key in _range(int(low), int(high))]
    return sorted({*map(int, _KEYS.findall(citation)), *inside})


def _range(low: int, high: int) -> range:
    return range(low, high + 1) if high - low <= MOST_IN_RANGE else range(0)


# Where sentences end.

_LINE = re.compile(r"[\r\n]*[^\r\n]+[\r\n]*|[\r\n]+")
_STOP = re.compile(r"[。！？!?]+[”’」』）)》\"]*|[；;]")
_AFTER = re.compile(r"[。！？；\s]*")
_GOES_ON = tuple("的等，、和与及；。")
_CLOSING = {"“": "”", "「": "」", "『": "』", '"': '"', "《": "》"}
_QUOTES, _TITLES = re.compile('[“”「」『』"]'), re.compile("[《》]")


def _sentences(text: str) -> Iterator[Span]:
    """Half-open spans of the sentences, which cover the text, each at most `LONGEST` long."""
    for line in _LINE.finditer(text):
        for start, end in _sentences_of(line[0]):
            for at in range(line.start() + start, line.start() + end, LONGEST):
                yield at, min(at + LONGEST, line.start() + end)


def _sentences_of(line: str) -> Iterator[Span]:
    """The sentences of a line: they end after a full stop and the citations that follow it.

    A semicolon ends one only behind a citation. What is quoted is no sentence of its own. In a line
    that begins with a citation, citations stand before what they prove.
    """
    groups = _citations(line)
    leads = groups and not squeeze(_MARKER.sub("", line[: groups[0].start]))
    after = {} if leads else {group.start: group.end for group in groups}
    cited = {group.end for group in groups}
    start = 0
    for stop, quote_end in _stops(line):
        end = _past_citations(line, stop.end(), after)
        if stop[0] in "；;":
            ends = stop.start() in cited and not quote_end
        else:
            ends = not quote_end or (stop.end() >= quote_end and not line.startswith(_GOES_ON, end))
        if ends and end > start:
            yield start, end
            start = end
    if start < len(line):
        yield start, len(line)


def _stops(line: str) -> Iterator[tuple[re.Match[str], int]]:
    """The full stops and semicolons, each with the end of the quotation it stands in, 0 for none."""
    quotations = iter(_outermost(line, _QUOTES))
    start, end = next(quotations, (len(line), 0))
    for stop in _STOP.finditer(line):
        while end and end <= stop.start():
            start, end = next(quotations, (len(line), 0))
        yield stop, end if start < stop.start() else 0


def _past_citations(line: str, at: int, after: Mapping[int, int]) -> int:
    """The end of the citations and white space that follow `at`."""
    while match := _AFTER.match(line, at):
        at = match.end()
        if at not in after:
            break
        at = after[at]
    return at


def _outermost(text: str, marks: re.Pattern[str]) -> list[Span]:
    """The spans between matching `marks`, marks included, none inside another; unclosed ones are none."""
    found: list[Span] = []
    opened: list[tuple[str, int]] = []
    for match in marks.finditer(text):
        mark = match[0]
        if opened and mark == _CLOSING[opened[-1][0]]:
            _, start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, match.end()))
        elif mark in _CLOSING:
            opened.append((mark, match.start()))
    return found


# What a sentence says and cites.

_MARKER = re.compile(
    r"^\s*(?:(?:[-*+•·‧●■▪>]|#{1,6}|\d{1,3}[.、．)）](?!\d)|[（(][\d一二三四五六七八九十]{1,3}[）)]"
    r"|[①-⑳]|[一二三四五六七八九十]{1,3}[、.．])\s*){1,4}"
)
_INNER_MARKER = re.compile(
    r"(?<=[：；，。、:;])(?:\d{1,2}[.、．)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])"
)
_LISTED = re.compile(r"\s*(?:[-*+•·‧●▪|]|\d{1,3}[.、．)）](?!\d)|[（(]\d{1,3}[）)]|[①-⑳])")
_HEADED = re.compile(
    r"\s*(?:#|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)])"
)
_FRAMED = re.compile(r"\s*(?:\*\*[^*]+\*\*|【[^】]+】)[：:]?\s*")
_TABLE_RULE = re.compile(r"[-|:\s]+")
_EMPHASIS = re.compile(r"[*`#]")
_PIECE = re.compile(r"(?:[^，；：。！？!?;:,]|(?<=\d)[,:](?=\d))+")
_NO_WORD = re.compile(r"[^\w■]+|_+")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿〇]")
_POINT = re.compile(rf"([{NUMERALS}]{{1,8}})点([零〇一二三四五六七八九]{{1,8}})")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between commas and citations; `plain` is it with quotations and names.

    `keys` are what it must be proven by. `named` are the provinces it names, `subject` those it is
    about, named here or before. `closed`: a citation follows at once. `only_places`: it says nothing
    but names of places. `silent`: it says that the documents are silent.
    """

    text: str
    plain: str
    keys: tuple[int, ...]
    named: tuple[str, ...]
    subject: tuple[str, ...]
    closed: bool
    only_places: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence made ready.

    `plain` has no markers, emphasis and gaps, and commas where citations stood; in `quiet`, of the
    same length, ■ also stands for what is quoted and named. `lead` is the heading, or the line
    ending in a colon, that it stands under.
    """

    plain: str
    quiet: str
    groups: tuple[_Group, ...]
    quotes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[Mention, ...]
    pieces: tuple[_Piece, ...]
    is_heading: bool
    lead: str

    @property
    def keys(self) -> tuple[int, ...]:
        """All that it cites, in order, each once."""
        return tuple(dict.fromkeys(key for group in self.groups for key in group.keys))

    @property
    def named(self) -> tuple[str, ...]:
        """All provinces it names, in order, each once."""
        return tuple(dict.fromkeys(p for piece in self.pieces for p in piece.named))

    @property
    def is_silence(self) -> bool:
        """Whether, uncited, it only says of what the documents say nothing."""
        wording = load_proof_wording()
        if self.groups:
            return False
        if wording.silent.search(self.lead) and all(p.only_places for p in self.pieces):
            return True
        first = next((i for i, piece in enumerate(self.pieces) if piece.silent), None)
        return first is not None and not any(
            re.search(r"\d", p.text) or wording.claiming.search(p.text)
            for p in self.pieces[:first]
            if not p.only_places and not wording.is_idle(p.text)
        )


def _read_all(text: str, spans: Sequence[Span]) -> list[_Read]:
    """The sentences as read, each with the heading or lead it stands under."""
    reads: list[_Read] = []
    lead, only_for_list = "", False
    for index, (start, end) in enumerate(spans):
        raw = text[start:end]
        opens_line = start == 0 or text[start - 1] in "\r\n"
        ends_line = end == len(text) or text[end - 1] in "\r\n"
        if only_for_list and opens_line and raw.strip() and not _LISTED.match(raw):
            lead, only_for_list = "", False
        before_rule = index + 1 < len(spans) and _is_rule(text[slice(*spans[index + 1])])
        titled = ends_line and (before_rule or (opens_line and _is_titled(raw)))
        leads = ends_line and raw.rstrip().endswith(("：", ":"))
        reads.append(_read(raw, titled or leads, lead))
        if titled or leads:
            lead, only_for_list = reads[-1].quiet, not titled
    return reads


def _is_titled(raw: str) -> bool:
    """Whether a line is set as a heading: #, 一、 without a full stop, bold or framed as a whole."""
    stopped = raw.rstrip().endswith(("。", "；", "]", "】"))
    return bool(_FRAMED.fullmatch(raw) or (_HEADED.match(raw) and not stopped))


def _is_rule(raw: str) -> bool:
    return "--" in raw and _TABLE_RULE.fullmatch(raw) is not None


def _read(raw: str, is_heading: bool, lead: str) -> _Read:
    """A sentence as read."""
    text = _EMPHASIS.sub("", _MARKER.sub("", raw)).replace("|", "，")
    text = _INNER_MARKER.sub("", _readable(close_gaps(text)))
    groups = tuple(_citations(text))
    plain = _filled(text, [(group.start, group.end) for group in groups], "，")
    quotes = [(s, e) for s, e in _outermost(plain, _QUOTES) if e - s - 2 >= QUOTED]
    names = _outermost(plain, _TITLES)
    quiet = _filled(plain, [*quotes, *names], "■")
    places = tuple(_places(quiet))
    return _Read(
        plain=plain,
        quiet=quiet,
        groups=groups,
        quotes=tuple(text[s + 1 : e - 1] for s, e in quotes),
        names=tuple(text[s + 1 : e - 1] for s, e in names),
        places=places,
        pieces=tuple(_pieces(plain, quiet, groups, places)),
        is_heading=is_heading,
        lead=lead,
    )


def _readable(text: str) -> str:
    """`text` with plain digits, and 一点二 as 1.2."""
    return _POINT.sub(_decimal, fold_width(text))


def _decimal(match: re.Match[str]) -> str:
    whole = chinese_number(match[1])
    return match[0] if whole is None else f"{whole:.0f}.{match[2].translate(_DIGITS)}"


def _filled(text: str, spans: Iterable[Span], mark: str) -> str:
    """`text`, as long as before, with `mark` in place of `spans`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = mark * (end - start)
    return "".join(characters)


def _pieces(
    plain: str, quiet: str, groups: tuple[_Group, ...], places: Sequence[Mention]
) -> Iterator[_Piece]:
    """The pieces of a sentence; what names no province is about those named last."""
    wording = load_proof_wording()
    opens_cited = bool(groups) and wording.is_idle(quiet[: groups[0].start])
    subject: tuple[str, ...] = ()
    was_places = False
    for match in _PIECE.finditer(quiet):
        inside = [m for m in places if match.start() <= m.start < match.end()]
        named = tuple(dict.fromkeys(p for m in inside for p in m.provinces))
        spans = [(m.start - match.start(), m.end - match.start()) for m in inside]
        only_places = bool(named) and wording.is_idle(_filled(match[0], spans, "，"))
        if named:
            subject = (*subject, *named) if was_places else named
        was_places = only_places
        yield _Piece(
            text=match[0],
            plain=plain[match.start() : match.end()],
            keys=_keys_of(match, groups, opens_cited),
            named=named,
            subject=subject,
            closed=any(group.start == match.end() for group in groups),
            only_places=only_places,
            silent=wording.silent.search(match[0]) is not None,
        )


def _keys_of(
    piece: re.Match[str], groups: tuple[_Group, ...], opens_cited: bool
) -> tuple[int, ...]:
    """What a piece must be proven by: as a rule the next citation, behind the last one all.

    A piece that goes straight on from a citation may be proven by that one too. Where the sentence
    begins with a citation, each of them stands before what it proves.
    """
    before = next((group for group in reversed(groups) if group.end <= piece.start()), None)
    after = next((group for group in groups if group.start >= piece.end()), None)
    if before and opens_cited:
        return before.keys
    if not after:
        return tuple(key for group in groups for key in group.keys)
    goes_on = before and before.end == piece.start() and piece[0][0] not in "、和及与"
    return (*before.keys, *after.keys) if before and goes_on else after.keys


# What needs a citation.


def claims(read: _Read) -> bool:
    """Whether a sentence says something that a passage could prove."""
    if read.groups or not _NO_WORD.sub("", read.plain):
        return bool(_NO_WORD.sub("", read.plain))
    return bool(read.named) if read.is_silence else not _is_idle(read)


def _is_idle(read: _Read) -> bool:
    """Whether an uncited sentence only connects, heads, or speaks of the answer itself."""
    wording = load_proof_wording()
    if wording.aside.search(_NO_WORD.sub("", read.quiet)):
        return True
    bare = _NO_WORD.sub("", _filled(read.quiet, [(m.start, m.end) for m in read.places], "，"))
    if not bare:
        return not read.plain.rstrip().endswith("。")
    if wording.is_idle(bare) or (
        not read.named and wording.is_idle(wording.standing.sub("", bare))
    ):
        return True
    return read.is_heading and _is_topic(bare, bool(read.named))


def _is_topic(bare: str, names_place: bool) -> bool:
    """Whether a heading, bare of places, names a topic and claims nothing of it."""
    wording = load_proof_wording()
    if len(bare) > LONGEST_HEADING or re.search(r"\d", wording.idle.sub("", bare)):
        return False
    if not wording.claiming.search(bare) or (wording.category.search(bare) and not names_place):
        return True
    return bool(wording.topic.search(bare)) and not wording.done.search(bare)


# Places.


def _places(text: str) -> list[Mention]:
    """The places in `text`, without those that only two words side by side seem to name."""
    text = load_proof_wording().not_places.sub(_blank, text)
    for _ in range(3):
        found = load_gazetteer().find(text)
        accidents = [mention for mention in found if _is_accident(text, mention)]
        if not accidents:
            break
        # What began inside an accident may be a name itself: 协同江苏.
        text = _filled(text, [(mention.start, mention.start + 1) for mention in accidents], "■")
    return [mention for mention in found if mention not in accidents]


def _is_accident(text: str, mention: Mention) -> bool:
    """Whether a short name is made of the ends of two words (提高安全), or stands within one word."""
    start, end = mention.start, mention.end
    if end - start != 2 or (mention.whole and len(mention.provinces) == 1):
        return False
    is_word = load_segmenter().is_word
    befores = [n for n in (1, 2) if start >= n]
    crosses_start = any(is_word(text[start - n : start + 1]) for n in befores)
    crosses_end = any(is_word(text[end - 1 : end + n]) for n in (1, 2) if end + n <= len(text))
    within = any(is_word(text[start - n : end + after]) for n in befores for after in (0, 1))
    return (crosses_start and crosses_end) or within


# Numbers, and moments in time.

_ENDS = re.compile(r"[-—–~～至到]{1,2}")
_LOOSE = re.compile(r"(\d+(?:[,，]\d{3}(?!\d))*(?:\.\d+)?)(万亿|[百千万亿])?")
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "万亿": 1e12}
_LONG_NUMERAL = re.compile(rf"[{NUMERALS}]{{25,}}")
_CLAUSE_END = re.compile("[，。；：、]")

_Moment = tuple[int, str, int]
"""Year, part of the year (M11, M1-9, Q3, H上, E底) and day; 0 and "" for what is not said."""
NO_DAY = -1
"""The day of 9月0日, which no passage names."""
_PART = {"first": "M", "months": "M1-", "month": "M", "quarter": "Q", "half": "H", "edge": "E"}
_RELATIVE = {"今": 0, "本": 0, "当": 0, "去": -1, "上一": -1, "上": -1, "明": 1}


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number with its unit: its value, or both ends of a range.

    `side`: 1 the number or more, −1 the number or less, −2 less than the number, 0 the number.
    """

    text: str
    start: int
    end: int
    values: tuple[float, ...]
    unit: str
    kind: str
    side: int


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What a text states in numbers; times and `loose` numbers, without a unit, as written and read."""

    figures: tuple[_Figure, ...]
    times: tuple[tuple[str, frozenset[_Moment]], ...]
    loose: tuple[tuple[str, float], ...]


def _numbers(text: str, year: int = 0, this_year: int = 0, widely: bool = False) -> _Numbers:
    """What `text` states in numbers.

    `year` is the one named last before it, `this_year` what 今年 means. With `widely` stretches of
    time also go by their other names.
    """
    wording = load_proof_wording()
    text = _LONG_NUMERAL.sub(_blank, wording.writers_own.sub(_blank, text))
    found = find_quantities(text)
    dated = [(q.start, q.end) for q in found if q.kind == DATE]
    dated += [(period.start, period.end) for period in find_periods(text)]
    times = []
    for start, end in sorted(dated):
        moments, year = _moments(text[start:end], year, this_year, widely)
        times.append((text[start:end], moments))
    figures = tuple(_figure(q, text) for q in found if q.kind != DATE)
    rest = _filled(text, [*dated, *((f.start, f.end) for f in figures)], "■")
    rest += "■".join(wording.moment.sub(_blank, time) for time, _ in times)
    return _Numbers(figures, tuple(times), tuple(_loose(rest)))


def _figure(quantity: Quantity, text: str) -> _Figure:
    """A quantity with both ends of its range, and to which side it is open."""
    values = [quantity.value]
    upper = _ENDS.split(quantity.text)[-1]
    if upper != quantity.text:
        values += [q.value for q in find_quantities(upper) if q.kind == quantity.kind]
    before = _CLAUSE_END.split(text[max(0, quantity.start - 4) : quantity.start])[-1]
    return _Figure(
        text=quantity.text,
        start=quantity.start,
        end=quantity.end,
        values=tuple(values),
        unit=same_unit(quantity.unit),
        kind=quantity.kind,
        side=_side(f"{before}…{quantity.qualifier}"),
    )


def _side(bounds: str) -> int:
    wording = load_proof_wording()
    sides = ((wording.below, -2), (wording.at_most, -1), (wording.at_least, 1))
    return next((side for pattern, side in sides if pattern.search(bounds)), 0)


def _loose(text: str) -> Iterator[tuple[str, float]]:
    """The numbers without a unit: Arabic ones, ordinals, and those of 两大."""
    wording = load_proof_wording()
    for match in _LOOSE.finditer(text):
        yield match[0], float(re.sub("[,，]", "", match[1])) * _SCALES.get(match[2], 1.0)
    for pattern in (wording.ordinal, wording.spoken):
        for match in pattern.finditer(text):
            value = chinese_number(next(filter(None, match.groups())))
            if value is not None:
                yield match[0], value


def _moments(text: str, year: int, this_year: int, widely: bool) -> tuple[frozenset[_Moment], int]:
    """The moments that a date or period names, and the year it names last.

    Months of one year on both sides of a dash are one moment: 1-9月 is M1-9.
    """
    moments: set[_Moment] = set()
    part, opened = "", ""
    for match in load_proof_wording().moment.finditer(text):
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in ("year", "relative"):
            year, opened = _year(kind, value, this_year), ""
            moments |= {(year, "", 0)} if year else set()
        elif kind == "day":
            moments.add((year, part, _ordinal(value) or NO_DAY))
        else:
            part = _PART[kind] + (str(_ordinal(value)) if kind not in ("half", "edge") else value)
            if opened and kind == "month":
                moments.discard((year, opened, 0))
                part = f"{opened}-{part[1:]}"
            moments.add((year, part.replace("末", "底"), 0))
            opened = part if kind == "first" else ""
    return frozenset(moments | (_other_names(text, year, part) if widely else set())), year


def _year(kind: str, value: str, this_year: int) -> int:
    """The year meant; 0 when it is told from another that is not known."""
    if kind == "year":
        return int(value.translate(_DIGITS))
    return this_year + _RELATIVE[value] if this_year else 0


def _ordinal(digits: str) -> int:
    return int(digits) if digits.isdecimal() else int(chinese_number(digits) or 0)


def _other_names(text: str, year: int, part: str) -> set[_Moment]:
    """Other names of a stretch of time from January on: 前三季度, 截至三季度, 1-9月."""
    since_january = text.startswith("截") or "前" in text or part.startswith("M1-")
    if not since_january or not (last := re.search(r"\d+$", part)):
        return set()
    month = int(last[0]) * (3 if part[0] == "Q" else 1)
    quarter = {(year, f"Q{month // 3}", 0)} if month % 3 == 0 else set()
    return {(year, f"M{month}", 0), (year, f"M1-{month}", 0)} | quarter


def _says(known: _Moment, moment: _Moment) -> bool:
    return all(not said or said == other for said, other in zip(moment, known, strict=True))


# What a passage proves.

_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|⋯+")
_EDGE = "，。；：、！？,.;:!?·"
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "“”‘’「」『』\"'")
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of a passage, its pairs of characters, and the sentence before and after it."""

    text: str
    pairs: frozenset[str]
    before: str
    after: str


class _Evidence:
    """A passage as evidence; each kind of it is read when first asked for."""

    def __init__(self, passage: Passage) -> None:
        self.text, self.province, self.column = passage.text, passage.province, passage.column
        self.years = {int(year) for year in re.findall(r"(?:19|20)\d\d", passage.column_title)}

    @property
    def is_promise(self) -> bool:
        """Whether it says what is planned or was ordered, not what was done."""
        return self.column in (PLAN, TASK)

    @cached_property
    def folded(self) -> str:
        """The text as quotations are compared with it."""
        return _folded(self.text)

    @cached_property
    def untitled(self) -> str:
        """What is left of that without the names in 《》."""
        return _folded(_filled(self.text, _outermost(self.text, _TITLES), "■"))

    @cached_property
    def numbers(self) -> _Numbers:
        """What it states in numbers; a month without a year is of the year named last."""
        parts = []
        year, this_year = 0, max(self.years, default=0)
        for start, end in _sentences(self.text):
            text = _readable(_MARKER.sub("", self.text[start:end]))
            parts.append(_numbers(text, year, this_year, widely=True))
            years = [moment[0] for _, moments in parts[-1].times for moment in moments if moment[0]]
            year = max(years, default=year)
        titles = (self.text[start + 1 : end - 1] for start, end in _outermost(self.text, _TITLES))
        titled = [_numbers(_readable(title)) for title in titles]
        return _Numbers(
            figures=tuple(figure for part in (*parts, *titled) for figure in part.figures),
            times=tuple(time for part in parts for time in part.times),
            loose=tuple(number for part in parts for number in part.loose),
        )

    @cached_property
    def moments(self) -> frozenset[_Moment]:
        """All moments that its text names."""
        return frozenset(m for _, moments in self.numbers.times for m in moments)

    @cached_property
    def values(self) -> tuple[float, ...]:
        """All its numbers without their units."""
        loose = (value for _, value in self.numbers.loose)
        figures = (value for figure in self.numbers.figures for value in figure.values)
        return (*loose, *figures, *(float(moment[0]) for moment in self.moments))

    @cached_property
    def titles(self) -> int:
        """How many names in 《》 it holds."""
        return len(_outermost(self.text, _TITLES))

    @cached_property
    def places(self) -> tuple[Mention, ...]:
        """The places that its text names."""
        return tuple(_places(self.text))

    @cached_property
    def clauses(self) -> tuple[_Clause, ...]:
        """The clauses of its sentences."""
        return tuple(
            _Clause(
                text=clause[0],
                pairs=_pairs(clause[0]),
                before=self.text[start : start + clause.start()],
                after=self.text[start + clause.end() : end],
            )
            for start, end in sentence_spans(self.text)
            for clause in _PIECE.finditer(self.text[start:end])
        )

    def has_words(self, words: str) -> bool:
        """Whether it holds `words`, or their parts around ellipses in order."""
        at = 0
        for part in _parts(words):
            found = self.folded.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return True

    def has_name(self, name: str) -> bool:
        """Whether it names `name`: in whole, but for what is in brackets at its end, or in plain words."""
        parts = list(_parts(name))
        if len(parts) != 1:
            return self.has_words(name)
        return (
            any(f"《{parts[0]}{end}" in self.folded for end in "》(") or parts[0] in self.untitled
        )

    def has_figure(self, figure: _Figure) -> bool:
        """Whether it states the number, in whatever unit, or names so many documents."""
        wording = load_proof_wording()
        if figure.values == (1.0,) and f"一{figure.unit}" in self.text:
            return True
        names = figure.unit in wording.documents and self.titles > 1
        return all(self._has(value, figure) for value in figure.values) or (
            names and figure.values == (self.titles,)
        )

    def _has(self, value: float, figure: _Figure) -> bool:
        known = (other for other in self.numbers.figures if _agree(other, figure))
        if any(_same(value, v) for other in known for v in other.values):
            return True
        return figure.kind == COUNT and any(_same(value, v) for _, v in self.numbers.loose)

    def has_value(self, value: float) -> bool:
        """Whether it states the number in any unit."""
        return any(_same(value, known) for known in self.values)

    def has_time(self, moments: frozenset[_Moment]) -> bool:
        """Whether its text names all the moments, or its column's title is of just these years."""
        if {year for year, _, _ in moments} == self.years and not any(m[1] for m in moments):
            return True
        return all(any(_says(known, m) for known in self.moments) for m in moments)

    def has_place(self, mention: Mention, name: str) -> bool:
        """Whether it speaks of a place: of a province by any name, of a city by its own.

        A city may also go by its first character in a zone of several: 合芜蚌.
        """
        if name in self.text or (mention.whole and self.province in mention.provinces):
            return True
        if mention.whole:
            return any({*mention.provinces} & {*place.provinces} for place in self.places)
        zones = (
            self.text[m.start : m.end] for m in self.places if m.provinces == mention.provinces
        )
        return name[:2] in self.text or any(len(zone) == 3 and name[0] in zone for zone in zones)


def _folded(text: str) -> str:
    """`text` without white space, full width, and quotation marks, which change inside others."""
    return squeeze(text).translate(_FOLD)


def _parts(words: str) -> Iterator[str]:
    """The parts of a quotation between ellipses, folded, without punctuation at their ends."""
    for part in _ELLIPSIS.split(_citation().sub("", words)):
        yield _folded(part).strip(_EDGE)


def _agree(known: _Figure, figure: _Figure) -> bool:
    """Whether units mean the same and bounds do not contradict."""
    pair = {known.unit, figure.unit}
    alike = len(pair) == 1 or any(pair <= group for group in load_proof_wording().alike)
    if known.kind != figure.kind or not alike:
        return False
    return known.side < 0 if figure.side == -2 else known.side * figure.side >= 0


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of `text`, punctuation left out."""
    return frozenset(a + b for a, b in pairwise(_NO_WORD.sub("", text)))


# As what something is told.

PROMISED, UNDER_WAY, FINISHED, DONE = "promised", "under way", "finished", "done"
"""`FINISHED` unless what stands before it says otherwise; `DONE` whatever does."""


def _told(text: str) -> str:
    """As what a clause tells its matter; "" when it says nothing of that."""
    w = load_proof_wording()
    done, planned, kept = w.done.search(text), w.planned.search(text), w.fulfilled.search(text)
    if kept and not (planned and planned.start() < kept.start()):
        return DONE if done else FINISHED
    if w.listed.search(text):
        return PROMISED
    if w.lacking.search(text):
        return UNDER_WAY
    if done and not (planned and planned.start() < done.start()):
        return DONE
    if planned:
        return PROMISED
    finished, doing = w.finished.search(text), w.doing.search(text)
    if finished and not (doing and doing.start() < finished.start()):
        return FINISHED
    return UNDER_WAY if doing else ""


def _told_as_done(read: _Read) -> Iterator[_Piece]:
    """The pieces of a sentence that tell something as done.

    What is promised or under way stays so to the next province named; a piece of nothing but
    places shares what was told before it, in the sentence or in its lead: 四川[1]、云南[2].
    """
    first = told = _told(read.lead)
    about: tuple[str, ...] = ()
    for piece in read.pieces:
        if piece.named and piece.subject != about and not piece.only_places:
            told = first
        about = piece.subject
        said = _told(piece.text)
        if said == FINISHED and told in (PROMISED, UNDER_WAY):
            continue
        told = said or told
        takes_over = piece.only_places and piece.text[0] not in "与比较同除"
        if told in (FINISHED, DONE) and (said or takes_over) and not piece.silent:
            yield piece


def _is_not_there_yet(piece: _Piece, proofs: Iterable[_Evidence]) -> bool:
    """Whether what a piece says to exist is, in the nearest clause of an achievement, only begun."""
    w = load_proof_wording()
    own = w.underway.search(piece.plain) or w.promoted.search(piece.plain)
    if own or w.bodies.search(piece.plain) or not w.created.search(piece.text):
        return False
    clause = _nearest(piece, proofs)
    return clause is not None and _is_begun(clause)


def _is_begun(clause: _Clause) -> bool:
    """Whether a clause says that something is under way, and nothing after it that it came to be."""
    w = load_proof_wording()
    begun = w.underway.search(clause.text) or (
        not w.settled.search(clause.text)
        and (w.promoted.search(clause.text) or w.foretold.search(clause.before))
    )
    return bool(begun) and not w.outcome.search(clause.after)


def _nearest(piece: _Piece, proofs: Iterable[_Evidence]) -> _Clause | None:
    """The clause of the achievements that shares most with a piece, the first among equals."""
    pairs = _pairs(piece.plain)
    done = (evidence for evidence in proofs if evidence.column == ACHIEVEMENT)
    clauses = [clause for evidence in done for clause in evidence.clauses]
    best = max(clauses, key=lambda clause: len(pairs & clause.pairs), default=None)
    return best if best and len(pairs & best.pairs) >= SHARED else None


# The checks.


class _Prover:
    """Checks the sentences of one text against the passages its writer was given."""

    def __init__(
        self, passages: Mapping[int, Passage], provinces: Sequence[str], reads: Sequence[_Read]
    ) -> None:
        self._evidence = {key: _Evidence(passage) for key, passage in passages.items()}
        self._given = {evidence.province for evidence in self._evidence.values()}
        self._cited = len({province for read in reads for province in self._provinces(read.keys)})
        self._all = len(provinces)

    def known(self, read: _Read) -> tuple[int, ...]:
        """The keys it cites that have a passage."""
        return tuple(key for key in read.keys if key in self._evidence)

    def fault(self, read: _Read) -> Fault | None:
        """The first thing that is wrong with a sentence, None when nothing is."""
        checks = (
            self._foreign,
            self._unknown_key,
            self._silence,
            self._uncited,
            self._quote,
            self._name,
            self._number,
            self._province,
            self._misplaced,
            self._status,
            self._lacking,
        )
        return next((fault for check in checks if (fault := check(read))), None)

    def _proofs(self, keys: Iterable[int]) -> list[_Evidence]:
        return [self._evidence[key] for key in keys if key in self._evidence]

    def _provinces(self, keys: Iterable[int]) -> set[str]:
        return {evidence.province for evidence in self._proofs(keys)}

    def _foreign(self, read: _Read) -> Fault | None:
        han = len(_HAN.findall(read.plain))
        others = sum(character.isalpha() for character in read.plain) - han
        return Fault(FOREIGN) if others > max(han, QUOTED - 1) else None

    def _unknown_key(self, read: _Read) -> Fault | None:
        unknown = [f"[{key}]" for key in read.keys if key not in self._evidence]
        return Fault(UNKNOWN_KEY, _shown("、".join(unknown))) if unknown else None

    def _silence(self, read: _Read) -> Fault | None:
        """The documents are said to be silent on a province that has a passage."""
        silent = [piece for piece in read.pieces if read.is_silence or piece.silent]
        named = dict.fromkeys(province for piece in silent for province in piece.named)
        wrong = [p for p in named if p in self._given - self._provinces(read.keys)]
        return Fault(ABSENCE, _shown("、".join(wrong))) if wrong else None

    def _uncited(self, read: _Read) -> Fault | None:
        excused = read.groups or read.is_silence or not claims(read)
        return None if excused else Fault(UNCITED)

    def _quote(self, read: _Read) -> Fault | None:
        """The first quotation that no cited passage holds; without a citation nothing is compared."""
        proofs = self._proofs(read.keys)
        wrong = (w for w in read.quotes if proofs and not any(e.has_words(w) for e in proofs))
        return next((Fault(QUOTE, _shown(words)) for words in wrong), None)

    def _name(self, read: _Read) -> Fault | None:
        """The first name in 《》 that no cited passage holds; without a citation nothing is compared."""
        proofs = self._proofs(read.keys)
        wrong = (n for n in read.names if proofs and not any(e.has_name(n) for e in proofs))
        return next((Fault(NAME, _shown(name)) for name in wrong), None)

    def _number(self, read: _Read) -> Fault | None:
        unproven = (number for piece in read.pieces for number in self._unproven(read, piece))
        return next((Fault(NUMBER, _shown(number)) for number in unproven), None)

    def _unproven(self, read: _Read, piece: _Piece) -> Iterator[str]:
        """The numbers of a piece that none of its passages states."""
        proofs = self._proofs(piece.keys)
        numbers = _numbers(piece.text)
        for figure in numbers.figures:
            counts = self._counts(read, piece, figure)
            is_count = figure.values[0] in counts
            if (
                (proofs or counts)
                and not is_count
                and not any(e.has_figure(figure) for e in proofs)
            ):
                yield figure.text
        for text, moments in numbers.times if proofs else ():
            if not any(evidence.has_time(moments) for evidence in proofs):
                yield text
        for text, value in numbers.loose if proofs else ():
            if not any(evidence.has_value(value) for evidence in proofs):
                yield text

    def _counts(self, read: _Read, piece: _Piece, figure: _Figure) -> set[int]:
        """The counts of provinces that may be stated here, none where no provinces are counted."""
        w = load_proof_wording()
        before, after = piece.text[: figure.start][-1:], piece.text[figure.end :]
        after = after if figure.unit == "个" else f"省{after}" if figure.unit == "省" else ""
        own = {len(self._provinces(read.keys)), len(piece.named), len(read.named)} - {0}
        if before in ("（", "(") and after[:1] in ("）", ")"):
            return own
        if w.counted_cited.search(after):
            return {self._cited}
        if w.counted_silent.search(after):
            return {self._all - self._cited}
        every = {self._all, self._cited, self._all - self._cited}
        return every | own if w.counted.search(after) else set()

    def _province(self, read: _Read) -> Fault | None:
        """A place named that neither is of a cited passage's province nor stands in one."""
        proofs = self._proofs(read.keys)
        silent = {province for piece in read.pieces if piece.silent for province in piece.named}
        for mention in read.places if proofs else ():
            name = read.quiet[mention.start : mention.end]
            excused = silent & {*mention.provinces}
            if not excused and not any(evidence.has_place(mention, name) for evidence in proofs):
                return Fault(PROVINCE, name)
        return None

    def _misplaced(self, read: _Read) -> Fault | None:
        """A piece that a citation closes at once, and none of the provinces it names is that one's."""
        for piece in read.pieces:
            proofs = self._proofs(piece.keys)
            known = {evidence.province for evidence in proofs}
            if not piece.closed or not proofs or not piece.named or known & {*piece.named}:
                continue
            if not any({*piece.named} & {*m.provinces} for e in proofs for m in e.places):
                return Fault(PROVINCE, _shown("、".join(piece.named)))
        return None

    def _status(self, read: _Read) -> Fault | None:
        """A plan or task, or what is only under way, told as done."""
        wrong = (piece for piece in _told_as_done(read) if self._overstates(piece))
        return next((Fault(STATUS, _shown(piece.plain)) for piece in wrong), None)

    def _overstates(self, piece: _Piece) -> bool:
        """Whether a province of a piece has only promises to show, or what is under way."""
        proofs = self._about(piece)
        by_province = [[e for e in proofs if e.province == p] for p in {e.province for e in proofs}]
        only_promised = any(all(e.is_promise for e in own) for own in by_province)
        return only_promised or _is_not_there_yet(piece, proofs)

    def _about(self, piece: _Piece) -> list[_Evidence]:
        """The passages of a piece that are of the provinces it is about; all when none is."""
        proofs = self._proofs(piece.keys)
        return [e for e in proofs if e.province in piece.subject] or proofs

    def _lacking(self, read: _Read) -> Fault | None:
        """Something said not to be there, of a province whose achievements do not say so."""
        lacking = load_proof_wording().lacking
        for piece in read.pieces:
            proofs = self._about(piece)
            denied = any(lacking.search(evidence.text) for evidence in proofs)
            if piece.silent or denied or not lacking.search(piece.text):
                continue
            nearest = _nearest(piece, proofs)
            begun = nearest is not None and _is_begun(nearest)
            if any(evidence.column == ACHIEVEMENT for evidence in proofs) and not begun:
                return Fault(ABSENCE, _shown(piece.plain))
        return None


def _blank(match: re.Match[str]) -> str:
    return "■" * len(match[0])


def _shown(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of `patterns`, the longest first."""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(f"(?:{pattern})" for pattern in longest_first))
