#!/bin/bash
# Every test: each step ends with a line 'N passed, M failed'; the last line here adds them up.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
# Who is told where something was allocated pays for it; what is found is the same.
export ASAN_OPTIONS=malloc_context_size=1
# A name space of mounts of its own: nothing stays mounted, however this ends.
if [ "${1:-}" != inside ] && [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
	exec unshare --mount "$0" inside
fi
logs=$(mktemp -d)
# The accounts lie on an ext4 of the tests' own, whose image is in memory, and those of the sanitized
# program and of the witness in memory itself: no test is about a disk's slowness (decision 0091).
room=
memory=
disk=
if [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null; then
	room=$(mktemp -d /dev/shm/flowstory-XXXXXXXX)
	chmod 711 "$room" # other users run the program there
	memory=$room/light
	mkdir -m 711 "$memory"
fi
if [ "${1:-}" = inside ] && [ -n "$room" ]; then
	disk=$(mktemp -d)
	truncate -s 2G "$room/image"
	if PATH=$PATH:/usr/sbin mkfs.ext4 -q -F "$room/image" && mount -o loop "$room/image" "$disk"; then
		chmod 1777 "$disk"
		export TMPDIR=$disk
	else
		echo "run.sh: no leave to mount an ext4: accounts lie on the disk there is"
		rmdir "$disk"
		disk=
	fi
fi
finish() {
	[ -z "$disk" ] || { umount -l "$disk" && rmdir "$disk"; }
	rm -rf "$logs" ${room:+"$room"}
}
trap finish EXIT

# Runs the rest of its words, prints a failure whole, and leaves its count beside what it said.
step() {
	local log name=$1 rc line TIMEFORMAT='%R %U %S'
	log=$(mktemp "$logs/XXXXXXXX")
	shift
	{ time "$@" >"$log" 2>&1; } 2>"$log.time"
	rc=$?
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	if [ -z "$line" ]; then
		line="$((rc == 0)) passed, $((rc != 0)) failed"
	elif [ "$rc" -ne 0 ] && [[ $line == *" 0 failed"* ]]; then
		line="${line%% *} passed, 1 failed"
	fi
	if [ "$rc" -ne 0 ]; then
		cat "$log"
	fi
	awk -v name="$name" -v line="$line" '{ printf "%-34s %s (%.0f s, %.0f s of processor)\n",
	    name, line, $1, $2 + $3 }' <(tail -n 1 "$log.time")
	echo "$line" >"$log.count"
}
# As many at a time as there are processors, and one more: many wait as long as they work.
rows=$(($(nproc) + 1))
queue() {
	while [ "$(jobs -rp | wc -l)" -ge "$rows" ]; do
		wait -n
	done
	step "$@" &
}
# The same with accounts in memory.
light() {
	queue "$1" env ${memory:+TMPDIR="$memory"} "${@:2}"
}

# What ended before is no child any more.
built() {
	wait "$1" 2>/dev/null
}

# The packages that no build needs are installed while the compilers work.
tests/setup.sh tools || exit 1
# The program under test is the one that is shipped: it has the package's flags.
DEB_BUILD_MAINT_OPTIONS=$(sed -n 's/^export DEB_BUILD_MAINT_OPTIONS = //p' docs/packaging/debian/rules)
export DEB_BUILD_MAINT_OPTIONS
flags=()
for f in CFLAGS CPPFLAGS LDFLAGS; do
	flags+=("$f=$(dpkg-buildflags --get $f)")
done
queue "build, gcc" make -s -j"$(nproc)" WERROR=-Werror "${flags[@]}" all tools
plain=$!
queue "packages of the tests" tests/setup.sh test
packages=$!
queue "build, sanitizers" make -s -j"$(nproc)" MODE=asan CFLAGS="-O1 -g1" \
    build/asan/flowstory build/asan/tests/tools/dump \
    build/asan/tests/tools/ways
sanitized=$!
built $packages
queue "build, clang" make -s CC=clang MODE=clang CFLAGS="-O0 -g" WERROR=-Werror \
    build/clang/flowstory
clang=$!
queue "rooms look down" python3 tests/rooms.py
queue "every message is explained" python3 tests/messages.py
queue "lint" tests/lint.sh
built $plain
built $sanitized

program=build/release/flowstory
asan=build/asan/flowstory
# The longest begin first, so that none is left alone at the end.
queue "fetch, sanitizers" python3 tests/fetch.py $asan build/standin --plain $program
light "push against the stand-in" python3 tests/push.py $program build/dailystory
light "push, sanitizers" python3 tests/push.py $asan build/dailystory --seeds 3 \
    --sanitized $program
light "agreement with the witness" python3 tests/witness/compare.py $program \
    --seeds 1..90 --profile all --jobs 1 --spans --replay
light "unit tests, sanitizers" make -s MODE=asan CFLAGS="-O1 -g1" unit
queue "the Debian package" tests/package.sh --built
queue "unit tests" make -s WERROR=-Werror unit
queue "fetch against the stand-in" python3 tests/fetch.py $program build/standin
queue "a fleet on Slurm" tests/slurm.sh $program build/standin
queue "a person is erased" python3 tests/erase.py $program
queue "a person is erased from a base" python3 tests/erase_base.py $program
queue "others stay as they are beside them" python3 tests/erase_fold.py $program
queue "what a base holds" python3 tests/folded.py $program
queue "what can be asked of a base" python3 tests/horizon.py $program
queue "prune" python3 tests/prune.py $program --seeds 3
built $clang
queue "the bench, small" env BENCH_COUNTABLE=build/clang/flowstory \
    python3 tests/bench/test_bench.py $program
light "laws, sanitizers" python3 tests/laws.py $asan build/asan/tests/tools/dump
light "explain, sanitizers" python3 tests/explain.py --no-timing $asan
queue "crashes and failing disks" python3 tests/crash.py $program
light "command line, sanitizers" python3 tests/cli.py $asan
light "pages in blocks, sanitizers" python3 tests/blocks.py $asan build/generate \
    build/asan/tests/tools/dump
light "replay and verify, sanitizers" python3 tests/replay.py $asan
queue "pages in blocks" python3 tests/blocks.py $program build/generate \
    build/release/tests/tools/dump
queue "laws" python3 tests/laws.py $program build/release/tests/tools/dump
queue "explain, audit and diff" python3 tests/explain.py $program
light "crashes, sanitizers" python3 tests/crash.py $asan --sanitized
queue "the report" python3 tests/report.py $program
light "the witness and the oddities" python3 tests/odd.py tests/witness/program.py
light "out of memory" python3 tests/memory.py $program build/failing_alloc.so \
    build/standin build/dailystory
light "records, one by one" python3 tests/witness/records.py \
    build/release/tests/tools/read_records
light "the witness itself" python3 tests/witness/test_witness.py
queue "many accounts" python3 tests/fleet.py $program build/standin \
    --dailystory build/dailystory
light "many accounts, sanitizers" python3 tests/fleet.py $asan build/standin \
    --accounts 12 --many 20 --dailystory build/dailystory
queue "replay and verify" python3 tests/replay.py $program
queue "the manual, sanitizers" python3 tests/manual.py $asan
light "agreement, sanitizers" python3 tests/witness/compare.py $asan \
    --seeds 101..108 --profile all --jobs 1 --spans
light "oddities, sanitizers" python3 tests/odd.py $asan
queue "command line and refusals" python3 tests/cli.py $program
light "families who share addresses" python3 tests/families.py $program --seeds 20
queue "power loss" python3 tests/power.py $program
queue "install, units, completions" tests/install.sh
queue "Ctrl-C and SIGTERM" python3 tests/interrupt.py $program build/standin
queue "what is retained" python3 tests/retain.py build/release/tests/tools/retain
queue "the stand-in DailyStory" python3 tests/receiver.py build/dailystory
queue "history from what is backed up" python3 tests/terms.py $program
queue "oddities" python3 tests/odd.py $program
queue "examples of the manual" python3 tests/manual.py $program
queue "metrics, on_end, the log" python3 tests/metrics.py $program build/standin
queue "the witness and the example" python3 tests/check-example.py \
    tests/witness/program.py
queue "the worked example, sanitizers" python3 tests/check-example.py $asan
queue "the worked example" python3 tests/check-example.py $program

wait
passed=0
failed=0
for log in "$logs"/????????; do
	p=0 f=1
	[ ! -s "$log.count" ] || read -r p _ f _ <"$log.count"
	passed=$((passed + p))
	failed=$((failed + f))
done
awk -v wall=$SECONDS '{ printf "all of it: %d s, %.0f s of processor\n", wall, $1 + $2 }' <(
	tail -qn 1 "$logs"/????????.time | awk '{ u += $2; s += $3 } END { print u, s }')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
