"""Quantities, dates and periods in a sentence, as written and as values.

Titles in 《》, document numbers, list markers, ordinals (第24次) and sums like “14+3” hold none.
Chinese numerals count only with a measure word behind them; 一 alone is an article there (一种)
and 二 an ordinal (二期).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

AMOUNT, COUNT, SHARE, DATE = "amount", "count", "share", "date"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; `text` is the half-open span `start:end` of what was read.

    `value` is in base units: 万 and 亿 multiplied out, 80.3% as 0.803, of a range the lower end. A
    date's is yyyymmdd with 0 for what is not said; its unit is the finest part said. `qualifier`
    joins with "…" what bounds the number; 预计 and 达 belong to it but not to the span.
    """

    start: int
    end: int
    text: str
    value: float
    unit: str
    kind: str
    qualifier: str = ""

    @property
    def estimate(self) -> str:
        """The word by which the text expects the number and does not report it (预计), "" where it does."""
        first = self.qualifier.split("…")[0]
        return first if first in (*_EXPECTED, *_MEANT) else ""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time as written: 2017年前三季度, 截至2017年11月, 2016年以来, 目前."""

    start: int
    end: int
    text: str


NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_DIGITS = {c: float(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0.0, "两": 2.0}
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "万亿": 1e12}

_UNITS = {
    AMOUNT: ("元", "美元", "欧元", "港元", "日元", "英镑"),
    SHARE: ("%", "‰", "个百分点", "倍"),
    COUNT: (
        *(
            "人次",
            "场次",
            "人",
            "名",
            "位",
            "个月",
            "个工作日",
            "个",
            "家",
            "件",
            "项",
            "大类",
            "类",
        ),
        *(
            "种",
            "期",
            "笔",
            "条",
            "次",
            "所",
            "支",
            "批",
            "起",
            "户",
            "台",
            "套",
            "场",
            "份",
            "篇",
            "部",
        ),
        *("款", "宗", "例", "座", "幅", "张", "册", "天", "年", "分", "省", "市", "县", "区"),
        *(
            "处",
            "间",
            "栋",
            "辆",
            "艘",
            "架",
            "头",
            "只",
            "株",
            "棵",
            "门",
            "岁",
            "小时",
            "学时",
            "课时",
        ),
        *(
            "公里",
            "千米",
            "米",
            "平方公里",
            "平方米",
            "立方米",
            "亩",
            "公顷",
            "吨",
            "公斤",
            "千克",
            "斤",
        ),
        *("千瓦", "千瓦时", "兆瓦"),
    ),
}
UNIT_KINDS = {unit: kind for kind, units in _UNITS.items() for unit in units}
"""The kind of quantity that each unit, as written, makes."""
_ALIASES = {"名": "人", "位": "人", "大类": "类", "千米": "公里", "千克": "公斤"}
_FACTORS = {"%": 0.01, "‰": 0.001, "个百分点": 0.01}
_ARABIC_ONLY = frozenset("省市县区份分部款例处间栋架头只株棵门米斤")
"""After a Chinese numeral these make other words: 十分, 三部曲, 九省, 一处."""
_NOT_BEFORE = {
    "部": "门分委", "期": "间货限建工", "条": "例", "省": "级直属", "市": "级场值", "县": "级域",
    "区": "域", "分": "之级", "场": "地所", "名": "录牌", "年": "级度底末初", "份": "额", "项": "圈",
    "天": "然", "支": "持", "批": "准", "位": "于置", "次": "会", "所": "属",
    "处": "理罚置分长级于在方室境", "间": "接隔断", "头": "部条", "只": "要有能是", "门": "市店户类槛诊", "架": "构子", "米": "粉",
}  # fmt: skip
"""A unit followed by one of these is the beginning of another word: 5部门, 2区域."""

_FOLD = str.maketrans("０１２３４５６７８９％．＋－", "0123456789%.+-")
_BLIND = re.compile(
    rf"""《[^《》]*(?:《[^《》]*》[^《》]*)*》
    |[〔\[［（(](?:19|20)\d\d[〕\]］）)]\d*号?
    |^\s*(?:\d{{1,2}}(?:[.、](?!\d)|\.(?=(?:19|20)\d\d年))|[（(]?\d{{1,2}}[）)])
    |[\dA-Za-z]+(?:\+[\dA-Za-z]+)+
    |第(?!.季度)(?:\d+|[{NUMERALS}]+)(?:[-至到]\d+)?
    |前(?:\d+|[{NUMERALS}]+)[名位强]
    |十[一二三四]五(?!期间|”期间)""",
    re.VERBOSE | re.MULTILINE,
)

DASH = r"[-—–~～至到]{1,2}"
_YEAR = r"(?:(?<!\d)(?:1[5-9]|20)\d\d|[一二][〇零○九][〇零○一二三四五六七八九]{2})"
_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"{_MONTH}月(?:{_MONTH}日|份|[上中下]旬|[底末初])?"
_QUARTER = r"(?:前|第)?[一二三四1-4]个?季度"
_SOME_YEAR = rf"(?:{_YEAR}年度?|(?:今|去|本|当|上一|(?<!以)上|明)年度?)"
_PERIODS = re.compile(
    rf"""截[至止]到?(?:目前|{_SOME_YEAR}(?:{_QUARTER}|年?[底末初]|上半年|{_DAY})?|{_DAY}|{_QUARTER})
    |(?:{_YEAR}年?|[今去]年)(?:{_MONTH}(?:月份?)?(?:{_MONTH}日)?)?{DASH}
       (?:{_YEAR}年(?:{_DAY})?|{_DAY})
    |(?<!\d){_MONTH}(?:月份?)?{DASH}{_MONTH}月份?
    |{_SOME_YEAR}(?:{_QUARTER}|[上下]半年|全年|前{_MONTH}个月|以来|至今|期间
       |(?!年?[底末初]|{_MONTH}月|中[，。；前旬]))
    |近[两三四五六七八九十几\d]*年来?|[“"]?十[一二三四]五[”"]?期间
    |全年|[上下]半年|{_QUARTER}|目前""",
    re.VERBOSE,
)
_DATES = re.compile(
    rf"""(?:(?P<year>{_YEAR})年|[今去明]年)
       (?:(?P<month>{_MONTH})月(?:(?P<day>{_MONTH})日|份|[上中下]旬|[底末初])?
         |年?(?P<edge>[底末初]|中(?=[，。；前旬])))
    |(?<!\d)(?P<month_only>\d{{1,2}})月(?:(?P<day_only>\d{{1,2}})日|份|[上中下]旬|[底末初])?""",
    re.VERBOSE,
)
_EDGES = {"底": 12, "末": 12, "初": 1, "中": 6}

_BOUNDS = (
    r"将近|(?<![最附])近|超过|超|逾|突破|不低于|不少于|不超过|不高于|不足|至少|最[高多低少]"
    r"|大约|(?<![签续节违合契条公])约|上(?=[百千万亿])"
)
_NUMBER = (
    rf"(?:(?:\d{{1,3}}(?:[,，]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|[{NUMERALS}]+)"
    rf"[余多几]?(?:万亿|千(?![米克瓦])|[百万亿])?(?:(?<=亿)[\d.]+万)?[余多几]?"
)
UNIT_PATTERN = "|".join(
    re.escape(unit) + (f"(?![{_NOT_BEFORE[unit]}])" if unit in _NOT_BEFORE else "")
    for unit in sorted(UNIT_KINDS, key=len, reverse=True)
)
_COUNTED = re.compile(
    rf"""(?:(?P<bound>{_BOUNDS})(?:可?达到?|可|为)?)?
    (?<![\d.几{NUMERALS}])(?!(?<=数)(?<![总人户]数)[十百千万亿])(?P<low>{_NUMBER})
    (?:(?P<low_unit>{UNIT_PATTERN})?{DASH}(?P<high>{_NUMBER}))?
    (?P<unit>{UNIT_PATTERN})(?!一)
    (?P<after>及?以[上下内]|左右|上下|之多)?""",
    re.VERBOSE,
)
_PER_HUNDRED = re.compile(
    rf"(?:(?P<bound>{_BOUNDS})(?:可?达到?)?)?"
    rf"百分之(?P<low>\d+(?:\.\d+)?|[{NUMERALS}]+)(?P<after>以[上下内]|左右)?"
)
_UNITLESS = re.compile(
    r"(?<=(?P<noun>案件|人数|户数|数量|总数|总量))(?P<low>\d+)(?=[（(，。；、;]|$)"
)
_UNIT_OF = {"案件": "件", "人数": "人", "户数": "户"}
_VAGUE = re.compile(r"[余多几]")
_PART = re.compile(r"(\d[\d,，]*(?:\.\d+)?)(万亿|[百千万亿])?")
_LEAD = re.compile(r"可?达到?$|[高多]达$")
_EXPECTED = ("预计", "预期", "预估", "估计", "有望", "力争", "争取")
_MEANT = ("计划", "拟")
_INTENDED = "募集|筹集|融资|投入|投资|总投资|安排|发放|新增|新建|建成|建设|组建|培训|培育|举办|开展|实施|实现"
_ESTIMATE = re.compile(
    rf"{'|'.join(_EXPECTED)}|(?:(?<![按度动发人])计划|(?<![模虚])拟)(?={_INTENDED})"
)
_CLAUSE_END = re.compile(r"[，。；：！？,;\n]")


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities and dates of `text`, in order, none overlapping another or a period.

    Example: in `"预计全年达60亿元以上"` it is `60亿元以上`: 6e9 元, an amount, 预计…达…以上.
    """
    timeless = _PERIODS.sub(blank, _readable(text))
    found = _dates(text, timeless)
    rest = _DATES.sub(blank, timeless)
    for pattern in (_PER_HUNDRED, _COUNTED, _UNITLESS):
        found += filter(None, (_quantity(match, text) for match in pattern.finditer(rest)))
        rest = pattern.sub(blank, rest)
    return tuple(sorted(found, key=lambda q: q.start))


