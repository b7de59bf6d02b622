#!/bin/sh
# Push the account of the demo into a stand-in DailyStory: demo-push.sh PROGRAM ACCOUNT. Nothing leaves this machine.
set -eu
program=$1
account=$2
here=$(dirname "$0")/..
if ! pkg-config --exists libmicrohttpd 2>/dev/null && [ ! -x "$here/build/dailystory" ]; then
	echo "to see it pushed into a stand-in DailyStory: make standin demo"
	exit 0
fi
make -s -C "$here" build/dailystory
mkfifo "$account/.end"
"$here/build/dailystory" --token demo-token-us-1 <"$account/.end" >"$account/.port" &
exec 9>"$account/.end"
while ! grep -q '^port ' "$account/.port"; do
	sleep 0.1
done
cat >"$account/flowstory.json" <<JSON
{"dailystory_url": "http://127.0.0.1:$(cut -d ' ' -f 2 "$account/.port")", "dailystory_token_file": "token", "push_interval_ms": 0}
JSON
(umask 077 && echo demo-token-us-1 >"$account/token")
echo "what a push would send:"
"$program" -C "$account" push --plan
echo
"$program" -C "$account" push
"$program" -C "$account" push
"$program" -C "$account" push --status
exec 9>&-
wait
rm -f "$account/.end" "$account/.port"
echo
echo "that was a stand-in; a real DailyStory: docs/guide/going-live.md"
