/* reader.h -- for tests: records read that are written with ' for ". */
#ifndef TESTS_RECORD_READER_H
#define TESTS_RECORD_READER_H

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>

#include "record/record.h"
#include "support/quoted.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct str statuses[] = { { "sold", 4 }, { "completed", 9 } };
static const struct record_settings settings = { .completed_statuses = statuses, .completed_n = 2 };

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

static inline bool
says(const char *have, const char *want)
{
	return have != NULL && strcmp(have, want) == 0;
}

#endif /* TESTS_RECORD_READER_H */
