SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CLIENT := web-client
UI := examples/ticketing/ui
LOGS := artifacts/test
SEEDS := 10000

GOFUMPT := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOTESTSUM := gotest.tools/gotestsum@v1.13.0

.PHONY: help run ui typescript test test-go test-client test-ui test-browser check check-format check-vet check-static check-shape mutate simulate bench bench-auth bench-ws clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: ui ## The ticketing demo on http://localhost:8080; other databases: DATABASE_URL=postgres://… make run
	go run ./examples/ticketing

ui: $(UI)/dist/app/index.html ## The demo's pages, which the binary embeds

typescript: ## The types of the demo's API, for its pages, from its Go types
	go run ./cmd/composable typescript ./examples/ticketing -o $(UI)/src/api/api.gen.ts

test: test-go test-client test-ui test-browser ## All tests; what they need is installed: Postgres, Redis, Chromium

test-go: $(CLIENT)/node_modules/.package-lock.json | $(LOGS) ## Go with -race, against SQLite, a real Postgres and Redis, tsc; kill tests included
	@scripts/install gcc gcc libc6-dev
	@export PGBIN=$$(scripts/postgres) REDIS_SERVER=$$(scripts/redis); \
	go run ./internal/pgtest/withpostgres go run $(GOTESTSUM) --format standard-quiet -- -race ./... \
		2>&1 | tee $(LOGS)/go.log

test-client: $(CLIENT)/node_modules/.package-lock.json | $(LOGS) ## The TypeScript client: types, lint, tests, package
	@npm --prefix $(CLIENT) test 2>&1 | tee $(LOGS)/client.log

test-ui: $(UI)/node_modules/.package-lock.json | $(LOGS) ## The demo's pages: types, lint, tests
	@npm --prefix $(UI) test 2>&1 | tee $(LOGS)/ui.log

test-browser: ui | $(LOGS) ## The demo in headless Chromium
	@export CHROMIUM=$$(scripts/chromium); \
	npm --prefix $(UI) run test:browser 2>&1 | tee $(LOGS)/browser.log

check: check-format check-vet check-static check-shape ## Format, vet, staticcheck, import table; reports the size budgets

check-format:
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs go run $(GOFUMPT) -l); \
	if [[ -n $$unformatted ]]; then \
		printf 'Not formatted; run: go run $(GOFUMPT) -w FILE\n%s\n' "$$unformatted"; exit 1; \
	fi

check-vet:
	go vet ./...

check-static:
	go run $(STATICCHECK) ./...

check-shape:
	go test -count=1 -v ./internal/check

mutate: ## Deletes and repeats each event and effect of the demo's reducers; the tests must notice 95 %
	nice go run ./internal/mutate -also './examples/ticketing/reservation ./examples/ticketing/api' ./examples/ticketing/...

simulate: ## Searches the examples for mistakes, SEEDS=10000 plays of each with crashes and faults
	SIMULATE_SEEDS=$(SEEDS) go test -count=1 -timeout 0 -run '^TestSimulation$$' ./examples/...

bench: ## Measures the framework beside the raw driver; writes docs/benchmarks.md
	@export PGBIN=$$(scripts/postgres); \
	go test ./bench -run '^$$' -bench BenchmarkAll -benchtime 500ms -timeout 30m -report ../docs/benchmarks.md

bench-auth: ## Measures sign-in and the check of sessions; writes docs/benchmarks-auth.md
	@export PGBIN=$$(scripts/postgres); \
	go test ./bench -run '^$$' -bench BenchmarkAuth -timeout 30m -report ../docs/benchmarks-auth.md

bench-ws: ## Measures web sockets beside the plainest loops; writes docs/benchmarks-websocket.md
	go run ./bench/websocket -report docs/benchmarks-websocket.md

clean: ## Removes what the targets above have made; data/ stays
	rm -rf artifacts $(UI)/dist/app $(CLIENT)/dist $(CLIENT)/node_modules $(UI)/node_modules scripts/testdeps/node_modules

$(LOGS):
	@mkdir -p $@

%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	npm --prefix $* ci
	@touch $@

$(UI)/dist/app/index.html: $(UI)/node_modules/.package-lock.json \
		$(shell find $(UI)/src $(UI)/public $(CLIENT)/src -type f 2>/dev/null) \
		$(addprefix $(UI)/,index.html vite.config.ts tsconfig.json)
	npm --prefix $(UI) run build
	@touch $@
