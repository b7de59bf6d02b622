#!/bin/sh
# Run the main job over a copy of fixtures/demo and show what came out, and where.
set -eu
program=$1
here=$(dirname "$0")/..
out=$here/build/demo
rm -rf "$out"
mkdir -p "$out"
cp -r "$here/fixtures/demo/snapshots" "$out/snapshots"
"$program" -C "$out" process
echo
"$program" -C "$out" status
echo
"$program" -C "$out" segments
echo
# Lines of a file; a file without a row is not there.
lines() {
	[ -f "$1" ] && grep -c . "$1" || echo 0
}
echo "what came out, in build/demo:"
for d in "$out"/exports/*/; do
	id=$(basename "$d")
	rows=$(lines "$d/contacts-0001.csv")
	[ "$rows" -eq 0 ] || rows=$((rows - 1))
	printf '  exports/%s  %4d contacts %4d events  diffs/%s.jsonl.gz %5d lines\n' \
	    "$id" "$rows" "$(lines "$d/events.jsonl")" "$id" \
	    "$(zcat "$out/diffs/$id.jsonl.gz" | wc -l)"
done
"$program" -q -C "$out" report --now 2026-03-02T01:41:00Z
echo
echo "a page to look at: build/demo/report.html"
echo
"$here/tests/demo-push.sh" "$program" "$out"
