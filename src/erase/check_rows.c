#include "erase/check_rows.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "bases/row_shape.h"
#include "lib/kv.h"
#include "state/tables.h"

/* Takes the next part off ${key}: what does not have its shape is a part as it is. */
static struct str
take_part(char kind, struct str *key)
{
	struct str part = *key;
	size_t length = (unsigned char)part.p[0];

	if (kind == 'k' && length < part.n)
		part = str_of(part.p + 1, length);
	else if (ascii_digit(kind) && (size_t)(kind - '0') < part.n)
		part.n = (size_t)(kind - '0');
	*key = str_from(*key, (size_t)(part.p + part.n - key->p));
	return part;
}

/* No byte in front of a text says where it begins: a number's may be any. */
static void
tell_key(check_rows_fn *fn, void *context, size_t table, struct str key)
{
	const char *kind = row_shape_key((enum state_table)table);
	struct str left = key;

	while (left.n > 0) {
		struct str part = take_part(*kind, &left);

		fn(context, table_names()[table], true, key, part);
		kind += *kind != '\0';
	}
}

static int
walk_table(struct kv_txn *t, size_t table, check_rows_fn *fn, void *context, struct err *e)
{
	struct kv_cursor *c = kv_all(t, table, e);
	struct str key, value;
	int rc;

	while ((rc = kv_next(c, &key, &value, e)) > 0) {
		tell_key(fn, context, table, key);
		fn(context, table_names()[table], false, value, value);
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
