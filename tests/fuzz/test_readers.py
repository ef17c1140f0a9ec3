"""Every reader over files broken in every way: a document, or one line; nothing else, and in time.

The same few examples every time; `FUZZ_EXAMPLES` asks for so many of each kind, and others.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.readers import READABLE
from tests.at_most import at_most
from tests.fuzz.edits import Edit, edited
from tests.fuzz.reading import read
from tests.fuzz.seeds import seeds

MORE = os.environ.get("FUZZ_EXAMPLES")
SECONDS = 60
"""A hang, not a slow machine."""
EXAMPLES = {".txt": 80, ".md": 80, ".csv": 80, ".tsv": 40, ".html": 80, ".zip": 40}
FEW = 25
"""Of kinds that take long to read."""

FOUND = [
    # Theme and task doubled, with nothing between: the first task was lost.
    (".txt", 0, [Edit(11717376, 36857, 0)]),
]
"""What guided fuzzing has found: kind, seed, edits."""

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such alarm"),
    # What libraries have to say of broken files is nobody's concern.
    pytest.mark.filterwarnings("ignore"),
]

any_number = st.integers(0, 2**20)
any_edits = st.lists(st.builds(Edit, any_number, any_number, any_number), min_size=1, max_size=5)


def bounded(suffix):
    return settings(
        max_examples=int(MORE or EXAMPLES.get(suffix, FEW)),
        derandomize=not MORE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_every_kind_that_is_read_has_seeds_that_are_read():
    assert set(seeds()) == set(READABLE) - {".htm"}
    for suffix, files in seeds().items():
        assert [read(data, suffix) for data in files] == [""] * len(files), suffix


@pytest.mark.parametrize("suffix", sorted(seeds()))
def test_files_broken_on_purpose(suffix):
    @bounded(suffix)
    @given(st.integers(0, len(seeds()[suffix]) - 1), any_edits)
    def broken(seed, edits):
        with at_most(SECONDS, (suffix, seed, edits)):
            read(edited(seeds()[suffix][seed], suffix, edits), suffix)

    broken()


@pytest.mark.parametrize(("suffix", "seed", "edits"), FOUND)
def test_what_was_found_once_is_read(suffix, seed, edits):
    assert read(edited(seeds()[suffix][seed], suffix, edits), suffix) == ""


@pytest.mark.parametrize("suffix", sorted(seeds()))
def test_files_of_any_bytes(suffix):
    @bounded(suffix)
    @given(st.binary(max_size=300))
    @example(b"%PDF-1.7\n")
    @example(b"PK\x03\x04")
    @example(b"PK\x05\x06" + bytes(18))
    @example(b"\xff\xfe\x00")
    @example("\ufeff".encode("utf-16"))
    def any_bytes(data):
        with at_most(SECONDS, (suffix, data)):
            read(data, suffix)

    any_bytes()


def test_edits_change_files():
    for suffix, (data, *_) in seeds().items():
        changed = {edited(data, suffix, [Edit(kind, 77, 5)]) for kind in range(60)}
        assert len(changed - {data}) > 7, suffix