def find_periods(text: str) -> tuple[Period, ...]:
    """The periods of `text`, in order. A single month or day is a date, not a period."""
    return tuple(
        Period(m.start(), m.end(), text[m.start() : m.end()])
        for m in _PERIODS.finditer(_readable(text))
    )


def months_of(period: str) -> int:
    """How many months a period lasts; 截至 counts from January; 0 for one without an end.

    Example: 2017年前三季度 9, 截至2017年11月 11, 2016—2017年10月 22, 2016年以来 0, 2017年6月 1.
    """
    text = period.translate(_FOLD)
    if _DATES.fullmatch(text):
        return int(text.endswith(("月", "份")))
    if match := re.search(r"(截?).*?(前|第)?([一二三四1-4])个?季度", text):
        runs_on = match[1] or match[2] == "前"
        return int(ordinal(match[3])) * 3 if runs_on else 3
    if match := re.search(rf"前({_MONTH})个月", text):
        return int(ordinal(match[1]))
    if re.search(r"以来|至今|目前|期间|近", text):
        return 0
    if "半年" in text:
        return 6
    return _months_between(text)


def same_unit(unit: str) -> str:
    """The one name of units that mean the same: 名 and 位 are 人."""
    return _ALIASES.get(unit, unit)


def chinese_number(numeral: str) -> float | None:
    """The value of a Chinese numeral, None when it is not well formed.

    Example: `chinese_number("两千三百万")` is `23000000.0`, `chinese_number("十三五")` is None.
    """
    for scale in "亿万":
        head, found, tail = numeral.rpartition(scale)
        if found:
            high, low = chinese_number(head), chinese_number(tail) if tail else 0.0
            return None if high is None or low is None else high * _SCALES[scale] + low
    match = re.fullmatch(r"(?:(.)千)?零?(?:(.)百)?零?(?:(.?)十)?零?(.)?", numeral)
    if not match or not numeral:
        return None
    thousands, hundreds, tens, ones = match.groups()
    digits = (
        thousands or "零",
        hundreds or "零",
        "一" if tens == "" else tens or "零",
        ones or "零",
    )
    if not all(digit in _DIGITS for digit in digits):
        return None
    return sum(_DIGITS[d] * scale for d, scale in zip(digits, (1e3, 1e2, 10, 1), strict=True))


