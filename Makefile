# Two commands do all the set-up: `make demo` and `make test`. Needed first: git, make, Python 3.11+ with venv.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: demo up test bench chaos lint types schema lock clean

demo: $(VENV)/.installed
	@$(RUN)/likeness demo

up: $(VENV)/.installed
	@$(if $(PORT),PORT=$(PORT)) $(if $(LIKENESS_DATA_DIR),LIKENESS_DATA_DIR=$(LIKENESS_DATA_DIR)) exec $(RUN)/likeness up

test: $(VENV)/.installed-dev lint types
	$(RUN)/python -m pytest -q -n 2 --dist loadfile

chaos: $(VENV)/.installed-dev
	LIKENESS_CHAOS=long $(RUN)/python -m pytest -q tests/e2e tests/integration/test_ledger_races.py tests/integration/test_ledger_model.py

bench: $(VENV)/.installed-dev
	$(RUN)/python -m benchmarks

lint: $(VENV)/.installed-dev
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/lint-imports --no-logo 2>/dev/null || $(RUN)/lint-imports

types: $(VENV)/.installed-dev
	$(RUN)/mypy

schema: $(VENV)/.installed-dev
	$(RUN)/python -m schema.export schema.graphql

# After a change of dependencies: `pip install uv` in a place of your own, then `make lock`.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group build pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group dev pyproject.toml -o requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV) ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
