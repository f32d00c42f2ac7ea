# `make serve` builds the graph and serves it; `make test` runs the tests; `make check` runs what CI runs.
# `make bundle` makes the script of the SPARQL console; setting up does so too where npm is installed.
# A missing uv is put into .venv-uv, so Python >= 3.11 is all that a machine needs.
UV := $(shell command -v uv 2>/dev/null || echo .venv-uv/bin/uv)
PYTHON ?= python3
ARGS ?=
# Without npm nothing is fetched for pages either: they are served without script.
export SKIP_WEB_BUNDLE ?= $(if $(shell command -v npm),,1)

.PHONY: serve test check build bundle

serve: $(UV)
	$(UV) run --no-dev tongzhou serve $(ARGS)

test: $(UV)
	PYTHONHASHSEED=0 $(UV) run pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

build: $(UV)
	$(UV) run --no-dev tongzhou build $(ARGS)

bundle:
	$(PYTHON) server/web/bundle.py

check:
	bash .ci/run

.venv-uv/bin/uv:
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv
