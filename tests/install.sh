#!/bin/bash
# What 'make install' puts where and 'make uninstall' takes away, the units, the completions, and that lists which
# stand in two places are the same. Ends with 'N passed, M failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
program=$PWD/build/release/flowstory
completions=build/release/completions
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
. tests/support/counting.sh

files() {
	find "$1" -type f -printf '%m /%P\n' | sort -k 2
}
wanted() {
	local m
	cat <<-END
	755 $1/bin/flowstory
	644 $1/lib/systemd/system/flowstory-fleet.service
	644 $1/lib/systemd/system/flowstory-fleet.timer
	644 $1/lib/systemd/system/flowstory-watch@.service
	644 $1/lib/systemd/system/flowstory-watch@.timer
	644 $1/lib/systemd/system/flowstory.service
	644 $1/lib/systemd/system/flowstory.timer
	644 $1/lib/systemd/system/flowstory@.service
	644 $1/lib/systemd/system/flowstory@.timer
	644 $1/lib/sysusers.d/flowstory.conf
	644 $1/lib/tmpfiles.d/flowstory.conf
	644 $1/share/bash-completion/completions/flowstory
	644 $1/share/doc/flowstory/cron.txt
	644 $1/share/fish/vendor_completions.d/flowstory.fish
	644 $1/share/zsh/site-functions/_flowstory
	END
	for m in docs/man/*; do
		echo "644 $1/share/man/man${m##*.}/${m##*/}"
	done
}

# Every file is where it should be, none is left; the names of the program's own path follow PREFIX.
make -s
for prefix in /usr/local /usr /opt/flowstory; do
	root="$place/a root"
	holds "install" make -s install DESTDIR="$root" PREFIX=$prefix
	same "installed below $prefix" "$(wanted $prefix | sort -k 2)" "$(files "$root")"
	same "the program's path in units and cron" "$prefix/bin/flowstory" \
	    "$(grep -rhoE '/[a-z/]*/bin/flowstory' "$root$prefix/lib/systemd" \
	    "$root$prefix/share/doc" | sort -u)"
	holds "uninstall" make -s uninstall DESTDIR="$root" PREFIX=$prefix
	same "uninstalled below $prefix" "" "$(files "$root")"
done

# With the program in its place, units say what systemd understands.
if command -v systemd-analyze >/dev/null; then
	make -s install PREFIX="$place/usr"
	for unit in "$place"/usr/lib/systemd/system/*; do
		named=${unit/@./@shop.}
		[ "$named" = "$unit" ] || ln -s "$unit" "$named"
		same "${unit##*/}, verified" "" \
		    "$(systemd-analyze verify --man=no "$named" 2>&1)"
	done
	make -s uninstall PREFIX="$place/usr"
else
	echo "install.sh: systemd-analyze is not there: units are not verified"
fi
watch=docs/packaging/systemd/flowstory-watch@.service
same "statuses that are no failure" "SuccessExitStatus=3 75" \
    "$(grep -h ^SuccessExitStatus docs/packaging/systemd/flowstory*.service | sort -u)"
same "the watch has no such statuses" "" "$(grep ^SuccessExitStatus $watch)"

# What the help of a command, or of the program, names: options, and without a command the commands.
options() {
	"$program" ${1:+"$1"} --help |
	    sed -n -e '/^OPTIONS OF EVERY COMMAND/q' -e '/^usage/p' -e 's/^ *\(-.*\)/\1/p' |
	    sed 's/   *.*//' | grep -oE -- '(^|[[ ,])--?[a-zA-Z][a-z0-9-]*' | tr -d '[ ,' | sort -u
}
commands=$("$program" --help | sed -n '/^COMMANDS/,/^$/s/^  \([a-z]*\) .*/\1/p')
common=$(options "")

# FOUND must hold each of WANTED, one per line.
offers() {
	same "$1" "" "$(comm -23 <(echo "$2" | sort -u) <(echo "$3" | sort -u))"
}
in_bash() {
	bash --norc -c 'set -u; source "$0" || exit
	    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _flowstory
	    printf "%s\n" "${COMPREPLY[@]}"' $completions/flowstory.bash "$@" 2>&1
}
in_fish() {
	fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' \
	    $completions/flowstory.fish "$1" 2>&1 | cut -f 1
}

