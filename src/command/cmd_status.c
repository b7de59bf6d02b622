/* cmd_status.c -- flowstory status: what is there, what is applied, and how old it is. */
#include <stdarg.h>
#include <stdio.h>

#include "account/account.h"
#include "base/host.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "report/attention.h"
#include "command/command.h"
#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"
#include "record/record.h"
#include "state/state_statuses.h"

static const char help[] =
    "Prints the last snapshot, the last one applied and its age, counts, and whatever\n"
    "needs attention. Reads no page and changes nothing.\n";

struct status_options {
	const char *max_age;
	bool json;
	int64_t limit; /* us; max_age, once checked */
};

static const struct option options[] = {
	OPTION(struct status_options, max_age, "--max-age", .value = "SPAN",
	    .help = "exit 1 if the last snapshot applied is older than this,\n"
	            "such as 2h, or if the last snapshot lies in the future"),
	OPTION(struct status_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

struct overview {
	struct invocation *x;
	bool has_state;
	struct applied applied; /* the last one */
	struct pending pending;
	struct str last_snapshot;
	int64_t age;  /* us, TIMESTAMP_NEVER if nothing is applied; negative: in the future */
	int64_t last; /* when the last snapshot was taken; TIMESTAMP_NONE */
	int64_t now;
	struct status_total *statuses;
	size_t statuses_n;
	struct attention attention;
};

#define ULL(n) ((unsigned long long)(n))

/* ---- as JSON */

static void
add_snapshots(const struct overview *v, struct doc *d)
{
	doc_text_or_null(d, "last_snapshot", v->last_snapshot);
	if (v->has_state) {
		doc_text(d, "last_applied", v->applied.id);
		doc_time(d, "as_of", v->applied.as_of);
		doc_i64(d, "age_seconds", v->age / TIMESTAMP_SECOND);
	} else {
		doc_null(d, "last_applied");
	}
	doc_u64(d, "applied", v->x->s.totals.applied);
	doc_u64(d, "pending", v->pending.n);
	doc_u64(d, "late", v->pending.late_n);
}

static void
add_counts(const struct overview *v, struct doc *d)
{
	const struct totals *t = &v->x->s.totals;
	struct doc *statuses;

	doc_u64(d, "customers", t->customers);
	doc_u64(d, "contacts", state_contacts(t));
	doc_u64(d, "orders", t->orders);
	doc_u64(d, "guest_orders", t->guest_orders);
	doc_u64(d, "unattributed_orders", t->unattributed_orders);
	doc_money(d, "completed", t->completed);
	statuses = doc_in_array(d, "statuses");
	for (size_t i = 0; i < v->statuses_n; i++) {
		struct doc *row = doc_in_object(statuses, NULL);

		doc_text(row, "status", v->statuses[i].status);
		doc_u64(row, "orders", v->statuses[i].orders);
		doc_money(row, "dollars", v->statuses[i].cents);
	}
}

static void
add_attention(const struct overview *v, struct doc *d)
{
	const struct attention *w = &v->attention;
	struct doc *disk;

	doc_bool(d, "in_future", v->last > v->now);
	doc_bool(d, "stopped_by_breaker", w->is_stopped);
	doc_u64(d, "quarantined", v->applied.quarantined);
	doc_u64(d, "held_back_customers", v->applied.held_back[ENTITY_CUSTOMER]);
	doc_u64(d, "held_back_orders", v->applied.held_back[ENTITY_ORDER]);
	doc_u64(d, "orders_in_two_locations", v->applied.in_two_locations);
	doc_u64(d, "lists_in_doubt", w->doubts);
	doc_u64(d, "push_rejected", w->rejected);
	doc_time_or_null(d, "unfinished_first_read", w->unfinished);
	doc_bool(d, "unfinished_prune", w->is_prune_unfinished);
	doc_text_or_null(d, "base", w->base);
	doc_time_or_null(
	    d, "next_full_customers", w->is_fetched ? w->next_customers : TIMESTAMP_NONE);
	doc_time_or_null(d, "next_full_orders", w->is_fetched ? w->next_orders : TIMESTAMP_NONE);
	disk = doc_in_object(d, "disk_bytes");
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		doc_u64(disk, w->kinds[i].kind, w->kinds[i].blocks);
	doc_time(d, "disk_as_of", w->measured_at);
}

static void
print_json(const struct overview *v)
{
	struct doc *d = doc_object();

	add_snapshots(v, d);
	add_counts(v, d);
	add_attention(v, d);
	json_out_print(d);
}

/* ---- as text */

/* 3 d 4 h, 2 h 5 min, 12 min */
static void
print_span(int64_t us)
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
print_money(int64_t cents)
{
	struct buf b = { 0 };

	money_format(&b, cents < 0 ? -cents : cents);
	printf("%s$%.*s", cents < 0 ? "-" : "", STR_ARG(b));
	buf_release(&b);
}

static void
print_time(struct arena *a, int64_t us)
{
	printf("%.*s", STR_ARG(timestamp_text(a, us)));
}

static void
print_snapshots(const struct overview *v)
{
	const char *none = "none";

	printf("last snapshot  %.*s\n",
	    STR_ARG(v->last_snapshot.n > 0 ? v->last_snapshot : str_c(none)));
	if (!v->has_state) {
		printf("last applied   none\n");
		return;
	}
	printf("last applied   %.*s, ", STR_ARG(v->applied.id));
	print_span(v->age < 0 ? -v->age : v->age);
	puts(v->age < 0 ? " in the future" : " old");
	printf("snapshots      %llu applied\n", ULL(v->x->s.totals.applied));
	if (v->attention.base.n > 0)
		printf("history        begins with base %.*s\n", STR_ARG(v->attention.base));
}

static void
print_counts(const struct overview *v)
{
	const struct totals *t = &v->x->s.totals;

	printf("customers      %llu, of them %llu %s\n", ULL(t->customers), ULL(state_contacts(t)),
	    state_contacts(t) == 1 ? "contact" : "contacts");
	printf("orders         %llu, of them %llu of guests, %llu unattributed\n", ULL(t->orders),
	    ULL(t->guest_orders), ULL(t->unattributed_orders));
	printf("completed      ");
	print_money(t->completed);
	putchar('\n');
	for (size_t i = 0; i < v->statuses_n; i++) {
		const struct status_total *s = &v->statuses[i];
		struct str name = s->status.n == 0 ? STR("(none)") : s->status;

		printf("%-13s  %8llu %-20.*s ", i == 0 ? "by status" : "", ULL(s->orders),
		    STR_ARG(str_clean(&v->x->a, name)));
		print_money(s->cents);
		putchar('\n');
	}
}

static void
print_disk(const struct overview *v)
{
	const struct attention *w = &v->attention;
	bool is_first = true;

	for (size_t i = 0; i < DISK_USE_KINDS; i++) {
		if (w->kinds[i].blocks == 0)
			continue;
		printf("%-13s  ", is_first ? "disk" : "");
		if (w->kinds[i].blocks < 1000000)
			printf("%8llu kB", ULL((w->kinds[i].blocks + 999) / 1000));
		else
			printf("%6llu.%llu MB", ULL(w->kinds[i].blocks / 1000000),
			    ULL(w->kinds[i].blocks / 100000 % 10));
		printf(" %s\n", w->kinds[i].kind);
		is_first = false;
	}
	if (!is_first && !w->is_measured) {
		printf("%-15s   as of ", "");
		print_time(&v->x->a, w->measured_at);
		putchar('\n');
	}
}

static void
print_next(const struct overview *v)
{
	const struct attention *w = &v->attention;
	const int64_t at[] = { w->next_customers, w->next_orders };
	static const char *const what[] = { "customers", "orders" };

	for (size_t i = 0; w->is_fetched && i < 2; i++) {
		printf("%-14s %s ", i == 0 ? "next full read" : "", what[i]);
		if (at[i] <= v->now)
			printf("with the next fetch");
		else
			print_time(&v->x->a, at[i]);
		putchar('\n');
	}
}

/* One line; the heading comes with the first. */
ERR_PRINTF(2, 3)
static void
warn(bool *has_begun, const char *fmt, ...)
{
	va_list args;

	if (!*has_begun)
		puts("needs attention");
	*has_begun = true;
	fputs("  ", stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static void
warn_of_snapshots(const struct overview *v, bool *begun)
{
	const struct pending *p = &v->pending;

	if (v->last > v->now)
		warn(begun, "the last snapshot is dated in the future");
	if (v->attention.is_stopped)
		warn(
		    begun, "stopped by the mass-change breaker: snapshot %.*s", STR_ARG(p->ids[0]));
	if (p->n > 0)
		warn(begun, "%zu snapshot%s pending, first %.*s", p->n, say_plural(p->n),
		    STR_ARG(p->ids[0]));
	if (p->late_n > 0)
		warn(begun, "%zu late snapshot%s, first %.*s; 'process --rebuild' applies %s",
		    p->late_n, say_plural(p->late_n), STR_ARG(p->late[0]),
		    p->late_n == 1 ? "it" : "them");
}

static void
warn_of_records(const struct overview *v, bool *begun)
{
	const struct applied *x = &v->applied;
	const struct attention *w = &v->attention;

	if (x->quarantined > 0)
		warn(begun, "%llu record%s quarantined: exports/%.*s/quarantine.jsonl",
		    ULL(x->quarantined), say_plural(x->quarantined), STR_ARG(x->id));
	for (size_t i = 0; i < ENTITIES; i++)
		if (x->held_back[i] > 0)
			warn(begun,
			    "%llu %s%s held back from removal by a record without a readable id",
			    ULL(x->held_back[i]), record_entity_name((enum entity)i),
			    say_plural(x->held_back[i]));
	if (x->in_two_locations > 0)
		warn(begun, "%llu order%s in two locations", ULL(x->in_two_locations),
		    say_plural(x->in_two_locations));
	if (w->doubts > 0)
		warn(begun, "%llu list%s in doubt: read, but not proved complete", ULL(w->doubts),
		    say_plural(w->doubts));
}

static void
warn_of_reading(const struct overview *v, bool *begun)
{
	const struct attention *w = &v->attention;

	if (w->unfinished != TIMESTAMP_NONE)
		warn(begun, "an unfinished first read, begun %.*s; 'fetch --resume' continues it",
		    STR_ARG(timestamp_text(&v->x->a, w->unfinished)));
	if (w->is_prune_unfinished)
		warn(begun, "an unfinished prune; the next run finishes its deletion");
	if (w->rejected > 0)
		warn(begun, "DailyStory did not take %llu row%s: 'flowstory push --rejected'",
		    ULL(w->rejected), say_plural(w->rejected));
	if (w->push_err.kind != ERR_NONE)
		warn(begun, "push/ cannot be read: 'flowstory push --status' says why");
	if (w->settings_err.kind != ERR_NONE)
		warn(begun, "the settings are wrong: 'flowstory check' says where");
}

static void
print_text(const struct overview *v)
{
	bool begun = false;

	print_snapshots(v);
	if (v->has_state)
		print_counts(v);
	print_disk(v);
	print_next(v);
	warn_of_snapshots(v, &begun);
	warn_of_records(v, &begun);
	warn_of_reading(v, &begun);
}

static int
load_state(struct overview *v, struct err *e)
{
	struct state *s = &v->x->s;
	uint32_t number;

	v->last = TIMESTAMP_NONE;
	v->age = TIMESTAMP_NEVER;
	if (v->has_state) {
		if (state_snapshot_find(s, NULL, &number, &v->applied, e) < 0 ||
		    state_statuses_list(&v->x->a, s, &v->statuses, &v->statuses_n, e) < 0)
			return -1;
		v->age = v->now - v->applied.as_of;
		v->last_snapshot = v->applied.id;
		v->last = v->applied.as_of;
	}
	if (v->pending.n > 0) {
		v->last_snapshot = v->pending.ids[v->pending.n - 1];
		if (!timestamp_parse_id(v->last_snapshot, &v->last))
			v->last = TIMESTAMP_NONE;
	}
	return 0;
}

static int
load_overview(struct overview *v, struct err *e)
{
	const char *account = v->x->o->account;
	struct state none = { 0 }, *s = &v->x->s;
	int rc = state_open_few(s, account, e);

	if (rc < 0)
		return -1;
	v->now = host_now();
	v->has_state = rc > 0 && s->totals.applied > 0;
	if (account_pending(&v->x->a, account, v->has_state ? s : &none, &v->pending, e) < 0 ||
	    load_state(v, e) < 0)
		return -1;
	return attention_load(&v->x->a, account, v->last_snapshot,
	    v->pending.n > 0 ? v->pending.ids[0] : STR(""), v->now, &v->attention, e);
}

/* What makes it stale, or NULL. */
static const char *
why_stale(const struct overview *v, const struct status_options *own)
{
	if (own->max_age == NULL)
		return NULL;
	if (v->last > v->now)
		return v->last == v->applied.as_of
		           ? "the last snapshot applied is dated in the future"
		           : "the last snapshot is dated in the future";
	if (v->age <= own->limit)
		return NULL;
	return v->has_state ? "the last snapshot applied is older than --max-age"
	                    : "no snapshot has been applied yet";
}

static int
check(struct invocation *x, struct err *e)
{
	struct status_options *own = x->own;

	return options_max_age(own->max_age, &own->limit, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct status_options *own = x->own;
	struct overview v = { .x = x };
	const char *why;

	if (load_overview(&v, e) < 0)
		return -1;
	(own->json ? print_json : print_text)(&v);
	why = why_stale(&v, own);
	if (why == NULL)
		return STATUS_DONE;
	say(x->o, SAY_WARNING, "stale: %s", why);
	return STATUS_FAILED;
}

const struct command cmd_status = {
	.name = "status",
	.synopsis = "[--max-age SPAN] [--json]",
	.summary = "show what is applied, how old it is, what needs attention",
	.help = help,
	.options = options,
	.size = sizeof(struct status_options),
	.needs = NEEDS_ACCOUNT,
	.is_paged = true,
	.exits = { [1] = "failed, or the last snapshot applied is older than --max-age,\n"
	                 "or the last snapshot lies in the future" },
	.check = check,
	.run = run,
};
