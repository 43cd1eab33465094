# One command each; see "make help". Everything lives in .venv and build/: nothing outside this folder is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NATIVE := $(shell find embtrain/csrc -name '*.cpp' -o -name '*.h' -o -name CMakeLists.txt)
DEMO := demo/vectors.safetensors
WORDS := planet languag atom war

.PHONY: help install build test lint format types unit fuzz soak bench docs docs-site demo check clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     install, train on a small real text, print neighbours of a few words'
	@echo 'make test     install, then lint, types and tests: what continuous integration runs'
	@echo 'make install  make .venv and install embtrain in it, editable, with all that tests need'
	@echo 'make lint     ruff (rules and format) and clang-format    make format  apply the formats'
	@echo 'make types    mypy --strict                               make unit    the tests alone'
	@echo 'make docs     write the pages that are made from code     make docs-site  build the site in build/site'
	@echo 'make build    a wheel in dist/'
	@echo 'make bench    CORPUS=FILE: train it with embtrain and its peers, write a table'
	@echo 'make fuzz     20,000 damaged files of all formats, 5,000 random command lines: minutes'
	@echo 'make soak     commands killed, interrupted, without disk space at 800 random moments: 10 minutes'
	@echo 'make clean    remove all that these commands made'

# Python files are used in place; pip runs again only when requirements or native sources have changed.
$(STAMP): pyproject.toml constraints.txt $(NATIVE)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "embtrain needs Python 3.11 or newer, \
	found %d.%d: make PYTHON=python3.12 (or another) ..." % v[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(STAMP)

build: $(STAMP)
	$(BIN)/python -m pip wheel --quiet --no-deps -w dist .

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find embtrain/csrc -name '*.cpp' -o -name '*.h' | xargs $(BIN)/clang-format --dry-run --Werror

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find embtrain/csrc -name '*.cpp' -o -name '*.h' | xargs $(BIN)/clang-format -i

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# 20,000 damaged files of all formats, 5,000 random command lines; some minutes. `make test` tries a few hundred.
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --mutants $(or $(MUTANTS),20000)
	$(BIN)/python -m tests.fuzz.commands --runs $(or $(RUNS),5000)

# Commands that write are disturbed at random moments; ten minutes or more. `make test` does a few dozen.
soak: $(STAMP)
	$(BIN)/python -m tests.soak --kills 200 --signals 500 --full-disks 100 --seed $(or $(SEED),1)

test: lint types unit

check: test

docs: $(STAMP)
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_python.py

docs-site: $(STAMP)
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/site
	@echo 'The site is in build/site/index.html.'

$(DEMO): $(STAMP) configs/demo.toml
	@mkdir -p $(@D)
	$(BIN)/embtrain train "$$($(BIN)/python data/where.py head500)" --config configs/demo.toml -o $@ --force

demo: $(DEMO)
	$(BIN)/embtrain neighbors $(DEMO) -k 3 $(WORDS)
	@echo
	@echo 'The vectors are in $(DEMO). Try:'
	@echo '  $(BIN)/embtrain neighbors $(DEMO) YOUR WORDS'
	@echo '  $(BIN)/embtrain info $(DEMO)'

bench: $(STAMP)
	@test -n "$(CORPUS)" || { echo 'name a text: make bench CORPUS=text8'; exit 2; }
	$(BIN)/python benchmarks/compare.py "$(CORPUS)"

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis benchmarks/work
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
