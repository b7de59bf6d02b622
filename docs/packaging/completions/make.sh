#!/bin/sh
# Prints the completions of one shell, made from the program's own help: make.sh PROGRAM bash|zsh|fish
set -eu
program=$1
shell=$2
here=$(dirname "$0")

help=$("$program" --help)
table=$(printf '%s\n' "$help" | awk -f "$here/table.awk")
for command in $(printf '%s\n' "$table" | sed -n 's/^command	\([^	]*\).*/\1/p'); do
	help=$("$program" "$command" --help)
	table="$table
$(printf '%s\n' "$help" | awk -v command="$command" -f "$here/table.awk")"
done

printf '%s\n' "$table" | awk -F '\t' -f "$here/$shell.awk"
