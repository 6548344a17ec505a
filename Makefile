# Two commands: `make run` and `make test`. The others are for whoever builds Hostler.

PYTHON := .venv/bin/python
SETUP  := python3 -m tools.setup

.DEFAULT_GOAL := help
.PHONY: help run test check lock matrix translations screenshots bench
MAKEFLAGS += --no-print-directory

help: ## say what there is
	@echo "make …"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: ## run Hostler with a demo shop on http://localhost:8000 (PORT=… for another port)
	@$(SETUP)
	@exec $(PYTHON) -m tools.run

test: ## prove it: set up, check, then every test (ONLY='…' passes pytest its arguments)
	@$(SETUP) --tests
	@$(MAKE) check
	$(PYTHON) -m pytest -n 2 --dist worksteal $(ONLY)

check: ## lint, format, types, floors, templates: seconds
	@$(SETUP) --dev
	@$(PYTHON) -m tools.check

lock: ## resolve requirements/*.in anew into exact, hashed *.txt
	@$(SETUP) --dev
	@$(PYTHON) -m tools.lock

matrix: ## write tests/matrix.txt anew: who may open which route
	@$(SETUP) --dev
	@WRITE_MATRIX=1 $(PYTHON) -m pytest -q -n0 tests/test_matrix.py

translations: ## gather new texts into translations/*/LC_MESSAGES/messages.po
	@$(SETUP) --dev
	@$(PYTHON) -m tools.translations

screenshots: ## take the pictures of the README
	@$(SETUP) --tests
	@$(PYTHON) -m tools.screenshots

bench: ## measure against floors (ONLY=page,startup for some) and write var/bench.json
	@$(SETUP) --dev
	@$(PYTHON) -m tests.bench $(ONLY)
