#!/bin/sh
# Install what is missing: setup.sh build|standin|deb|tools|test
# Debian packages by apt, as root or by sudo; says what it will install.
set -eu

build="gcc make pkg-config libc6-dev libcsv-dev libcjson-dev zlib1g-dev
libdeflate-dev libcurl4-openssl-dev liblmdb-dev nettle-dev libxxhash-dev"
standin="libmicrohttpd-dev"
deb="build-essential debhelper"
tests="$standin $deb libcriterion-dev clang libclang-rt-14-dev python3
openssl strace mandoc cppcheck clang-format locales chromium tidy lintian mmdebstrap zsh fish
prometheus prometheus-node-exporter systemd nginx e2fsprogs mount
slurm-wlm slurm-client slurmctld slurmd munge"

case ${1:-build} in
build) wanted=$build ;;
standin) wanted="$build $standin" ;;
deb) wanted="$build $deb" ;;
tools) wanted="$build $standin $deb" ;;
test) wanted="$build $tests" ;;
*) echo "usage: setup.sh build|standin|deb|tools|test" >&2; exit 2 ;;
esac

missing=
for p in $wanted; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null |
	    grep -q 'install ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "setup: these Debian packages are needed:$missing" >&2
	exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "setup: as root, run: apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi
echo "setup: installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
install() {
	# shellcheck disable=SC2086 # the list is words
	$as_root apt-get install -y -qq --no-install-recommends $missing \
	    >/dev/null
}
install 2>/dev/null || { $as_root apt-get update -qq && install; }
# The tests start their own, on the loopback interface; none is left running by having been installed.
for p in nginx prometheus prometheus-node-exporter slurmctld slurmd munge; do
	case "$missing " in
	*" $p "*)
		if [ -d /run/systemd/system ]; then
			$as_root systemctl disable -q --now "$p"
		elif command -v invoke-rc.d >/dev/null; then
			$as_root invoke-rc.d --quiet "$p" stop >/dev/null 2>&1 || true
		fi ;;
	esac
done
