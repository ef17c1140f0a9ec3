"""Threads share the memory that they leave; what stays for good is not looked through for garbage."""

import gc
import platform
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from qa.answering import answerer_over
from qa.opening import open_searcher
from web.memory import for_good

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


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_what_is_made_for_good_is_not_looked_through_again():
    gc.unfreeze()
    with for_good():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


@pytest.mark.usefixtures("thawed")
def test_garbage_is_collected_again_when_making_it_failed():
    gc.unfreeze()
    with pytest.raises(ValueError, match="no page"), for_good():
        raise ValueError("no page")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("kept", ["store", "large_store"])
def test_a_store_that_another_takes_the_place_of_is_freed_without_being_looked_for(kept, request):
    home = request.getfixturevalue(kept).home
    gc.disable()
    try:
        searcher = open_searcher(home.open())
        answerer = answerer_over(searcher)
        answerer.answer("哪些省份设立了质押融资风险补偿基金")
        held = [weakref.ref(each) for each in (searcher.store, searcher, answerer)]
        del searcher, answerer
        assert [each() for each in held] == [None, None, None]
    finally:
        gc.enable()