def _readable(text: str) -> str:
    """`text`, character by character, with plain digits and without what holds no quantities."""
    return _BLIND.sub(blank, text.translate(_FOLD))


def blank(match: re.Match[str]) -> str:
    """A match blanked out, as long as it was."""
    return "■" * len(match[0])


def _quantity(match: re.Match[str], text: str) -> Quantity | None:
    groups = match.groupdict()
    noun = groups.get("noun")
    unit = groups.get("unit") or (_UNIT_OF.get(noun, "") if noun else "%")
    value = _value(groups, unit)
    if value is None:
        return None
    return Quantity(
        start=match.start(),
        end=match.end(),
        text=text[match.start() : match.end()],
        value=round(value * _FACTORS.get(unit, 1.0), 10),
        unit=same_unit(unit),
        kind=UNIT_KINDS.get(unit, COUNT),
        qualifier=_qualifier(groups, match.string[: match.start()]),
    )


def _value(groups: dict[str, str | None], unit: str) -> float | None:
    """The lower end of what was matched; None when it is a word or an ordinal and no number."""
    low, high = _VAGUE.sub("", groups["low"] or ""), groups.get("high") or ""
    if low[0] not in NUMERALS:
        shared = re.search(r"(?:万亿|[百千万亿])?$", high) if not groups.get("low_unit") else None
        return arabic(low, shared[0] if shared else "")
    if low[0] in _SCALES:
        return chinese_number("一" + low) if groups.get("bound") else None
    is_word = low == "二" or (low == "一" and not high) or unit in _ARABIC_ONLY
    return None if is_word and UNIT_KINDS.get(unit) == COUNT else chinese_number(low)


