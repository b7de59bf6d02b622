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
echo "what came out, in build/demo:"
for d in "$out"/exports/*/; do
	id=$(basename "$d")
	rows=0
	[ ! -f "$d/contacts-0001.csv" ] ||
	    rows=$(($(grep -c . "$d/contacts-0001.csv") - 1))
	printf '  exports/%s  %4d contacts %4d events  diffs/%s.jsonl.gz %5d lines\n' \
	    "$id" "$rows" "$(grep -c . "$d/events.jsonl" || true)" "$id" \
	    "$(zcat "$out/diffs/$id.jsonl.gz" | wc -l)"
done
