# The table as a completion for bash; needs nothing of the package bash-completion.
$1 == "command" { commands[++n] = $2 }
$1 == "operand" { operand[$2] = files($3) }
$1 == "option" && $2 == "" {
	common = common " " $3
	if ($4 != "")
		with_argument = with_argument (with_argument == "" ? "" : " | ") $3
}
$1 == "option" && $2 != "" { own[$2] = own[$2] " " $3 }
$1 == "option" && $4 != "" {
	values = values "\t" ($2 == "" ? "*' " : "'" $2 " ") $3 "')" value($4) " ;;\n"
}

END {
	for (i = 1; i <= n; i++)
		words = words (i == 1 ? "" : " ") commands[i]
	print "# bash completion for flowstory, made from its --help"
	print "_flowstory()"
	print "{"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}"
	print "\tlocal command='' i"
	print "\tlocal -a what=()"
	print "\tCOMPREPLY=()"
	print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
	print "\t\tcase ${COMP_WORDS[i]} in"
	print "\t\t" with_argument ") ((i++)) ;;"
	print "\t\t-*) ;;"
	print "\t\t*) command=${COMP_WORDS[i]}; break ;;"
	print "\t\tesac"
	print "\tdone"
	print "\tcase $command in"
	print "\t'')"
	print "\t\twhat=(-W '" words "')"
	print "\t\t[[ $cur != -* ]] || what=(-W '" substr(common, 2) "') ;;"
	for (i = 1; i <= n; i++)
		print "\t" commands[i] ") what=(" operand[commands[i]] "-W '" \
			substr(own[commands[i]] common, 2) "') ;;"
	print "\tesac"
	print "\tcase \"$command $prev\" in"
	printf "%s", values
	print "\tesac"
	print "\t[[ ${#what[@]} -gt 0 ]] || return 0"
	print "\t[[ ${what[0]} == -W ]] || compopt -o filenames 2>/dev/null"
	print "\tmapfile -t COMPREPLY < <(compgen \"${what[@]}\" -- \"$cur\")"
	print "}"
	print "complete -F _flowstory flowstory"
}

# compgen's option for what may stand in that place, with a space behind it.
function files(arg) {
	return arg == "DIR" ? "-d " : arg == "FILE" ? "-f " : ""
}

function value(arg,    words) {
	if (arg ~ /\|/) {
		words = arg
		gsub(/\|/, " ", words)
		return " what=(-W '" words "')"
	}
	return " what=(" (files(arg) == "" ? "" : substr(files(arg), 1, 2)) ")"
}
