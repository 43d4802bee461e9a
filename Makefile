# Minka: every command a newcomer needs. `make demo` to see it, `make test` to trust it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.PHONY: help env demo test soak bench oracle openapi pins clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(STAMP)  ## the environment in .venv, with pinned dependencies
	@:

# Nothing is resolved here: constraints.txt names every package, the build backend included.
$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	 || { echo "Minka needs Python 3.11 or later: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV), about a minute the first time ..."
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install -q --no-deps -r constraints.txt; \
	 else $(PIP) -r constraints.txt; fi
	@$(PIP) --no-build-isolation -e .
	@touch $(STAMP)

demo: env  ## load the demo into var/ and serve it on 127.0.0.1:8000
	@mkdir -p var
	@MINKA_DEMO=1 MINKA_DATABASE_URL=sqlite:///var/minka.db $(BIN)/minka demo --serve

test: env  ## format, lint, types, contracts and the whole suite on both databases
	@$(BIN)/python .ci/steps.py

soak: env  ## hours for the machine: many more examples, many more races
	@HYPOTHESIS_PROFILE=soak $(BIN)/pytest -n 2 -m ''

bench: env  ## requests per second and CPU per request, beside the floor
	@$(BIN)/python -m bench

oracle: env  ## ask a JavaScript client (Node and npm) for the instants of every calendar case, into the table of the tests
	@command -v npm >/dev/null || { echo "make oracle needs Node and npm; make test does not."; exit 1; }
	@npm install --silent --no-audit --no-fund --prefix var/oracle ical.js@2.2.1
	@NODE_PATH=$(CURDIR)/var/oracle/node_modules $(BIN)/python -m tests.calendar.oracle

openapi: env  ## write the API's description, with the demo's examples
	@$(BIN)/python -m app.demo.examples
	@mkdir -p docs && $(BIN)/minka openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

# --no-emit-index-url and friends: the file names packages and versions, never where they were fetched.
pins: env  ## choose the newest dependencies anew and write constraints.txt
	@command -v uv >/dev/null || $(PIP) uv
	@PATH="$(BIN):$$PATH" uv pip compile -q --upgrade --universal --python-version 3.11 --extra dev --no-annotate \
	 --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o constraints.txt

clean:  ## remove the environment and every cache; var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* *.egg-info
