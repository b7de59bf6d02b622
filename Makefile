# flowstory: `make demo` and `make test` are all a fresh Debian 12 machine needs.
# `make && sudo make install` puts it on the path, `make deb` makes a Debian package.
# CFLAGS, CPPFLAGS and LDFLAGS are the user's; ours are ALL_*.
CC = gcc
MODE = release
PREFIX = /usr/local
ZSHDIR = $(PREFIX)/share/zsh/site-functions
UNITDIR = $(PREFIX)/lib/systemd/system
WERROR =
CFLAGS = -O2 -g
VERSION := 0.1.0

OUT := build/$(MODE)
SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# They start thousands of times: what they need not load or relocate they do not.  The program keeps
# libasan as it comes: it loads libcurl late, and a leak checker in it then fails now and then.
LINK_asan := -static-libubsan -no-pie
LINK_TOOLS_asan := $(LINK_asan) -static-libasan
# Of the tests' own code the compiling costs more than the running.
TESTS_asan := -O0
FORTIFY_release := -D_FORTIFY_SOURCE=2
# The program is optimised as a whole, the tests are linked without that.
ifneq ($(findstring Free Software Foundation,$(shell $(CC) --version 2>/dev/null)),)
LTO_release := -flto=auto -ffat-lto-objects
endif
ALL_CPPFLAGS = -iquote include -D_GNU_SOURCE \
	-DFLOWSTORY_VERSION='"$(VERSION)"' $(FORTIFY_$(MODE)) $(CPPFLAGS)
ALL_CFLAGS = -std=c17 -fstack-protector-strong -pthread \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum $(WERROR) \
	$(LTO_$(MODE)) $(CFLAGS) $(SAN_$(MODE))
ALL_LDFLAGS = -pthread $(SAN_$(MODE)) $(LDFLAGS)
LIBS := -lcjson -lcsv -ldeflate -lz -llmdb -lxxhash -lnettle

