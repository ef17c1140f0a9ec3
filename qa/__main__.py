"""`python -m qa …` does what `cewen …` does."""

from qa.cli import run

run()
