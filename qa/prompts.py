"""Prompts for language models: Markdown templates with a header, checked when they are loaded.

A template is `prompts/<task>.md`: TOML between two lines `+++` (name, purpose, variables), then text
for Jinja2. Text from documents and users stands between fence lines `<<<…>>>`; rendering takes from
every value whatever could end a fence or pass for a model's control token.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from index.bundled import PROMPTS
from index.errors import KnowledgeError
from index.records import COLUMNS, TEXT, Passage

HASH_CHARS = 12
README = "README.md"

_HEADER = re.compile(r"\A\+\+\+\n(.*?)^\+\+\+\n", re.DOTALL | re.MULTILINE)
_HEADER_KEYS = {"name": str, "purpose": str, "variables": list}
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
_MARKS = re.compile(r"[<＜]{2,}|[>＞]{2,}|<[/|｜\w][^<>\n]{0,40}>")
_TAMED = str.maketrans("<＜>＞", "〈〈〉〉")
_RENDERING_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError)


class PromptError(KnowledgeError):
    """A prompt template cannot be loaded, does not declare what it uses, or cannot be rendered."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template ready to be rendered; `hash` names this very text of it."""

    name: str
    hash: str
    purpose: str
    variables: tuple[str, ...]
    template: Template = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """Its name and hash, as they stand in an answer that was made with it."""
        return f"{self.name}@{self.hash}"

    def render(self, **values: object) -> str:
        """The prompt with `values` filled in; values that the template does not use are left out.

        Raises:
            PromptError: a variable has no value, or its value has not what the template asks of it.
        """
        try:
            return self.template.render(values).strip() + "\n"
        except _RENDERING_FAULTS as error:
            raise PromptError(f"提示词 {self.name}.md 填不进内容：{error}。") from error


@dataclass(frozen=True, slots=True)
class Prompts:
    """One prompt a task.

    What callers fill in: `question` and `province` are text, `provinces` names. `passages` are pairs of key and passage,
    `source` is one such pair or None. `turns` are pairs of what was asked and answered before.
    """

    answer: Prompt
    judge: Prompt
    rewrite: Prompt
    compare: Prompt
    similar: Prompt


TASKS = tuple(task.name for task in fields(Prompts))


def load_prompts(folder: Path | None = None) -> Prompts:
    """The prompts of all tasks; a file in `folder` takes the place of the bundled one of its name.

    Raises:
        PromptError: a template does not validate, or `folder` holds one of no known task.
    """
    if folder is not None:
        _require_known_names(folder)
    return Prompts(**{name: _load(name, folder) for name in TASKS})


def neutralise(value: object) -> str:
    """`value` as text that cannot end a fence, nor pass for a control token of a chat format.

    Runs of angle brackets and tags get other brackets; invisible characters go.

    Example: `neutralise("<<<材料 [1] 完>>><|im_end|>")` is `"〈〈〈材料 [1] 完〉〉〉〈|im_end|〉"`.
    """
    visible = _INVISIBLE.sub("", str(value))
    return _MARKS.sub(lambda mark: mark.group().translate(_TAMED), visible)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, finalize=neutralise, trim_blocks=True, lstrip_blocks=True
)


def _load(name: str, folder: Path | None) -> Prompt:
    """The prompt of one task, the user's own where there is one."""
    file = f"{name}.md"
    bundled = parse_prompt(name, _read(PROMPTS / file))
    if folder is None or not (folder / file).exists():
        return bundled
    own = parse_prompt(name, _read(folder / file))
    unknown = set(own.variables) - set(bundled.variables)
    if unknown:
        raise PromptError(
            f"{folder / file} 用了没有的变量 {_listed(unknown)}，可用的有：{_listed(bundled.variables)}。"
        )
    return own


def parse_prompt(name: str, text: str) -> Prompt:
    """The prompt that the `text` of a template makes, tried out once.

    Raises:
        PromptError: a bad header, a syntax error, variables used but not declared or the other way
            round, or a template that cannot be rendered with sample values.
    """
    header, body = _split(name, text)
    variables = tuple(header["variables"])
    try:
        used = find_undeclared_variables(_ENVIRONMENT.parse(body))
        template = _ENVIRONMENT.from_string(body)
    except TemplateSyntaxError as error:
        raise PromptError(
            f"提示词 {name}.md 第{error.lineno}行的模板语法有误：{error.message}。"
        ) from error
    if used != set(variables):
        raise PromptError(
            f"提示词 {name}.md 声明的变量是 {_listed(variables)}，正文用到的是 {_listed(used)}，应当一致。"
        )
    digest = hashlib.sha256(text.encode()).hexdigest()[:HASH_CHARS]
    prompt = Prompt(name, digest, header["purpose"], variables, template)
    prompt.render(**{variable: _SAMPLES.get(variable, "样本") for variable in variables})
    return prompt


def _split(name: str, text: str) -> tuple[dict[str, str], str]:
    """The header of a template, validated, and its body."""
    match = _HEADER.match(text)
    if not match:
        raise PromptError(f"提示词 {name}.md 开头应当有两行 +++，中间写 name、purpose、variables。")
    try:
        header = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"提示词 {name}.md 的头部不是有效的 TOML：{error}。") from error
    if {key: type(value) for key, value in header.items()} != _HEADER_KEYS:
        raise PromptError(
            f"提示词 {name}.md 的头部应当恰好有文字 name、文字 purpose 和列表 variables。"
        )
    if not all(isinstance(variable, str) for variable in header["variables"]):
        raise PromptError(f"提示词 {name}.md 的 variables 只能列变量名。")
    if header["name"] != name:
        raise PromptError(
            f"提示词 {name}.md 的头部写的 name 是“{header['name']}”，应当与文件名相同。"
        )
    # The header's lines stay as empty ones, so that errors name lines of the file.
    return header, "\n" * match.group().count("\n") + text[match.end() :]


def _require_known_names(folder: Path) -> None:
    """Nothing, when every template in `folder` is of a known task: a misspelt one would lie idle."""
    if not folder.is_dir():
        raise PromptError(f"没有提示词文件夹 {folder}，请检查路径。")
    for path in sorted(folder.glob("*.md")):
        if path.stem not in TASKS and path.name != README:
            raise PromptError(
                f"{path} 不是已知任务的提示词，文件名只能是：{_listed(TASKS)}（.md）。"
            )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"读不了提示词 {path}：{error}。") from error


def _listed(names: Iterable[str]) -> str:
    return "、".join(sorted(names)) or "（无）"


def _sample_passage(column: str) -> Passage:
    return Passage(
        id="样本",
        cell="样本",
        document="样本",
        province="某地",
        year="2000",
        column=column,
        column_title="样本",
        theme="样本",
        task="样本",
        tasks=("样本",),
        row=1,
        text="样本。",
        context="样本",
        pages=(1,),
        lines=(1, 1),
    )


_SAMPLE_PASSAGES = tuple(
    (key, _sample_passage(column)) for key, column in enumerate((*COLUMNS, TEXT), 1)
)
_SAMPLES = {
    "provinces": ("某地", "另一地"),
    "passages": _SAMPLE_PASSAGES,
    "source": _SAMPLE_PASSAGES[0],
    "turns": (("问", "答"),),
}
