# SPDX-License-Identifier: Apache-2.0

GO ?= go
export CGO_ENABLED = 0
LDFLAGS = -s -w -X main.version=$(shell git describe --tags --always --dirty 2>/dev/null || echo v0.1.0-dev)

# run builds the program and screens the example vendors against the built-in
# starter book. It succeeds on exit code 12: there are findings, and the starter
# book is no full list. It uses a home of its own, so your lists do not matter.
.PHONY: run
run: build
	@INTERDICT_HOME=$$(mktemp -d) && export INTERDICT_HOME && \
	./bin/interdict screen --file testdata/vendors.csv; code=$$?; rm -rf "$$INTERDICT_HOME"; \
	if [ $$code -eq 12 ]; then echo "exit code 12, as it should be: findings, and an incomplete answer"; else echo "exit code $$code, want 12"; exit 1; fi

.PHONY: build
build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/interdict ./cmd/interdict

.PHONY: test
test:
	$(GO) test ./...

# bench prints the figures that the README quotes; LIST names the files of a list,
# the built-in starter book answers otherwise.
.PHONY: bench
bench: build
	./bin/interdict bench all $(LIST)

.PHONY: lint
lint:
	test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) -C tools build -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	./bin/staticcheck ./...
