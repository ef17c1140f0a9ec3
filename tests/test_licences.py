"""Nothing that an installation brings along is under a licence that would bind whoever passes it on."""

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

BINDING = re.compile(r"(?<!L)\b(AGPL|GPL)|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
FREED = re.compile(r"exception", re.IGNORECASE)
"""A GPL with an exception for those who only use it, as that of compilers' run-time libraries."""


def closure(name, *extras):
    """The distributions that installing `name` with `extras` brings along, itself too."""
    found, visited, open_ends = {}, set(), [(name, extra) for extra in ("", *extras)]
    while open_ends:
        name, extra = end = open_ends.pop()
        if end in visited:
            continue
        visited.add(end)
        try:
            found[name.lower()] = installed = distribution(name)
        except PackageNotFoundError:
            # Of another platform.
            continue
        for needed in map(Requirement, installed.requires or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                open_ends += [(needed.name, each) for each in ("", *needed.extras)]
    return found


def licences(installed):
    """What a distribution says of its licence: expression, classifiers, or the line of old metadata."""
    said = installed.metadata
    old = (said["License"] or "").partition("\n")[0]
    classifiers = [c for c in said.get_all("Classifier") or () if c.startswith("License")]
    return [said["License-Expression"]] if said["License-Expression"] else [*classifiers, old]


@pytest.mark.parametrize(
    ("said", "is_binding"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3", False),
        ("Apache-2.0", False),
    ],
)
def test_binding_licences_are_told_from_others(said, is_binding):
    assert bool(BINDING.search(said)) is is_binding


def test_no_package_at_run_time_is_under_a_binding_licence():
    installed = closure("cewen", "llm", "postgres")
    assert {"gradio", "faiss-cpu", "torch", "openai"} <= installed.keys()
    said = {name: licences(each) for name, each in installed.items()}
    bound = {
        name: texts
        for name, texts in said.items()
        if any(BINDING.search(t) and not FREED.search(t) for t in texts)
    }
    assert not bound
