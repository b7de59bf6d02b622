#include "command/fleet_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/message.h"
#include "command/print_table.h"
#include "lib/json_writer.h"

#define NOTHING "-" /* where a figure is not known */

static const struct print_table_column columns[] = {
	{ NULL, "account", -13, NULL },
	{ NULL, "exit", 6, NULL },
	{ NULL, "age", 8, NULL },
	{ NULL, "customers", 10, NULL },
	{ NULL, "contacts", 10, NULL },
	{ NULL, "changed", 8, NULL },
	{ NULL, "pending", 8, NULL },
	{ NULL, "time", 8, NULL },
	{ 0 },
};

/* ---- Texts of cells */

/* 3,007 */
static struct str
count(struct arena *a, uint64_t n)
{
	struct str digits = str_printf(a, "%llu", (unsigned long long)n);
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < digits.n; i++) {
		if (i > 0 && (digits.n - i) % 3 == 0)
			buf_char(&b, ',');
		buf_char(&b, digits.p[i]);
	}
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}

static struct str
count_if(struct arena *a, bool is_known, uint64_t n)
{
	return is_known ? count(a, n) : STR(NOTHING);
}

static struct str
age(struct arena *a, int64_t us)
{
	long long minutes = us / (60 * TIMESTAMP_SECOND);

	if (us == TIMESTAMP_NONE)
		return STR(NOTHING);
	if (us < 0)
		return STR("future");
	if (minutes < 120)
		return str_printf(a, "%lld min", minutes);
	if (minutes < 48 * 60)
		return str_printf(a, "%lld h", minutes / 60);
	return str_printf(a, "%lld d", minutes / (24 * 60));
}

static struct str
seconds(struct arena *a, int64_t us)
{
	return str_printf(
	    a, "%lld.%lld s", (long long)(us / 1000000), (long long)(us / 100000 % 10));
}

/* ---- Which of them need a look */

bool
fleet_table_is_stale(const struct fleet_table *t, const struct ledger_row *row)
{
	int64_t us = ledger_age(row, t->now);

	return us == TIMESTAMP_NONE || us < 0 || us > t->limit;
}

static bool
wants_look(const struct fleet_table *t, const struct ledger_row *row)
{
	return t->is_all || row->what == LEDGER_SKIPPED ||
	       (t->has_times && row->what == LEDGER_WAITING) ||
	       (row->what == LEDGER_ENDED && ledger_status(row) != STATUS_DONE) ||
	       row->vitals.pending > 0 || row->vitals.why.kind != ERR_NONE ||
	       (t->limit != TIMESTAMP_NEVER && fleet_table_is_stale(t, row));
}

static struct str
exit_text(struct arena *a, const struct fleet_table *t, const struct ledger_row *row)
{
	if (row->what == LEDGER_ENDED && row->signal != 0)
		return str_printf(a, "sig %d", row->signal);
	if (row->what == LEDGER_ENDED)
		return str_printf(a, "%d", row->status);
	return t->has_times ? STR("none") : STR(NOTHING);
}

static struct str
message_of(const struct ledger_row *row)
{
	if (row->what == LEDGER_SKIPPED)
		return STR("skipped: there was no time left to start it");
	if (row->message.n > 0)
		return row->message;
	if (row->what == LEDGER_ENDED && ledger_status(row) != STATUS_DONE && row->warning.n > 0)
		return row->warning;
	return str_c(row->vitals.why.msg);
}

/* What changed is told of a run that came to its end. */
static bool
is_done(const struct fleet_table *t, const struct ledger_row *row)
{
	return !t->has_times || ledger_status(row) == STATUS_DONE ||
	       ledger_status(row) == STATUS_NEWS;
}

static void
print_row(const struct fleet_table *t, const struct ledger_row *row)
{
	const struct vitals *v = &row->vitals;
	struct arena a = { 0 };
	struct str message = str_clean(&a, message_of(row));

	print_table_row(columns, NULL,
	    (const struct print_table_cell[]){ CELL_TEXT(str_clean(&a, row->account.name)),
	        CELL_TEXT(exit_text(&a, t, row)), CELL_TEXT(age(&a, ledger_age(row, t->now))),
	        CELL_TEXT(count_if(&a, v->has_state, v->customers)),
	        CELL_TEXT(count_if(&a, v->has_state, v->contacts)),
	        CELL_TEXT(count_if(&a, v->has_state && is_done(t, row), v->changed)),
	        CELL_TEXT(count_if(&a, v->has_pending, v->pending)),
	        CELL_TEXT(row->us > 0 ? seconds(&a, row->us) : STR(NOTHING)) });
	if (message.n > 0) {
		printf("    ");
		print_table_text(4, message);
	}
	arena_release(&a);
}

/* ---- Those that do not, in one line */

struct others {
	size_t n;
	uint64_t customers, contacts, changed, pending;
	int64_t oldest; /* age */
	int64_t *times;
	const struct ledger_row *slowest;
	bool is_exit_known; /* of all of them: it is 0 */
};

