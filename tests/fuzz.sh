#!/bin/sh
# Run each fuzz target for FUZZ_SECONDS (60); ends with 'N passed, M failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${FUZZ_SECONDS:-60}
mode=build/fuzz
make -s -j2 CC=clang MODE=fuzz \
    CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
    LDFLAGS="-fsanitize=address,undefined" "$mode/parts.a" || exit 1
passed=0
failed=0
for target in tests/fuzz/fuzz_*.c; do
	name=$(basename "$target" .c)
	corpus=fixtures/corpus/${name#fuzz_}
	work=$mode/corpus/$name
	mkdir -p "$work"
	clang -std=c17 -D_GNU_SOURCE -iquote include -iquote tests -g -O1 -pthread \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -o "$mode/$name" "$target" "$mode/parts.a" -lcjson -lcsv \
	    -ldeflate -lz -llmdb -lxxhash -lnettle || exit 1
	[ -d "$corpus" ] || corpus=
	# shellcheck disable=SC2086 # no corpus is no word
	if "$mode/$name" -max_total_time="$seconds" -max_len=65536 \
	    -artifact_prefix="$mode/" -print_final_stats=0 -verbosity=0 \
	    "$work" $corpus >"$mode/$name.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$mode/$name.log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
