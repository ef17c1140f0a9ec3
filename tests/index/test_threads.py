"""Threads that wait leave the processor to those that work."""

import subprocess
import sys

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
