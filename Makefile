# `make help` lists what can be typed. Everything sets itself up first: nothing has to be installed but Python.
PYTHON ?= python3
BENCH ?=
BOOTSTRAP := $(PYTHON) -m tools.bootstrap
HERE := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run run-cluster setup train test coverage check audit format docs smoke bench lock clean

run: ## set everything up, train if needed and run; prints the chat page's address
	@$(BOOTSTRAP) run-env
	@$(HERE) -m tools.run

run-cluster: ## the same as a cluster: two of each behind one address, PostgreSQL and Redis
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.cluster

setup: ## set both environments up (and .env), without running anything
	@$(BOOTSTRAP) run-env

train: ## train Rasa's model, if what it is made of has changed
	@$(BOOTSTRAP) run-env
	@$(HERE) -m tools.train

test: ## run every test; sets up what they need, a browser included
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.train
	@$(HERE) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

coverage: ## run every test and show which lines of the desk, the actions and the sandbox they reach
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.train
	@$(HERE) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --cov --cov-report=term:skip-covered --cov-report=html

check: ## format, lint, types, licences, the bot's data and the vendored files
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.check

audit: ## are there known vulnerabilities in what is locked? (asks a database over the network)
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.audit

format: ## put the code into shape
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m ruff format .
	@$(HERE) -m ruff check --fix .

docs: ## build the documentation's site in docs/_build/html
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.mermaid
	@$(HERE) -m sphinx -q -n -W --keep-going docs docs/_build/html
	@echo "docs/_build/html/index.html"

smoke: ## hold one whole conversation with the running system; prints it
	@$(BOOTSTRAP) run-env
	@$(HERE) -m tools.smoke

bench: ## measure (all, or `make bench BENCH="one two"`)
	@$(BOOTSTRAP) dev-env
	@$(HERE) -m tools.train
	@$(HERE) -m bench $(BENCH)

lock: ## resolve all requirements anew and write the locks
	@$(BOOTSTRAP) lock

clean: ## remove environments, models and caches; keeps .env and var/
	rm -rf .venv rasa-server/.venv .tools docs/_build models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
