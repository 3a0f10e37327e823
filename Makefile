# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A uv that answers is used; otherwise one is installed into .tools, with pip, by the Python that stands here.
UV_VERSION := 0.13.9
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z][a-z0-9-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

.tools/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .tools (once)"
	@python3 -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: uv.lock pyproject.toml $(filter-out uv,$(UV))
	@$(UV) sync --locked --quiet
	@touch $@

.PHONY: test
test: .venv/.synced ## run the tests
	@$(UV) run --no-sync pytest -n 2 --dist worksteal --ignore=tests/races --ignore=tests/containers --ignore=tests/browser --ignore=tests/fuzz --ignore=tests/packaging -m "not histories" --cov --cov-fail-under=95

# Handed on by the environment, so that a token need stand in no command line: E2E_TOKEN=… make e2e URL=…
.PHONY: e2e
e2e: export E2E_URL := $(or $(URL),$(E2E_URL))
e2e: export E2E_TOKEN := $(or $(TOKEN),$(E2E_TOKEN))
e2e: .venv/.synced ## test a deployed service (URL=https://… TOKEN=… with all scopes)
	@: "$${E2E_URL:?say which service, as URL=https://…}" "$${E2E_TOKEN:?say with which token, as TOKEN=…}"
	@$(UV) run --no-sync pytest tests/smoke --force-enable-socket

.PHONY: histories
histories: .venv/.synced ## run made-up histories: both forms of each request agree, and all reads with the rule
	@$(UV) run --no-sync pytest -n 2 -m histories tests/integration

.PHONY: races
races: .venv/.synced ## run the race tests: creates, replaces and deletes at once, on an emulator of its own
	@$(UV) run --no-sync pytest tests/races

# What only some targets need is added to the environment when one of them runs.
.venv/.browser: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group browser
	@touch $@

.PHONY: browser
browser: .venv/.browser ## look at the API's page with Chromium, where there is one
	@$(UV) run --no-sync pytest tests/browser

.venv/.fuzz: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group fuzz
	@touch $@

.PHONY: fuzz
fuzz: .venv/.fuzz ## send made-up requests, and hold every answer against docs/openapi.json (FUZZ_SEED=1)
	@$(UV) run --no-sync pytest tests/fuzz --capture=no

# The SAM CLI and MiniStack pin different releases of boto3, so each has an environment of its own.
.venv-sam/.synced: uv.lock pyproject.toml $(filter-out uv,$(UV))
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(UV) sync --locked --quiet --no-default-groups --group sam
	@touch $@

SAM = AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.venv-sam/bin:$$PATH" .venv-sam/bin/sam
ARCHITECTURE ?= arm64

# As the layers' makefiles do: bytecode that no import holds against its source.
COMPILE = .venv-sam/bin/python -m compileall -q --invalidation-mode unchecked-hash
define compile_functions
@for folder in $(1)/*Function; do $(COMPILE) -s "$$folder" -p /var/task "$$folder"; done
endef

.PHONY: build
build: .venv-sam/.synced ## build what `make deploy` deploys (ARCHITECTURE=arm64 or x86_64)
	@ARCHITECTURE=$(ARCHITECTURE) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(call compile_functions,.aws-sam/build)
	@.venv-sam/bin/python -m tools.sizes .aws-sam/build

# Never where `make deploy` looks: this one is built for this machine.
MACHINE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
.PHONY: build-local
build-local: .venv-sam/.synced
	@mkdir -p .aws-sam
	@ARCHITECTURE=$(MACHINE) $(SAM) build --build-dir .aws-sam/local --cache-dir .aws-sam/local-cache \
	  --parameter-overrides Architecture=$(MACHINE) \
	  >.aws-sam/build-local.log 2>&1 || (cat .aws-sam/build-local.log; false)
	$(call compile_functions,.aws-sam/local)

.PHONY: sizes
sizes: build-local ## tell how large the built functions and layers are, unpacked
	@.venv-sam/bin/python -m tools.sizes .aws-sam/local

# What is measured lies beside what it is compared with, whose dependencies get the same treatment as ours.
.aws-sam/bench/.made: uv.lock layers/dependencies/Makefile layers/dependencies/prune.py $(wildcard benchmarks/*/app.py) .venv-sam/.synced
	@rm -rf $(@D) && mkdir -p $(@D)
	@cp -R benchmarks/empty benchmarks/with_fastapi $(@D)
	@$(COMPILE) $(@D)/empty $(@D)/with_fastapi
	@for group in bench bench-fastapi; do \
	  $(UV) export --quiet --locked --only-group $$group --no-header --output-file $(@D)/$$group.txt; \
	  PATH="$(CURDIR)/.venv-sam/bin:$$PATH" $(MAKE) --silent --no-print-directory -C layers/dependencies \
	    build-DependenciesLayer ARCHITECTURE=$(MACHINE) REQUIREMENTS=$(CURDIR)/$(@D)/$$group.txt \
	    ARTIFACTS_DIR=$(CURDIR)/$(@D)/$$group; done
	@touch $@

