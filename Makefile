# make run   set up, build, compare the default job on six instance types, leave out/compare.csv
# make test  set up, build, run every test, say how long each suite took
# make test-all  the same with the tests that take long, as CI does
# make docs  draw the pictures of the documentation with the tool
# make fuzz  wrong files for every reader, for ten minutes (FUZZ_SECONDS=600, or FUZZ_RUNS=1000000); then every command that writes, killed 100 times (KILLS=100)
# make sanitize  commands of every kind under the address sanitizer, and those with threads under the thread sanitizer
# make dist  a tarball, a Debian package and a Python wheel in out/dist
# make validate  hold predictions against the measured runs that are shipped, and write docs/Accuracy.md

PREFIX ?= /usr/local
UNAME := $(shell uname -s)
# Without the Swift libraries to load, the tool starts in half the time and runs where Swift is not installed.
RELEASE := -c release $(if $(filter Linux,$(UNAME)),--static-swift-stdlib)
BUILT := .build/release/trainfare
# `make install TOOL=…` and `make dist TOOL=…` take a program that is built already.
TOOL := $(BUILT)
SOURCES := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Benchmarks

.PHONY: run test test-all fuzz sanitize build validate docs calibrate lint format bench install dist setup clean

run: build
	@mkdir -p out
	$(TOOL) compare -o out/compare.csv

# Commands are tried with the program that is shipped: it starts in half the time. `scripts/test` alone takes the one of the
# debug build, and any options of `swift test`.
test: build
	TRAINFARE_TOOL=$(TOOL) scripts/test

test-all: export TRAINFARE_SLOW_TESTS = 1
test-all: test

FUZZ_SECONDS ?= 600
KILLS ?= 100

fuzz: build
	TRAINFARE_FUZZ_$(if $(FUZZ_RUNS),RUNS=$(FUZZ_RUNS),SECONDS=$(FUZZ_SECONDS)) TRAINFARE_FUZZ_THREADS=$$(getconf _NPROCESSORS_ONLN) \
	  TRAINFARE_FUZZ_SEED=$$(date +%s)000 TRAINFARE_KILLS=$(KILLS) TRAINFARE_TOOL=$(TOOL) \
	  swift test --disable-xctest --no-parallel --filter "FuzzingTests|KillTests"

sanitize: setup
	scripts/sanitize address
	scripts/sanitize thread

build: setup
	swift build $(RELEASE) --product trainfare

validate: build
	$(TOOL) validate --format markdown -o docs/Accuracy.md

docs: build
	TOOL=$(TOOL) scripts/pictures docs

# Fits the shipped profiles anew, each laboratory left out in turn, and writes how good they are on runs held out. Forty minutes on two
# cores; more than twice that where `trainfare doctor` names an OPENBLAS_CORETYPE that is not set.
calibrate: build
	$(TOOL) calibrate -o configs --leave-out each-series --leave-out h100 --leave-out xeon-8480 --report docs/HeldOut.md
	$(TOOL) validate --format markdown -o docs/Accuracy.md

lint: setup
	swift format lint --strict --recursive $(SOURCES)

format:
	swift format --in-place --recursive $(SOURCES)

bench: build
	@mkdir -p Benchmarks/.build
	cd Benchmarks && TRAINFARE=$(abspath $(TOOL)) TRAINFARE_CONFIGS=$(abspath configs) \
	  swift package --disable-sandbox benchmark --no-progress > .build/benchmark.txt
	Benchmarks/table < Benchmarks/.build/benchmark.txt

install: $(if $(filter $(BUILT),$(TOOL)),build)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/trainfare
	install -m 755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/trainfare
	cp -R configs $(DESTDIR)$(PREFIX)/share/trainfare/
	git rev-parse --short HEAD > $(DESTDIR)$(PREFIX)/share/trainfare/commit 2>/dev/null || rm -f $(DESTDIR)$(PREFIX)/share/trainfare/commit
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions fish/vendor_completions.d man/man1)
	$(TOOL) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/trainfare
	$(TOOL) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_trainfare
	$(TOOL) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/trainfare.fish
	if command -v python3 >/dev/null; then scripts/manual $(TOOL) > $(DESTDIR)$(PREFIX)/share/man/man1/trainfare.1; \
	  else echo 'no manual page: python3, which writes it, is not here'; fi

dist: $(if $(filter $(BUILT),$(TOOL)),build)
	TOOL=$(TOOL) scripts/dist out/dist

# The libraries that Swift's package manager cannot fetch.
setup:
	@./scripts/setup

clean:
	rm -rf .build Benchmarks/.build out
