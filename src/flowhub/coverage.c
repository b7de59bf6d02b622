#include "flowhub/coverage.h"

#include "base/timestamp.h"
#include "snapshot/manifest.h"
#include "snapshot/store.h"

static struct coverage_place *
place_of(struct coverage *p, struct str location)
{
	struct coverage_place *place;

	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->places[i].location, location))
			return &p->places[i];
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 16 : 2 * p->cap;
		p->places = mem_resize(p->places, p->cap, sizeof(*p->places));
	}
	place = &p->places[p->n++];
	place->location = str_copy(&p->arena, location);
	place->proved = arena_array(&p->arena, p->days, sizeof(*place->proved));
	for (size_t i = 0; i < p->days; i++)
		place->proved[i] = TIMESTAMP_NONE;
	return place;
}

const struct coverage_place *
coverage_find(const struct coverage *p, struct str location)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->places[i].location, location))
			return &p->places[i];
	return NULL;
}

/* The whole days of a scope that no newer snapshot proved. */
static void
take_orders(struct coverage *p, const struct manifest_page *page, int64_t taken_at)
{
	struct coverage_place *place;
	int64_t from = (int64_t)p->first * TIMESTAMP_DAY, to = taken_at;

	if (page->scope.kind != SCOPE_CREATED && page->scope.kind != SCOPE_ALL)
		return;
	if (page->scope.kind == SCOPE_CREATED) {
		from = page->scope.from > from ? page->scope.from : from;
		to = page->scope.to < to ? page->scope.to : to;
	}
	place = place_of(p, page->location);
	for (int64_t day = timestamp_day(from + TIMESTAMP_DAY - 1); day < timestamp_day(to);
	     day++) {
		size_t i = (size_t)(day - p->first);

		if (i < p->days && place->proved[i] == TIMESTAMP_NONE)
			place->proved[i] = taken_at;
	}
}

/* A read of what was updated counts if it says since when: one in doubt does
 * not. */
static void
take_customers(struct coverage *p, const struct manifest_page *page, int64_t taken_at)
{
	bool all = page->scope.kind == SCOPE_ALL;

	if (all && p->customers_all == TIMESTAMP_NONE)
		p->customers_all = taken_at;
	if ((all || (page->scope.kind == SCOPE_UPDATED && page->scope.detail.n > 0)) &&
	    p->customers_read == TIMESTAMP_NONE)
		p->customers_read = taken_at;
}

static void
take_locations(struct coverage *p, struct str id, const struct manifest_page *page)
{
	if (p->newest_locations.n > 0)
		return;
	p->newest_locations = str_printf(&p->arena, "%.*s/%.*s", STR_ARG(id), STR_ARG(page->path));
	p->newest_locations_sha256 = str_copy(&p->arena, page->sha256);
}

static void
take(struct coverage *p, struct str id, const struct manifest *m)
{
	bool is_since_all = p->customers_all == TIMESTAMP_NONE;

	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *page = &m->pages[i];

		if (page->resource == RESOURCE_ORDERS)
			take_orders(p, page, m->taken_at);
		else if (page->resource == RESOURCE_CUSTOMERS)
			take_customers(p, page, m->taken_at);
		else if (page->resource == RESOURCE_LOCATIONS)
			take_locations(p, id, page);
		else if (is_since_all && page->scope.detail.n > 0)
			(void)intern_add(&p->by_id, page->scope.detail);
	}
}

/* Snapshots older than this are too old to count for any read. */
static int64_t
oldest_that_counts(const struct flowhub_settings *s, int64_t now)
{
	int64_t span = s->full_orders_every > s->full_customers_every ? s->full_orders_every
	                                                              : s->full_customers_every;

	if (span < s->deep_every)
		span = s->deep_every;
	return now - span;
}

int
coverage_load(struct coverage *p, const char *account, const struct flowhub_settings *settings,
    int64_t now, struct err *e)
{
	struct arena a = { 0 };
	int64_t oldest = oldest_that_counts(settings, now), when;
	struct str *ids;
	size_t n;
	int rc;

	*p = (struct coverage){ .customers_all = TIMESTAMP_NONE,
		.customers_read = TIMESTAMP_NONE,
		.newest = TIMESTAMP_NONE };
	if (!day_parse(settings->history_start, &p->first))
		return err_set(e, ERR_SETTINGS, "'history_start' is no day");
	if (timestamp_day(now) > p->first)
		p->days = (size_t)(timestamp_day(now) - p->first);
	rc = store_list(&a, account, &ids, &n, e);
	while (rc == 0 && n-- > 0) {
		struct arena one = { 0 };
		struct err ignored = ERR_INIT;
		struct manifest m;

		timestamp_parse_id(ids[n], &when);
		if (p->newest == TIMESTAMP_NONE)
			p->newest = when;
		if (when < oldest && p->customers_all != TIMESTAMP_NONE) {
			arena_release(&one);
			break;
		}
		/* A manifest that cannot be read proves nothing. */
		if (when <= now && store_manifest(&one, account, ids[n], &m, &ignored) == 0)
			take(p, ids[n], &m);
		arena_release(&one);
	}
	arena_release(&a);
	return rc;
}

void
coverage_release(struct coverage *p)
{
	mem_free(p->places);
	intern_release(&p->by_id);
	arena_release(&p->arena);
	*p = (struct coverage){ 0 };
}
