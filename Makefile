# The commands of a newcomer, and those of a developer. Needs Linux, make and Python 3.11 or newer with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OLDER := .compat/.ready
export BRIEFS_DAGSTER_STORAGE ?= $(CURDIR)/warehouse/.dagster
export DAGSTER_HOME ?= $(CURDIR)

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(OLDER): requirements-older.lock $(READY)
	rm -rf .compat
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target .compat/duckdb14 -r requirements-older.lock
	@touch $@

.PHONY: setup
setup: $(READY) ## Make the virtual environment from the hashed lock

.PHONY: nightly
nightly: $(READY) ## Take in seeds/briefs/, publish warehouse/published.duckdb, tell what came of it
	@$(BIN)/briefs nightly

.PHONY: test
test: $(READY) $(OLDER) ## Run all tests, the files of tests side by side
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

.PHONY: check
check: $(READY) ## Format, lint, types, layering, dbt parse
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pipelines.dbt_runner parse

.PHONY: format
format: $(READY) ## Bring the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: dev
dev: $(READY) ## Open Dagster's pages on http://127.0.0.1:3000
	@mkdir -p $(BRIEFS_DAGSTER_STORAGE)
	$(BIN)/dagster dev --host 127.0.0.1 --port 3000

.PHONY: docs
docs: $(READY) ## Write dbt's docs of the warehouse to warehouse/.dbt/target/static_index.html
	$(BIN)/python -m pipelines.dbt_runner docs generate --static

.PHONY: bench
bench: $(READY) ## Speeds as ratios within one run
	$(BIN)/python -m tests.bench_warehouse
	$(BIN)/python -m tests.bench

.PHONY: torture
torture: $(READY) ## Kill nightly runs 500 times and compare; KILLS=n for another number
	$(BIN)/python -m tests.torture.torture --kills $(or $(KILLS),500) --log warehouse/torture.log

.PHONY: fuzz
fuzz: $(READY) ## Throw 100,000 broken inputs at the readers and the extractor; INPUTS=n for another number
	@mkdir -p warehouse
	$(BIN)/python -m tests.fuzz.fuzz --inputs $(or $(INPUTS),100000) --log warehouse/fuzz.log

.PHONY: lock
lock: ## Write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock

.PHONY: clean
clean: ## Remove what was made, the warehouse and the environment included
	rm -rf $(VENV) .compat warehouse/*.duckdb* warehouse/versions warehouse/.dagster warehouse/.dbt warehouse/runs.jsonl warehouse/fuzz* warehouse/sources warehouse/warehouse.lock* dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache
