#!/bin/bash
# The Debian package from its making to its purge, in a fresh root beside this system. The root is made once by
# mmdebstrap, from where apt gets bookworm here, and kept in build/root.tar; each run works in a copy of it.
# Without leave to mount, or without network, that is said and nothing is tested. Ends with 'N passed, M failed'.
# With --built the package takes the program that lies in build/release, and that is looked at (decision 0086).
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
. tests/support/counting.sh

skip() {
	echo "package.sh: skipped: $1"
	echo "0 passed, 0 failed"
	exit 0
}

# A name space of mounts of its own: nothing stays mounted, however this ends.
if [ "${1:-}" != inside ]; then
	[ "$(id -u)" -eq 0 ] || skip "it takes root to make a root"
	command -v mmdebstrap >/dev/null || skip "mmdebstrap is not there"
	unshare --mount true 2>/dev/null || skip "no leave to mount"
	exec unshare --mount "$0" inside "$@"
fi
shift
place=$(mktemp -d)
root=$place/root
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$place"' EXIT

# The package, what it needs, and the program it is compared with.
make -s
docs/packaging/deb.sh "$@" >"$place/out" 2>&1 || {
	cat "$place/out"
	echo "0 passed, 1 failed"
	exit 1
}
deb=$(ls build/deb/flowstory_*.deb)
needed=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/[ \n]//g')
same "lintian" "" "$(lintian --allow-root "$deb" 2>&1)"

base=build/root.tar
if [ "$(cat $base.needed 2>/dev/null)" != "$needed" ]; then
	rm -f $base $base.needed
	mirror=$(apt-get indextargets --format '$(REPO_URI)' \
	    'Created-By: Packages' 'Codename: bookworm' | head -n 1)
	eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
	[ -z "${http_proxy:-}" ] || export http_proxy
	mmdebstrap --quiet --mode=root --variant=minbase --include="$needed" \
	    --dpkgopt=force-unsafe-io bookworm $base "$mirror" >"$place/out" 2>&1 ||
	    { tail -n 3 "$place/out"; skip "mmdebstrap could not make a root"; }
	echo "$needed" >$base.needed
fi
mkdir "$root"
tar --numeric-owner --xattrs --xattrs-include='*' -xpf $base -C "$root"
mount -t proc proc "$root/proc"

in_root() {
	chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
	    DEBIAN_FRONTEND=noninteractive "$@"
}
as_user() {
	in_root setpriv --reuid flowstory --regid flowstory --clear-groups --no-new-privs "$@"
}
build_id() {
	readelf -n "$1" | grep 'Build ID'
}
# Everything but what dpkg, apt and the makers of users keep for themselves.
listing() {
	(cd "$root" && find . -xdev ! -path './var/lib/dpkg/*' ! -path './var/log/*' \
	    ! -path './var/lib/apt/*' ! -path './var/cache/*' ! -path './etc/*-' \
	    ! -path ./etc/.pwd.lock ! -path "./run/*" | sort)
}

cp "$deb" "$root/flowstory.deb"
before=$(listing)
users=$(cat "$root/etc/passwd")
holds "installed" in_root apt-get install -y -q -o Dpkg::Use-Pty=0 /flowstory.deb
same "the user" "flowstory" "$(diff <(echo "$users") "$root/etc/passwd" | sed -n 's/^> \([^:]*\):.*/\1/p')"
same "the directory" "flowstory:flowstory 700" "$(in_root stat -c '%U:%G %a' /var/lib/flowstory)"
same "the program on the path" /usr/bin/flowstory "$(in_root sh -c 'command -v flowstory')"
same "bound when it starts" 1 "$(readelf -d "$root/usr/bin/flowstory" | grep -c 'FLAGS).*BIND_NOW')"
if [ "${1:-}" = --built ]; then
	same "the program that was tested" "$(build_id build/release/flowstory)" "$(build_id "$root/usr/bin/flowstory")"
fi
same "the version" "$(build/release/flowstory --version)" "$(as_user flowstory --version)"

