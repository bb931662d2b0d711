# What people type. Each target first installs what is missing (root or sudo, Debian 12); the second
# time that takes no time. docs: README.md, CONTRIBUTING.md.
MODEL ?= smollm2-135m
PREFIX ?= /usr/local

.PHONY: demo build test test-fast bench format tidy install install-files clean

demo: build
	@examples/support-desk/demo.sh

build:
	@tools/setup build
	@cmake --preset release > /dev/null
	@cmake --build --preset release --target outpost

test:
	@tools/setup test
	@tools/run_tests

# The quick build and the quick tests: for between two edits.
test-fast:
	@tools/setup test
	@tools/run_tests --fast

bench: build
	@build/release/outpost pull $(MODEL)
	@build/release/outpost bench $(MODEL) --pp 512 --tg 64 --batch 1,16,32

format:
	@tools/setup test
	@git ls-files -co --exclude-standard -- '*.cpp' '*.h' | xargs clang-format-19 -i

# The rules of the house over everything, clang-tidy over what changed since the last commit.
tidy:
	@tools/setup test
	@tools/tidy
	@tools/clang_tidy

install: build install-files

# What is built already, into DESTDIR/PREFIX: for packagers.
BINARY ?= build/release/outpost
install-files:
	@install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/outpost
	@install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/share/outpost/config
	@sed 's,@PREFIX@,$(PREFIX),' deploy/systemd/outpost.service \
	  > $(DESTDIR)$(PREFIX)/lib/systemd/system/outpost.service
	@install -D -m 644 deploy/systemd/outpost.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/outpost.conf
	@install -m 644 deploy/config/*.yaml $(DESTDIR)$(PREFIX)/share/outpost/config

clean:
	@rm -rf build
