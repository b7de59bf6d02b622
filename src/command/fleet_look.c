#include "command/fleet_look.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "command/command_host.h"
#include "command/fleet_table.h"
#include "command/json_out.h"
#include "command/message.h"
#include "fleet/fleet_page.h"
#include "fleet/limits.h"
#include "fleet/fleet_runs.h"
#include "lib/json_writer.h"

#define SLOWEST 10000000 /* us between calls that are still told as calls a second */

int
fleet_look_list(struct fleet *f, struct err *e)
{
	struct doc *d = f->is_json ? doc_array() : NULL;

	(void)e;
	for (size_t i = 0; i < f->roster.n; i++) {
		const struct roster_account *x = &f->roster.list[i];

		if (d == NULL) {
			printf("%.*s\n", STR_ARG(str_clean(f->a, str_c(x->path))));
			continue;
		}
		doc_text(doc_in_object(d, NULL), "account", x->name);
	}
	if (d != NULL)
		json_out_print(d);
	return STATUS_DONE;
}

void
fleet_look_clients(const struct fleet *f)
{
	const struct ledger *l = &f->ledger;
	const struct ledger_row **first = arena_array(f->a, l->n + 2, sizeof(*first));
	const struct ledger_row *one = NULL, *other = NULL;
	struct intern seen = { 0 };
	size_t copies = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_row *row = &l->rows[i];
		uint32_t before = seen.n, at = intern_add(&seen, row->vitals.client_id);

		if (at == 0)
			continue;
		if (at >= before) {
			first[at] = row;
		} else if (copies++ == 0) {
			one = first[at];
			other = row;
		}
	}
	if (copies > 0)
		say(f->o, SAY_WARNING,
		    "%zu account%s the client id of another: %.*s that of %.*s%s", copies,
		    copies == 1 ? " has" : "s have", STR_ARG(other->account.name),
		    STR_ARG(one->account.name), copies == 1 ? "" : ", for one");
	intern_release(&seen);
}

/* How fast hosts are called, and whether one of them wants it slower. */
void
fleet_look_limits(struct fleet *f, struct limit_state **list, size_t *n)
{
	struct command_host h = { .o = f->o };
	const struct host host = command_host(&h);

	limits_list(f->a, &f->ledger, &host, list, n);
}

static void
print_limits(struct fleet *f, const struct fleet_table *t)
{
	for (size_t i = 0; i < t->limits_n; i++) {
		const struct limit_state *s = &t->limits[i];
		uint64_t tenths = s->interval > 0 ? 10000000 / s->interval : 0;

		printf("limit of %.*s: ", STR_ARG(str_clean(f->a, s->host)));
		if (s->interval > SLOWEST)
			printf("a call every %llu s", (unsigned long long)(s->interval / 1000000));
		else
			printf("%llu.%llu calls a second", (unsigned long long)(tenths / 10),
			    (unsigned long long)(tenths % 10));
		if (s->interval > s->base)
			printf(", slowed %lld s ago by an answer %llu",
			    (long long)(s->ago / TIMESTAMP_SECOND), (unsigned long long)s->status);
		putchar('\n');
	}
}

/* The exit status is that of the run before. */
static void
take_last_runs(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct ledger_row *row = &l->rows[i];

		row->what = row->vitals.has_run ? LEDGER_ENDED : LEDGER_WAITING;
		row->status = (int)row->vitals.exit_status;
	}
}

int
fleet_look_status(struct fleet *f, struct err *e)
{
	struct fleet_table t = {
		.l = &f->ledger, .now = f->now, .limit = f->limit, .is_all = f->o->verbose
	};
	struct limit_state *limits;
	size_t stale = 0;

	(void)e;
	ledger_load(f->a, &f->roster, &f->ledger);
	take_last_runs(&f->ledger);
	fleet_look_limits(f, &limits, &t.limits_n);
	t.limits = limits;
	(f->is_json ? fleet_table_print_json : fleet_table_print)(&t);
	if (!f->is_json)
		print_limits(f, &t);
	for (size_t i = 0; i < f->ledger.n; i++)
		stale += fleet_table_is_stale(&t, &f->ledger.rows[i]);
	if (f->limit == TIMESTAMP_NEVER || stale == 0)
		return STATUS_DONE;
	say(f->o, SAY_WARNING, "stale: %zu account%s without a snapshot applied within --max-age",
	    stale, say_plural(stale));
	return STATUS_FAILED;
}

/* ---- The page */

static int
put_page(struct fleet *f, struct str text, struct err *e)
{
	const char *out = f->out;

	if (out != NULL && strcmp(out, "-") == 0) {
		fwrite(text.p, 1, text.n, stdout);
		return 0;
	}
	if (out == NULL)
		out = file_join(f->a, f->roster.dir, "fleet.html");
	if (file_save(out, text, e) < 0)
		return -1;
	say(f->o, SAY_INFO, "wrote %s", out);
	return 0;
}

int
fleet_look_report(struct fleet *f, struct err *e)
{
	struct fleet_page p = { .l = &f->ledger, .dir = f->roster.dir, .now = f->now };
	struct fleet_runs_account *runs;
	struct limit_state *limits;
	struct buf b = { 0 };
	int rc;

	ledger_load(f->a, &f->roster, &f->ledger);
	take_last_runs(&f->ledger);
	if (fleet_runs_load(f->a, f->roster.dir, f->now, &f->ledger, &runs, e) < 0)
		return -1;
	fleet_look_limits(f, &limits, &p.limits_n);
	p.runs = runs;
	p.limits = limits;
	fleet_page_write(&b, &p);
	rc = put_page(f, buf_view(&b), e);
	buf_release(&b);
	return rc < 0 ? -1 : STATUS_DONE;
}
