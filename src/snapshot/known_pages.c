#include "snapshot/known_pages.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "snapshot/page.h"
#include "snapshot/store.h"

struct known_page {
	struct str sha256;
	const char *file;
};

static int
by_digest(const void *x, const void *y)
{
	const struct known_page *a = x, *b = y;

	return str_cmp(a->sha256, b->sha256);
}

static void
add_manifest(struct known_pages *k, const char *account, struct str id, const struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *p = &m->pages[i];
		struct str file = str_printf(
		    &k->a, "%s/snapshots/%.*s/%.*s", account, STR_ARG(id), STR_ARG(p->path));
		struct known_page row = { str_copy(&k->a, p->sha256), str_z(&k->a, file) };

		buf_add(&k->list, &row, sizeof(row));
		k->n++;
	}
}

int
known_pages_load(struct known_pages *k, const char *account, struct err *e)
{
	struct arena scratch = { 0 };
	struct str *ids;
	size_t n;
	int rc = store_list(&k->a, account, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err ignored = ERR_INIT;
		struct manifest m;

		if (store_manifest(&scratch, account, ids[i], &m, &ignored) == 0)
			add_manifest(k, account, ids[i], &m);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	if (k->n > 1)
		qsort(k->list.p, k->n, sizeof(struct known_page), by_digest);
	return rc;
}

/* A file that was damaged since must not be handed on. */
static bool
holds(const char *file, struct str stored)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str text;
	bool is_same =
	    file_load(&a, file, PAGE_LIMIT, &text, &ignored) == 0 && str_eq(text, stored);

	arena_release(&a);
	return is_same;
}

bool
known_pages_link(const struct known_pages *k, struct str sha256, struct str stored, const char *to)
{
	const struct known_page want = { .sha256 = sha256 };
	const struct known_page *found = NULL;

	if (k->n > 0)
		found = bsearch(&want, k->list.p, k->n, sizeof(want), by_digest);
	return found != NULL && holds(found->file, stored) && link(found->file, to) == 0;
}

void
known_pages_release(struct known_pages *k)
{
	buf_release(&k->list);
	arena_release(&k->a);
}
