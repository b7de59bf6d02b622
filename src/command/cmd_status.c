#include <stdio.h>

#include "base/host.h"
#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "account/account.h"
#include "command/command.h"
#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"

static const char help[] =
    "The last snapshot there is, the last one applied, its age, and what is\n"
    "known. Reads no page and changes nothing.\n"
    "\n"
    "  --max-age SPAN  exit 1 if the last applied snapshot is older (\"2h\")\n"
    "  --json          as JSON\n";

struct view {
	const struct options *o;
	struct arena a;
	struct state s;
	bool has_state;
	struct applied applied; /* the last one */
	struct pending pending;
	struct str last_snapshot;
	int64_t age; /* us, TIMESTAMP_NEVER if nothing is applied */
};

static int
load(struct view *v, struct err *e)
{
	struct state none = { 0 };
	int rc = state_open(&v->s, v->o->account, false, e);

	if (rc < 0)
		return -1;
	v->has_state = rc > 0 && v->s.totals.applied > 0;
	if (account_pending(&v->a, v->o->account, v->has_state ? &v->s : &none, &v->pending, e) < 0)
		return -1;
	v->age = TIMESTAMP_NEVER;
	if (v->has_state) {
		if (state_applied_must(&v->s, (uint32_t)v->s.totals.applied, &v->applied, e) < 0)
			return -1;
		v->age = host_now() - v->applied.as_of;
		v->last_snapshot = v->applied.id;
	}
	if (v->pending.n > 0)
		v->last_snapshot = v->pending.ids[v->pending.n - 1];
	return 0;
}

static void
print_json(const struct view *v)
{
	const struct totals *t = &v->s.totals;
	struct doc *d = doc_object();
	struct buf b = { 0 };

	if (v->last_snapshot.n > 0)
		doc_text(d, "last_snapshot", v->last_snapshot);
	else
		doc_null(d, "last_snapshot");
	if (v->has_state) {
		doc_text(d, "last_applied", v->applied.id);
		timestamp_format(&b, v->applied.as_of);
		doc_text(d, "as_of", buf_view(&b));
		doc_i64(d, "age_seconds", v->age / TIMESTAMP_SECOND);
	} else {
		doc_null(d, "last_applied");
	}
	doc_u64(d, "applied", t->applied);
	doc_u64(d, "pending", v->pending.n);
	doc_u64(d, "late", v->pending.late_n);
	doc_u64(d, "customers", t->customers);
	doc_u64(d, "contacts", t->skipped[SKIPPED_NONE]);
	doc_u64(d, "orders", t->orders);
	doc_u64(d, "guest_orders", t->guest_orders);
	doc_u64(d, "unattributed_orders", t->unattributed_orders);
	buf_reset(&b);
	money_format(&b, t->completed);
	doc_text(d, "completed", buf_view(&b));
	buf_release(&b);
	json_out_print(d);
}

/* 3 d 4 h, 2 h 5 min, 12 min */
static void
print_age(int64_t us)
{
	long long minutes = us / (60 * TIMESTAMP_SECOND);

	if (minutes >= 2 * 1440)
		printf("%lld d %lld h", minutes / 1440, minutes % 1440 / 60);
	else if (minutes >= 60)
		printf("%lld h %lld min", minutes / 60, minutes % 60);
	else
		printf("%lld min", minutes);
}

static void
print_text(const struct view *v)
{
	const struct totals *t = &v->s.totals;
	struct buf b = { 0 };

	printf("last snapshot  %.*s\n", v->last_snapshot.n > 0 ? (int)v->last_snapshot.n : 4,
	    v->last_snapshot.n > 0 ? v->last_snapshot.p : "none");
	if (!v->has_state) {
		printf("applied        none, %zu pending\n", v->pending.n);
		return;
	}
	printf("last applied   %.*s, ", STR_ARG(v->applied.id));
	print_age(v->age);
	printf(" old\napplied        %llu, %zu pending, %zu late\n", (unsigned long long)t->applied,
	    v->pending.n, v->pending.late_n);
	printf("customers      %llu, %llu of them contacts\n", (unsigned long long)t->customers,
	    (unsigned long long)t->skipped[SKIPPED_NONE]);
	money_format(&b, t->completed);
	printf("orders         %llu, %llu of guests, %llu unattributed; "
	       "completed: $%.*s\n",
	    (unsigned long long)t->orders, (unsigned long long)t->guest_orders,
	    (unsigned long long)t->unattributed_orders, STR_ARG(b));
	buf_release(&b);
}

static int
show(struct view *v, int64_t max_age, struct err *e)
{
	if (load(v, e) < 0)
		return -1;
	if (v->o->json)
		print_json(v);
	else
		print_text(v);
	if (v->age <= max_age)
		return STATUS_DONE;
	say(v->o, SAY_WARNING, "stale: %s",
	    v->has_state ? "the last applied snapshot is older than --max-age"
	                 : "nothing is applied");
	return STATUS_FAILED;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *max_age = NULL;
	const struct arg own[] = {
		{ "--max-age", NULL, NULL, &max_age },
		{ "--json", NULL, &o.json, NULL },
	};
	struct view v = { .o = &o };
	int64_t limit = TIMESTAMP_NEVER;
	int rc = command_args("status", own, 2, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "status takes no '%s'", argv[1]);
	if (max_age != NULL && !span_parse(str_c(max_age), &limit))
		return err_set(
		    e, ERR_USAGE, "--max-age takes a span like 2h or 3d, not '%s'", max_age);
	if (account_check(o.account, e) < 0)
		return -1;
	rc = show(&v, limit, e);
	state_close(&v.s);
	arena_release(&v.a);
	return rc;
}

const struct command cmd_status = {
	.name = "status",
	.synopsis = "[--max-age SPAN] [--json]",
	.summary = "what is applied, and how old it is",
	.help = help,
	.run = run,
};
