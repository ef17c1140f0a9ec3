"""Threads share the memory that they leave."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Threads that all hold memory at the same time, each of which would otherwise begin an arena.
COUNT = """
import ctypes, sys, threading
from web.memory import share_freed_memory

share_freed_memory()
libc, barrier, held = ctypes.CDLL(None), threading.Barrier(12), []
libc.malloc.restype = ctypes.c_void_p


def hold():
    held.append(libc.malloc(ctypes.c_size_t(5000)))
    barrier.wait()


threads = [threading.Thread(target=hold) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
"""


def arenas(tmp_path, **environment):
    told = tmp_path / "info.xml"
    command = [sys.executable, "-c", COUNT, str(told)]
    subprocess.run(command, cwd=ROOT, check=True, env={"PATH": "", **environment})
    return told.read_text().count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_there_are_two_arenas_unless_the_operator_wants_more(tmp_path):
    assert arenas(tmp_path) <= 2
    assert arenas(tmp_path, MALLOC_ARENA_MAX="6") > 2
