"""Threads that wait leave the processor to those that work."""

import os
import subprocess
import sys
from types import ModuleType
from unittest.mock import Mock

import pytest

from index.encode import SentenceTransformerEncoder
from index.errors import EncoderError
from index.threads import WAITING, sleeping_threads
from qa.rerank import Reranker

SCRIPT = """
import numpy, faiss
from threadpoolctl import threadpool_info
from index.threads import multiply_alone

faiss_threads = faiss.omp_get_max_threads()
multiply_alone()
own = [e for e in threadpool_info() if e.get("threading_layer") == "pthreads"]
print(all(each["num_threads"] == 1 for each in own), faiss.omp_get_max_threads() == faiss_threads)
"""


def test_numpy_multiplies_alone_and_faiss_keeps_its_threads():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("own", [{}, {"OMP_WAIT_POLICY": "active"}, {"GOMP_SPINCOUNT": "9"}])
def test_threads_sleep_unless_the_operator_says_otherwise(monkeypatch, own):
    for name in WAITING:
        monkeypatch.delenv(name, raising=False)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    with sleeping_threads():
        assert {n: os.environ[n] for n in WAITING if n in os.environ} == (own or WAITING)
    assert {n: os.environ[n] for n in WAITING if n in os.environ} == own


@pytest.mark.parametrize("load", [SentenceTransformerEncoder, Reranker])
def test_what_brings_torch_brings_threads_that_sleep(monkeypatch, load):
    class Library(ModuleType):
        """Stands in for sentence-transformers, and fails as it does when a model is not there."""

        def __getattr__(self, name):
            seen.append(WAITING.items() <= os.environ.items())
            return Mock(side_effect=OSError)

    seen = []
    for name in WAITING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "sentence_transformers", Library("sentence_transformers"))
    with pytest.raises(EncoderError):
        load("none")
    assert seen and all(seen)
