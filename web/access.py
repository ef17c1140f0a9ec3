"""Who may come in: everyone of this machine, or those with an account; nobody else by accident."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import secrets
import socket
import unicodedata
from base64 import b64decode
from dataclasses import dataclass

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import UsageError
from web.names import LOCAL_NAMES, OPEN_PATH, name_of, read_names
from web.refusals import refusal
from web.throttle import Throttle

UNAUTHORIZED, TOO_MANY_REQUESTS = 401, 429
CHALLENGE = {"WWW-Authenticate": 'Basic realm="cewen", charset="UTF-8"'}
REFUSED = "需要用户名和密码。"
FAILURES = 10
"""So many wrong logins an address has before it must wait."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in.

    `accounts` are digests of `user:password`; none lets everyone in. `is_local`: the address the
    site is bound to is this machine's own, out of reach of others. `names` are those that the site
    may be called by; none allows every name. `own_names` has the operator given.
    """

    accounts: tuple[bytes, ...] = ()
    is_local: bool = True
    names: frozenset[str] = LOCAL_NAMES
    own_names: frozenset[str] = frozenset()
    failures: int = FAILURES


HERE = Access()
"""Everyone of this machine."""


def access_of(
    auth: SecretStr,
    host: str,
    is_open: bool,
    hosts: str | None = None,
    failures: int = FAILURES,
) -> Access:
    """Who may come in to a site bound to `host`.

    Args:
        auth: accounts as `read_accounts` takes them; empty for none.
        host: name or address.
        is_open: everyone is let in, by the operator's express wish.
        hosts: names that the site may be called by besides this machine's own.
        failures: so many wrong logins an address has before it must wait.
    Raises:
        UsageError: others could come in and nobody said who may; an account or a name makes no
            sense; the address is none; everyone is to be let in, and only some.
    """
    accounts, is_local = read_accounts(auth), is_loopback(host)
    if accounts and is_open:
        raise UsageError("同时给出了 CEWEN_AUTH 和 --no-auth，请只留一个。")
    if not (accounts or is_open or is_local):
        raise UsageError(
            f"绑定到 {host} 后别的机器也能访问：请用 CEWEN_AUTH 设置账号（用户名:密码），"
            "确实不要密码时加 --no-auth。"
        )
    own = read_names(hosts)
    # A page that has its name point here comes without the account, so there any name will do.
    is_checked = bool(own) or (is_local and not accounts)
    bound = name_of(f"[{host}]" if ":" in host else host)
    names = (LOCAL_NAMES | own | {bound}) - {""} if is_checked else frozenset()
    return Access(accounts, is_local, names, own, failures)


def read_accounts(auth: SecretStr) -> tuple[bytes, ...]:
    """Digests of the accounts in `auth`: `user:password`, one a line or separated by commas.

    Raises:
        UsageError: one has no user or no password; the message does not repeat it.
    """
    given = auth.get_secret_value()
    if not given.strip():
        return ()
    accounts = [account.strip() for account in re.split(r"[,\r\n]+", given)]
    for n, account in enumerate(filter(None, accounts), 1):
        user, _, password = account.partition(":")
        if not (user and password):
            raise UsageError(f"CEWEN_AUTH 的第{n}个账号不对，应为 用户名:密码。")
    if not any(accounts):
        raise UsageError("CEWEN_AUTH 里没有账号，应为 用户名:密码。")
    return tuple(_digest(account) for account in accounts if account)


def is_loopback(host: str) -> bool:
    """Whether every address that `host` stands for is out of reach of other machines.

    Raises:
        UsageError: it stands for none.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(f"地址“{host}”不对，本机请用 127.0.0.1。") from error
    return all(ipaddress.ip_address(address[0]).is_loopback for *_, address in found)


class Guard:
    """Lets requests with an account through to an application, whatever they ask for (RFC 7617)."""

    def __init__(
        self, app: ASGIApp, accounts: tuple[bytes, ...], throttle: Throttle | None = None
    ) -> None:
        self._app, self._accounts = app, accounts
        self._throttle = throttle or Throttle(FAILURES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application, with 401 and what to come with, or with 429 and when."""
        if scope["type"] == "lifespan" or scope["path"] == OPEN_PATH:
            return await self._app(scope, receive, send)
        given, address = _given(scope), (scope.get("client") or ("",))[0]
        if given is not None and (wait := self._throttle.wait(address)):
            seconds = math.ceil(wait)
            sentence, headers = (
                f"登录失败太多次，请{seconds}秒后再试。",
                {"Retry-After": str(seconds)},
            )
            answer: ASGIApp = refusal(scope["path"], TOO_MANY_REQUESTS, sentence, headers)
        elif given is not None and self._admits(given):
            self._throttle.succeeded(address)
            answer = self._app
        else:
            if given is not None:
                self._throttle.failed(address, given)
            answer = refusal(scope["path"], UNAUTHORIZED, REFUSED, CHALLENGE)
        return await answer(scope, receive, send)

    def _admits(self, given: bytes) -> bool:
        # Every account is compared, each in constant time.
        known = [secrets.compare_digest(given, account) for account in self._accounts]
        return any(known)


def _given(scope: Scope) -> bytes | None:
    """The digest of the account that a request comes with; None when it has none, or what is none."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    try:
        account = b64decode(token.strip(), validate=True).decode()
    except ValueError:
        # Neither base64 nor text.
        return None
    return _digest(account) if scheme.lower() == "basic" else None


def _digest(account: str) -> bytes:
    """The same for the same account, however its characters are composed."""
    return hashlib.sha256(unicodedata.normalize("NFC", account).encode()).digest()