# Lambda unpacks all layers of a function into one folder.
.PHONY: unpacked
unpacked: build-local .aws-sam/bench/.made
	@rm -rf .aws-sam/bench/opt && mkdir .aws-sam/bench/opt
	@cp -R .aws-sam/local/ConnectionOverridesLayer/python .aws-sam/local/DependenciesLayer/python .aws-sam/bench/opt/

.PHONY: packaging
packaging: .venv/.synced unpacked ## look into what is built: its contents, twice the same, and how it starts
	@$(UV) run --no-sync pytest tests/packaging

ROUNDS ?= 40
.PHONY: bench
bench: .venv/.synced unpacked ## measure first answers, and write docs/benchmarks.md (ROUNDS=40)
	@.venv/bin/python -m benchmarks.cold_start --rounds $(ROUNDS) --write

.PHONY: sam-local
sam-local: .venv/.synced build-local ## run the container tests, where a container engine answers
	@$(UV) run --no-sync pytest tests/containers

.PHONY: sam-invoke
sam-invoke: .venv/.synced build-local ## run EVENT=events/registry/list-projects.json in a container, while `make run` runs
	@exec .venv/bin/python -m local invoke --port $(PORT) "$(EVENT)"

SAM_PORT ?= 3000
.PHONY: sam-start-api
sam-start-api: .venv/.synced build-local ## serve the API from containers until Ctrl-C, while `make run` runs (SAM_PORT=3000)
	@exec .venv/bin/python -m local start-api --port $(PORT) --sam-port $(SAM_PORT)

# Checkov pins much of what others pin as well, so it is locked beside them.
.venv-checkov/.synced: tools/checkov/requirements.txt $(filter-out uv,$(UV))
	@$(UV) venv --quiet --clear .venv-checkov
	@$(UV) pip sync --quiet --require-hashes --python .venv-checkov tools/checkov/requirements.txt
	@touch $@

.PHONY: checkov-requirements
checkov-requirements: $(filter-out uv,$(UV)) ## lock what checkov needs
	@$(UV) pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
	  tools/checkov/requirements.in --output-file tools/checkov/requirements.txt

# docs/operations.md lists the variables. The region and the credentials are the environment's.
.PHONY: deploy
deploy: .venv-sam/.synced .venv/.synced ## deploy what `make build` built (STAGE=dev …; SMOKE=1 tests it on the way)
	@.venv-sam/bin/python -m tools.deploy $(if $(SMOKE),--smoke)

.PHONY: plan
plan: .venv-sam/.synced ## show what `make deploy` would change, as change sets that nobody executes
	@.venv-sam/bin/python -m tools.deploy --plan

