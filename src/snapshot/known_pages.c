#include "snapshot/known_pages.h"

#include "base/file.h"
#include "snapshot/page.h"
#include "snapshot/store.h"

void
known_pages_add(struct known_pages *k, struct str id, const struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *p = &m->pages[i];
		uint32_t before = k->digests.n, number = intern_add(&k->digests, p->sha256);

		if (number < before)
			continue;
		k->places = mem_reach(k->places, number, &k->cap, sizeof(*k->places));
		k->places[number] = str_printf(&k->a, "%.*s/%.*s", STR_ARG(id), STR_ARG(p->path));
	}
}

int
known_pages_load(struct known_pages *k, const char *account, struct err *e)
{
	struct arena list = { 0 }, one = { 0 };
	struct str *ids;
	size_t n;
	int rc = store_list(&list, account, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err ignored = ERR_INIT;
		struct manifest m;

		if (store_manifest(&one, account, ids[i], &m, &ignored) == 0)
			known_pages_add(k, ids[i], &m);
		arena_reset(&one);
	}
	arena_release(&one);
	arena_release(&list);
	return rc;
}

/* Its bytes are compared: a page that was damaged since must not be handed on. */
bool
known_pages_link(const struct known_pages *k, const char *account, struct str sha256,
    struct str stored, const char *to)
{
	uint32_t i = intern_find(&k->digests, sha256);
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str text;
	char *from;
	bool ok;

	if (i == 0)
		return false;
	from = str_z(&a, str_printf(&a, "%s/snapshots/%.*s", account, STR_ARG(k->places[i])));
	ok = file_load(&a, from, stored.n, &text, &ignored) == 0 && str_eq(text, stored) &&
	     file_link(from, to) == 0;
	arena_release(&a);
	return ok;
}

void
known_pages_release(struct known_pages *k)
{
	intern_release(&k->digests);
	mem_free(k->places);
	arena_release(&k->a);
	*k = (struct known_pages){ .cap = 0 };
}
