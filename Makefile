# Every target sets up what it needs: system packages, uv, an environment in .venv from the hashed lock.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers check models scoreboard bench grids ticks proposals survey samples walkthrough axe lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/.ready-run ## digitize scans/ and show what was found
	$(BIN)/digitizer run scans/form4-seed.pdf scans/*.* --out out --report --show

test: .venv/.ready-dev ## run the tests
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(ARGS)

lint: .venv/.ready-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready-dev ## mypy, strict
	$(BIN)/mypy

layers: .venv/.ready-dev ## import-linter: arrows only downward
	$(BIN)/lint-imports

check: test lint types layers ## all of the above

models: .venv/.ready-dev ## train the models in models/ anew
	$(BIN)/python -m tools.trainers.make_models $(ARGS)

scoreboard: .venv/.ready-dev ## score every set of scans with truth, and against an earlier run (ARGS="--against KEPT.json")
	$(BIN)/python -m tools.scoreboard $(ARGS)

bench: .venv/.ready-dev ## time a page against plain tesseract
	$(BIN)/python -m tools.bench $(ARGS)

grids: .venv/.ready-dev ## tell drawn tables cell by cell and score them (ARGS="--tables 12 --family archive")
	$(BIN)/python -m tools.grids $(ARGS)

ticks: .venv/.ready-dev ## score checkboxes ticked by hand, drawn (ARGS="--pages 8")
	$(BIN)/python -m tools.ticks $(ARGS)

proposals: .venv/.ready-dev ## how much of a form's definition its scans alone propose (ARGS="sec-form-4 SCAN...")
	$(BIN)/python -m tools.proposals $(ARGS)

survey: .venv/.ready-dev ## a table of a run without truth (ARGS="RECORDS.jsonl")
	$(BIN)/python -m tools.survey $(ARGS)

samples: .venv/.ready-dev ## draw the scans in scans/ anew
	$(BIN)/python -m tools.drawing.samples scans

walkthrough: .venv/.ready-dev ## draw the pictures of docs/how-it-works.md anew
	$(BIN)/python -m tools.walkthrough scans/form4-photo.jpg docs

axe: ## fetch axe-core by npm, for the tests of accessibility, which are skipped without it
	npm install --prefix tests/review/axe --no-package-lock --no-audit --no-fund

LOCK := uv pip compile --quiet --override tools/overrides.in --universal --generate-hashes --no-emit-index-url --no-header $(UPGRADE) \
	--python-version 3.11 --custom-compile-command "make lock" pyproject.toml tools/build-requirements.in

lock: ## write both locks; versions stay where they can (UPGRADE=--upgrade: the newest)
	$(PYTHON) tools/provision.py $(LOCK) --extra double --output-file requirements.lock
	$(PYTHON) tools/provision.py $(LOCK) --extra double --extra dev --extra cluster --extra postgres --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what make has made
	rm -rf .venv .boot build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/.ready-run: requirements.lock pyproject.toml tools/provision.py
	$(PYTHON) tools/provision.py run

.venv/.ready-dev: requirements-dev.lock pyproject.toml tools/provision.py
	$(PYTHON) tools/provision.py dev
