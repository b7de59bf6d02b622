#include "command/fleet_adopt.h"

#include "base/file.h"

#define DEPTH 4 /* of directories that are looked into: deeper than accounts are */

int
fleet_adopt_files(
    struct arena *a, const char *from, struct str name, char ***list, size_t *n, struct err *e)
{
	const char *dir = file_join(a, from, str_z(a, name));
	struct str *names;
	size_t all;

	*n = 0;
	if (dir_list(a, dir, &names, &all, e) < 0)
		return -1;
	*list = arena_array(a, all + 1, sizeof(**list));
	for (size_t i = 0; i < all; i++) {
		char *path = file_join(a, dir, str_z(a, names[i]));

		if (names[i].p[0] != '.' && !dir_exists(path))
			(*list)[(*n)++] = path;
	}
	return 0;
}

static bool
is_account(const struct roster *r, struct str name)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->list[i].name, name))
			return true;
	return false;
}

/* Each directory with files in it has the name of an account, or they would be left out. */
static int
check_below(struct arena *a, const char *from, const struct roster *whole, struct str above,
    unsigned depth, struct err *e)
{
	const char *dir = file_join(a, from, str_z(a, above));
	struct str *names;
	char **files;
	size_t n;

	if (fleet_adopt_files(a, from, above, &files, &n, e) < 0)
		return -1;
	if (n > 0 && !is_account(whole, above)) {
		err_set(e, ERR_USAGE, "'%s' is no file of an account", files[0]);
		return err_advise(e, "Files lie in a directory with the name of their account, as "
		                     "'flowstory fleet list --json' has it.");
	}
	if (depth == DEPTH || dir_list(a, dir, &names, &n, e) < 0)
		return depth == DEPTH ? 0 : -1;
	for (size_t i = 0; i < n; i++) {
		struct str name =
		    above.n == 0 ? names[i]
		                 : str_printf(a, "%.*s/%.*s", STR_ARG(above), STR_ARG(names[i]));

		if (names[i].p[0] != '.' && dir_exists(file_join(a, dir, str_z(a, names[i]))) &&
		    check_below(a, from, whole, name, depth + 1, e) < 0)
			return -1;
	}
	return 0;
}

int
fleet_adopt_choose(struct arena *a, const char *from, const struct roster *whole,
    struct roster *chosen, struct err *e)
{
	size_t kept = 0, n;
	char **files;

	if (!dir_exists(from))
		return err_set(e, ERR_USAGE, "there is no directory '%s'", from);
	if (check_below(a, from, whole, STR(""), 0, e) < 0)
		return -1;
	for (size_t i = 0; i < chosen->n; i++) {
		if (fleet_adopt_files(a, from, chosen->list[i].name, &files, &n, e) < 0)
			return -1;
		if (n > 0)
			chosen->list[kept++] = chosen->list[i];
	}
	chosen->n = kept;
	if (kept == 0)
		return err_set(
		    e, ERR_USAGE, "in '%s' there is no file of an account that is meant", from);
	return 0;
}
