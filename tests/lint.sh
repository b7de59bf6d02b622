#!/bin/sh
# Man pages, layout and static analysis; ends with 'N passed, M failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0
failed=0
count() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}
for page in docs/man/*.[157]; do
	mandoc -T lint -W warning "$page"
	count $?
done
cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
    --enable=warning,portability --suppress=missingIncludeSystem --suppress=internalAstError \
    --suppress=normalCheckLevelMaxBranches -j 2 -I include \
    -D_GNU_SOURCE '-DFLOWSTORY_VERSION="0"' src
count $?
find src include tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
count $?
for script in tests/*.sh .ci/run; do
	bash -n "$script"
	count $?
done
if git rev-parse --git-dir >/dev/null 2>&1; then
	! git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- src include tests \
	    ':!tests/lint.sh'
	count $?
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
