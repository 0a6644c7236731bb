# The house's commands. Only Go and make are presumed; `make` alone lists them. CI runs `make check`.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Everything is built with the same flags, so that the build, the tests and the linters share one cache.
export GOFLAGS := $(strip $(filter-out -buildvcs%,$(shell go env GOFLAGS)) -buildvcs=false)

O2C       := .dev/bin/o2c
DEVSTACK  := .dev/bin/devstack
TOOL      := go tool -modfile=$(CURDIR)/tools/go.mod
LINT      := $(TOOL) golangci-lint run --allow-parallel-runners
GOSOURCES := find . -name '*.go' -not -path './.dev/*' -not -path '*/testdata/*'

# The rooms whose tests run under the race detector, as soon as they exist. The rest (cmd/o2c and the end-to-end tests) drive
# the same code from outside, where it costs more than it finds.
RACED_ROOMS := models workflows activities ledger postgres bank document api web command adapters worker \
	internal/house internal/testkit
RACED        = $(patsubst %,./%/...,$(wildcard $(RACED_ROOMS)))
UNRACED      = $$(go list ./... | grep -v -E '^o2c/($(subst $() $(),|,$(strip $(RACED_ROOMS))))(/|$$)')

# go test's own flags, for example TESTFLAGS='-run TestOrder -v'. PKG limits make test to some packages: PKG=./ledger/...
TESTFLAGS ?=
PKG       ?=
BENCH     ?= .

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

## Run

.PHONY: up
up: build ## Start the development stack: PostgreSQL, Temporal with its UI, and o2c (Ctrl-C stops all of it)
	@exec $(DEVSTACK) up --product $(O2C) --with-parent

.PHONY: demo
demo: build ## Play real orders on the development stack, started if needed (DATA=orders.csv plays yours)
	@exec $(DEVSTACK) run --product $(O2C) -- $(O2C) simulate $(if $(DATA),--data "$(DATA)")

.PHONY: verify
verify: build ## Check the books of the running development stack
	@environment=$$($(DEVSTACK) env) && set -a && eval "$$environment" && set +a && exec $(O2C) verify

.PHONY: migrate
migrate: build ## Bring the schema of O2C_DATABASE_URL, else of the running development stack, up to date
	@if [ -z "$$O2C_DATABASE_URL" ]; then environment=$$($(DEVSTACK) env) && set -a && eval "$$environment" && set +a; fi; \
	exec $(O2C) migrate

.PHONY: servers
servers: devstack ## Run throw-away servers for tests until Ctrl-D, and print what to export for go test
	@exec $(DEVSTACK) servers

## Build

.PHONY: build
build: o2c devstack ## Build o2c and devstack into .dev/bin

.PHONY: o2c
o2c:
	@tools/build.sh cmd/o2c $(O2C)

.PHONY: devstack
devstack:
	@test -e $(DEVSTACK) || echo "Building the development stack. The first build of the Temporal engine takes about five minutes on two cores."
	@tools/build.sh devstack $(DEVSTACK)

.PHONY: tools
tools: ## Build the linters and generators (about two minutes the first time)
	@echo "Building the linters and generators; the first time takes about two minutes on two cores."
	@for tool in golangci-lint workflowcheck oapi-codegen; do $(TOOL) -n $$tool >/dev/null || exit 1; done

## Test

.PHONY: test
test: devstack ## Run all tests on throw-away servers (PKG=./ledger/... and TESTFLAGS='-run X -v' narrow it)
	@$(DEVSTACK) servers -- $(MAKE) -k $(if $(PKG),test-some,test-all)

.PHONY: test-all test-some test-rooms test-rest test-devstack
test-all: test-rooms test-rest test-devstack

test-some: race
	go test $(RACE) $(TESTFLAGS) $(PKG)

test-rooms: race
	go test $(RACE) -p 2 -timeout 15m $(TESTFLAGS) $(RACED)

test-rest:
	go test -p 2 -timeout 25m $(TESTFLAGS) $(UNRACED)

# Without vet: it would read the whole engine once more, and golangci-lint's govet has seen devstack.
test-devstack:
	cd devstack && go test -vet=off -p 2 -timeout 15m $(TESTFLAGS) ./...

# The race detector needs cgo, and that a C compiler.
.PHONY: race
race:
	$(eval RACE := $(shell command -v "$$(go env CC)" >/dev/null 2>&1 && [ "$$(go env CGO_ENABLED)" = 1 ] && echo -race))
	@$(if $(RACE),:,echo "No C compiler or no cgo: the tests run without the race detector.")

.PHONY: bench
bench: devstack ## Run the benchmarks (BENCH=Post runs those that match)
	@$(DEVSTACK) servers -- go test -run '^$$' -bench '$(BENCH)' -benchmem $(TESTFLAGS) $(or $(PKG),./...)

## Check

.PHONY: check
check: fmt-check vet lint build verify-generated test ## Run all that CI runs: format, vet, linters, generated files, tests

.PHONY: fmt
fmt: ## Format the Go files
	@$(GOSOURCES) | xargs gofmt -w

.PHONY: fix
fix: tools ## Apply what golangci-lint can fix by itself
	$(LINT) --fix ./...

.PHONY: fmt-check
fmt-check:
	@unformatted=$$($(GOSOURCES) | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make fmt does it):"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet:
	go vet ./...

.PHONY: lint
lint: ## Run golangci-lint and workflowcheck, and prove that they bite
	@$(MAKE) -k lint-bites lint-product lint-devstack lint-workflows

.PHONY: lint-bites lint-product lint-devstack lint-workflows
lint-bites: tools
	@tools/lint-bites.sh

lint-product: tools
	$(LINT) ./...

lint-devstack: tools
	cd devstack && $(LINT) --config ../.golangci.yaml ./...

lint-workflows: tools
	$(TOOL) workflowcheck -config .workflowcheck.yaml ./workflows/...

## Generate

.PHONY: generate
generate: devstack ## Write the generated files anew: API server and client, schema.sql
	go generate ./...
	@$(DEVSTACK) servers -- go test ./postgres -run '^TestSchema$$' -count=1 -update-schema

.PHONY: verify-generated
verify-generated: devstack ## Fail if a generated file is not what make generate would write
	@rm -rf .dev/generated && mkdir -p .dev/generated
	@tar -cf - --exclude=./.git --exclude=./.dev . | tar -xf - -C .dev/generated
	cd .dev/generated && go generate ./...
	@diff -r -u -x .git -x .dev . .dev/generated || { echo "generated files have drifted: run make generate"; exit 1; }
	@rm -rf .dev/generated
	@$(DEVSTACK) servers -- go test ./postgres -run '^TestSchema$$' -count=1

## Clean

.PHONY: clean
clean: ## Remove .dev: the binaries and all data of the development stack
	@if [ -x $(DEVSTACK) ] && $(DEVSTACK) env >/dev/null 2>&1; then \
		echo "The development stack is running: stop it with Ctrl-C first."; exit 1; fi
	rm -rf .dev
