# Everything sets itself up; `make demo` and `make test` are all that a fresh machine needs.
SHELL := /bin/sh
SYSTEM_PYTHON := $(shell command -v python3.11 || command -v python3)
INSTALL = @$(SYSTEM_PYTHON) portal/embedded/install.py
BIN := .venv/bin
TEST_STATE := $(CURDIR)/.local/test

.PHONY: demo test check bench lock setup
.DEFAULT_GOAL := demo

demo: ## start everything; PORT=8001 for another address, FRESH=1 to start over
	$(INSTALL) demo
	@exec $(BIN)/python manage.py demo --with-parent $(if $(FRESH),--fresh)

setup: ## the environment for work on the code
	$(INSTALL) test

test: setup ## all tests: first those without a browser, side by side, then those with one
	@export MOTCUA_STATE=$(TEST_STATE); \
	trap '$(BIN)/python -m portal.embedded down' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python -m portal.embedded up --fast && \
	$(BIN)/pytest -n 2 -m "not browser" && \
	$(BIN)/pytest -m browser

check: setup ## format, lint, types, imports, templates, migrations, translations
	@set -e; \
	$(BIN)/ruff format --check .; \
	$(BIN)/ruff check .; \
	$(BIN)/mypy manage.py portal payments integrations procedures tests; \
	$(BIN)/lint-imports; \
	$(BIN)/djlint --lint --quiet templates; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	$(BIN)/python manage.py check_translations

bench: ## measurements as JSON; SIZE=full for the largest sizes, ONLY=name for one
	$(INSTALL) bench
	@$(BIN)/python -m bench

lock: ## renews both lock files and the npm one; addresses of registries never stand in them
	$(INSTALL) test
	@set -e; \
	compile="$(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 --upgrade"; \
	$$compile requirements.in -o requirements.lock; \
	$$compile requirements-dev.in -c requirements.lock -o requirements-dev.lock; \
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund; \
	! grep -n '"resolved"' package-lock.json
