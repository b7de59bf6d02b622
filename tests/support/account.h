/* account.h -- for tests: an account in a directory of its own, to which
 * snapshots are applied that are written down as JSON with ' for ". */
#ifndef TESTS_SUPPORT_ACCOUNT_H
#define TESTS_SUPPORT_ACCOUNT_H

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/timestamp.h"
#include "delta/apply.h"
#include "delta/delta.h"
#include "profile/profile.h"
#include "delta/read_snapshot.h"
#include "delta/remember_pages.h"
#include "lib/gz.h"
#include "support/quoted.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PAGES_MAX 16
#define EPOCH_DAY 21915 /* 2030-01-01: snapshot number n is taken n days later */

/* A page of a snapshot; a text of NULL ends a list of them. */
struct page {
	const char *text;
	enum resource resource;
	enum scope_kind kind;
	const char *location; /* may be NULL */
	const char *from, *to;
};

#define CUSTOMERS(text)                                                                            \
	{                                                                                          \
		text, RESOURCE_CUSTOMERS, SCOPE_ALL, NULL, NULL, NULL                              \
	}
#define ORDERS(text)                                                                               \
	{                                                                                          \
		text, RESOURCE_ORDERS, SCOPE_ALL, NULL, NULL, NULL                                 \
	}
#define SOME_CUSTOMERS(text)                                                                       \
	{                                                                                          \
		text, RESOURCE_CUSTOMERS, SCOPE_UPDATED, NULL, NULL, NULL                          \
	}
#define SOME_ORDERS(text)                                                                          \
	{                                                                                          \
		text, RESOURCE_ORDERS, SCOPE_UPDATED, NULL, NULL, NULL                             \
	}
#define ORDERS_AT(location, text)                                                                  \
	{                                                                                          \
		text, RESOURCE_ORDERS, SCOPE_ALL, location, NULL, NULL                             \
	}
#define WINDOW(location, from, to, text)                                                           \
	{                                                                                          \
		text, RESOURCE_ORDERS, SCOPE_CREATED, location, from, to                           \
	}

/* Each gives the same result. */
static const enum read_way ways[] = { READ_BY_ID, READ_BY_TEXT };

struct account {
	char dir[64];
	struct arena a;
	struct state s;
	struct record_settings settings;
	struct err e;
	size_t jobs;
	enum read_way way;
	bool in_blocks; /* pages are packed, and a block begins at each # */
	/* of the snapshot in hand or read last */
	struct manifest manifest;
	struct run run;
	struct read_source source;
	struct read_snapshot in;
	struct delta delta;
	struct apply_result result;
};

static inline void
account_begin(struct account *g)
{
	static const struct str statuses[] = { { "sold", 4 } };

	*g = (struct account){ .dir = "/tmp/flowstory-test-XXXXXX", .e = ERR_INIT, .jobs = 2 };
	g->settings = (struct record_settings){
		.completed_statuses = statuses, .completed_n = 1, .breaker_percent = STR("10")
	};
	cr_assert(mkdtemp(g->dir) != NULL);
	cr_assert(state_open(&g->s, g->dir, true, &g->e) == 1, "%s", g->e.msg);
}

static inline void
account_forget(struct account *g)
{
	delta_release(&g->delta);
	read_snapshot_release(&g->in);
}

static inline void
account_end(struct account *g)
{
	struct err e = ERR_INIT;

	account_forget(g);
	state_close(&g->s);
	arena_release(&g->a);
	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
}

static inline struct str
account_packed(struct account *g, struct str text)
{
	struct gz_block list[PAGES_MAX] = { 0 };
	struct buf plain = { 0 }, out = { 0 };
	struct str packed;
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '#') {
			buf_char(&plain, text.p[i]);
			list[n - 1].text++;
		} else {
			cr_assert(n < COUNT(list));
			n++;
		}
	}
	gz_deflate_blocks(buf_view(&plain), 6, list, n, &out);
	packed = str_copy(&g->a, buf_view(&out));
	buf_release(&plain);
	buf_release(&out);
	return packed;
}

/* Write the page down and describe it. */
static inline struct manifest_page
account_page(struct account *g, struct str id, const struct page *p, size_t i)
{
	struct str plain = quoted(&g->a, p->text);
	struct str text = g->in_blocks ? account_packed(g, plain) : plain;
	struct manifest_page out = {
		.path = str_printf(&g->a, "page-%04zu.json%s", i + 1, g->in_blocks ? ".gz" : ""),
		.resource = p->resource,
		.location = str_c(p->location),
		.scope = { .kind = p->kind },
		.sha256 = str_copy(&g->a, str_c(sha256_of(text).hex)),
	};
	struct str path = str_printf(&g->a, "%s/snapshots/%.*s", g->dir, STR_ARG(id));

	if (p->kind == SCOPE_CREATED) {
		cr_assert(timestamp_parse(str_c(p->from), &out.scope.from));
		cr_assert(timestamp_parse(str_c(p->to), &out.scope.to));
	}
	cr_assert(dir_make_all(str_z(&g->a, path), &g->e) == 0);
	cr_assert(file_save(file_join(&g->a, str_z(&g->a, path), str_z(&g->a, out.path)), text,
	              &g->e) == 0,
	    "%s", g->e.msg);
	return out;
}

