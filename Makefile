# Start with `make run` and `make test`. `make help` lists all targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Uses an installed uv. Otherwise python3 installs one into .tools with pip.
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
	@$(UV) run --no-sync pytest -n 2 --dist worksteal --ignore=tests/races --ignore=tests/containers --ignore=tests/browser --ignore=tests/clients --ignore=tests/python_client --ignore=tests/fuzz --ignore=tests/packaging -m "not histories" --cov --cov-fail-under=95

# Passed through the environment, so that the token does not have to be on the command line: E2E_TOKEN=… make e2e URL=…
.PHONY: e2e
e2e: export E2E_URL := $(or $(URL),$(E2E_URL))
e2e: export E2E_TOKEN := $(or $(TOKEN),$(E2E_TOKEN))
e2e: .venv/.synced ## test a deployed service (URL=https://…; TOKEN=… needs all scopes)
	@: "$${E2E_URL:?set the URL of the service, URL=https://…}" "$${E2E_TOKEN:?set a token, TOKEN=…}"
	@$(UV) run --no-sync pytest tests/smoke --force-enable-socket

.PHONY: walk
walk: .venv/.synced ## print the functions that the creation of an override passes through, in the order of their calls
	@PYTHONPATH=tests .venv/bin/python -m tools.walk

.PHONY: histories
histories: .venv/.synced ## test generated sequences of requests: they follow the model of the rules, and both forms of a request agree
	@$(UV) run --no-sync pytest -n 2 -m histories tests/integration

.PHONY: races
races: .venv/.synced ## test concurrent creates, replaces and deletes, on a separate emulator
	@$(UV) run --no-sync pytest tests/races

# Groups that only some targets need are installed when such a target runs.
.venv/.browser: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group browser
	@touch $@

.PHONY: browser
browser: .venv/.browser ## test the API's page with Chromium, if it is installed
	@$(UV) run --no-sync pytest tests/browser

.venv/.fuzz: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group fuzz
	@touch $@

.PHONY: client-models
client-models: .venv/.synced ## generate the models and problems of the Python client from the API
	@$(UV) run --no-sync python -m tools.client_models

.PHONY: command-line-picture
command-line-picture: .venv/.synced ## draw docs/diagrams/command-line.svg from real output of the command line
	@PYTHONPATH=tests $(UV) run --no-sync python -m tools.command_line

.PHONY: fuzz
fuzz: .venv/.fuzz ## send generated requests and validate each response against docs/openapi.json (FUZZ_SEED=1)
	@$(UV) run --no-sync pytest tests/fuzz --capture=no

.venv/.clients: .venv/.synced
	@$(UV) sync --locked --quiet --inexact --group clients
	@touch $@

# The generators in TypeScript, where there is npm.
tests/clients/node_modules/.synced: tests/clients/package.json tests/clients/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $(<D) --ignore-scripts --silent && touch $@; fi

.PHONY: clients
clients: .venv/.clients tests/clients/node_modules/.synced ## generate clients from docs/openapi.json with six generators, and test them
	@$(UV) run --no-sync pytest tests/clients

# Airflow and Dagster bring hundreds of packages, so they have their own environment.
.venv-orchestrators/.synced: uv.lock pyproject.toml clients/python/pyproject.toml $(filter-out uv,$(UV))
	@UV_PROJECT_ENVIRONMENT=.venv-orchestrators $(UV) sync --locked --quiet --package connection-overrides-client \
	  --all-extras --group orchestrators
	@touch $@

.PHONY: orchestrators
orchestrators: .venv-orchestrators/.synced ## test the Airflow backend and the Dagster resource with the real packages
	@.venv-orchestrators/bin/python -m pytest --confcutdir=tests/orchestrators tests/orchestrators

.PHONY: python-client
python-client: .venv/.synced orchestrators ## test the Python client and the command line, with Airflow and Dagster
	@$(UV) run --no-sync pytest -n 2 --dist worksteal tests/python_client

.PHONY: mutants
mutants: .venv/.synced ## change the rules one at a time, and list the changes that no test notices (ONLY=store/overrides.py, SAMPLE=50, JOBS=2)
	@.venv/bin/python -m tools.mutants $(if $(ONLY),--only "$(ONLY)") $(if $(SAMPLE),--sample $(SAMPLE)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS))

