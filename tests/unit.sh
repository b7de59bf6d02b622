#!/bin/sh
# Run unit test programs; a failure is printed whole, then one line counts all.
# A leak does not fail a Criterion test, so sanitizer logs are looked for.
set -u
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export ASAN_OPTIONS="log_path=$logs/asan:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
passed=0
failed=0
for t in "$@"; do
	"$t" --jobs 2 >"$logs/out" 2>&1
	rc=$?
	counts=$(sed -n 's/.*Synthesis: Tested: \([0-9]*\) | Passing: \([0-9]*\) .*/\1 \2/p' "$logs/out")
	tested=${counts% *}
	passing=${counts#* }
	if [ -z "$counts" ]; then
		tested=1 passing=0
	fi
	if [ "$rc" -ne 0 ] || [ "$tested" != "$passing" ] ||
	    ls "$logs"/asan* >/dev/null 2>&1; then
		echo "== $t"
		cat "$logs/out"
		cat "$logs"/asan* 2>/dev/null
		rm -f "$logs"/asan*
		[ "$tested" != "$passing" ] || passing=$((passing - 1))
	fi
	passed=$((passed + passing))
	failed=$((failed + tested - passing))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
