PYTHON ?= python3
WORKERS ?= auto
TESTS ?= tests
PY := .venv/bin/python
# The widest lock is resolved first and seeds the narrower ones, so that a library has one version in all. No address gets into them.
LOCK := PIP_FIND_LINKS= UV_FIND_LINKS= $(PY) -m uv pip compile pyproject.toml --no-config --universal --generate-hashes --python-version 3.11 \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet
.DEFAULT_GOAL := help
.PHONY: help run test check bench docs reset new-context lock

help: ## this list
	@echo 'Skillhall. The trade:'
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: ## install what is missing and run the hall on http://localhost:8000 (PORT=8001 for another port); Ctrl-C ends it
	@$(PYTHON) bootstrap.py run
	@exec env SKILLHALL_MODE=sandbox $(if $(PORT),SKILLHALL_PORT=$(PORT)) ./.venv/bin/skillhall up

test: ## run all tests (FAST=1: those of a minute; FULL=1: the long runs too; TESTS=tests/ledger: a part)
	@$(PYTHON) bootstrap.py test
	@$(if $(FAST)$(filter-out tests,$(TESTS)),,SKILLHALL_WHOLE_RUN=1) $(PY) -m pytest $(TESTS) -q -n $(WORKERS) --dist worksteal $(if $(FAST),-m "not slow")

check: ## style, types, import contracts, the rules of the architecture
	@$(PYTHON) bootstrap.py check
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m basedpyright --threads 2
	@.venv/bin/lint-imports --no-logo
	@$(if $(TESTED),,$(PY) -m pytest tests/architecture -q)

bench: ## measure the server against the floor of its database (FULL=1: up to a million sessions)
	@$(PYTHON) bootstrap.py test
	@$(PY) -m bench

docs: ## write the generated documents anew
	@$(PYTHON) bootstrap.py run
	@$(PY) -m skillhall.deploy.docs

reset: ## ask, then delete ./data with everything in it
	@$(PYTHON) bootstrap.py run
	@$(PY) -m skillhall.deploy.reset

new-context: ## write the skeleton of a context: NAME=gardening STOREY=5
	@$(if $(and $(NAME),$(STOREY)),,$(error Say which: make new-context NAME=gardening STOREY=5))
	@$(PYTHON) bootstrap.py run
	@$(PY) -m skillhall.deploy.scaffold $(NAME) $(STOREY)

lock: ## resolve pyproject.toml into the three locks (UPGRADE=1: to the newest versions)
	@$(PYTHON) bootstrap.py check
	@$(LOCK) --group test --group check $(if $(UPGRADE),--upgrade) --output-file requirements-check.lock >/dev/null
	@cp requirements-check.lock requirements-test.lock && $(LOCK) --group test --output-file requirements-test.lock >/dev/null
	@cp requirements-test.lock requirements.lock && $(LOCK) --output-file requirements.lock >/dev/null
