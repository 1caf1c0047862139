# Everything starts here: `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# better-sqlite3 is compiled here, against the headers that came with Node: nothing is fetched but npm packages.
export npm_config_build_from_source := true
NODE_PREFIX := $(shell node -p 'require("node:path").resolve(process.execPath, "../..")')
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif

# By itself the runner leaves one core alone, which on a machine of two is half of it. Two more than there are cores, for many
# tests wait for a pace or a server.
AT_ONCE := $(shell node -p 'require("node:os").availableParallelism() + 2')
TESTS = $(shell find dist -name '*.test.js' | sort)
# What failed, what was skipped, the counts, the ten slowest tests and the minutes.
RUN_TESTS := node --test --test-reporter=./dist/testing/reporter.js

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

node_modules/.installed: package.json package-lock.json
	# Not `npm ci`: it refuses a lock file without the optional packages of other platforms. The versions are the same.
	npm install --no-save --loglevel=error
	@touch $@

SOURCES := $(shell find src bin install -type f)

dist/.built: $(SOURCES) tsconfig.json package.json node_modules/.installed
	@install/build.sh
	@touch $@

.PHONY: build
build: dist/.built ## install what is needed and build the commands

# The main job: from provider answers to a dataset folder. With PROVIDER it asks that provider, else it reads the
# fixtures; LIMIT is the most records of a live run, FETCH more options of ov-fetch (FETCH="--date 2026-01-31").
FIXTURES := flickr clevelandmuseum smithsonian stocksnap wikimedia openverse
LIMIT ?= 500
WORK := build/$(or $(PROVIDER),fixtures)

.PHONY: dataset
dataset: dist/.built ## make a dataset of the fixtures, or live: make dataset PROVIDER=clevelandmuseum LIMIT=500
	@mkdir -p $(WORK)/rejects
ifdef PROVIDER
	@bin/ov-fetch.js $(PROVIDER) --limit $(LIMIT) $(FETCH) --rejects $(WORK)/rejects/fetch.ndjson \
	  | bin/ov-subprovider.js \
	  | bin/ov-stage.js load --db $(WORK)/staging.db --rejects $(WORK)/rejects/stage.ndjson
else
	@for provider in $(FIXTURES); do \
	    bin/ov-fetch.js $$provider --rejects $(WORK)/rejects/$$provider.ndjson --input fixtures/$$provider/*.json; \
	  done \
	  | bin/ov-subprovider.js \
	  | bin/ov-stage.js load --db $(WORK)/staging.db --rejects $(WORK)/rejects/stage.ndjson
endif
	@bin/ov-stage.js dump --db $(WORK)/staging.db \
	  | bin/ov-to-parquet.js --out $(WORK)/shards --replace \
	  | bin/ov-publish.js folder:$(WORK)/dataset --replace --title "$(if $(PROVIDER),$(PROVIDER): openly licensed media,Openly licensed media (made-up sample))"
	@echo
	@bin/ov-stage.js stats --db $(WORK)/staging.db
	@echo
	@echo "$(WORK)/dataset holds the dataset: README.md, LICENSE.md, manifest.json and more pages, data/"
	@echo "$(WORK)/staging.db holds the records; $(WORK)/rejects what was refused and why"
	@echo "Try next: bin/ov-stage.js dump --db $(WORK)/staging.db | head -3"

.PHONY: test
test: dist/.built ## build and run all tests
	$(RUN_TESTS) --test-concurrency=$(AT_ONCE) $(TESTS)

# The same tests with more kills, lines and runs at random, each damaged byte and a million rows; any of them alone:
# OV_KILLS=50 node --test dist/commands/killed.test.js
.PHONY: test-long
test-long: export OV_KILLS ?= 50
test-long: export OV_RUNS ?= 5000
test-long: export OV_PIPES ?= 50
test-long: export OV_ROWS ?= 1000000
test-long: export OV_FUZZ_LINES ?= 200000
test-long: export OV_EVERY ?= 1
test-long: export OV_FLIP_EVERY ?= 1
test-long: export OV_LEFTOVER_SEQUENCES ?= 20
test-long: test ## run all tests, those with random or many inputs far longer

# A real S3 server: S3_SERVER names the folder of its start and stop; start prints a line of JSON with endpoint and keys.
S3_SERVER ?= ../shared/tools/rgw
S3_PORT ?= 17480
.PHONY: test-s3
test-s3: dist/.built ## run the S3 tests against a real server: S3_SERVER=folder of its start and stop
	@mkdir -p build
	@OV_S3_SERVER="$$($(S3_SERVER)/start $(CURDIR)/build/s3 $(S3_PORT))"; export OV_S3_SERVER; \
	  trap '$(S3_SERVER)/stop $(CURDIR)/build/s3 >/dev/null' EXIT; \
	  $(RUN_TESTS) dist/commands/publish/s3*.test.js

.PHONY: lint
lint: dist/.built ## format, lint, types, spelling and words: what can be checked without running anything
	node_modules/.bin/biome ci .
	node_modules/.bin/tsc -p . --noEmit
	node_modules/.bin/cspell --no-progress --quiet
	$(RUN_TESTS) dist/documentation/plain-words.test.js

.PHONY: check
check: lint test ## lint, and run all tests

.PHONY: format
format: node_modules/.installed ## put the sources into shape
	node_modules/.bin/biome check --write .

.PHONY: docs
docs: dist/.built ## write the generated pages of docs/ again
	node dist/documentation/write.js
	OV_WRITE_OUTPUTS=1 node --test dist/documentation/tour.test.js >/dev/null

.PHONY: api
api: dist/.built ## write docs/api.md again, what scripts can import (installs typedoc under build/)
	@src/documentation/api.sh

.PHONY: release
release: ## show what making a version would do: make release VERSION=0.3.0 (install/release.sh --go does it)
	@install/release.sh $(VERSION)

.PHONY: bench
bench: dist/.built ## measure, and print ratios against named peers; some parts only: make bench PARTS="stage optout"
	node dist/bench/main.js $(PARTS)

# The built tests on another version of Node: make test-on-node NODE_VERSION=24, or some of them: ROOMS="dist/store/staging"
NODE_VERSION ?= 24
OTHER := build/node-$(NODE_VERSION)
.PHONY: test-on-node
test-on-node: dist/.built ## run the built tests on another Node: NODE_VERSION=22 or 24
	@src/testing/on-node.sh $(NODE_VERSION) $(OTHER) $(ROOMS)

.PHONY: clean
clean: ## remove everything that was made, but not what was installed
	rm -rf dist build
