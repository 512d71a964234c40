# Everything one does here. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
CORE := $(VENV)/.core-installed
TEST := $(VENV)/.test-installed
PIP := $(RUN) -m pip --quiet --quiet --disable-pip-version-check
DEMO_SERVE ?= 1
DEMO_PORT ?= 8765

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types floors format docs examples picture bench faults fuzz requirements clean

help: ## list everything
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(CORE) ## see it all: set up, make a town, hear it, turn the loop, print a briefing, serve the pages (DEMO_SERVE=0: stop there)
	@$(VENV)/bin/regulars demo --folder demo --port $(DEMO_PORT) $(if $(filter 0,$(DEMO_SERVE)),--no-serve,--serve)

test: $(TEST) ## run all tests, two files at a time
	@$(RUN) -m pytest -n 2 --dist loadfile

check: lint types floors test ## what CI runs: lint, types, floors, then all tests

lint: $(TEST) ## style of the code
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

types: $(TEST) ## strict types, without exemptions
	@$(VENV)/bin/mypy

floors: $(TEST) ## the loop's floors, nouns and circles
	@$(VENV)/bin/lint-imports

format: $(TEST) ## lay the code out
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format -q .

docs: $(TEST) ## write the generated reference pages anew
	@$(RUN) scripts/reference.py docs/reference

examples: $(CORE) ## write docs/examples anew (needs the data folder for Online Retail)
	@$(RUN) scripts/examples.py docs/examples

picture: $(TEST) ## take the picture of the README anew, from the town (needs Chromium)
	@$(RUN) scripts/screenshots.py docs/pictures

bench: $(CORE) ## CPU seconds and peak memory: hear, turn, brief at a million traces; keeping at ten million; files against pandas; recognising
	@$(RUN) benchmarks/loop.py
	@$(RUN) benchmarks/store.py
	@$(RUN) benchmarks/listen.py
	@$(RUN) benchmarks/recognise.py

faults: $(TEST) ## kills, full disks, disorder, damage: at full scale (the tests run a tenth of it)
	@REGULARS_FAULT_SCALE=1 $(RUN) -m pytest tests/faults tests/privacy

fuzz: $(TEST) ## spoilt files of every form, 10,000 for each reader (the tests try a fiftieth of it)
	@REGULARS_FUZZ_SCALE=1 $(RUN) -m pytest tests/listen/test_fuzz.py

requirements: $(TEST) ## pin all dependencies anew, by hash
	@for group in core build test; do \
	  $(VENV)/bin/uv pip compile $$(test $$group = build || echo pyproject.toml) \
	    $$(test $$group = core || echo --group pyproject.toml:$$group) --universal --python-version 3.11 \
	    --generate-hashes --no-header --quiet --output-file requirements/$$group.txt; \
	done

clean: ## remove what was made here
	@rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .hypothesis

# A new virtual environment, then exactly the pinned packages, then this project as it lies here.
$(CORE): requirements/core.txt requirements/build.txt pyproject.toml
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/core.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST): $(CORE) requirements/test.txt
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
