"""Fuzzing that goes where it has not been: edits of the seeds that reach new code are edited on.

    python -m tests.fuzz.guided [--seconds 60] [.docx ...]

Each kind of file gets a process of its own for so many seconds. What is found stands in `build/fuzz`:
the input of a crash or a hang, printed as edits too, is a case for `test_readers.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "build" / "fuzz"
SECONDS, MOST_EDITS, LONGEST_S, MOST_MB = 60, 8, 60, 4000
INSTRUMENTED = ["index", "docx", "openpyxl", "pdfminer", "pdfplumber"]


def main() -> int:
    """Fuzz every kind that is named, or all; 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suffixes", nargs="*", metavar="SUFFIX")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each kind")
    parser.add_argument("--one", action="store_true", help="in this process; for the processes")
    options = parser.parse_args()
    if options.one:
        fuzz(options.suffixes[0], options.seconds)
    from tests.fuzz.seeds import seeds

    failed = [s for s in options.suffixes or seeds() if not is_clean(s, options.seconds)]
    print(f"found something: {', '.join(failed)}" if failed else "nothing found")
    return int(bool(failed))


def is_clean(suffix: str, seconds: int) -> bool:
    """Whether nothing was found among files of this kind."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.guided",
        "--one",
        "--seconds",
        str(seconds),
        suffix,
    ]
    return subprocess.run(command, cwd=ROOT).returncode == 0


def fuzz(suffix: str, seconds: int) -> None:
    """Fuzz until the time is over or something is found; ends the process."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.edits import Edit, edited
        from tests.fuzz.reading import read
        from tests.fuzz.seeds import seeds

        # Readers import their libraries late: here, so that they are instrumented.
        for data in seeds()[suffix]:
            read(data, suffix)

    def one(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        seed = seeds()[suffix][given.ConsumeIntInRange(0, len(seeds()[suffix]) - 1)]
        edits = []
        while given.remaining_bytes() and len(edits) < MOST_EDITS:
            edits.append(Edit(*(given.ConsumeUInt(3) for _ in range(3))))
        try:
            read(edited(seed, suffix, edits), suffix)
        except Exception:
            print(suffix, edits, file=sys.stderr)
            raise

    corpus = FOUND / f"corpus{suffix}"
    corpus.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-timeout={LONGEST_S}", f"-rss_limit_mb={MOST_MB}"]
    options += ["-max_len=96", "-verbosity=0", f"-artifact_prefix={FOUND}/{suffix[1:]}-"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
