# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

UV := .tools/bin/uv
PYTHON := 3.13
BIN := .venv/bin
export UV_PYTHON_PREFERENCE ?= system
# Of what an algorithm must refuse, `make test` tries the first; `make test BRIEF=` tries all of it.
BRIEF ?= --brief
SHORT ?= -m "not long"

.PHONY: help
help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 17

.PHONY: demo
demo: setup  ## The main job: drop a data set in S3, get a tested endpoint
	@$(BIN)/trainwright demo

.PHONY: test
test: check .toolkit/.ready .awscli/.ready .sdk2/.ready .sdk3/.ready  ## Everything: static checks, unit, contract, integration tests, clients
	@$(BIN)/python -m pytest -q -n 2 tests/unit tests/contract
	@$(BIN)/python -m pytest -q tests/integration $(SHORT)
	@$(BIN)/python -m pytest -q tests/clients
	@$(MAKE) test-algorithms GROUPS="everyday" ARGS="$(BRIEF)"

.PHONY: test-all
test-all: BRIEF :=
test-all: SHORT :=
test-all: test  ## As test, long tests, and the algorithms in bigger environments (several GB, once)
	@$(MAKE) test-algorithms GROUPS="$$($(BIN)/python -m tools.other_groups --all)"

.PHONY: test-algorithms
test-algorithms: setup  ## Train, serve and ask algorithms; GROUPS="everyday", ARGS="--record -k NAME"
	@$(BIN)/python -m pytest -q tests/algorithms $(addprefix --group ,$(GROUPS)) $(ARGS)

.PHONY: test-clients
test-clients: setup .awscli/.ready .sdk2/.ready .sdk3/.ready  ## Every call of AWS's own clients in docs/clients.md
	@$(BIN)/python -m pytest -q tests/clients $(ARGS)

.PHONY: check
check: setup .sdk/.ready .checkov/.ready  ## Static checks: format, lint, types, architecture, template
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/cfn-lint template.yaml
	@SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 .sam/bin/sam validate --lint
	@.checkov/bin/checkov
	@$(BIN)/hadolint containers/*/Dockerfile

.PHONY: bench
bench: setup .sdk2/.ready .sdk3/.ready .mlflow/.ready .bentoml/.ready .metaflow/.ready .kfp/.ready  ## Measure, and print tables; ARGS="imports --json FILE"
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: setup
setup: .venv/.ready .sam/.ready  ## Prepare the environments: the project's and the SAM CLI's

.PHONY: lock
lock: $(UV)  ## Renew the locks from pyproject.toml
	@for name in dev sam sdk sdk2 sdk3 awscli toolkit checkov mlflow bentoml metaflow kfp; do \
	  source=$$([ $$name = dev ] && echo pyproject.toml || true); \
	  $(UV) pip compile --quiet --group $$name $$source --universal --python-version $(PYTHON) \
	    --generate-hashes --no-annotate --no-header --output-file locks/$$name.txt --upgrade; \
	done

.PHONY: clean
clean:  ## Stop the local cloud and delete everything that was made here
	@[ ! -x $(BIN)/trainwright ] || $(BIN)/trainwright down
	@rm -rf .venv .sam .sdk .toolkit .checkov .sdk2 .sdk3 .awscli .mlflow .bentoml .metaflow .kfp .tools .aws-sam .trainwright

# --- environments -------------------------------------------------------------------------------

$(UV): locks/uv.txt
	@python3 -m venv .tools || { echo >&2 "make: python3 has no venv: install your system's python3-venv package"; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@touch $@

# The project itself: `pip` is seeded because `sam build` runs the pip of the python on its PATH.
.venv/.ready: locks/dev.txt pyproject.toml | $(UV)
	@echo >&2 "preparing .venv ..."
	@$(UV) venv --quiet --allow-existing --seed --python $(PYTHON) .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes locks/dev.txt
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The SAM CLI, the SageMaker SDK and checkov pin their own boto3, so each has its own environment; the
# SDK itself (`.sdk2`, `.sdk3` of 0.7 GB) and the AWS CLI are there as clients of the local cloud, MLflow,
# BentoML, Metaflow and Kubeflow's SDK to be compared with.
.sam/.ready .sdk/.ready .toolkit/.ready .checkov/.ready .sdk2/.ready .sdk3/.ready .awscli/.ready .mlflow/.ready .bentoml/.ready .metaflow/.ready .kfp/.ready: .%/.ready: locks/%.txt | $(UV)
	@echo >&2 "preparing .$* ..."
	@$(UV) venv --quiet --allow-existing --seed --python $(PYTHON) .$*
	@VIRTUAL_ENV=.$* $(UV) pip sync --quiet --require-hashes locks/$*.txt
	@touch $@
