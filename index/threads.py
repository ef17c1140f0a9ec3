"""Threads that wait without taking the processor from those that work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

WAIT_POLICY = "OMP_WAIT_POLICY"


@contextmanager
def sleeping_threads() -> Iterator[None]:
    """An OpenMP that is loaded meanwhile lets its threads sleep between calls; others spin.

    Where something else wants the processor, spinning threads make a question take several times as
    long. What the operator has set stays.
    """
    if WAIT_POLICY in os.environ:
        yield
        return
    os.environ[WAIT_POLICY] = "passive"
    try:
        yield
    finally:
        del os.environ[WAIT_POLICY]


@cache
def multiply_alone() -> None:
    """Numpy multiplies matrices in the thread that wants it, from now on.

    Products here are small, and after each the helpers of its OpenBLAS spin for a while: over a
    million passages what comes next took twice as long. An OpenBLAS on OpenMP is left as it is: it
    shares its threads with FAISS, and they sleep.
    """
    # Imported here: who only writes files multiplies nothing.
    from threadpoolctl import ThreadpoolController

    ThreadpoolController().select(threading_layer="pthreads").limit(limits=1, user_api="blas")
