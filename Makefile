# Two commands do all the set-up: `make demo` and `make test`. Needed first: git, make, Python 3.11+ with venv.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
BENCH_NODE := benchmarks/node/node_modules/.installed

.PHONY: demo up test bench chaos lint types schema lock clean

demo: $(VENV)/.installed
	@$(RUN)/likeness demo

up: $(VENV)/.installed
	@$(if $(PORT),PORT=$(PORT)) $(if $(LIKENESS_DATA_DIR),LIKENESS_DATA_DIR=$(LIKENESS_DATA_DIR)) exec $(RUN)/likeness up

# In the order of tests/conftest.py, which begins with what takes longest; xdist's own would end with it.
test: $(VENV)/.installed-dev lint types
	$(RUN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

chaos: $(VENV)/.installed-dev
	LIKENESS_CHAOS=long $(RUN)/python -m pytest -q tests/e2e tests/integration/test_ledger_races.py tests/integration/test_ledger_model.py

# Requests and frames at random, in the hope of a 500. A failure tells the seed.
.PHONY: fuzz
fuzz: $(VENV)/.installed-dev
	LIKENESS_FUZZ=long $(RUN)/python -m pytest -q tests/api/test_http_fuzz.py tests/api/test_socket_fuzz.py

bench: $(VENV)/.installed-dev $(BENCH_NODE)
	$(RUN)/python -m benchmarks

# The rivals on Node. Without npm, or when it fails, the benchmarks say so and run without them.
$(BENCH_NODE): benchmarks/node/package-lock.json
	@if command -v npm >/dev/null; then echo "Installing into benchmarks/node/node_modules ..."; cd benchmarks/node && npm ci --silent && touch node_modules/.installed || echo "npm ci failed."; fi

lint: $(VENV)/.installed-dev
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/lint-imports --no-logo 2>/dev/null || $(RUN)/lint-imports

types: $(VENV)/.installed-dev
	$(RUN)/mypy -n 2

schema: $(VENV)/.installed-dev
	$(RUN)/python -m schema.export schema.graphql
	$(RUN)/python -m schema.viewer_events_page docs/viewer-events.md

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

# Other people's clients and audits against a server of its own. The only target that needs Node.
.PHONY: test-clients have-node
test-clients: have-node $(VENV)/.installed-dev tests/clients/node_modules/.package-lock.json
	@$(RUN)/python -m tests.clients

have-node:
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		&& command -v npm >/dev/null || { echo "make test-clients needs Node 20.19 or newer, with npm."; exit 1; }

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json | have-node
	@echo "Installing into tests/clients/node_modules ..."
	@npm --prefix tests/clients ci --silent
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
