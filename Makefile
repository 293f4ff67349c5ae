# Everything a user or CI runs. `make help` lists it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r
FALLBACK := $(BIN)/python -m pip install --quiet --require-hashes -r

.PHONY: help setup setup-dev bench bench-lambda bench-load bench-interpreter bench-plan validate-plan test test-fast lint format lock up clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

$(BIN)/uv: requirements/uv.txt
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $(BIN)/uv

$(VENV)/run.stamp: requirements/run.txt pyproject.toml $(BIN)/uv
	@echo "Installing the locked requirements"
	@$(INSTALL) requirements/run.txt || $(FALLBACK) requirements/run.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing the locked test requirements"
	@$(INSTALL) requirements/dev.txt || $(FALLBACK) requirements/dev.txt
	@touch $@

setup: $(VENV)/run.stamp ## Install what a run needs

setup-dev: $(VENV)/dev.stamp ## Install what the tests need

bench: setup ## Measure Redis-first against S3-first and write results/
	@$(BIN)/firstwrite bench $(BENCH_OPTIONS)

bench-lambda: setup ## Measure the local Lambda against its own floors
	@$(BIN)/python -m bench.lambda_benchmark $(BENCH_OPTIONS)

bench-load: setup ## Measure what the load generator itself can send
	@$(BIN)/python -m bench.load_benchmark $(BENCH_OPTIONS)

bench-interpreter: setup-dev ## Measure the state machine interpreter and its API beside others
	@$(BIN)/python -m bench.micro $(BENCH_OPTIONS)

bench-plan: setup-dev ## Measure the capacity engine against SimPy and its targets
	@$(BIN)/python -m bench.capacity_benchmark $(BENCH_OPTIONS)

validate-plan: setup ## Measure, predict with the capacity model, and compare
	@$(BIN)/python -m bench.plan_validation $(BENCH_OPTIONS)

up: setup ## Start the local stack until Ctrl-C
	@$(BIN)/firstwrite up

test: setup-dev lint ## Run all tests against the real local stack
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_OPTIONS)

test-fast: setup-dev ## Run the tests that need no server
	@$(BIN)/python -m pytest -m "not integration and not processes and not repetitions" $(PYTEST_OPTIONS)

lint: setup-dev ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy pipeline/functions

format: setup-dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes

lock: setup ## Renew the lock files
	@cd requirements && for name in uv run dev; do ../$(LOCK) $$name.in --output-file $$name.txt; done
	@cd localstack && ../$(LOCK) requirements.in --output-file requirements.txt

clean: ## Remove what was installed and what ran
	@rm -rf $(VENV) .localstack .firstwrite .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