static int
compare_times(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static void
add_other(struct others *g, const struct fleet_table *t, const struct ledger_row *row)
{
	int64_t us = ledger_age(row, t->now);

	g->customers += row->vitals.customers;
	g->contacts += row->vitals.contacts;
	g->changed += row->vitals.changed;
	g->pending += row->vitals.pending;
	g->oldest = us != TIMESTAMP_NONE && us > g->oldest ? us : g->oldest;
	g->is_exit_known = g->is_exit_known && row->what == LEDGER_ENDED;
	g->times[g->n++] = row->us;
	if (g->slowest == NULL || row->us > g->slowest->us)
		g->slowest = row;
}

static void
print_others(const struct fleet_table *t, size_t listed)
{
	struct arena a = { 0 };
	struct others g = { .times = arena_array(&a, t->l->n + 1, sizeof(*g.times)),
		.oldest = TIMESTAMP_NONE,
		.is_exit_known = true };

	for (size_t i = 0; i < t->l->n; i++)
		if (!wants_look(t, &t->l->rows[i]))
			add_other(&g, t, &t->l->rows[i]);
	if (g.n > 0) {
		qsort(g.times, g.n, sizeof(*g.times), compare_times);
		print_table_row(columns, NULL,
		    (const struct print_table_cell[]){
		        CELL_TEXT(str_printf(&a, "%.*s %s%s", STR_ARG(count(&a, g.n)),
		            listed > 0 ? "other" : "account", say_plural(g.n))),
		        CELL_TEXT(g.is_exit_known ? STR("0") : STR(NOTHING)),
		        CELL_TEXT(age(&a, g.oldest)), CELL_TEXT(count(&a, g.customers)),
		        CELL_TEXT(count(&a, g.contacts)), CELL_TEXT(count(&a, g.changed)),
		        CELL_TEXT(count(&a, g.pending)),
		        CELL_TEXT(t->has_times ? seconds(&a, g.times[g.n / 2]) : STR(NOTHING)) });
		if (t->has_times && g.n > 1)
			printf("    oldest, sums, median time; slowest %.*s, %.*s\n",
			    STR_ARG(str_clean(&a, g.slowest->account.name)),
			    STR_ARG(seconds(&a, g.slowest->us)));
	}
	arena_release(&a);
}

void
fleet_table_print(const struct fleet_table *t)
{
	size_t listed = 0;

	print_table_headings(columns);
	for (size_t i = 0; i < t->l->n; i++)
		if (wants_look(t, &t->l->rows[i])) {
			print_row(t, &t->l->rows[i]);
			listed++;
		}
	print_others(t, listed);
}

/* ---- As JSON */

static void
put_exit(const struct fleet_table *t, const struct ledger_row *row, struct doc *d)
{
	if (row->what == LEDGER_ENDED)
		doc_i64(d, "exit_status", ledger_status(row));
	else
		doc_null(d, "exit_status");
	if (row->signal != 0)
		doc_i64(d, "signal", row->signal);
	if (t->has_times) {
		doc_bool(d, "skipped", row->what == LEDGER_SKIPPED);
		doc_u64(d, "duration_ms", (uint64_t)(row->us / 1000));
	}
}

static void
put_row(const struct fleet_table *t, const struct ledger_row *row, struct doc *d)
{
	const struct vitals *v = &row->vitals;

	doc_text(d, "account", row->account.name);
	put_exit(t, row, d);
	if (message_of(row).n > 0)
		doc_text(d, "message", message_of(row));
	doc_time_or_null(d, "as_of", v->as_of);
	doc_time_or_null(d, "last_success", v->last_success);
	if (v->has_state) {
		doc_i64(d, "age_seconds", (t->now - v->as_of) / TIMESTAMP_SECOND);
		doc_u64(d, "customers", v->customers);
		doc_u64(d, "contacts", v->contacts);
		doc_u64(d, "changed", v->changed);
	}
	if (v->has_push)
		doc_u64(d, "to_push", v->to_push);
	if (v->has_pending)
		doc_u64(d, "pending", v->pending);
}

static void
put_totals(const struct fleet_table *t, struct doc *d)
{
	struct others g = { 0 };
	size_t stale = 0, ended = 0, bad = 0;

	for (size_t i = 0; i < t->l->n; i++) {
		const struct ledger_row *row = &t->l->rows[i];

		g.customers += row->vitals.customers;
		g.contacts += row->vitals.contacts;
		g.changed += row->vitals.changed;
		g.pending += row->vitals.pending;
		stale += fleet_table_is_stale(t, row);
		ended += row->what == LEDGER_ENDED;
		bad += row->what == LEDGER_ENDED && ledger_status(row) != STATUS_DONE;
	}
	doc_u64(d, "accounts", t->l->n);
	doc_u64(d, "ended", ended);
	doc_u64(d, "not_0", bad);
	if (t->limit != TIMESTAMP_NEVER)
		doc_u64(d, "stale", stale);
	if (t->has_times)
		doc_i64(d, "exit_status", ledger_worst(t->l));
	doc_u64(d, "customers", g.customers);
	doc_u64(d, "contacts", g.contacts);
	doc_u64(d, "changed", g.changed);
	doc_u64(d, "pending", g.pending);
}

static void
put_limits(const struct fleet_table *t, struct doc *list)
{
	for (size_t i = 0; i < t->limits_n; i++) {
		const struct limit_state *s = &t->limits[i];
		struct doc *d = doc_in_object(list, NULL);

		doc_text(d, "host", s->host);
		doc_u64(d, "interval_ms", s->interval / 1000);
		doc_u64(d, "agreed_interval_ms", s->base / 1000);
		doc_u64(d, "calls", s->calls);
		doc_u64(d, "slowed", s->slowed);
		if (s->status != 0) {
			doc_u64(d, "status", s->status);
			doc_i64(d, "slowed_seconds_ago", s->ago / TIMESTAMP_SECOND);
		}
	}
}

void
fleet_table_print_json(const struct fleet_table *t)
{
	struct doc *d = doc_object(), *list = doc_in_array(d, "accounts");

	for (size_t i = 0; i < t->l->n; i++)
		put_row(t, &t->l->rows[i], doc_in_object(list, NULL));
	put_totals(t, doc_in_object(d, "totals"));
	if (t->limits != NULL)
		put_limits(t, doc_in_array(d, "limits"));
	json_out_print(d);
}