/* The pages as snapshot number applied + 1, read but not judged: 0 or -1. */
static inline int
account_read(struct account *g, const struct page *pages)
{
	uint64_t number = g->s.totals.applied + 1;
	struct buf id = { 0 };
	uint32_t *locations = arena_zero(&g->a, PAGES_MAX, sizeof(*locations));

	account_forget(g);
	timestamp_format_id(&id, (EPOCH_DAY + (int64_t)number) * TIMESTAMP_DAY);
	g->manifest = (struct manifest){
		.taken_at = (EPOCH_DAY + (int64_t)number) * TIMESTAMP_DAY,
		.pages = arena_zero(&g->a, PAGES_MAX, sizeof(struct manifest_page)),
	};
	g->run = (struct run){
		.account = g->dir,
		.jobs = g->jobs,
		.snapshot = str_copy(&g->a, buf_view(&id)),
		.number = (uint32_t)number,
		.as_of = g->manifest.taken_at,
		.manifest = &g->manifest,
		.records = &g->settings,
	};
	g->source = (struct read_source){
		.run = &g->run,
		.kv = number == 1 ? NULL : g->s.kv,
		.locations = locations,
		.way = g->way,
	};
	buf_release(&id);
	for (size_t i = 0; pages[i].text != NULL; i++)
		g->manifest.pages[g->manifest.n++] = account_page(g, g->run.snapshot, &pages[i], i);
	cr_assert(apply_locations(&g->s, &g->manifest, locations, &g->e) == 0);
	return read_snapshot_read(&g->in, &g->source, &g->e);
}

/* Read and judged. */
static inline void
account_judge(struct account *g, const struct page *pages)
{
	cr_assert(account_read(g, pages) == 0, "%s", g->e.msg);
	cr_assert(delta_find(&g->delta, &g->s, &g->in, &g->source, &g->e) == 0, "%s", g->e.msg);
}

/* So that its records are found again. */
static inline void
account_register(struct account *g)
{
	uint32_t number = (uint32_t)g->s.totals.applied;
	struct applied row = { .id = g->run.snapshot };

	for (size_t i = 0; i < g->manifest.n; i++) {
		struct applied_page p = { g->manifest.pages[i].path, g->manifest.pages[i].sha256,
			g->manifest.pages[i].resource, g->manifest.pages[i].location };

		cr_assert(state_page_put(&g->s, number, (uint32_t)i, &p, &g->e) == 0);
	}
	cr_assert(remember_pages(&g->s, &g->manifest, &g->in, &g->e) == 0);
	cr_assert(state_applied_put(&g->s, number, &row, &g->e) == 0);
}

/* The whole way: records, sales, profiles; committed; the sums must agree. */
static inline void
account_apply(struct account *g, const struct page *pages)
{
	account_judge(g, pages);
	g->s.totals.applied++;
	cr_assert(apply_delta(&g->a, &g->s, &g->source, &g->in, &g->delta, &g->result, &g->e) == 0,
	    "%s", g->e.msg);
	account_register(g);
	for (size_t i = 0; i < g->result.n; i++) {
		struct profile_update f;

		cr_assert(
		    profile_look(&g->a, &g->s, &g->settings, g->result.ids[i], &f, &g->e) == 0 &&
		        profile_keep(&g->s, g->result.ids[i], &f, &g->e) == 0,
		    "%s", g->e.msg);
	}
	cr_assert(profile_sums(&g->s, &g->e) == 0, "%s", g->e.msg);
	cr_assert(state_commit(&g->s, &g->e) == 0, "%s", g->e.msg);
	cr_assert(state_begin(&g->s, &g->e) == 1, "%s", g->e.msg);
}

/* The delta as text: "+c1 ~c2 -c3 | +o1", one sign an op. */
static inline struct str
account_ops(struct account *g)
{
	struct buf b = { 0 };
	struct str out;

	for (size_t e = 0; e < ENTITIES; e++) {
		struct delta_walk w = { .d = &g->delta, .entity = (enum entity)e };
		struct delta_record op;

		buf_z(&b, e > 0 ? " |" : "");
		while (delta_next(&w, &op) > 0) {
			buf_z(&b, b.n > 0 ? " " : "");
			buf_char(&b, "+~-"[op.op]);
			buf_str(&b, op.id);
		}
	}
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

static inline void
account_expect(struct account *g, const struct page *pages, const char *want)
{
	account_judge(g, pages);
	cr_expect(
	    str_eq(account_ops(g), str_c(want)), "%.*s, not %s", STR_ARG(account_ops(g)), want);
}

/* The stored profile; it must be there. */
static inline struct profile
account_profile(struct account *g, const char *id)
{
	struct profile p;

	cr_assert(profile_stored(&g->a, &g->s, str_c(id), &p, &g->e) == 1, "%s", id);
	return p;
}

#endif /* TESTS_SUPPORT_ACCOUNT_H */