SOURCES := $(sort $(wildcard src/*/*.c))
ASSETS := $(sort $(wildcard src/*/*.S))
OBJECTS := $(SOURCES:src/%.c=$(OUT)/%.o) $(ASSETS:src/%.S=$(OUT)/%.o)
MAIN := $(OUT)/command/main.o
PARTS := $(filter-out $(MAIN),$(OBJECTS))
UNIT := $(patsubst tests/%.c,$(OUT)/tests/%,$(sort $(wildcard tests/*/test_*.c)))
TOOLS := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/tools/*.c))
GENERATE := $(sort $(wildcard tests/generate/*.c)) tests/support/text.c
STANDIN := $(sort $(wildcard tests/standin/*.c)) tests/support/daemon.c tests/support/text.c
RECEIVER := $(sort $(wildcard tests/receiver/*.c)) tests/support/daemon.c tests/support/text.c

COMPLETIONS := $(addprefix $(OUT)/completions/flowstory.,bash zsh fish)
UNITS := $(sort $(wildcard docs/packaging/systemd/flowstory*.*))
# What is installed, as FROM:TO; what names the program by its path is in NAMING.
NAMING = $(foreach u,$(UNITS),$(u):$(UNITDIR)/$(notdir $(u))) \
	docs/packaging/cron.txt:$(PREFIX)/share/doc/flowstory/cron.txt
INSTALLED = $(NAMING) \
	$(foreach m,$(sort $(wildcard docs/man/*.[1-9])), \
	$(m):$(PREFIX)/share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	$(OUT)/completions/flowstory.bash:$(PREFIX)/share/bash-completion/completions/flowstory \
	$(OUT)/completions/flowstory.zsh:$(ZSHDIR)/_flowstory \
	$(OUT)/completions/flowstory.fish:$(PREFIX)/share/fish/vendor_completions.d/flowstory.fish \
	docs/packaging/flowstory.sysusers:$(PREFIX)/lib/sysusers.d/flowstory.conf \
	docs/packaging/flowstory.tmpfiles:$(PREFIX)/lib/tmpfiles.d/flowstory.conf

all: build/flowstory $(COMPLETIONS) ## build/flowstory, and completions for the shells

# Always: another MODE may have been built since.
build/flowstory: $(OUT)/flowstory always
	@ln -sfn $(MODE)/flowstory $@

$(OUT)/flowstory: $(OBJECTS)
	$(CC) $(CFLAGS) $(LTO_$(MODE)) $(ALL_LDFLAGS) $(LINK_$(MODE)) -o $@ $^ $(LIBS)

$(OUT)/completions/flowstory.%: $(OUT)/flowstory $(wildcard docs/packaging/completions/*)
	@mkdir -p $(@D)
	docs/packaging/completions/make.sh $< $* >$@

$(OUT)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/%.o: src/%.S
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -c -o $@ $<

$(OUT)/dailystory/centroid_table.o: src/dailystory/us_zip_centroids.csv
$(OUT)/report/style.o: src/report/style.css

# Every test program is linked with all of the program but its main.
$(OUT)/parts.a: $(PARTS)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -iquote tests $(ALL_CFLAGS) $(TESTS_$(MODE)) -fno-lto -Wno-unused-parameter \
		-MMD -MP -c -o $@ $<

$(OUT)/tests/tools/%: $(OUT)/tests/tools/%.o $(OUT)/parts.a
	$(CC) $(ALL_LDFLAGS) $(LINK_TOOLS_$(MODE)) -fno-lto -o $@ $^ $(LIBS)

# All unit tests in one program, for one link; each alone as well, for whoever works on one.
$(OUT)/tests/units: $(UNIT:=.o) $(OUT)/tests/support/no_git.o $(OUT)/parts.a
	$(CC) $(ALL_LDFLAGS) $(LINK_$(MODE)) -fno-lto -o $@ $^ $(LIBS) -lcriterion

$(OUT)/tests/%: $(OUT)/tests/%.o $(OUT)/tests/support/no_git.o $(OUT)/parts.a
	$(CC) $(ALL_LDFLAGS) $(LINK_$(MODE)) -fno-lto -o $@ $^ $(LIBS) -lcriterion

build/generate: $(GENERATE) $(wildcard tests/generate/*.h) tests/support/text.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -iquote tests $(ALL_CFLAGS) -o $@ $(GENERATE) \
		$(ALL_LDFLAGS) -ldeflate -lnettle

build/standin: $(STANDIN) $(wildcard tests/standin/*.h tests/support/*.h)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -iquote tests $(ALL_CFLAGS) -o $@ $(STANDIN) $(ALL_LDFLAGS) \
		-lmicrohttpd -lz

build/dailystory: $(RECEIVER) $(wildcard tests/receiver/*.h tests/support/*.h)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -iquote tests $(ALL_CFLAGS) -o $@ $(RECEIVER) $(ALL_LDFLAGS) \
		-lmicrohttpd -lcjson

build/failing_alloc.so: tests/support/failing_alloc.c
	@mkdir -p $(@D)
	$(CC) -O1 -D_GNU_SOURCE -Wall -Wextra $(WERROR) -shared -fPIC -o $@ $<

standin: ## install what is missing, build the stand-in Flowhub and DailyStory
	@tests/setup.sh standin
	@$(MAKE) -s build/standin build/dailystory

demo: ## install what is missing, build, run over fixtures/demo
	@tests/setup.sh build
	@[ -e build/flowstory ] || echo "building the program, which takes a minute or two"
	@$(MAKE) -s all
	@tests/demo.sh build/flowstory

test: ## install what is missing, then every test there is
	@tests/run.sh

unit: $(OUT)/tests/units ## build the unit tests and run them
	@tests/unit.sh $<

tools: $(TOOLS) build/generate build/standin build/dailystory build/failing_alloc.so ## build what the tests use beside the program

lint: ## rooms look down, banned functions, man pages, static analysis
	@python3 tests/rooms.py
	@tests/lint.sh

fuzz: ## FUZZ_SECONDS (60) for each target; needs clang
	@tests/fuzz.sh

bench: build/generate all ## measure against inflating alone and DuckDB
	@python3 tests/bench/bench.py build/flowstory

format: ## clang-format, in place
	find src include tests -name '*.[ch]' -exec clang-format -i {} +

install: $(OUT)/flowstory $(COMPLETIONS) ## program, manual, completions, units; PREFIX, DESTDIR
	install -D -m 755 $(OUT)/flowstory "$(DESTDIR)$(PREFIX)/bin/flowstory"
	@set -e; for p in $(INSTALLED); do \
		install -D -m 644 "$${p%%:*}" "$(DESTDIR)$${p#*:}"; done
	@set -e; for p in $(NAMING); do \
		sed -i 's|/usr/local/bin/|$(PREFIX)/bin/|' "$(DESTDIR)$${p#*:}"; done

uninstall: ## remove what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/flowstory"
	@for p in $(INSTALLED); do rm -f "$(DESTDIR)$${p#*:}"; done

deb: ## install what is missing, build a Debian package in build/deb
	@tests/setup.sh deb
	@docs/packaging/deb.sh

dist: ## a tarball of what is committed
	git archive --prefix=flowstory-$(VERSION)/ -o \
		flowstory-$(VERSION).tar.gz HEAD

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' Makefile | \
		while read -r t text; do printf '%-10s %s\n' "$$t" "$$text"; done

-include $(OBJECTS:.o=.d) $(UNIT:=.d) $(TOOLS:=.d)
.PRECIOUS: $(OUT)/tests/%.o $(OUT)/tests/tools/%.o
.DELETE_ON_ERROR:
.PHONY: always all demo standin test unit tools lint fuzz bench format install \
	uninstall deb dist clean help
