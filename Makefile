# Minka: every command a newcomer needs. `make demo` to see it, `make test` to trust it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help env demo test

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(STAMP)  ## the environment, with pinned dependencies

$(STAMP): constraints.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install -q --no-deps -r constraints.txt; \
	 else $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r constraints.txt; fi
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)
