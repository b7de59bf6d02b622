#!/usr/bin/env zsh
# What zsh offers: complete.zsh FILE OUT LINE... presses the tab key behind each LINE in an interactive zsh that
# has FILE as completion; what is offered behind the n-th goes to OUT.n, one a line.
zmodload zsh/zpty zsh/zselect || exit 1
file=$1 out=$2
shift 2
zpty shell zsh -f -i
zpty -w shell "LISTMAX=100000; autoload -Uz compinit && compinit -D -u && source ${(q)file}
compadd() {
	local -a offered
	builtin compadd -O offered \"\$@\"
	[[ \"\${@[1,(i)(-|--)]}\" == *\ -[OAD]\ * ]] || print -rl -- \$offered >>\$OUT
	builtin compadd \"\$@\"
}
ended() { print -r -- end >>\$OUT }
tab() { comppostfuncs=(ended); zle list-choices }
zle -N tab
bindkey '^T' tab; bindkey '^U' kill-whole-line"
n=0
for line in "$@"; do
	here=$out.$((++n))
	: >$here
	zpty -w shell "OUT=${(q)here}"
	zpty -n -w shell "$line"$'\C-t'
	for ((i = 0; i < 500; i++)); do
		# What it draws is read, or it would wait for that for ever.
		while zpty -rt shell drawn; do :; done
		grep -qx end $here && break
		zselect -t 2
	done
	zpty -n -w shell $'\C-u'
	sed -i '/^end$/d' $here
done
zpty -d shell
