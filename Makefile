# make run: from a fresh checkout to the chat. make test: what decides whether a change is good, in JOBS processes.
# make test-long: what takes too long for that.
PYTHON ?=
PORT ?= 8501
# One more than cores: a test waits for a page, an engine or a process for a third of its time.
JOBS ?= 3
ROUNDS ?= 10
# A process that has nothing left to do takes half of what another has.
PARALLEL = --numprocesses $(JOBS) --dist worksteal --durations 10
BIN := .venv/bin

.PHONY: setup run test tests test-long lint types docs catalogues clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt scripts/setup.sh
	@bash scripts/setup.sh "$(PYTHON)"

run:
	@bash scripts/check_port.sh "$(PORT)"
	@$(MAKE) --no-print-directory setup
	@mkdir -p -m 700 .footnote
	@echo "==> Ingesting the sample papers in data/ (half a minute the first time, 2 s later)"
	@$(BIN)/footnote ingest data
	@echo "==> One question, as: footnote ask \"How high may the waves be for a transfer from Plover Dash?\""
	@$(BIN)/footnote ask "How high may the waves be for a transfer from Plover Dash?"
	@echo "==> The chat"
	@FOOTNOTE_EXAMPLES="$$($(BIN)/python -c 'from qa.sample import EXAMPLES; print("|".join(EXAMPLES))')" $(BIN)/footnote ui --port $(PORT)

# At once: types are looked at in one process, which would leave the others nothing to do for a minute.
test: setup lint
	@$(MAKE) --no-print-directory --jobs 2 types tests

tests: setup
	@echo "==> Tests (about 14 minutes)"
	@$(BIN)/pytest $(PARALLEL)

# What make test leaves out: other engines, Ray, the notebook, and ROUNDS times the kills. The seed is in the first lines.
test-long: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt "ray[data]"
	@echo "==> Long tests, $(ROUNDS) times the rounds of make test (about 20 minutes)"
	@FOOTNOTE_TEST_ROUNDS=$(ROUNDS) $(BIN)/pytest $(PARALLEL) -m "long or rounds"

lint: setup
	@echo "==> Lint and format"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@echo "==> Types (a minute the first time)"
	@$(BIN)/mypy

docs: setup
	@$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/docs
	@echo "==> The pages are in build/docs/index.html"

# After a change to what the pages say: lists what a language lacks.
catalogues: setup
	@$(BIN)/python scripts/catalogues.py

clean:
	rm -rf .venv .engines .footnote build *.egg-info
