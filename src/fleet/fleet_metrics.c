#include "fleet/fleet_metrics.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/timestamp.h"

#define FILE_MOST (UINT64_C(1) << 20)
#define BEGINNING "# HELP flowstory_"

static const struct str few[] = {
	{ "flowstory_last_success_timestamp_seconds", 40 },
	{ "flowstory_exit_code", 19 },
	{ "flowstory_contacts", 18 },
	{ "flowstory_pending_snapshots", 27 },
};

struct metric {
	struct buf head, samples;
};

struct gathering {
	const struct fleet_metrics *m;
	struct intern names; /* of metrics, in the order in which they came */
	struct intern seen;  /* samples: name and labels */
	struct metric *list; /* by the number of the name */
	size_t cap;
};

static bool
is_wanted(const struct gathering *g, struct str name)
{
	for (size_t i = 0; i < sizeof(few) / sizeof(few[0]); i++)
		if (str_eq(few[i], name))
			return true;
	return !g->m->is_few;
}

/* The name in "# HELP name text", "# TYPE name gauge" or "name{labels} value". */
static struct str
name_of(struct str line, bool *is_head)
{
	size_t n = 0;

	*is_head = str_starts(line, STR("# HELP ")) || str_starts(line, STR("# TYPE "));
	if (*is_head)
		line = str_from(line, 7);
	while (n < line.n && line.p[n] != '{' && line.p[n] != ' ')
		n++;
	return str_of(line.p, n);
}

/* Two samples of one name and labels would make a collector refuse the whole file: a copied account
 * has the metrics of the other until it is run. */
static bool
is_first(struct gathering *g, struct str line)
{
	const char *space = memrchr(line.p, ' ', line.n);
	uint32_t before = g->seen.n;

	return space != NULL &&
	       intern_add(&g->seen, str_of(line.p, (size_t)(space - line.p))) >= before;
}

static void
add_line(struct gathering *g, struct str line)
{
	bool is_head;
	struct str name = name_of(line, &is_head);
	uint32_t at;
	struct metric *x;
	struct buf *b;

	if (name.n == 0 || name.p[0] == '#' || !is_wanted(g, name) ||
	    (!is_head && !is_first(g, line)))
		return;
	at = intern_add(&g->names, name);
	g->list = mem_reach(g->list, at, &g->cap, sizeof(*g->list));
	x = &g->list[at];
	b = is_head ? &x->head : &x->samples;
	/* the head of the first account stands for all */
	if (is_head &&
	    (x->samples.n > 0 || (b->n > 0 && memmem(b->p, b->n, line.p, line.n) != NULL)))
		return;
	buf_str(b, line);
	buf_char(b, '\n');
}

/* A file that is no sheet of metrics, and one that is cut, adds nothing that would spoil the rest.
 */
static void
add_account(struct gathering *g, const char *path)
{
	struct arena a = { 0 };
	struct err ignored = ERR_INIT;
	struct str text;
	const char *end;

	if (file_exists(path) && file_load(&a, path, FILE_MOST, &text, &ignored) == 0 &&
	    str_starts(text, STR(BEGINNING)))
		while ((end = memchr(text.p, '\n', text.n)) != NULL) {
			add_line(g, str_of(text.p, (size_t)(end - text.p)));
			text = str_from(text, (size_t)(end - text.p) + 1);
		}
	arena_release(&a);
}

static void
put_head(struct buf *b, const char *name, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
put_accounts(struct buf *b, const struct ledger *l)
{
	static const char name[] = "flowstory_fleet_accounts";
	static const int statuses[] = {
#define X(status, number, text) status,
		STATUS_LIST(X)
#undef X
	};
	size_t never = 0;

	put_head(b, name, "Accounts by the exit status of their last run; none: it never ran.");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		size_t n = 0;

		/* one that was asked to end has failed, too */
		for (size_t k = 0; k < l->n; k++)
			n += l->rows[k].vitals.has_run &&
			     ledger_worse((int)l->rows[k].vitals.exit_status, STATUS_DONE) ==
			         statuses[i];
		buf_printf(b, "%s{exit=\"%d\"} %zu\n", name, statuses[i], n);
	}
	for (size_t k = 0; k < l->n; k++)
		never += !l->rows[k].vitals.has_run;
	buf_printf(b, "%s{exit=\"none\"} %zu\n", name, never);
}

/* Who never succeeded is the oldest of all: 0. */
static void
put_oldest(struct buf *b, const struct ledger *l)
{
	static const char name[] = "flowstory_fleet_oldest_success_timestamp_seconds";
	int64_t oldest = TIMESTAMP_NEVER;

	for (size_t i = 0; i < l->n; i++) {
		int64_t us = l->rows[i].vitals.last_success;

		us = us == TIMESTAMP_NONE ? 0 : us;
		oldest = us < oldest ? us : oldest;
	}
	put_head(b, name, "When the account that waits longest last succeeded; 0: one never did.");
	buf_printf(b, "%s %lld\n", name,
	    oldest == TIMESTAMP_NEVER ? 0 : (long long)(oldest / TIMESTAMP_SECOND));
}

static void
put_rates(struct buf *b, const struct fleet_metrics *m)
{
	static const char name[] = "flowstory_fleet_calls_per_second";

	if (m->rates_n > 0)
		put_head(b, name, "Calls a second that all accounts together may make to a host.");
	for (size_t i = 0; i < m->rates_n; i++)
		buf_printf(b, "%s{host=\"%.*s\"} %llu.%03llu\n", name, STR_ARG(m->rates[i].host),
		    (unsigned long long)(m->rates[i].millicalls / 1000),
		    (unsigned long long)(m->rates[i].millicalls % 1000));
}

int
fleet_metrics_write(const char *path, const struct fleet_metrics *m, struct err *e)
{
	struct gathering g = { .m = m };
	struct buf b = { 0 };
	int rc;

	put_accounts(&b, m->l);
	put_oldest(&b, m->l);
	put_rates(&b, m);
	for (size_t i = 0; i < m->l->n; i++)
		add_account(&g, m->l->rows[i].vitals.metrics_path);
	for (size_t i = 0; i < g.names.n && i < g.cap; i++) {
		buf_str(&b, buf_view(&g.list[i].head));
		buf_str(&b, buf_view(&g.list[i].samples));
		buf_release(&g.list[i].head);
		buf_release(&g.list[i].samples);
	}
	rc = file_save_public(path, buf_view(&b), e);
	buf_release(&b);
	intern_release(&g.names);
	intern_release(&g.seen);
	mem_free(g.list);
	return rc;
}
