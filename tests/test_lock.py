"""What a release is installed with is what the project asks for, every file of it by hash."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BEFORE = "torch"
"""Installed on its own: one index has it without GPU libraries."""
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *extras["llm"], *extras["postgres"]]
    return [needed for needed in map(Requirement, listed) if needed.name != BEFORE]


def test_every_dependency_is_pinned_within_its_range():
    lock = (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")
    pinned = dict(PINNED.findall(lock))
    assert BEFORE not in pinned
    loose = [n for n in asked_for() if not n.specifier.contains(pinned.get(n.name, ""))]
    assert not loose, "make lock"


def test_every_pin_has_hashes():
    lock = (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", lock)
    pins = [block for block in blocks if PINNED.match(block)]
    assert len(pins) > len(asked_for())
    assert all("--hash=sha256:" in block for block in pins)
