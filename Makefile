# `make serve` builds the graph and serves it; `make test` runs the tests; `make check` runs what CI runs.
# A missing uv is put into .venv-uv, so Python >= 3.11 is all that a machine needs.
UV := $(shell command -v uv 2>/dev/null || echo .venv-uv/bin/uv)
PYTHON ?= python3
ARGS ?=

.PHONY: serve test check build

serve: $(UV)
	$(UV) run --no-dev tongzhou serve $(ARGS)

test: $(UV)
	$(UV) run pytest $(ARGS)

build: $(UV)
	$(UV) run --no-dev tongzhou build $(ARGS)

check:
	bash .ci/run

.venv-uv/bin/uv:
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv
