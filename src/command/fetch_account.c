#include "command/fetch_account.h"

#include "account/credentials.h"
#include "account/settings_load.h"
#include "base/host.h"
#include "base/interrupt.h"
#include "command/command_host.h"
#include "command/message.h"
#include "erase/filter.h"
#include "state/state.h"

struct fetching {
	const struct options *o;
	struct settings settings;
	struct account_credentials secrets;
	int64_t begun; /* ticks */
	struct state state;
	bool has_state;
	struct filter filter;         /* who was erased */
	struct kv_cursor *cursors[2]; /* over customers, and over those that only orders name */
};

static int
next_key(struct fetching *g, size_t cursor, size_t table, struct str *id, struct err *e)
{
	struct str row;

	if (g->cursors[cursor] == NULL)
		g->cursors[cursor] = kv_all(g->state.txn, table, e);
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

/* A state that is damaged, or of another version, costs calls, but is not reported: process does
 * that. */
static void
open_state(struct fetching *g)
{
	struct err ignored = ERR_INIT;
	int rc = state_open(&g->state, g->o->account, false, &ignored);

	g->has_state = rc > 0 && g->state.totals.applied > 0;
}

static int
load_settings(struct fetching *g, struct err *e)
{
	int rc;

	if (settings_load(&g->settings, g->o->account, e) < 0)
		return -1;
	rc = credentials_load(&g->secrets, g->o->account, &g->settings.flowhub, e);
	if (rc != 0)
		return rc;
	err_set(e, ERR_SETTINGS, "no client id and key are set");
	return err_advise(e, "In flowstory.json, set 'client_id' to the id Flowhub gave you and "
	                     "'api_key_file' to a file with the key; or set "
	                     "FLOWHUB_CLIENT_ID and FLOWHUB_API_KEY.");
}

static void
say_result(const struct fetching *g, const struct fetch_result *r)
{
	uint64_t records = 0;
	int64_t ms = (host_ticks() - g->begun) / 1000;
	struct buf b = { 0 };

	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		records += r->records[i];
	buf_printf(&b, "%s: %llu call%s, %llu %s, %llu byte%s, %llu record%s, %lld.%lld s",
	    r->id[0] != '\0' ? r->id : "no snapshot", (unsigned long long)r->calls,
	    say_plural(r->calls), (unsigned long long)r->retries,
	    r->retries == 1 ? "retry" : "retries", (unsigned long long)r->received,
	    say_plural(r->received), (unsigned long long)records, say_plural(records),
	    (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	buf_char(&b, '\0');
	say_numbers(g->o, SAY_INFO, b.p,
	    (const struct say_number[]){ { "calls", r->calls }, { "retries", r->retries },
	        { "bytes", r->received }, { "records", records }, { "duration_ms", (uint64_t)ms } },
	    5);
	buf_release(&b);
}

/* Who is known already was warned of when they came. */
static void
say_erased(struct fetching *g)
{
	const struct intern *returned = &g->filter.returned;
	struct err ignored = ERR_INIT;

	if (g->filter.redacted > 0)
		say(g->o, SAY_INFO,
		    "%llu record%s of erased customers came again and were not stored",
		    (unsigned long long)g->filter.redacted, say_plural(g->filter.redacted));
	for (uint32_t i = 1; i < returned->n; i++)
		if (!g->has_state || has_customer(g, returned->texts[i], &ignored) == 0)
			say(g->o, SAY_WARNING,
			    "customer %.*s has an address of somebody who was erased, and was let "
			    "in",
			    STR_ARG(returned->texts[i]));
}

static int
fetch(struct fetching *g, enum fetch_resume resume, struct fetch_result *r, struct err *e)
{
	struct command_host h = { .o = g->o, .is_fetch = true };
	const struct host host = command_host(&h);
	struct client_credentials pair = credentials_view(&g->secrets);
	const struct fetch_source source = {
		.account = g->o->account,
		.settings = &g->settings.flowhub,
		.credentials = &pair,
		.ca_file = g->secrets.ca_file,
		.host = &host,
		.known = { g, g->has_state, next_customer, next_unattributed, has_customer },
		.resume = resume,
		.filter = filter_pages(&g->filter),
	};
	int rc = fetch_run(&source, r, e);

	command_host_end(&h);
	return rc;
}

int
fetch_account(
    const struct options *o, enum fetch_resume resume, struct fetch_result *r, struct err *e)
{
	struct fetching g = { .o = o, .begun = host_ticks() };
	int rc = load_settings(&g, e);

	if (rc > 0 && filter_open(&g.filter, o->account, e) < 0)
		rc = -1;
	*r = (struct fetch_result){ 0 };
	if (rc > 0) {
		open_state(&g);
		rc = fetch(&g, resume, r, e);
		say_erased(&g);
	}
	for (size_t i = 0; i < 2; i++)
		kv_cursor_close(g.cursors[i]);
	state_close(&g.state);
	filter_release(&g.filter);
	credentials_wipe(&g.secrets);
	settings_release(&g.settings);
	if (rc < 0)
		say_error(o, e);
	if (r->calls > 0)
		say_result(&g, r);
	if (rc < 0)
		return e->kind == ERR_INTERRUPTED ? interrupt_status() : err_status(e->kind);
	return r->news > 0 ? STATUS_NEWS : STATUS_DONE;
}
