# Everything below sets up its own environment in .venv first. `make` alone lists the targets.

PYTHON ?= python3
# Words for the command line of the demo: make demo ARGS="--headless -u 20 -r 5 -t 60s"
ARGS ?=
# Words for pytest: make test TESTS="tests/unit -k histogram"
TESTS ?=
# How many tests run side by side; most of them wait for processes, so more than two cores.
JOBS ?= 3

BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench record-stock wheelhouse clean

help:
	@echo "make demo          run lftui on its built-in target          (ARGS=\"...\" for options)"
	@echo "make test          the checks, then every test               (TESTS=\"...\" for pytest)"
	@echo "make check         format, lint, types, architecture"
	@echo "make format        put the code into the format that check wants"
	@echo "make bench         the measurements behind the budgets       (ARGS=\"...\" for options)"
	@echo "make record-stock  what plain Locust makes of the stock locustfiles, recorded for the tests"
	@echo "make wheelhouse    lftui and all it needs as files, for a machine without a network"
	@echo "make clean         remove what the other targets have made"

# hatchling comes first and the build is not isolated, so that it too is the pinned version.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "lftui needs Python 3.11 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up .venv"
	@$(PYTHON) -m venv .venv || \
	  { echo "'$(PYTHON) -m venv' does not work; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install -c constraints.txt hatchling
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/lftui demo $(ARGS)

check: $(STAMP)
	@$(BIN)/ruff format --check --quiet --output-format concise . || \
	  { echo "not in the project's format; run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/mypy --no-error-summary
	@out=$$($(BIN)/lint-imports) || { echo "$$out"; exit 1; }

# Compiled first: the hundreds of processes that the tests start do not write what they compile.
test: check
	@$(BIN)/python -m compileall -q lftui
	@$(BIN)/python -m pytest -q -n $(JOBS) $(TESTS)

format: $(STAMP)
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(STAMP)
	@$(BIN)/python -m benchmarks $(ARGS)

# Needed when the pinned Locust, or a case of tests/stock, changes; the tests say so then.
record-stock: $(STAMP)
	@$(BIN)/python -m tests.stock.record $(ARGS)

wheelhouse: $(STAMP)
	@rm -rf wheelhouse
	@$(PIP) wheel -c constraints.txt --wheel-dir wheelhouse .
	@echo "wheelhouse: $$(ls wheelhouse | wc -l) files, $$(du -sh wheelhouse | cut -f1); docs/install.md says what to do with it"

clean:
	@rm -rf .venv wheelhouse dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
