#include "snapshot/store.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"

#define MANIFEST_LIMIT (UINT64_C(1) << 30)

/* Its manifest makes a snapshot. */
static bool
is_there(const char *account, struct str id)
{
	struct arena a = { 0 };
	struct str path = str_printf(&a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(id));
	int64_t taken_at;
	bool yes = timestamp_parse_id(id, &taken_at) && file_exists(str_z(&a, path));

	arena_release(&a);
	return yes;
}

int
store_list(struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e)
{
	char *dir = file_join(a, account, "snapshots");
	struct str *names;
	size_t names_n;

	if (dir_list(a, dir, &names, &names_n, e) < 0)
		return -1;
	*ids = arena_array(a, names_n, sizeof(**ids));
	*n = 0;
	for (size_t i = 0; i < names_n; i++)
		if (is_there(account, names[i]))
			(*ids)[(*n)++] = names[i];
	return 0;
}

int
store_unknown(const char *id, struct err *e)
{
	err_set(e, ERR_USAGE, "there is no snapshot '%s'", id);
	return err_advise(e,
	    "An id is a time such as 20261123T040000Z: snapshots/ has a directory of "
	    "that name.");
}

int
store_snapshot_find(
    struct arena *a, const char *account, const char *id, struct manifest *out, struct err *e)
{
	if (!is_there(account, str_c(id)))
		return store_unknown(id, e);
	return store_manifest(a, account, str_c(id), out, e);
}

int
store_manifest(
    struct arena *a, const char *account, struct str id, struct manifest *out, struct err *e)
{
	struct str name = str_printf(a, "snapshots/%.*s/manifest.json", STR_ARG(id));
	char *path = file_join(a, account, str_z(a, name));
	struct str text;

	if (file_load(a, path, MANIFEST_LIMIT, &text, e) < 0) {
		err_wrap(e, "snapshot %.*s", STR_ARG(id));
		return -1;
	}
	return manifest_parse(a, id, text, out, e);
}
