#include "flowhub/reads.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "flowhub/plan.h"
#include "lib/hash.h"
#include "snapshot/store.h"

/* Whatever coverage_load and the two functions of the plan look at. */
static uint32_t
hash_settings(const struct flowhub_settings *s)
{
	struct buf b = { 0 };
	uint32_t hash;

	buf_printf(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(s->history_start), STR_ARG(s->limit_dir),
	    STR_ARG(s->client_id));
	buf_printf(&b, "%lld %lld %lld %llu", (long long)s->deep_every,
	    (long long)s->full_orders_every, (long long)s->full_customers_every,
	    (unsigned long long)s->window_days);
	hash = (uint32_t)hash_64(buf_view(&b));
	buf_release(&b);
	return hash;
}

static int64_t
last_change(const char *account)
{
	struct arena a = { 0 };
	int64_t changed = dir_changed(file_join(&a, account, "snapshots"));

	arena_release(&a);
	return changed;
}

/* The snapshots are those that ${c} knows: none came beside the fetch. */
static bool
has_all(const struct coverage *c, const char *account)
{
	struct arena a = { 0 };
	struct err ignored = ERR_INIT;
	struct str *ids;
	size_t n;
	bool has = store_list(&a, account, &ids, &n, &ignored) == 0 && n == c->ids;

	arena_release(&a);
	return has;
}

void
reads_of(const struct coverage *c, const char *account, const struct flowhub_settings *s,
    struct reads *out)
{
	*out = (struct reads){
		.as_of = c->as_of,
		.newest = c->doubts_of,
		.doubts = c->doubts,
		.is_fetched = c->customers_all != TIMESTAMP_NONE && c->n > 0,
		.settings = hash_settings(s),
		.changed = last_change(account),
	};
	/* after the time was taken: what comes from now on changes it */
	out->is_known = c->is_loaded && has_all(c, account);
	if (out->is_fetched) {
		out->next_customers = plan_next_customers(s, c);
		out->next_orders = plan_next_orders(s, c);
	}
}

bool
reads_holds(
    const struct reads *r, const char *account, const struct flowhub_settings *s, int64_t now)
{
	return r->is_known && r->as_of <= now && timestamp_day(r->as_of) == timestamp_day(now) &&
	       r->settings == hash_settings(s) && r->changed == last_change(account);
}
