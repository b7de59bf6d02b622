#include "command/run_line.h"

#include "account/disk_recent.h"
#include "account/run_log.h"
#include "base/host.h"
#include "command/message.h"

static void
add(const struct options *o, struct run_log_entry *x)
{
	struct err why = ERR_INIT;

	if (run_log_add(o->account, x, &why) < 0)
		say(o, SAY_WARNING, "the run was not recorded in runs.jsonl: %s", why.msg);
}

static void
set_fetch(struct run_log_entry *x, const struct fetch_result *r)
{
	x->snapshot = str_c(r->id);
	x->is_silent = r->is_silent;
	x->calls = r->calls;
	x->retries = r->retries;
	x->unknown_left = r->unknown_left;
	x->waiting_left = r->waiting_left;
	x->reads = r->reads;
}

static void
set_disk(struct run_log_entry *x, const char *account, const struct disk_use *kinds, bool measured)
{
	uint64_t used = 0;

	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		used += x->blocks[i] = kinds[i].blocks;
	x->is_measured = measured;
	run_log_disk(account, used, x);
}

void
run_line_run(const struct options *o, const struct run_summary *s)
{
	struct run_log_entry x = { .at = s->finished_at,
		.command = STR("run"),
		.status = s->status,
		.duration = (uint64_t)(s->duration / 1000),
		.push = s->has_push ? &s->push_line : NULL };

	set_fetch(&x, &s->fetch);
	set_disk(&x, o->account, s->disk, s->is_measured);
	add(o, &x);
}

void
run_line_fetch(const struct options *o, const struct fetch_result *r, int status, int64_t duration)
{
	struct run_log_entry x = { .at = host_now(),
		.command = STR("fetch"),
		.status = status,
		.duration = (uint64_t)(duration / 1000) };
	struct disk_use kinds[DISK_USE_KINDS];

	set_fetch(&x, r);
	set_disk(&x, o->account, kinds, disk_recent(o->account, x.at, kinds));
	add(o, &x);
}

void
run_line_push(const struct options *o, const struct run_log_push *push)
{
	struct run_log_entry x = { .at = host_now(),
		.command = STR("push"),
		.status = push->status,
		.duration = push->duration,
		.push = push };

	add(o, &x);
}

void
run_line_check(const struct options *o, const struct push_check *d, int status)
{
	struct run_log_check check = { .n = { [RUN_LOG_CHECK_CONTACTS] = d->contacts,
		                           [RUN_LOG_CHECK_DELETED] = d->deleted,
		                           [RUN_LOG_CHECK_OPTED_OUT] = d->opted_out,
		                           [RUN_LOG_CHECK_UNANSWERED] = d->unknown } };
	struct run_log_entry x = {
		.at = host_now(), .command = STR("push"), .status = status, .check = &check
	};

	for (size_t i = 0; i < d->n; i++) {
		check.n[RUN_LOG_CHECK_CASE] += d->fields[i].n[PUSH_CHECK_CASE];
		check.n[RUN_LOG_CHECK_CHANGED] += d->fields[i].n[PUSH_CHECK_CHANGED];
		check.n[RUN_LOG_CHECK_NOT_CLEARED] += d->fields[i].n[PUSH_CHECK_NOT_CLEARED];
	}
	add(o, &x);
}

void
run_line_stopped(const struct options *o, struct str snapshot, int status)
{
	struct run_log_entry x = {
		.at = host_now(), .command = STR("process"), .status = status, .stopped = snapshot
	};

	add(o, &x);
}
