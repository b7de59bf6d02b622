/* reader.h -- for tests: records read that are written with ' for ". */
#ifndef TESTS_RECORD_READER_H
#define TESTS_RECORD_READER_H

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/timestamp.h"
#include "record/record.h"
#include "support/quoted.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct str statuses[] = { { "sold", 4 }, { "completed", 9 } };
static const struct str no_emails[] = { { "none@none.com", 13 } };
static const struct str no_mobiles[] = { { "+17205550100", 12 } };
static const struct record_settings settings = { .completed_statuses = statuses,
	.completed_n = 2,
	.placeholder_emails = no_emails,
	.placeholder_n = 1,
	.placeholder_mobiles = no_mobiles,
	.placeholder_mobiles_n = 1 };

/* When the snapshot of every record was taken. */
#define TAKEN_AT "2026-06-15T12:00:00Z"

struct reader {
	struct schema schema;
	struct intern words;
	struct record_reader r;
	struct arena a;
	struct record_fault f;
	struct customer c;
	struct order o;
};

static inline void
reader_begin(struct reader *g)
{
	*g = (struct reader){ 0 };
	schema_init(&g->schema);
	g->r.schema = &g->schema;
	g->r.settings = &settings;
	g->r.unknown.words = &g->words;
	cr_assert(timestamp_parse(STR(TAKEN_AT), &g->r.taken_at));
}

static inline void
reader_end(struct reader *g)
{
	record_reader_release(&g->r);
	intern_release(&g->words);
	arena_release(&g->a);
}

static inline bool
read_customer(struct reader *g, const char *text)
{
	return record_read_customer(&g->r, &g->a, quoted(&g->a, text), &g->c, &g->f);
}

static inline bool
read_order(struct reader *g, const char *text)
{
	return record_read_order(&g->r, &g->a, quoted(&g->a, text), &g->o, &g->f);
}

/* An order that is sound but for ${members}, which come last. */
static inline bool
read_order_with(struct reader *g, const char *members)
{
	struct str text = str_printf(&g->a, "{'id':'o1','createdAt':'2026-01-01',%s}", members);

	return read_order(g, str_z(&g->a, text));
}

/* The drops as text: "city=true unreadable|email=x placeholder". */
static inline struct str
drops_text(struct reader *g, const struct record_drops *d)
{
	struct str out = STR("");

	for (size_t i = 0; i < d->n; i++)
		out = str_printf(&g->a, "%.*s%s%.*s=%.*s %s", STR_ARG(out), i > 0 ? "|" : "",
		    STR_ARG(d->list[i].field), STR_ARG(d->list[i].value),
		    drop_reason_name(d->list[i].reason));
	return out;
}

static inline void
expect_drops(struct reader *g, const struct record_drops *d, const char *want, const char *what)
{
	struct str have = drops_text(g, d);

	cr_expect(str_eq(have, str_c(want)), "%s: '%.*s', want '%s'", what, STR_ARG(have), want);
}

static inline bool
says(const char *have, const char *want)
{
	return have != NULL && strcmp(have, want) == 0;
}

#endif /* TESTS_RECORD_READER_H */
