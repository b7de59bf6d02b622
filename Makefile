# flowstory: `make demo` and `make test` are all a fresh Debian 12 machine needs.
# The user's CFLAGS, CPPFLAGS and LDFLAGS are honoured; ours are ALL_*.
CC ?= gcc
MODE ?= release
PREFIX ?= /usr/local
WERROR ?=
CFLAGS ?= -O2 -g
VERSION := 0.1.0

OUT := build/$(MODE)
SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ALL_CPPFLAGS := -iquote include -D_GNU_SOURCE -DFLOWSTORY_VERSION='"$(VERSION)"' $(CPPFLAGS)
ALL_CFLAGS := -std=c17 -fstack-protector-strong -pthread \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum $(WERROR) \
	$(CFLAGS) $(SAN_$(MODE))
FORTIFY_release := -D_FORTIFY_SOURCE=2
ALL_CPPFLAGS += $(FORTIFY_$(MODE))
LIBS := -lcurl -lcjson -lcsv -ldeflate -lz -llmdb -lxxhash -lcrypto
ALL_LDFLAGS := -pthread $(SAN_$(MODE)) $(LDFLAGS)

SOURCES := $(sort $(wildcard src/*/*.c))
ASSETS := $(sort $(wildcard src/*/*.S))
OBJECTS := $(SOURCES:src/%.c=$(OUT)/%.o) $(ASSETS:src/%.S=$(OUT)/%.o)
MAIN := $(OUT)/command/main.o
TEST_SOURCES := $(sort $(wildcard tests/*/test_*.c))
TESTS := $(TEST_SOURCES:tests/%.c=$(OUT)/tests/%)

all: build/flowstory ## build build/flowstory

build/flowstory: $(OUT)/flowstory
	@ln -sf $(MODE)/flowstory $@

$(OUT)/flowstory: $(OBJECTS)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/%.o: src/%.S
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -c -o $@ $<

$(OUT)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Wno-unused-parameter -MMD -MP -c -o $@ $<

# Every test program is linked with all of the program but its main.
$(OUT)/tests/%: $(OUT)/tests/%.o $(filter-out $(MAIN),$(OBJECTS))
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcriterion

-include $(OBJECTS:.o=.d) $(TESTS:=.d)
.SECONDARY:
.PHONY: all
