"""A time limit that makes a hang a failure."""

import signal
from contextlib import contextmanager

import pytest


@contextmanager
def at_most(seconds, what):
    """Fail where it takes longer; regular expressions can be interrupted so too."""

    def stop(*_):
        pytest.fail(f"more than {seconds} s: {what}")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