# The SAM CLI and MiniStack pin different releases of boto3, so each has its own environment.
.venv-sam/.synced: uv.lock pyproject.toml $(filter-out uv,$(UV))
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(UV) sync --locked --quiet --no-default-groups --group sam
	@touch $@

SAM = AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.venv-sam/bin:$$PATH" .venv-sam/bin/sam
ARCHITECTURE ?= arm64

# Like the layers' makefiles: bytecode that imports do not check against its source.
COMPILE = .venv-sam/bin/python -m compileall -q --invalidation-mode unchecked-hash
define compile_functions
@for folder in $(1)/*Function; do $(COMPILE) -s "$$folder" -p /var/task "$$folder"; done
endef

.PHONY: build
build: .venv-sam/.synced ## build what `make deploy` deploys (ARCHITECTURE=arm64 or x86_64)
	@ARCHITECTURE=$(ARCHITECTURE) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(call compile_functions,.aws-sam/build)
	@.venv-sam/bin/python -m tools.sizes .aws-sam/build

# Built for this machine, in a folder that `make deploy` does not use.
MACHINE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
.PHONY: build-local
build-local: .venv-sam/.synced
	@mkdir -p .aws-sam
	@ARCHITECTURE=$(MACHINE) $(SAM) build --build-dir .aws-sam/local --cache-dir .aws-sam/local-cache \
	  --parameter-overrides Architecture=$(MACHINE) \
	  >.aws-sam/build-local.log 2>&1 || (cat .aws-sam/build-local.log; false)
	$(call compile_functions,.aws-sam/local)

.PHONY: sizes
sizes: build-local ## show the unpacked size of functions and layers
	@.venv-sam/bin/python -m tools.sizes .aws-sam/local

# The functions that ours are compared with. Their dependencies are installed in the same way.
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

# Lambda extracts all layers of a function into one folder.
.PHONY: unpacked
unpacked: build-local .aws-sam/bench/.made
	@rm -rf .aws-sam/bench/opt && mkdir .aws-sam/bench/opt
	@cp -R .aws-sam/local/ConnectionOverridesLayer/python .aws-sam/local/DependenciesLayer/python .aws-sam/bench/opt/

.PHONY: packaging
packaging: .venv/.synced unpacked ## test the build: contents, reproducibility, and how functions start
	@$(UV) run --no-sync pytest tests/packaging

# What the benchmark compares with, built once, by its own makefiles.
BEFORE := 3ab654e3a15cf73e1a97285d7bc14aa88c9836dd
.aws-sam/bench-before/$(BEFORE): | .venv-sam/.synced
	@git cat-file -e $(BEFORE)^{commit} || (echo "this clone lacks the commit to compare with: git fetch --unshallow"; false)
	@rm -rf $(@D) && mkdir -p $(@D)/source
	@git archive $(BEFORE) events functions layers | tar -x -C $(@D)/source
	@for layer in connection_overrides:ConnectionOverrides dependencies:Dependencies; do \
	  PATH="$(CURDIR)/.venv-sam/bin:$$PATH" $(MAKE) --silent --no-print-directory \
	    -C $(@D)/source/layers/$${layer%:*} build-$${layer#*:}Layer ARCHITECTURE=$(MACHINE) \
	    ARTIFACTS_DIR=$(CURDIR)/$(@D)/opt; done
	@for name in authorizer:Authorizer effective:Effective registry:Registry; do \
	  mkdir -p $(@D)/functions && cp -R $(@D)/source/functions/$${name%:*} $(@D)/functions/$${name#*:}Function; done
	$(call compile_functions,$(@D)/functions)
	@touch $@

# WARM=20 ROUNDS=1 is enough during development. Without ROUNDS, the number depends on how this machine can count instructions.
WARM ?= 50
.PHONY: bench
bench: .venv/.synced unpacked .aws-sam/bench-before/$(BEFORE) ## compare with an older commit, and write docs/benchmarks.md (ROUNDS=1 WARM=20)
	@.venv/bin/python -m benchmarks.measure $(if $(ROUNDS),--rounds $(ROUNDS)) --warm $(WARM) --write

.PHONY: sam-local
sam-local: .venv/.synced build-local ## run the container tests, if a container engine is available
	@$(UV) run --no-sync pytest tests/containers

.PHONY: sam-invoke
sam-invoke: .venv/.synced build-local ## run one event in a container, with `make run` running (EVENT=events/registry/list-projects.json)
	@exec .venv/bin/python -m local invoke --port $(PORT) "$(EVENT)"

SAM_PORT ?= 3000
.PHONY: sam-start-api
sam-start-api: .venv/.synced build-local ## serve the API from containers until Ctrl-C, with `make run` running (SAM_PORT=3000)
	@exec .venv/bin/python -m local start-api --port $(PORT) --sam-port $(SAM_PORT)

# Checkov's pins conflict with those of other tools, so it has its own lock file and environment.
.venv-checkov/.synced: tools/checkov/requirements.txt $(filter-out uv,$(UV))
	@$(UV) venv --quiet --clear .venv-checkov
	@$(UV) pip sync --quiet --require-hashes --python .venv-checkov tools/checkov/requirements.txt
	@touch $@

.PHONY: checkov-requirements
checkov-requirements: $(filter-out uv,$(UV)) ## lock checkov's dependencies
	@$(UV) pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
	  tools/checkov/requirements.in --output-file tools/checkov/requirements.txt

# docs/operations.md lists the variables. Region and credentials come from the environment.
.PHONY: deploy
deploy: .venv-sam/.synced .venv/.synced ## deploy the build (STAGE=dev …; SMOKE=1 also runs the smoke tests)
	@.venv-sam/bin/python -m tools.deploy $(if $(SMOKE),--smoke)

.PHONY: plan
plan: .venv-sam/.synced ## show the change sets of `make deploy` without executing them
	@.venv-sam/bin/python -m tools.deploy --plan

.PHONY: smoke
smoke: .venv/.synced ## test a deployed stage with a token from its issuer (STAGE=dev …)
	@$(UV) run --no-sync python -m tools.smoke

EXPORT = $(UV) export --quiet --locked --no-default-groups --no-emit-project --no-header

.PHONY: layer-requirements
layer-requirements: .venv/.synced ## export the requirements of the dependencies layer from uv.lock
	@$(EXPORT) --output-file layers/dependencies/requirements.txt

.PHONY: openapi
openapi: .venv/.synced ## generate docs/openapi.json from the code
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
	@# W7001: the transform has already resolved the only mapping.
	@.venv/bin/cfn-lint --ignore-checks W7001 -- .aws-sam/expanded/*.json
	@.venv-checkov/bin/checkov --file template.yaml data.yaml infra/bootstrap.yaml --framework cloudformation --compact --quiet --skip-download
	@$(UV) run --no-sync zizmor --offline --quiet .github examples/github/overrides.yml
	@$(UV) run --no-sync lint-imports
	@$(UV) run --no-sync ruff check
	@$(UV) run --no-sync ruff format --check
	@$(UV) run --no-sync mypy
	@$(UV) run --no-sync mypy --config-file clients/python/pyproject.toml

.PHONY: events
events: .venv/.synced ## generate the events of the API's functions from events/events.yaml
	@.venv/bin/python -m tools.events

.PHONY: documents
documents: .venv/.synced ## generate the tables of docs/api.md and the schemas in docs/events from the code
	@.venv/bin/python -m tools.documents
	@.venv/bin/python -m tools.event_schemas

.PHONY: fix
fix: .venv/.synced ## fix lint and formatting automatically
	@$(UV) run --no-sync ruff check --fix
	@$(UV) run --no-sync ruff format

PORT ?= 8080
ACCOUNT ?= acme

.PHONY: run
run: .venv/.synced ## serve on loopback until Ctrl-C (PORT=8080, DEMO=1, VERBOSE=1, CORS_ORIGIN=http://localhost:5173)
	@exec .venv/bin/python -m local run --port $(PORT) $(if $(DEMO),--demo) $(if $(VERBOSE),--verbose) \
	  --cors-origin "$(CORS_ORIGIN)"

.PHONY: demo
demo: .venv/.synced ## create an example project in the running service, or start a service
	@exec .venv/bin/python -m local demo --port $(PORT)

.PHONY: cli
cli: .venv/.synced ## print shell code for the command line, logged in to the running service: eval "$(make -s cli)"
	@exec .venv/bin/python -m local cli --port $(PORT)

.PHONY: token
token: .venv/.synced ## print a token for the running service (ACCOUNT=acme, SCOPES="connections:read …")
	@exec .venv/bin/python -m local token --port $(PORT) --account "$(ACCOUNT)" $(if $(filter undefined,$(origin SCOPES)),,--scopes "$(SCOPES)")
