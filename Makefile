# Every target prepares what it needs by itself: .ci/prepare installs missing
# system packages (and asks for nothing when they are there).
SHELL := /bin/bash
GO    := go
TAGS  := -tags migrated_fynedo
SEED  ?= 7
FUZZTIME ?= 30s
BIN   := bin
# Fyne complains of a locale without a language.
LOCALE := $(if $(filter-out C C.% POSIX,$(LANG)),$(LANG),en_US.UTF-8)
# Tests of what runs against the clock come after all others, so that they do not
# wait for a busy machine: links one package at a time, then the program and the
# page, each of which keeps one core busy; tests that mostly wait go beside each other.
LINKS   := ./connectors/...
WINDOWS := ./cmd/glasstwin ./app/web/page
# A virtual screen with software GL, for tests and machines without a display.
XVFB  := env LIBGL_ALWAYS_SOFTWARE=1 FYNE_SCALE=1 LANG=en_US.UTF-8 xvfb-run -a -s "-screen 0 1920x1080x24 -nolisten tcp"

.PHONY: help run build test check golden gl sim bench fuzz generate train verify prepare prepare-test prepare-verify web clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## open the demo store with its emulated plant (without a display: play the story, leave pictures in out/)
	@LANG=$(LOCALE) $(BIN)/glasstwin

build: prepare ## build the programs into bin/
	@mkdir -p $(BIN)
	@$(GO) build $(TAGS) -o $(BIN)/ ./cmd/...

prepare:
	@.ci/prepare run

prepare-test:
	@.ci/prepare test

prepare-verify:
	@.ci/prepare verify

test: prepare-test build ## the whole default suite, the real window included (about 11 minutes on 2 cores)
	@$(GO) vet $(TAGS) ./...
	@$(XVFB) $(GO) test $(TAGS) -timeout 15m $$($(GO) list $(TAGS) ./... | grep -v -e '/connectors/' -e '/cmd/glasstwin$$' -e '/app/web/page$$')
	@$(GO) test $(TAGS) -timeout 10m -p 1 $(LINKS)
	@$(XVFB) $(GO) test $(TAGS) -timeout 15m -p 2 -parallel 3 $(WINDOWS)

check: prepare-test ## formatting, vet, staticcheck, race
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	@$(GO) vet $(TAGS) ./...
	@$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.6.1 $(TAGS) ./...
	@$(GO) test $(TAGS) -race $$($(GO) list $(TAGS) ./... | grep -v -e /render -e /app/desktop -e /cmd/)

golden: prepare-test build ## compare with the golden files (UPDATE=1 rewrites them)
	@$(XVFB) $(GO) test $(TAGS) -count=1 -run 'Golden' ./...

gl: prepare-test ## the tests that draw
	@$(XVFB) $(GO) test $(TAGS) -count=1 ./render/... ./app/...

sim: build ## the emulated plant alone (SEED=7)
	@$(BIN)/sitesim serve --seed $(SEED)

bench: prepare-test build ## every benchmark
	@$(XVFB) $(GO) test $(TAGS) -run '^$$' -bench . -benchmem ./...

# Left alone, Go spends a minute on making the first new input of a large seed small.
fuzz: prepare-test ## each fuzz target for FUZZTIME (30s)
	@set -e; for d in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -h '^func Fuzz' $$d/*_test.go | sed 's/func \(Fuzz[A-Za-z0-9_]*\).*/\1/'); do \
	    echo "$$d $$f"; $(GO) test $(TAGS) -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$d; done; done

generate: build ## generate the demo store's site folder into out/corner-market
	@LANG=$(LOCALE) $(BIN)/glasstwin demo --generate-only --dir out/corner-market

train: build ## train the fault model anew on emulated runs
	@$(BIN)/glasstwin train

verify: prepare-verify build ## the long checks too: random trouble a thousand times, large files, latency, accuracy on unseen seeds
	@$(XVFB) $(GO) test $(TAGS) -count=1 -timeout 80m ./...
	@$(GO) test $(TAGS) -count=1 -timeout 30m ./twin/operate -rapid.checks=1000
	@$(GO) test $(TAGS) -run '^$$' -bench Latency ./connectors/opcua
	@GLASSTWIN_LONG=1 $(GO) test $(TAGS) -p 1 -count=1 -timeout 60m ./scene/... ./twin/generate/...
	@GLASSTWIN_LONG=1 $(GO) test $(TAGS) -p 1 -count=1 -timeout 30m ./connectors/...
	@GLASSTWIN_LONG=1 $(XVFB) $(GO) test $(TAGS) -count=1 -v -run 'FollowsIts|ComesBack|Killed|Monitors' ./cmd/glasstwin
	@GLASSTWIN_LONG=1 $(GO) test $(TAGS) -p 1 -count=1 -timeout 60m ./xai/... ./study/... ./twin/flow/...
	@LANG=$(LOCALE) $(BIN)/glasstwin eval models --json

web: prepare-test ## build the page of glasstwin export --web anew (app/web/page/dist, which is kept in git)
	@npm ci --prefix app/web/page --silent --no-audit --no-fund
	@npm run --prefix app/web/page --silent build

clean: ## remove what was built
	@rm -rf $(BIN) out
