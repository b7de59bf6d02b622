/* cmd_status.c -- flowstory status: what is there, what is applied, and how old it is. */
#include <stdio.h>

#include "account/account.h"
#include "base/host.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"

static const char help[] =
    "Prints the last snapshot, the last one applied, its age, and counts. Reads no\n"
    "page and changes nothing.\n";

struct status_options {
	const char *max_age;
	bool json;
	int64_t limit; /* us; max_age, once checked */
};

static const struct option options[] = {
	OPTION(struct status_options, max_age, "--max-age", .value = "SPAN",
	    .help = "exit 1 if the last snapshot applied is older (\"2h\")"),
	OPTION(struct status_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

struct view {
	struct invocation *x;
	bool has_state;
	struct applied applied; /* the last one */
	struct pending pending;
	struct str last_snapshot;
	int64_t age; /* us, TIMESTAMP_NEVER if nothing is applied */
};

static void
print_json(const struct view *v)
{
	const struct totals *t = &v->x->s.totals;
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
	doc_u64(d, "contacts", state_contacts(t));
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
	const struct totals *t = &v->x->s.totals;
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
	    (unsigned long long)state_contacts(t));
	money_format(&b, t->completed);
	printf("orders         %llu, %llu of guests, %llu unattributed; "
	       "completed: $%.*s\n",
	    (unsigned long long)t->orders, (unsigned long long)t->guest_orders,
	    (unsigned long long)t->unattributed_orders, STR_ARG(b));
	buf_release(&b);
}

static int
load_view(struct view *v, struct err *e)
{
	const char *account = v->x->o->account;
	struct state none = { 0 }, *s = &v->x->s;
	uint32_t number;
	int rc = state_open(s, account, false, e);

	if (rc < 0)
		return -1;
	v->has_state = rc > 0 && s->totals.applied > 0;
	if (account_pending(&v->x->a, account, v->has_state ? s : &none, &v->pending, e) < 0)
		return -1;
	v->age = TIMESTAMP_NEVER;
	if (v->has_state) {
		if (state_snapshot_find(s, NULL, &number, &v->applied, e) < 0)
			return -1;
		v->age = host_now() - v->applied.as_of;
		v->last_snapshot = v->applied.id;
	}
	if (v->pending.n > 0)
		v->last_snapshot = v->pending.ids[v->pending.n - 1];
	return 0;
}

static int
check(struct invocation *x, struct err *e)
{
	struct status_options *own = x->own;

	own->limit = TIMESTAMP_NEVER;
	if (own->max_age != NULL && !span_parse(str_c(own->max_age), &own->limit))
		return err_set(e, ERR_USAGE, "--max-age takes a span such as 2h or 3d, not '%s'",
		    own->max_age);
	return 0;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct status_options *own = x->own;
	struct view v = { .x = x };

	if (load_view(&v, e) < 0)
		return -1;
	(own->json ? print_json : print_text)(&v);
	if (v.age <= own->limit)
		return STATUS_DONE;
	say(x->o, SAY_WARNING, "stale: %s",
	    v.has_state ? "the last snapshot applied is older than --max-age"
	                : "nothing is applied");
	return STATUS_FAILED;
}

const struct command cmd_status = {
	.name = "status",
	.synopsis = "[--max-age SPAN] [--json]",
	.summary = "what is applied, and how old it is",
	.help = help,
	.options = options,
	.size = sizeof(struct status_options),
	.needs = NEEDS_ACCOUNT,
	.exits = { [1] = "failed, or the last snapshot applied is older than --max-age" },
	.check = check,
	.run = run,
};
