# Regulars. `make run` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev
JOBS ?= auto

.PHONY: run test check lint types walls bench soak mutants screenshot clean

run: $(READY)
	@$(BIN)/regulars $(ARGS)

test: $(DEV)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: lint types walls

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

walls: $(DEV)
	$(BIN)/lint-imports

bench: $(DEV)
	$(BIN)/python -m tests.bench $(ARGS)

soak: $(DEV)
	$(BIN)/python -m pytest -n $(JOBS) -m slow $(ARGS)

mutants: $(DEV)
	$(BIN)/python -m tests.mutants $(ARGS)

screenshot: $(DEV)
	$(BIN)/python -m tests.screenshot

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Regulars needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(READY): pyproject.toml | $(VENV)/bin/python
	@echo "Setting up Regulars (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(DEV): pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
