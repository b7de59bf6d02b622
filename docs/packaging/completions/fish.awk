# The table as a completion for fish.
BEGIN { complete = "complete -c flowstory" }
$1 == "command" {
	lines = lines complete when("") " -a " $2 " -d " quoted($3) "\n"
}
$1 == "operand" && $3 == "DIR" { lines = lines complete when($2) directories() "\n" }
$1 == "operand" && $3 == "FILE" { lines = lines complete when($2) " -F\n" }
$1 == "option" {
	name = $3
	sub(/^--/, "l ", name)
	sub(/^-/, "s ", name)
	lines = lines complete ($2 == "" ? "" : when($2)) " -" name \
		($4 == "" ? "" : value($4)) " -d " quoted($5) "\n"
}
$1 == "option" && $2 == "" && $4 != "" { with_argument = with_argument " " $3 }

END {
	print "# fish completion for flowstory, made from its --help"
	print "# True if the command on the line is the one named; with '' if there is none yet."
	print "function __flowstory_is"
	print "    set -l skip program"
	print "    for word in (commandline -opc)"
	print "        if test -n \"$skip\""
	print "            set skip"
	print "            continue"
	print "        end"
	print "        switch $word"
	print "            case" with_argument
	print "                set skip argument"
	print "            case '-*'"
	print "            case '*'"
	print "                test $word = \"$argv[1]\""
	print "                return"
	print "        end"
	print "    end"
	print "    test -z \"$argv[1]\""
	print "end"
	print complete " -f"
	printf "%s", lines
}

function when(command) {
	return " -n " quoted("__flowstory_is " (command == "" ? "\"\"" : command))
}

function directories() {
	return " -a '(__fish_complete_directories)'"
}

function value(arg,    words) {
	if (arg == "DIR")
		return " -x" directories()
	if (arg == "FILE")
		return " -r -F"
	if (arg !~ /\|/)
		return " -x"
	words = arg
	gsub(/\|/, " ", words)
	return " -x -a " quoted(words)
}

function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return "'" text "'"
}
