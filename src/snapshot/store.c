#include "snapshot/store.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"

#define MANIFEST_LIMIT (UINT64_C(1) << 30)

int
store_list(struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e)
{
	char *dir = file_join(a, account, "snapshots");
	struct arena scratch = { 0 };
	struct str *names;
	size_t names_n;
	int64_t when;

	if (dir_list(a, dir, &names, &names_n, e) < 0)
		return -1;
	*ids = arena_array(a, names_n, sizeof(**ids));
	*n = 0;
	for (size_t i = 0; i < names_n; i++) {
		char *manifest = file_join(
		    &scratch, file_join(&scratch, dir, str_z(&scratch, names[i])), "manifest.json");

		if (timestamp_parse_id(names[i], &when) && file_exists(manifest))
			(*ids)[(*n)++] = names[i];
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	return 0;
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
