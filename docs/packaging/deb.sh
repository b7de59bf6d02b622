#!/bin/sh
# Builds the Debian package in build/deb, from a copy of the tree: debian/ has to be at its top.
# With --built it takes along what build/release holds, which then was made with the package's flags.
set -eu
cd "$(dirname "$0")/../.."
place=build/deb
clean=
rm -rf "$place"
mkdir -p "$place/flowstory"
tar --format=posix -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$place/flowstory"
cp -r docs/packaging/debian "$place/flowstory/debian"
if [ "${1:-}" = --built ]; then
	clean=-nc
	mkdir "$place/flowstory/build"
	cp -a build/release "$place/flowstory/build"
	rm -rf "$place/flowstory/build/release/tests"
fi
# shellcheck disable=SC2086 # it is a word, or none
(cd "$place/flowstory" && dpkg-buildpackage -b -us -uc $clean >../build.log 2>&1) || {
	cat "$place/build.log" >&2
	exit 1
}
rm -rf "$place/flowstory"
ls "$place"/flowstory_*.deb
