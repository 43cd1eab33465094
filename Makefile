# One command each; see "make help". Everything lives in .venv and build/: nothing outside this folder is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
STAMP := $(VENV)/.installed
NATIVE := $(shell find embtrain/csrc -name '*.cpp' -o -name '*.h' -o -name CMakeLists.txt)
DEMO := demo/vectors.safetensors
WORDS := planet languag atom war
# What `lower-bounds` tests: all that depends on other packages, without the tools that check sources and pages.
EXTRAS := hf index parquet plot zh zst
LOWER_TOOLS := execnet hypothesis pytest pytest-xdist safetensors
LOWER_TESTS := tests/analysis tests/cli tests/counts tests/io tests/ops tests/text tests/training tests/vectors

# With it, each of the thousands of processes that the tests start would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install sdist wheel wheel-check wheels release-check lower-bounds test lint format types unit fuzz \
  fuzz-native sanitize sanitize-address sanitize-thread soak bench docs docs-site demo check clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     install, train on a small real text, print neighbours of a few words'
	@echo 'make test     install, then lint, types and tests: what continuous integration runs'
	@echo 'make install  make .venv and install embtrain in it, editable, with all that tests need'
	@echo 'make lint     ruff (rules and format) and clang-format    make format  apply the formats'
	@echo 'make types    mypy --strict                               make unit    the tests alone'
	@echo 'make docs     write the pages that are made from code     make docs-site  build the site in build/site'
	@echo 'make bench    CORPUS=FILE: train it with embtrain and its peers, write a table'
	@echo 'make fuzz     20,000 damaged files of all formats, 5,000 random command lines: minutes'
	@echo 'make fuzz-native   SECONDS=60: each native parser under libFuzzer and sanitizers (clang)'
	@echo 'make sanitize      the tests of the native module under AddressSanitizer and others'
	@echo 'make soak     commands killed, interrupted, without disk space at 800 random moments: 10 minutes'
	@echo 'make sdist    the sources in dist/          make wheel   a wheel in dist/, built from them'
	@echo 'make wheel-check   install the wheel in a fresh environment without a compiler and use it'
	@echo 'make lower-bounds  the tests with the oldest versions of all packages'
	@echo 'make clean    remove all that these commands made'

# Python files are used in place; pip runs again only when requirements or native sources have changed. The native module
# is built while pip waits for packages. Byte code is made when a module is first imported: most modules never are. The pip
# that comes with Python 3.11 takes a minute longer to choose versions.
$(STAMP): pyproject.toml constraints.txt $(NATIVE)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "embtrain needs Python 3.11 or newer, \
	found %d.%d: make PYTHON=python3.12 (or another) ..." % v[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25'
	$(PYTHON) tools/requirements.py --extra dev > $(VENV)/requirements.txt
	$(PIP) -e . --no-deps & native=$$!; \
	$(PIP) --no-compile -c constraints.txt -r $(VENV)/requirements.txt && wait $$native
	@touch $@

install: $(STAMP)

sdist: $(STAMP)
	rm -rf dist/*.tar.gz
	$(BIN)/python -m build --sdist --outdir dist .

# From the sdist, so that it is known to hold all that a build needs. On Linux, auditwheel says which systems it is for.
wheel: sdist
	rm -rf dist/*.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist \
	  -C cmake.define.EMBTRAIN_STATIC_RUNTIME=ON dist/embtrain-*.tar.gz
	@test "$$(uname)" != Linux || $(BIN)/auditwheel show dist/embtrain-*.whl

# Installs what is in dist/; `env` hides compilers from pip, which then cannot build anything either.
wheel-check:
	rm -rf build/wheel-check
	$(PYTHON) -m venv build/wheel-check
	env PATH="$(CURDIR)/build/wheel-check/bin" python -m pip install --quiet --disable-pip-version-check \
	  --only-binary :all: -c constraints.txt dist/embtrain-*.whl
	build/wheel-check/bin/python tools/try_installation.py

# The wheels of a release for this kind of machine, in containers on Linux (docker or podman).
wheels:
	test -x build/cibuildwheel/bin/python || $(PYTHON) -m venv build/cibuildwheel
	build/cibuildwheel/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt cibuildwheel
	build/cibuildwheel/bin/python -m cibuildwheel --output-dir dist

# TAG=v0.1.0: whether dist/ holds what the tag says.
release-check:
	$(PYTHON) tools/check_release.py dist $(if $(TAG),--tag $(TAG))

# WITHOUT=torch takes the usual version of a package whose oldest one cannot be had here. What old packages do that newer
# ones deprecate is not ours to test.
lower-bounds:
	rm -rf build/lower-bounds
	$(PYTHON) -m venv build/lower-bounds
	$(PYTHON) tools/requirements.py --oldest $(EXTRAS:%=--extra %) $(WITHOUT:%=--without %) > build/lower-bounds/bounds.txt
	grep -E $(foreach name,$(LOWER_TOOLS) $(WITHOUT),-e '^$(name)==') constraints.txt >> build/lower-bounds/bounds.txt
	build/lower-bounds/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r build/lower-bounds/bounds.txt -C build-dir=build/lower-bounds/native -e .
	build/lower-bounds/bin/python -m pytest -n 2 --dist loadfile -W ignore::DeprecationWarning $(LOWER_TESTS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find embtrain/csrc tests/fuzz/native -name '*.cpp' -o -name '*.h' | xargs $(BIN)/clang-format --dry-run --Werror

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find embtrain/csrc tests/fuzz/native -name '*.cpp' -o -name '*.h' | xargs $(BIN)/clang-format -i

types: $(STAMP)
	$(BIN)/mypy --num-workers auto

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

# 20,000 damaged files of all formats, 5,000 random command lines; some minutes. `make test` tries a few hundred.
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --mutants $(or $(MUTANTS),20000)
	$(BIN)/python -m tests.fuzz.commands --runs $(or $(RUNS),5000)

# SECONDS of coverage-guided fuzzing for each native parser, under AddressSanitizer and UndefinedBehaviorSanitizer.
fuzz-native:
	$(MAKE) --no-print-directory -C tests/fuzz/native all SECONDS=$(or $(SECONDS),60)

# The native module under AddressSanitizer with UndefinedBehaviorSanitizer, then under ThreadSanitizer, each built into
# an environment that takes all other packages from $(VENV).
sanitize: sanitize-address sanitize-thread

sanitize-address: KIND := address,undefined
sanitize-thread: KIND := thread
sanitize-address sanitize-thread: sanitize-%: $(STAMP)
	test -x build/$@/bin/python || $(PYTHON) -m venv --without-pip build/$@
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  > "$$(build/$@/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/others.pth"
	build/$@/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-installed \
	  -C build-dir=build/$@/native -C cmake.define.EMBTRAIN_SANITIZE=$(KIND) -e .
	tests/sanitize/run.sh $* build/$@/bin/python $(TESTS)

# Commands that write are disturbed at random moments; ten minutes or more. `make test` does a few dozen.
soak: $(STAMP)
	$(BIN)/python -m tests.soak --kills 200 --signals 500 --full-disks 100 --seed $(or $(SEED),1)

test: lint types unit

check: test

docs: $(STAMP)
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_python.py
	$(BIN)/python docs/make_man.py
	$(BIN)/python docs/make_options.py
	$(BIN)/python docs/make_completion.py

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
