"""`python app_gradio.py` serves the page; it does what `cewen serve` does."""

import sys

from qa.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
