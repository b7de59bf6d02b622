# Reads the program's help and prints what can be completed, one thing a line, parted by tabs:
#   command  NAME     TEXT           a command
#   option   COMMAND  NAME ARG TEXT  an option; COMMAND is empty for those of every command
#   operand  COMMAND  ARG            what a command takes beside options
# With -v command=NAME it is the help of that command, otherwise that of the program.
BEGIN { OFS = "\t" }

# These come with the help of the program.
/^OPTIONS OF EVERY COMMAND/ { exit }

/^usage:/ && command != "" {
	if (match($0, " " command " +\\[?[A-Z]+")) {
		operand = substr($0, RSTART, RLENGTH)
		sub(/.*[ []/, "", operand)
		print "operand", command, operand
	}
	next
}

# An option's text may go on, further in than any option begins.
/^ +-/ {
	flush()
	pending = $0
	next
}
pending != "" && /^        / {
	sub(/^ +/, " ")
	pending = pending $0
	next
}
{ flush() }

/^  [a-z]/ && command == "" {
	text = $0
	sub(/^ +[^ ]+ +/, "", text)
	print "command", $1, text
}

END { flush() }

function flush() {
	if (pending != "")
		options(pending)
	pending = ""
}

# "-C, --account DIR  text" is one option by two names, "--from ID, --until ID text" are two.
function options(line,    n, i, names, args) {
	do {
		match(line, /-[-A-Za-z0-9]+/)
		names[++n] = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (match(line, /^ ([A-Z][A-Z.]*|[a-z]+\|[a-z|]+)/)) {
			args[n] = substr(line, 2, RLENGTH - 1)
			line = substr(line, RLENGTH + 1)
		}
	} while (line ~ /^, -/)
	if (names[1] !~ /^--/)
		args[1] = args[n]
	sub(/^ +/, "", line)
	sub(/(; |\. |, e\.g\.).*/, "", line)
	for (i = 1; i <= n; i++)
		if (!seen[names[i]]++)
			print "option", command, names[i], args[i], line
}