.PHONY: smoke
smoke: .venv/.synced ## test a deployed stage, with a token of the issuer (STAGE=dev … in the environment)
	@$(UV) run --no-sync python -m tools.smoke

EXPORT = $(UV) export --quiet --locked --no-default-groups --no-emit-project --no-header

.PHONY: layer-requirements
layer-requirements: .venv/.synced ## export the dependencies layer's requirements from uv.lock
	@$(EXPORT) --output-file layers/dependencies/requirements.txt

.PHONY: openapi
openapi: .venv/.synced ## write docs/openapi.json anew from the code
	@$(UV) run --no-sync python -m tools.openapi

.venv/.diagrams: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group diagrams
	@touch $@

# ELK lays out without crossing lines; the dark theme applies where the reader's browser prefers it.
D2 = .venv/bin/d2 --layout elk --theme 0 --dark-theme 200 --pad 16

.PHONY: diagrams
diagrams: .venv/.diagrams ## render docs/diagrams/*.d2 as SVG
	@for source in docs/diagrams/*.d2; do $(D2) "$$source" "$${source%.d2}.svg" && chmod 644 "$${source%.d2}.svg"; done

.PHONY: check
check: .venv/.synced .venv-sam/.synced .venv-checkov/.synced .venv/.diagrams ## run linters, type checks and drift checks
	@$(UV) lock --check --quiet
	@$(EXPORT) | diff layers/dependencies/requirements.txt - || (echo "stale: make layer-requirements"; false)
	@$(UV) run --no-sync python -m tools.openapi --check
	@$(UV) run --no-sync python -m tools.compatibility
	@for source in docs/diagrams/*.d2; do \
	  $(D2) "$$source" - 2>/dev/null | cmp --silent - "$${source%.d2}.svg" || { echo "stale: make diagrams"; exit 1; }; done
	@$(SAM) validate
	@$(SAM) validate --lint
	@AWS_DEFAULT_REGION=us-east-1 PYTHONPATH=tests .venv/bin/python -m support.template .aws-sam/expanded
	@.venv/bin/cfn-lint template.yaml data.yaml infra/bootstrap.yaml
	@# The transform has resolved the one mapping by then.
	@.venv/bin/cfn-lint --ignore-checks W7001 -- .aws-sam/expanded/*.json
	@.venv-checkov/bin/checkov --file template.yaml data.yaml infra/bootstrap.yaml --framework cloudformation --compact --quiet --skip-download
	@$(UV) run --no-sync zizmor --offline --quiet .github
	@$(UV) run --no-sync lint-imports
	@$(UV) run --no-sync ruff check
	@$(UV) run --no-sync ruff format --check
	@$(UV) run --no-sync mypy

.PHONY: documents
documents: .venv/.synced ## write the tables of docs/api.md anew from the code
	@.venv/bin/python -m tools.documents

.PHONY: fix
fix: .venv/.synced ## repair what lint and formatting can repair
	@$(UV) run --no-sync ruff check --fix
	@$(UV) run --no-sync ruff format

PORT ?= 8080
ACCOUNT ?= acme

.PHONY: run
run: .venv/.synced ## serve on loopback until Ctrl-C (PORT=8080, DEMO=1, VERBOSE=1, CORS_ORIGIN=http://localhost:5173)
	@exec .venv/bin/python -m local run --port $(PORT) $(if $(DEMO),--demo) $(if $(VERBOSE),--verbose) \
	  --cors-origin "$(CORS_ORIGIN)"

.PHONY: demo
demo: .venv/.synced ## create an example project in the running service, or start one
	@exec .venv/bin/python -m local demo --port $(PORT)

.PHONY: token
token: .venv/.synced ## print a token for the running service (ACCOUNT=acme, SCOPES="connections:read …")
	@exec .venv/bin/python -m local token --port $(PORT) --account "$(ACCOUNT)" $(if $(filter undefined,$(origin SCOPES)),,--scopes "$(SCOPES)")
