"""Where a model is asked, and the `openai` package's client for it, which leaves all limits to us."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from qa.chat.errors import NOT_INSTALLED, UNAUTHORISED, UNREACHABLE, ChatError, chat_error

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """Which model is asked, and within what limits.

    `timeout_s` is for everything from the call to the last word: waiting for a turn, retries, pauses.
    `first_token_s` is the longest silence before the first token of a request, and between any two.
    `parallel` requests run at a time.
    """

    base_url: str = field(repr=False)
    model: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    first_token_s: float = 30.0
    max_tokens: int = 1500
    temperature: float = 0.0
    retries: int = 2
    parallel: int = 4


def open_endpoint(settings: ChatSettings) -> tuple[str, AsyncOpenAI]:
    """The host, as it may be shown, and the package's own client, without retries; nothing is sent.

    Raises:
        ChatError: the address or the key cannot be one, or `openai` is not installed.
    """
    address = _address(settings.base_url)
    host = _host(address)
    key = settings.api_key.strip()
    if not (key.isascii() and key.isprintable()):
        raise ChatError(UNAUTHORISED, "密钥里有不可能出现的字符，请检查 OPENAI_API_KEY。")
    # Left in the address, a login would be written into logs with it.
    login = (unquote(address.username or ""), unquote(address.password or ""))
    try:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        return host, AsyncOpenAI(
            base_url=urlunsplit((address.scheme, host, address.path, "", "")),
            api_key=key or "none",
            max_retries=0,
            timeout=Timeout(None, connect=CONNECT_S),
            http_client=DefaultAsyncHttpxClient(
                auth=login if any(login) else None, trust_env=not _is_local(address)
            ),
        )
    except (ImportError, ValueError) as error:
        # Only a missing module has a name; the rest is said of proxies that cannot be used.
        missing = getattr(error, "name", None)
        reason = NOT_INSTALLED if missing else UNREACHABLE
        raise chat_error(reason, host, settings.model) from None


def _address(base_url: str) -> SplitResult:
    """The parts of an address.

    Raises:
        ChatError: it is no address of the web; the address itself is not repeated.
    """
    try:
        address = urlsplit(base_url.strip())
        fits = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:
        fits = False
    if not fits or not base_url.strip().isprintable():
        sentence = "大模型服务的地址不对，应形如 http://127.0.0.1:11434/v1。"
        raise ChatError(UNREACHABLE, sentence)
    return address


def _host(address: SplitResult) -> str:
    """Host and port as they were given, without the login in front of them."""
    return address.netloc.rpartition("@")[2]


def _is_local(address: SplitResult) -> bool:
    """Whether the endpoint is on this machine, where no proxy may come between."""
    host = address.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
