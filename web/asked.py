"""What programs may ask, checked as the command line checks it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails

from index.filters import Filter
from qa.config import MAX_QUESTION_CHARS, MAX_TOP_K
from qa.question import check_top_k, clean_question

MAX_VALUES = 100
MAX_VALUE_CHARS = 300
SHOWN_CHARS = 40


def _readable(text: str) -> str:
    """`text` as it came; raises UsageError as `clean_question`."""
    clean_question(text)
    return text


Text = Annotated[
    str,
    AfterValidator(_readable),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARS}),
]
"""What is asked. The length counts once controls and surplus spaces are gone."""

TopK = Annotated[
    int,
    AfterValidator(check_top_k),
    Field(json_schema_extra={"minimum": 1, "maximum": MAX_TOP_K}),
]

Values = Annotated[
    tuple[Annotated[str, Field(max_length=MAX_VALUE_CHARS)], ...], Field(max_length=MAX_VALUES)
]
"""Values of a facet, any one of which a passage must have; none allows all."""


class Asked(BaseModel):
    """What every request may say: how much is wanted, and where from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    top_k: TopK | None = None
    province: Values = ()
    column: Values = ()


class AskedQuestion(Asked):
    """A question, for `ask` and `search`."""

    question: Text
    theme: Values = ()
    document: Values = ()
    year: Values = ()

    @property
    def wanted(self) -> Filter:
        """What the passages must have."""
        return Filter(self.province, self.column, self.theme, self.document, self.year)


class AskedPractice(Asked):
    """A practice whose like is looked for: the id of a passage, or a description."""

    practice: Text
    home: str | None = Field(default=None, alias="from", max_length=MAX_VALUE_CHARS)

    @property
    def wanted(self) -> Filter:
        """What the passages must have."""
        return Filter(province=self.province, column=self.column)


def sentence_of(problem: ErrorDetails) -> str:
    """What is wrong with a request, in one Chinese sentence."""
    names = [part for part in problem["loc"] if part not in ("body", "query")]
    name = str(names[0])[:SHOWN_CHARS] if names else ""
    match problem["type"]:
        case "json_invalid":
            return "请求体不是合法的 JSON。"
        case _ if not names:
            return "请求体应为 JSON 对象（Content-Type: application/json）。"
        case "missing":
            return f"缺少参数 {name}。"
        case "extra_forbidden":
            return f"没有叫“{name}”的参数。"
        case "string_type":
            return f"参数 {name} 应为文字。"
        case "string_unicode":
            return f"参数 {name} 里有认不出编码的字符，请用 UTF-8 输入。"
        case "string_too_long" | "too_long":
            return f"参数 {name} 太长，最多{MAX_VALUES}个值，每个{MAX_VALUE_CHARS}个字。"
        case "tuple_type":
            return f"参数 {name} 应为列表。"
        case kind if kind.startswith("int_"):
            return f"参数 {name} 应为整数。"
    return f"参数 {name} 的值不对。"
