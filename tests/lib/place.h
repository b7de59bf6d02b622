/* place.h -- for the tests of the store: one in a directory of its own. */
#ifndef TESTS_LIB_PLACE_H
#define TESTS_LIB_PLACE_H

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "lib/kv.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
	FIRST,
	SECOND,
	OF_IDS,      /* keys are ids */
	BEHIND_FOUR, /* keys are four bytes and an id */
	PART_ONE,    /* two of one tree */
	PART_TWO,
	ROOMY,      /* an eighth of each page is left free */
	OF_A_WRITER /* no view asks for it */
};
static const struct kv_table tables[] = { { .name = "first", KV_PLAIN },
	{ .name = "second", KV_PLAIN }, { .name = "of_ids", KV_ID },
	{ .name = "behind_four", KV_ID_AT(4) }, { .name = "part_one", KV_ID, KV_PART("parts", 1) },
	{ .name = "part_two", KV_ID, KV_PART("parts", 2) },
	{ .name = "roomy", KV_ID_AT(4), KV_ROOM(512) }, { .name = "of_a_writer", KV_PRIVATE } };

/* A store in a directory of its own, gone at the end. */
struct place {
	char dir[64];
	struct kv *kv;
	struct err e;
};

static inline struct kv *
open_at(struct place *p, bool writable)
{
	return kv_open(p->dir, tables, COUNT(tables), writable ? KV_WRITE : KV_READ, &p->e);
}

static inline struct place
place_new(void)
{
	struct place p = { .dir = "/tmp/flowstory-kv-XXXXXX", .e = ERR_INIT };

	cr_assert(mkdtemp(p.dir) != NULL);
	p.kv = open_at(&p, true);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	return p;
}

static inline void
place_end(struct place *p)
{
	kv_close(p->kv);
	cr_expect(dir_remove(p->dir, &p->e) == 0, "%s", p->e.msg);
}

static inline struct kv_txn *
begin(struct place *p, bool writable)
{
	struct kv_txn *t = kv_begin(p->kv, writable, &p->e);

	cr_assert(t != NULL, "%s", p->e.msg);
	return t;
}

static inline void
put(struct place *p, struct kv_txn *t, size_t table, struct str k, struct str v)
{
	cr_assert(kv_put(t, table, k, v, &p->e) == 0, "%s", p->e.msg);
}

static inline void
commit(struct place *p, struct kv_txn *t)
{
	cr_assert(kv_commit(t, &p->e) == 0, "%s", p->e.msg);
}

/* ${want} NULL: the key is absent. */
static inline void
expect_value(struct place *p, struct kv_txn *t, size_t table, struct str k, const char *want)
{
	struct str v;
	int rc = kv_get(t, table, k, &v, &p->e);

	cr_expect(rc == (want != NULL), "%.*s: %d", STR_ARG(k), rc);
	if (rc == 1 && want != NULL)
		cr_expect(str_eq(v, str_c(want)), "%.*s: %.*s", STR_ARG(k), STR_ARG(v));
}

static inline struct str
number_key(char *out, unsigned i)
{
	snprintf(out, 16, "%08u", i);
	return str_of(out, 8);
}

static inline void
fill(struct place *p, struct kv_txn *t, unsigned n)
{
	char key[16];

	for (unsigned i = 0; i < n; i++)
		put(p, t, FIRST, number_key(key, i), STR("some value of it"));
}

static inline off_t
size_of(struct place *p, const char *name)
{
	struct arena a = { 0 };
	struct stat st;
	int rc = stat(file_join(&a, p->dir, name), &st);

	arena_release(&a);
	return rc == 0 ? st.st_size : -1;
}

static inline void
rewrite(struct place *p, int times)
{
	for (int i = 0; i < times; i++) {
		struct kv_txn *t = begin(p, true);

		fill(p, t, 2000);
		commit(p, t);
	}
}

#endif /* TESTS_LIB_PLACE_H */
