# The table as a completion for zsh.
$1 == "command" {
	commands[++n] = $2
	names = names "\t\t" quoted($2 ":" $3) "\n"
}
$1 == "operand" { operand[$2] = " " quoted("*:" $3 ":" action($3)) }
$1 == "option" {
	gsub(/[][]/, "\\\\&", $5)
	spec = quoted($3 "[" $5 "]" ($4 == "" ? "" : ":" $4 ":" action($4)))
	if ($2 == "")
		common = common "\t\t" spec "\n"
	else
		own[$2] = own[$2] " \\\n\t\t\t" spec
}

END {
	print "#compdef flowstory"
	print "# zsh completion for flowstory, made from its --help"
	print "_flowstory() {"
	print "\tlocal curcontext=$curcontext state state_descr line ret=1"
	print "\ttypeset -A opt_args"
	print "\tlocal -a commands=("
	printf "%s", names
	print "\t)"
	print "\tlocal -a common=("
	printf "%s", common
	print "\t)"
	print "\t_arguments -C $common '1: :->command' '*:: :->operand' && ret=0"
	print "\tcase $state in"
	print "\tcommand) _describe -t commands command commands && ret=0 ;;"
	print "\toperand)"
	print "\t\tcase $words[1] in"
	for (i = 1; i <= n; i++)
		print "\t\t" commands[i] ") _arguments $common" operand[commands[i]] \
			own[commands[i]] " && ret=0 ;;"
	print "\t\tesac ;;"
	print "\tesac"
	print "\treturn ret"
	print "}"
	print "if [[ $funcstack[1] == _flowstory ]]; then"
	print "\t_flowstory \"$@\""
	print "else"
	print "\tcompdef _flowstory flowstory"
	print "fi"
}

function action(arg,    words) {
	if (arg == "DIR")
		return "_files -/"
	if (arg == "FILE")
		return "_files"
	if (arg !~ /\|/)
		return " "
	words = arg
	gsub(/\|/, " ", words)
	return "(" words ")"
}

function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}
