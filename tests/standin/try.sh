#!/bin/sh
# Tries 'run' against the stand-in: a new account from init to its second hour. Usage: try.sh PROGRAM STANDIN
set -eu
program=$1
standin=$2
place=$(mktemp -d)
trap 'exec 9>&-; rm -rf "$place"' EXIT
mkfifo "$place/in"
"$standin" <"$place/in" >"$place/port" &
exec 9>"$place/in"
while ! grep -q '^port ' "$place/port"; do
	sleep 0.1
done
url=http://127.0.0.1:$(cut -d ' ' -f 2 "$place/port")

"$program" init "$place/account"
cat >"$place/account/flowstory.json" <<END
{"base_url": "$url", "client_id": "client-1", "api_key_file": "key",
 "history_start": "2026-01-01", "min_interval_ms": 20}
END
(umask 077 && echo secret-key-0123456789 >"$place/account/key")
set -x
"$program" -C "$place/account" check
"$program" -C "$place/account" run
sleep 1
"$program" -C "$place/account" -v run
"$program" -C "$place/account" status
{ set +x; } 2>/dev/null
