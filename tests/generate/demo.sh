#!/bin/sh
# Makes the demo account, fixtures/demo/snapshots: a small dispensary, read
# wholly, then three times hourly, then wholly again nine days later.
# usage: tests/generate/demo.sh [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
out=${1:-fixtures/demo}

mkdir -p "$out"
rm -rf "$out/snapshots"
"${GENERATE:-build/generate}" --seed 420 --customers 320 --orders 2200 \
	--locations 3 --snapshots 5 --first 20260220T220000Z --every 3600 \
	--last-after 777600 --full-every 4 --changed 3 --added 7 \
	--last-added 60 --level 12 --out "$out"