same "bash: the commands" "$commands" "$(in_bash flowstory '')"
same "bash: behind -C DIR" "$commands" "$(in_bash flowstory -C shop '')"
same "bash: directories for -C" fixtures/example/account "$(in_bash flowstory -C fixtures/example/a)"
same "bash: files to adopt" README.md "$(in_bash flowstory adopt README)"
same "bash: one of three" $'day\nsnapshot\nbase' "$(in_bash flowstory replay --per '')"
for c in "" $commands; do
	offers "bash: options of '$c'" "$common"$'\n'"$(options $c)" "$(in_bash flowstory $c -)"
done

if command -v fish >/dev/null; then
	same "fish: the commands" "$(sort <<<"$commands")" "$(in_fish 'flowstory ' | sort)"
	same "fish: behind -C DIR" "$(sort <<<"$commands")" \
	    "$(in_fish 'flowstory -C shop ' | sort)"
	same "fish: directories for -C" fixtures/example/account/ \
	    "$(in_fish 'flowstory -C fixtures/example/a')"
	same "fish: files to adopt" README.md "$(in_fish 'flowstory adopt README')"
	same "fish: one of three" $'base\nday\nsnapshot' "$(in_fish 'flowstory replay --per ')"
	for c in "" $commands; do
		offers "fish: options of '$c'" "$common"$'\n'"$(options $c)" \
		    "$(in_fish "flowstory $c -"; in_fish "flowstory $c --")"
	done
else
	echo "install.sh: fish is not there"
fi

if command -v zsh >/dev/null; then
	lines=('flowstory ' 'flowstory -C shop ' 'flowstory -C fixtures/example/'
	    'flowstory adopt README' 'flowstory replay --per ' 'flowstory -')
	for c in $commands; do
		lines+=("flowstory $c -")
	done
	zsh -f tests/complete.zsh $completions/flowstory.zsh "$place/zsh" "${lines[@]}"
	same "zsh: the commands" "$commands" "$(cat "$place/zsh.1")"
	same "zsh: behind -C DIR" "$commands" "$(cat "$place/zsh.2")"
	offers "zsh: directories for -C" account "$(cat "$place/zsh.3")"
	offers "zsh: files to adopt" README.md "$(cat "$place/zsh.4")"
	same "zsh: one of three" $'day\nsnapshot\nbase' "$(grep . "$place/zsh.5")"
	offers "zsh: options" "$common" "$(cat "$place/zsh.6")"
	n=6
	for c in $commands; do
		n=$((n + 1))
		offers "zsh: options of '$c'" "$common"$'\n'"$(options $c)" "$(cat "$place/zsh.$n")"
	done
else
	echo "install.sh: zsh is not there"
fi

# A command or an option that is new in the help appears by itself.
cat >"$place/newer" <<END
#!/bin/sh
case \$1 in
frob) printf 'usage: flowstory [options] frob FILE [--grob N]\n\n  --grob N  how much\n' ;;
*) "$program" "\$@" | sed 's/^COMMANDS/&\n  frob       what is new/' ;;
esac
END
chmod +x "$place/newer"
for shell in bash zsh fish; do
	docs/packaging/completions/make.sh "$place/newer" $shell >"$place/newer.$shell"
	holds "$shell: a new command" grep -q frob "$place/newer.$shell"
	holds "$shell: a new option" grep -qE -- '(--|-l )grob' "$place/newer.$shell"
done

# What stands in two places.
phony=$(sed -n '/^\.PHONY:/,$p' Makefile | tr -d '\\' | sed 's/\.PHONY: always//' | xargs -n 1)
same "make help names every target" "$(sort <<<"$phony")" "$(make -s help | cut -d ' ' -f 1 | sort)"
same "make standin needs nothing of the tests" "" \
    "$(make -n standin build/standin build/dailystory -W tests/support/text.h |
    grep -oE 'setup.sh (test|deb)|-lcriterion')"
version=$(sed -n 's/^VERSION := //p' Makefile)
same "the version in debian/changelog" "$version" \
    "$(sed -n '1s/.*(\(.*\)).*/\1/p' docs/packaging/debian/changelog)"
holds "the version in CHANGELOG.md" grep -qE "^## \[?$version\b" docs/CHANGELOG.md
libraries() {
	grep -oE '\b[a-z0-9-]+-dev\b' | grep -v '^libc6-dev' | sort -u
}
same "libraries to build with" "$(sed -n '/^build=/,/"$/p' tests/setup.sh | libraries)" \
    "$(sed -n '/^Build-Depends/,/^[SR]/p' docs/packaging/debian/control | libraries)"
for script in docs/packaging/*.sh docs/packaging/completions/make.sh \
    docs/packaging/debian/p*; do
	holds "a shell script" sh -n "$script"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