def arabic(number: str, shared_scale: str = "") -> float:
    """The value of `number` with its own scale, or the one that the upper end of its range has.

    Example: `arabic("1亿2,000万")` is `120000000.0`.
    """
    parts = [(float(re.sub("[,，]", "", n)), s) for n, s in _PART.findall(number)]
    return sum(value * _SCALES[scale or shared_scale] for value, scale in parts)


def _qualifier(groups: dict[str, str | None], before: str) -> str:
    clause = _CLAUSE_END.split(before)[-1]
    estimate, lead = _ESTIMATE.search(clause), _LEAD.search(clause)
    vague = _VAGUE.search(groups.get("high") or groups["low"] or "")
    words = [m[0] if m else "" for m in (estimate, lead)]
    words += [groups.get("bound") or "", vague[0] if vague else "", groups.get("after") or ""]
    return "…".join(word for word in words if word)


def _dates(text: str, timeless: str) -> list[Quantity]:
    """The dates; a month without a year is of the year named last before it, if any."""
    return [
        Quantity(
            start=match.start(),
            end=match.end(),
            text=text[match.start() : match.end()],
            value=_date_value(match, text),
            unit="日" if match["day"] or match["day_only"] else "年" if match["edge"] else "月",
            kind=DATE,
        )
        for match in _DATES.finditer(timeless)
    ]


def _date_value(match: re.Match[str], text: str) -> float:
    year = match["year"]
    if match["month_only"]:
        years = re.findall(_YEAR + "(?=年)", _readable(text)[: match.start()])
        year = years[-1] if years else None
    month = match["month"] or match["month_only"]
    number = ordinal(month) if month else _EDGES[match["edge"]]
    return ordinal(year) * 1e4 + number * 1e2 + ordinal(match["day"] or match["day_only"])


def ordinal(digits: str | None) -> float:
    """A year, month or day in Arabic or Chinese digits; 0 for none."""
    if not digits or digits.isascii():
        return float(digits or 0)
    if len(digits) == 4:
        return float("".join(str(int(_DIGITS.get(d, 0))) for d in digits))
    return chinese_number(digits) or 0.0


def _months_between(text: str) -> int:
    """The months from a range's first to its last, from January for 截至, a whole year otherwise."""
    first, *rest = re.split(DASH, text)
    year, month = _year_and_month(first)
    if not rest:
        return month if month and text[0] == "截" else 12
    last_year, last_month = _year_and_month(rest[-1])
    years = last_year - year if year and last_year else 0
    return max(0, years * 12 + (last_month or 12) - (month or 1) + 1)


def _year_and_month(text: str) -> tuple[int, int]:
    year = re.search(_YEAR, text)
    month = re.search(rf"({_MONTH})(?:月|$)", text[year.end() :] if year else text)
    return int(ordinal(year[0] if year else None)), int(ordinal(month[1] if month else None))
