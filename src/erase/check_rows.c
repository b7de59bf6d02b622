#include "erase/check_rows.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "lib/kv.h"
#include "state/tables.h"

static int
walk_table(struct kv_txn *t, size_t table, check_rows_fn *fn, void *context, struct err *e)
{
	struct kv_cursor *c = kv_all(t, table, e);
	struct str key, value;
	int rc;

	while ((rc = kv_next(c, &key, &value, e)) > 0) {
		fn(context, table_names()[table], true, key);
		fn(context, table_names()[table], false, value);
	}
	kv_cursor_close(c);
	return rc;
}

int
check_rows(const char *account, check_rows_fn *fn, void *context, struct err *e)
{
	struct arena a = { 0 };
	struct err why = ERR_INIT;
	struct kv *kv =
	    kv_open(file_join(&a, account, "state"), table_list(), TABLE_COUNT, KV_READ, &why);
	struct kv_txn *t = kv == NULL ? NULL : kv_begin(kv, false, &why);
	int rc = t == NULL && why.sys != ENOENT ? -1 : 0;

	if (rc < 0)
		*e = why;
	for (size_t i = 0; rc == 0 && t != NULL && i < TABLE_COUNT; i++)
		rc = walk_table(t, i, fn, context, e);
	kv_abort(t);
	kv_close(kv);
	arena_release(&a);
	return rc;
}
