"""Threads that wait without taking the processor from those that work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

WAITING = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"}
"""What an OpenMP reads when it is loaded. GNU's goes by the second: threads that spin for some
microseconds before they sleep are there for the next call, and soon out of the way of all else."""

TORCH = ThreadPoolExecutor(1, "torch")
"""What torch computes for the bundled model is computed in it; whoever runs in it must not wait for it.

OpenMP keeps a team of threads for every one that calls it. Once they are more than there are processors they do
not spin at all: what has hundreds of small steps, as reading a passage has, then takes twice as long.
"""


@contextmanager
def sleeping_threads() -> Iterator[None]:
    """An OpenMP that is loaded meanwhile lets its threads sleep between calls; others spin.

    Where something else wants the processor, spinning threads make a question take several times as
    long. What the operator has set stays.
    """
    if WAITING.keys() & os.environ.keys():
        yield
        return
    os.environ |= WAITING
    try:
        yield
    finally:
        for name in WAITING:
            del os.environ[name]


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
