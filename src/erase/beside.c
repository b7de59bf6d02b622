#include "erase/beside.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "flowhub/hints.h"
#include "flowhub/staging.h"

/* What holds personal data and is written by commands of other versions. */
static const char *const unknown[] = { "bases", "snapshots/pruned.jsonl.gz" };

int
beside_check(const char *account, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		const char *path = file_join(&a, account, unknown[i]);

		if (!dir_exists(path) && !file_exists(path))
			continue;
		err_set(e, ERR_USAGE, "this version cannot erase anybody from %s", unknown[i]);
		rc =
		    err_advise(e, "Nothing was changed. It would be left there: use a version that "
		                  "knows it.");
	}
	arena_release(&a);
	return rc;
}

int
beside_forget(const char *account, int64_t now, bool (*is_gone)(void *context, struct str id),
    void *context, struct err *e)
{
	struct hints hints;
	int rc = staging_clean(account, TIMESTAMP_NONE, e);

	if (rc < 0)
		return -1;
	hints_load(&hints, account, now);
	if (hints_forget(&hints, is_gone, context) > 0)
		rc = hints_save(&hints, account, e);
	hints_release(&hints);
	return rc;
}