# The units, as the package's systemd reads them; and one account more is watched.
for unit in "$root"/lib/systemd/system/flowstory*; do
	unit=$(basename "$unit" | sed 's/@\./@shop./')
	same "$unit, verified" "" "$(in_root systemd-analyze verify --man=no "$unit" 2>&1)"
done
holds "timers enabled" in_root systemctl enable flowstory.timer flowstory@shop.timer flowstory-watch@shop.timer

# The worked example, as the package's user; records are quarantined in it.
in_root install -d -o flowstory -g flowstory -m 700 /var/lib/flowstory/example
cp -r fixtures/example/account/* "$root/var/lib/flowstory/example"
in_root chown -R flowstory: /var/lib/flowstory/example
same "process, the example" 3 \
    "$(as_user flowstory -q -C /var/lib/flowstory/example process 2>/dev/null; echo $?)"
for snapshot in fixtures/example/expected/*; do
	snapshot=$(basename "$snapshot")
	same "contacts of $snapshot" \
	    "$(cut -d , -f 1,2 "fixtures/example/expected/$snapshot/contacts-0001.csv" | tr -d '\r')" \
	    "$(cut -d , -f 1,2 "$root/var/lib/flowstory/example/exports/$snapshot/contacts-0001.csv" | tr -d '\r')"
done

# Files brought by hand.
at=/var/lib/flowstory/shop
first=fixtures/demo/snapshots/20260220T220000Z
zcat $first/customers-0001.json.gz >"$root/customers.json"
zcat $first/orders-L1-all-0001.json.gz >"$root/orders.json"
holds "init" as_user flowstory init $at
holds "adopt" as_user flowstory -C $at adopt /customers.json /orders.json \
    --taken-at 2026-03-08T04:00:00Z
holds "process" as_user flowstory -C $at process
same "for nobody else's eyes" "" "$(find "$root$at" -perm /077)"

# The demo comes out as the program beside gives it.
mkdir "$place/demo"
cp -r fixtures/demo/snapshots "$place/demo"
build/release/flowstory -q -C "$place/demo" process
in_root install -d -o flowstory -g flowstory -m 700 /var/lib/flowstory/demo
cp -r fixtures/demo/snapshots "$root/var/lib/flowstory/demo"
in_root chown -R flowstory: /var/lib/flowstory/demo
holds "process, demo" as_user flowstory -C /var/lib/flowstory/demo process
holds "the same exports" diff -r "$place/demo/exports" "$root/var/lib/flowstory/demo/exports"
holds "verify, demo" as_user flowstory -C /var/lib/flowstory/demo verify --rebuild

# libcurl is loaded when it is needed, so that it is there shows only then: nobody answers on port 9.
cat >"$root$at/flowstory.json" <<END
{"base_url": "http://127.0.0.1:9", "retries": 0}
END
same "no answer is status 75" 75 \
    "$(as_user env FLOWHUB_CLIENT_ID=1 FLOWHUB_API_KEY=none flowstory -q -C $at fetch 2>/dev/null; echo $?)"

holds "installed again" in_root apt-get install -y -q -o Dpkg::Use-Pty=0 --reinstall /flowstory.deb
holds "timers are still enabled" in_root systemctl is-enabled flowstory@shop.timer
kept=$(cd "$root" && find ./var/lib/flowstory | sort)
holds "purged" in_root apt-get purge -y -q -o Dpkg::Use-Pty=0 flowstory
rm "$root/customers.json" "$root/orders.json"
same "what a purge leaves" "$kept" "$(comm -13 <(echo "$before") <(listing))"
same "what a purge takes along" "" "$(comm -23 <(echo "$before") <(listing))"
same "the user stays" "flowstory:flowstory" "$(in_root stat -c '%U:%G' $at)"

# Without an account nothing stays but the user.
rm -rf "${root:?}/var/lib/flowstory"
holds "installed once more" in_root apt-get install -y -q -o Dpkg::Use-Pty=0 /flowstory.deb
holds "purged once more" in_root apt-get purge -y -q -o Dpkg::Use-Pty=0 flowstory
same "what the second purge leaves" "$before" "$(listing)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
