#include "flowhub/coverage.h"

#include "base/timestamp.h"
#include "snapshot/known_pages.h"
#include "snapshot/manifest.h"
#include "snapshot/store.h"

struct coverage_location *
coverage_find(const struct coverage *c, struct str location)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->locations[i].id, location))
			return &c->locations[i];
	return NULL;
}

static struct coverage_location *
get_location(struct coverage *c, struct str location)
{
	struct coverage_location *l = coverage_find(c, location);

	if (l != NULL)
		return l;
	c->locations = mem_grow(c->locations, c->n, &c->cap, sizeof(*c->locations));
	l = &c->locations[c->n++];
	l->id = str_copy(&c->arena, location);
	l->proved = arena_array(&c->arena, c->days, sizeof(*l->proved));
	for (size_t i = 0; i < c->days; i++)
		l->proved[i] = TIMESTAMP_NONE;
	return l;
}

static int64_t
later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The complete days of a scope, where no newer snapshot proved them. */
static void
add_orders(struct coverage *c, const struct manifest_page *page, int64_t taken_at)
{
	struct coverage_location *l;
	int64_t from = (int64_t)c->first * TIMESTAMP_DAY, to = taken_at;

	if (page->scope.kind != SCOPE_CREATED && page->scope.kind != SCOPE_ALL)
		return;
	if (page->scope.kind == SCOPE_CREATED) {
		from = page->scope.from > from ? page->scope.from : from;
		to = page->scope.to < to ? page->scope.to : to;
	}
	l = get_location(c, page->location);
	for (int64_t day = timestamp_day(from + TIMESTAMP_DAY - 1); day < timestamp_day(to);
	     day++) {
		size_t i = (size_t)(day - c->first);

		if (i < c->days)
			l->proved[i] = later_of(l->proved[i], taken_at);
	}
}

/* A read of updates counts if it says since when; a read in doubt does not say it. */
static void
add_customers(struct coverage *c, const struct manifest_page *page, int64_t taken_at)
{
	bool all =
	    page->scope.kind == SCOPE_ALL ||
	    (page->scope.kind == SCOPE_UPDATED && str_eq(page->scope.detail, STR(COVERAGE_EVER)));

	if (all)
		c->customers_all = later_of(c->customers_all, taken_at);
	if (all || (page->scope.kind == SCOPE_UPDATED && page->scope.detail.n > 0))
		c->customers_read = later_of(c->customers_read, taken_at);
}

static void
add_locations(struct coverage *c, struct str id, const struct manifest_page *page, int64_t taken_at)
{
	if (c->newest_locations.n > 0 && c->newest_fetched >= taken_at)
		return;
	c->newest_fetched = taken_at;
	c->newest_locations = str_printf(&c->arena, "%.*s/%.*s", STR_ARG(id), STR_ARG(page->path));
	c->newest_locations_sha256 = str_copy(&c->arena, page->sha256);
}

static void
add_by_id(struct coverage *c, struct str id, int64_t taken_at)
{
	uint32_t before = c->by_id.n, i = intern_add(&c->by_id, id);

	c->by_id_at = mem_grow(c->by_id_at, i, &c->by_id_cap, sizeof(*c->by_id_at));
	c->by_id_at[i] = i < before ? later_of(c->by_id_at[i], taken_at) : taken_at;
}

int64_t
coverage_read_by_id(const struct coverage *c, struct str id)
{
	uint32_t i = intern_find(&c->by_id, id);

	return i == 0 ? TIMESTAMP_NONE : c->by_id_at[i];
}

/* The pages of one list follow each other and prove the same days. */
static bool
is_next_of_list(const struct manifest_page *page, const struct manifest_page *before)
{
	return page->resource == before->resource && page->scope.kind == before->scope.kind &&
	       page->scope.from == before->scope.from && page->scope.to == before->scope.to &&
	       str_eq(page->location, before->location);
}

static uint64_t
count_doubts(const struct manifest *m)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += manifest_is_in_doubt(&m->pages[i]);
	return n;
}

void
coverage_add(struct coverage *c, struct str id, const struct manifest *m)
{
	c->ids++;
	if (m->taken_at >= c->newest) {
		c->newest = c->doubts_of = m->taken_at;
		c->doubts = count_doubts(m);
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *page = &m->pages[i];

		if (page->resource == RESOURCE_ORDERS && i > 0 && is_next_of_list(page, page - 1))
			continue;
		if (page->resource == RESOURCE_ORDERS)
			add_orders(c, page, m->taken_at);
		else if (page->resource == RESOURCE_CUSTOMERS)
			add_customers(c, page, m->taken_at);
		else if (page->resource == RESOURCE_LOCATIONS)
			add_locations(c, id, page, m->taken_at);
		else if (page->scope.detail.n > 0)
			add_by_id(c, page->scope.detail, m->taken_at);
	}
}

/* A snapshot older than this saves no read, and hardly a page.  A day more, because the last read
 * of all is as old as the longest interval. */
static int64_t
oldest_that_counts(const struct flowhub_settings *s, int64_t now)
{
	int64_t span = s->full_orders_every > s->full_customers_every ? s->full_orders_every
	                                                              : s->full_customers_every;

	if (span < s->deep_every)
		span = s->deep_every;
	return now - span - TIMESTAMP_DAY;
}

int
coverage_load(struct coverage *c, const char *account, const struct flowhub_settings *settings,
    int64_t now, struct known_pages *pages, struct err *e)
{
	struct arena a = { 0 };
	int64_t oldest = oldest_that_counts(settings, now), when;
	struct str *ids;
	size_t n, all;
	int rc;

	*c = (struct coverage){ .as_of = now,
		.customers_all = TIMESTAMP_NONE,
		.customers_read = TIMESTAMP_NONE,
		.newest = TIMESTAMP_NONE,
		.doubts_of = TIMESTAMP_NONE,
		.newest_fetched = TIMESTAMP_NONE };
	if (!day_parse(settings->history_start, &c->first))
		return err_set(e, ERR_SETTINGS, "'history_start' is not a day");
	if (timestamp_day(now) > c->first)
		c->days = (size_t)(timestamp_day(now) - c->first);
	rc = store_list(&a, account, &ids, &n, e);
	all = rc == 0 ? n : 0;
	while (rc == 0 && n-- > 0) {
		struct arena one = { 0 };
		struct err ignored = ERR_INIT;
		struct manifest m;

		timestamp_parse_id(ids[n], &when);
		if (c->newest == TIMESTAMP_NONE)
			c->newest = when;
		if (when < oldest && c->customers_all != TIMESTAMP_NONE) {
			arena_release(&one);
			break;
		}
		/* A manifest that cannot be read proves nothing. */
		if (when <= now && store_manifest(&one, account, ids[n], &m, &ignored) == 0) {
			coverage_add(c, ids[n], &m);
			if (pages != NULL)
				known_pages_add(pages, ids[n], &m);
		}
		arena_release(&one);
	}
	arena_release(&a);
	c->is_loaded = rc == 0;
	c->ids = all;
	return rc;
}

void
coverage_release(struct coverage *c)
{
	mem_free(c->locations);
	mem_free(c->by_id_at);
	intern_release(&c->by_id);
	arena_release(&c->arena);
	*c = (struct coverage){ 0 };
}
