"""Each line of the threat model, and of what the site stands, names a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES = [
    line
    for name in ("security.md", "reliability.md")
    for line in (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| from |", "| what |"))
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_names_its_test_or_says_why_there_is_none(line):
    named = re.search(r"`(tests/\S+\.py)::(test_\w+)`", line)
    if named is None:
        assert "none: " in line
        return
    file, name = named.groups()
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
