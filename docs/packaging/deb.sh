#!/bin/sh
# Builds the Debian package in build/deb, from a copy of the tree: debian/ has to be at its top.
set -eu
cd "$(dirname "$0")/../.."
place=build/deb
rm -rf "$place"
mkdir -p "$place/flowstory"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$place/flowstory"
cp -r docs/packaging/debian "$place/flowstory/debian"
(cd "$place/flowstory" && dpkg-buildpackage -b -us -uc >../build.log 2>&1) || {
	cat "$place/build.log" >&2
	exit 1
}
rm -rf "$place/flowstory"
ls "$place"/flowstory_*.deb
