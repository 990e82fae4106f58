# make demo   try the bot in the browser, without a token
# make test   lint, types, contracts, content, tests
# Everything else: make help

VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Never an index address in a lock: every machine uses its own.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(VENV)-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet

WAITING := tests/process tests/crash tests/demo
.DEFAULT_GOAL := help
.PHONY: help demo run test lint check bench crash slots screenshot fonts lock clean python

help:
	@echo "make demo        try the bot in the browser, without a token"
	@echo "make test        lint, types, contracts, content, tests, coverage"
	@echo "make run         connect to Discord (needs MIANJING_TOKEN)"
	@echo "make lint        only lint, format, types, contracts, content"
	@echo "make bench       benchmarks, with their floors"
	@echo "make crash       kill the real bot 200 times during a fan-out, and in a burst of answers (about 12 minutes)"
	@echo "make slots       every slot of 500 zones in six years (about 4 minutes)"
	@echo "make screenshot  take the README's pictures from the running demo"
	@echo "make fonts       make the vendored fonts again from the whole Noto Sans SC (needs npm)"
	@echo "make lock        renew requirements.lock and requirements-dev.lock"
	@echo "make clean       remove the environment and caches"

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; install it, or say make PYTHON=/path/to/python3.x" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11; say make PYTHON=/path/to/python3.x" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) lacks the venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(BIN)/python: | python
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/python -m bot demo

run: $(VENV)/.run
	$(BIN)/python -m bot run

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot bank check

test: lint
	$(BIN)/coverage erase
# Three at a time: what mostly waits (real processes, a real browser), the cogs, and the rest.
	@mkdir -p artifacts; \
	$(BIN)/coverage run -p -m pytest $(WAITING) > artifacts/waiting.log 2>&1 & waiting=$$!; \
	$(BIN)/coverage run -p -m pytest tests/cogs > artifacts/cogs.log 2>&1 & cogs=$$!; \
	$(BIN)/coverage run -p -m pytest tests $(WAITING:%=--ignore=%) --ignore=tests/cogs; rest=$$?; \
	wait $$cogs; cogged=$$?; cat artifacts/cogs.log; \
	wait $$waiting; waited=$$?; cat artifacts/waiting.log; \
	test $$rest = 0 -a $$cogged = 0 -a $$waited = 0
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks

crash: $(VENV)/.dev
	$(BIN)/python -m tests.crash

slots: $(VENV)/.dev
	$(BIN)/python -m tests.domain.every_slot

screenshot: $(VENV)/.dev
	$(BIN)/python -m tests.demo.screenshot

# What bot/pictures/fonts/ holds: Noto Sans SC cut down to GB2312, Latin, kana and common signs.
NOTO := @expo-google-fonts/noto-sans-sc@0.4.3
fonts: | python
	$(PYTHON) -m venv build/fonts/venv
	build/fonts/venv/bin/python -m pip install --quiet fonttools==4.68.0
	cd build/fonts && npm pack --silent $(NOTO) && tar xzf expo-google-fonts-noto-sans-sc-*.tgz
	build/fonts/venv/bin/python bot/pictures/fonts/subset.py build/fonts/package
	cp build/fonts/package/LICENSE_FONT bot/pictures/fonts/OFL.txt

lock: | python
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet uv
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) pyproject.toml --extra demo --extra postgres --extra build -o requirements.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) pyproject.toml --extra demo --extra postgres --extra build --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) $(VENV)-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist *.egg-info
