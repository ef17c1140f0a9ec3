"""What goes wrong on the way to a program, as a status and one Chinese sentence; nothing more leaks."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from index.errors import CewenError, UsageError
from web.asked import sentence_of
from web.gate import RETRY_AFTER_SECONDS

INVALID, FAULT, UNAVAILABLE = 422, 500, 503

_SAID = {413: "请求体太大。", 400: "请求体读不出来。"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a program is told."""

    status: int
    sentence: str

    @property
    def json(self) -> dict[str, str]:
        """It, as programs get it."""
        return {"error": self.sentence}

    @property
    def headers(self) -> dict[str, str]:
        """When to ask again, where that helps."""
        return {"Retry-After": str(RETRY_AFTER_SECONDS)} if self.status == UNAVAILABLE else {}


def fault_of(error: Exception) -> Fault:
    """What to say of `error`; one that nobody expected is logged in full, and told in general."""
    match error:
        case RequestValidationError() | ValidationError():
            return Fault(INVALID, sentence_of(error.errors()[0]))
        case HTTPException():
            return Fault(error.status_code, _SAID.get(error.status_code, "请求不对。"))
        case UsageError():
            return Fault(INVALID, str(error))
        case CewenError():
            return Fault(UNAVAILABLE, str(error))
    logging.getLogger(__name__).error("a request of a program failed", exc_info=error)
    return Fault(FAULT, "程序内部出错，详情见服务器日志。")
