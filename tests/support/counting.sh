# Sourced by a test: what it counts, and the two ways to check something. ${place} is a directory of the test's own.
passed=0
failed=0

# same WHAT EXPECTED FOUND
same() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1"
		diff <(echo "$2") <(echo "$3")
	fi
}
# holds WHAT COMMAND...
holds() {
	local what=$1
	shift
	if "$@" >"$place/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what: $*"
		cat "$place/out"
	fi
}
