#!/bin/bash
# Every test: each step ends with a line 'N passed, M failed'; the last line here adds them up.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# Runs the rest of its words, prints a failure whole, and leaves its count beside what it said.
step() {
	local log name=$1 rc line begin=$SECONDS
	log=$(mktemp "$logs/XXXXXXXX")
	shift
	"$@" >"$log" 2>&1
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
	printf '%-34s %s (%d s)\n' "$name" "$line" $((SECONDS - begin))
	echo "$line" >"$log.count"
}
# Beside the others: what waits more than it works.
beside() {
	step "$@" &
}

jobs=$(nproc)
step "rooms look down" python3 tests/rooms.py
step "build, gcc" make -s -j"$jobs" WERROR=-Werror all tools
step "build, clang" make -s -j"$jobs" CC=clang MODE=clang WERROR=-Werror \
    build/clang/flowstory
step "build, sanitizers" make -s -j"$jobs" MODE=asan CFLAGS="-O1 -g" \
    build/asan/flowstory build/asan/tests/tools/dump \
    build/asan/tests/tools/ways
step "lint" tests/lint.sh
step "every message is explained" python3 tests/messages.py
beside "fetch against the stand-in" python3 tests/fetch.py \
    build/release/flowstory build/standin
step "unit tests" make -s -j"$jobs" WERROR=-Werror unit
step "unit tests, sanitizers" make -s -j"$jobs" MODE=asan CFLAGS="-O1 -g" unit

program=build/release/flowstory
asan=build/asan/flowstory
# Each of two processors has its row of steps: the sanitized program's, and all others.
sanitized() {
	step "fetch, sanitizers" python3 tests/fetch.py $asan build/standin
	step "the worked example, sanitizers" python3 tests/check-example.py $asan
	step "oddities, sanitizers" python3 tests/odd.py $asan
	step "agreement, sanitizers" python3 tests/witness/compare.py $asan \
	    --seeds 101..108 --profile all --jobs 1
	step "crashes, sanitizers" python3 tests/crash.py $asan --sanitized
	step "laws, sanitizers" python3 tests/laws.py $asan build/asan/tests/tools/dump
	step "command line, sanitizers" python3 tests/cli.py $asan
	step "replay and verify, sanitizers" python3 tests/replay.py $asan
	step "explain, sanitizers" python3 tests/explain.py --no-timing $asan
	step "the manual, sanitizers" python3 tests/manual.py $asan
}
sanitized &
beside "the stand-in DailyStory" python3 tests/receiver.py build/dailystory
step "the worked example" python3 tests/check-example.py $program
step "the witness itself" python3 tests/witness/test_witness.py
step "the witness and the example" python3 tests/check-example.py \
    tests/witness/program.py
step "the witness and the oddities" python3 tests/odd.py tests/witness/program.py
step "oddities" python3 tests/odd.py $program
step "agreement with the witness" python3 tests/witness/compare.py $program \
    --seeds 1..90 --profile all --jobs "$jobs" --spans --replay
beside "crashes and failing disks" python3 tests/crash.py $program
step "power loss" python3 tests/power.py $program
step "out of memory" python3 tests/memory.py $program build/failing_alloc.so
step "families who share addresses" python3 tests/families.py $program --seeds 20
beside "the report" python3 tests/report.py $program
step "laws" python3 tests/laws.py $program build/release/tests/tools/dump
step "command line and refusals" python3 tests/cli.py $program
beside "Ctrl-C and SIGTERM" python3 tests/interrupt.py $program build/standin
beside "metrics, on_end, the log" python3 tests/metrics.py $program build/standin
beside "many accounts" python3 tests/fleet.py $program build/standin
beside "a fleet on Slurm" tests/slurm.sh $program build/standin
step "replay and verify" python3 tests/replay.py $program
step "prune" python3 tests/prune.py $program --seeds 3
step "what is retained" python3 tests/retain.py build/release/tests/tools/retain
step "history from what is backed up" python3 tests/terms.py $program
beside "a person is erased" python3 tests/erase.py $program
step "explain, audit and diff" python3 tests/explain.py $program
step "examples of the manual" python3 tests/manual.py $program
step "install, units, completions" tests/install.sh
step "the Debian package" tests/package.sh
step "the bench, small" python3 tests/bench/test_bench.py $program

wait
passed=0
failed=0
for log in "$logs"/????????; do
	p=0 f=1
	[ ! -s "$log.count" ] || read -r p _ f _ <"$log.count"
	passed=$((passed + p))
	failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
