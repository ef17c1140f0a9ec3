"""The border at which every fault of the `openai` package becomes one of our reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.chat.errors import (
    BAD_OUTPUT,
    CUT_OFF,
    MODEL_MISSING,
    RATE_LIMITED,
    REJECTED,
    SERVER_ERROR,
    UNAUTHORISED,
    UNREACHABLE,
)
from qa.chat.transcript import Transcript

_REASON_OF_STATUS = {
    401: UNAUTHORISED,
    402: RATE_LIMITED,
    403: UNAUTHORISED,
    404: MODEL_MISSING,
    429: RATE_LIMITED,
}
_NO_SUCH_MODEL = re.compile(r"model.{0,80}not.{0,10}(exist|found)", re.IGNORECASE | re.DOTALL)
_SECONDS = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an attempt failed, and the seconds that the service asks to be left alone for."""

    reason: str
    pause: float = 0.0


def fault_of(error: Exception, transcript: Transcript) -> Fault:
    """The fault that an exception of the `openai` package, or of what it read, stands for."""
    return Fault(_reason(error, transcript), _asked_pause(error))


def _reason(error: Exception, transcript: Transcript) -> str:
    from openai import APIConnectionError, APIError, APIStatusError

    if isinstance(error, APIStatusError):
        if error.status_code == 400 and _NO_SUCH_MODEL.search(error.message):
            return MODEL_MISSING
        otherwise = SERVER_ERROR if error.status_code >= 500 else REJECTED
        return _REASON_OF_STATUS.get(error.status_code, otherwise)
    if isinstance(error, APIConnectionError):
        return CUT_OFF if transcript.raw else UNREACHABLE
    return SERVER_ERROR if isinstance(error, APIError) else BAD_OUTPUT


def _asked_pause(error: Exception) -> float:
    """The seconds of a Retry-After header; 0 where there is none."""
    from openai import APIStatusError

    headers = error.response.headers if isinstance(error, APIStatusError) else {}
    seconds = headers.get("retry-after", "")
    return float(seconds) if _SECONDS.fullmatch(seconds) else 0.0
