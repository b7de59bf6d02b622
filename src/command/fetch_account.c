#include "command/fetch_account.h"

#include <sys/random.h>
#include <time.h>

#include "base/host.h"
#include "base/arena.h"
#include "base/timestamp.h"
#include "account/account.h"
#include "account/credentials.h"
#include "command/progress.h"
#include "command/message.h"
#include "state/state.h"

/* Where no bar is drawn a long read says so often how far it is. */
#define TELL_EVERY (60 * TIMESTAMP_SECOND)

struct fetching {
	const struct options *o;
	struct settings settings;
	struct account_credentials secrets;
	struct progress progress;
	int64_t begun, told; /* ticks */
	struct state state;
	bool has_state;
	struct kv_cur *cursors[2]; /* of customers, of orphans */
};

static int64_t
outside_now(void *context)
{
	(void)context;
	return host_now();
}

static int64_t
outside_ticks(void *context)
{
	(void)context;
	return host_ticks();
}

static void
outside_sleep(void *context, int64_t us)
{
	struct timespec t = { .tv_sec = us / TIMESTAMP_SECOND,
		.tv_nsec = us % TIMESTAMP_SECOND * 1000 };

	(void)context;
	while (us > 0 && nanosleep(&t, &t) != 0)
		continue;
}

/* Dice for waits only; without the system's, the clock's lowest digits do. */
static uint64_t
outside_random(void *context)
{
	uint64_t n = 0;

	(void)context;
	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != sizeof(n))
		n = (uint64_t)host_ticks() * UINT64_C(0x9e3779b97f4a7c15) >> 16;
	return n;
}

static const enum say_level levels[] = {
	[NOTE_DETAIL] = SAY_DETAIL,
	[NOTE_INFO] = SAY_INFO,
	[NOTE_WARNING] = SAY_WARNING,
};

static void
plain_note(void *context, enum note_level level, const char *text)
{
	const struct options *o = context;

	say(o, levels[level], "%s", text);
}

static void
no_progress(void *context, const struct progress_report *p)
{
	(void)context;
	(void)p;
}

struct host
fetch_account_host(const struct options *o)
{
	/* notes only read it */
	union {
		const struct options *given;
		void *context;
	} u = { .given = o };

	return (struct host){ u.context, outside_now, outside_ticks, outside_sleep, outside_random,
		plain_note, no_progress };
}

static void
note(void *context, enum note_level level, const char *text)
{
	struct fetching *g = context;

	progress_clear(&g->progress);
	say(g->o, levels[level], "%s", text);
}

static void
tell_progress(void *context, const struct progress_report *p)
{
	struct fetching *g = context;
	int64_t now = host_ticks();

	progress_report(&g->progress, p->step, p->steps, p->pages, p->records);
	if (g->progress.is_drawn || now - g->told < TELL_EVERY)
		return;
	g->told = now;
	say(g->o, SAY_INFO, "%zu of %zu lists, %llu pages, %llu records", p->step, p->steps,
	    (unsigned long long)p->pages, (unsigned long long)p->records);
}

static int
next_key(struct fetching *g, size_t cursor, size_t table, struct str *id, struct err *e)
{
	struct str row;

	if (g->cursors[cursor] == NULL) {
		g->cursors[cursor] = kv_cursor(g->state.txn, table, e);
		if (g->cursors[cursor] == NULL)
			return -1;
	}
	return kv_next(g->cursors[cursor], id, &row, e);
}

static int
next_customer(void *context, struct str *id, struct err *e)
{
	return next_key(context, 0, TABLE_CUSTOMERS, id, e);
}

static int
next_unattributed(void *context, struct str *id, struct err *e)
{
	return next_key(context, 1, TABLE_UNATTRIBUTED, id, e);
}

static int
has_customer(void *context, struct str id, struct err *e)
{
	struct fetching *g = context;
	struct str row;

	return kv_get(g->state.txn, TABLE_CUSTOMERS, id, &row, e);
}

/* A state that is broken, or of another version, only costs calls: process will
 * say so. */
static void
open_state(struct fetching *g)
{
	struct err ignored = ERR_INIT;
	int rc = state_open(&g->state, g->o->account, false, &ignored);

	g->has_state = rc > 0 && g->state.totals.applied > 0;
}

static int
load(struct fetching *g, struct err *e)
{
	int rc;

	if (settings_load(&g->settings, g->o->account, e) < 0)
		return -1;
	rc = credentials_load(&g->secrets, g->o->account, &g->settings.flowhub, e);
	if (rc != 0)
		return rc;
	err_set(e, ERR_SETTINGS, "neither client id nor key is set");
	return err_advise(e, "Put what Flowhub gave you into 'client_id' and the file "
	                     "'api_key_file' names in flowstory.json, or into "
	                     "FLOWHUB_CLIENT_ID and FLOWHUB_API_KEY.");
}

/* The line at the end. */
static void
sum_up(const struct fetching *g, const struct fetch_result *r)
{
	uint64_t records = 0;
	int64_t ms = (host_ticks() - g->begun) / 1000;
	struct buf b = { 0 };

	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		records += r->records[i];
	buf_printf(&b,
	    "%s: %llu calls, %llu retries, %llu bytes, %llu records, "
	    "%lld.%lld s",
	    r->id[0] != '\0' ? r->id : "no snapshot", (unsigned long long)r->calls,
	    (unsigned long long)r->retries, (unsigned long long)r->received,
	    (unsigned long long)records, (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	buf_char(&b, '\0');
	say_numbers(g->o, SAY_INFO, b.p,
	    (const struct say_number[]){ { "calls", r->calls }, { "retries", r->retries },
	        { "bytes", r->received }, { "records", records }, { "duration_ms", (uint64_t)ms } },
	    5);
	buf_release(&b);
}

static int
fetch(struct fetching *g, enum fetch_resume resume, struct fetch_result *r, struct err *e)
{
	const struct host host = { g, outside_now, outside_ticks, outside_sleep, outside_random,
		note, tell_progress };
	struct client_credentials pair = credentials_view(&g->secrets);
	const struct fetch_source source = {
		.account = g->o->account,
		.settings = &g->settings.flowhub,
		.credentials = &pair,
		.ca_file = g->secrets.ca_file,
		.host = &host,
		.known = { g, g->has_state, next_customer, next_unattributed, has_customer },
		.resume = resume,
	};
	int rc;

	progress_begin_fetch(&g->progress, g->o);
	rc = fetch_run(&source, r, e);
	progress_end(&g->progress);
	if (r->calls > 0)
		sum_up(g, r);
	return rc;
}

int
fetch_account(
    const struct options *o, enum fetch_resume resume, struct fetch_result *r, struct err *e)
{
	struct fetching g = { .o = o, .begun = host_ticks(), .told = host_ticks() };
	int rc = load(&g, e);

	*r = (struct fetch_result){ 0 };
	if (rc > 0) {
		open_state(&g);
		rc = fetch(&g, resume, r, e);
	}
	for (size_t i = 0; i < 2; i++)
		kv_cursor_close(g.cursors[i]);
	state_close(&g.state);
	credentials_wipe(&g.secrets);
	settings_release(&g.settings);
	if (rc < 0)
		return -1;
	return r->doubts > 0 ? STATUS_QUARANTINED : STATUS_DONE;
}
