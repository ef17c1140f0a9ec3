"""Where the files that ship with the project are: `data/` and `prompts/`.

In a checkout they stand at the top; in an installed wheel inside this package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE / "resources" if (_PACKAGE / "resources").is_dir() else _PACKAGE.parent

DATA = _ROOT / "data"
KNOWLEDGE = DATA / "knowledge"
PROMPTS = _ROOT / "prompts"


def bundled_documents() -> list[Path]:
    """The documents the project answers from out of the box, by name."""
    return sorted(DATA.glob("*.txt"))
