/* pages.c -- see pages.h. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* [from, to) */
struct range {
	int64_t from, to;
};

/* Strictly YYYY-MM-DD, as the real one: everything else is a 404 with a text. */
static bool
parse_day(const char *text, int64_t *seconds)
{
	struct tm tm = { 0 };
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &tm) : NULL;

	*seconds = timegm(&tm);
	return end != NULL && *end == '\0';
}

/* Reads the bounds; if one is no day, answers 404 and returns false. */
static bool
read_range(const char *what, const char *after, const char *before, const struct filter *x,
    struct range *out, FILE *f)
{
	const char *bad = NULL;

	*out = (struct range){ INT64_MIN, INT64_MAX };
	if (after != NULL && !parse_day(after, &out->from))
		bad = "after";
	else if (before != NULL && !parse_day(before, &out->to))
		bad = "before";
	if (bad != NULL)
		fprintf(f, "{\"message\":\"%s_%s must be in format yyyy-mm-dd\"}", what, bad);
	if (after != NULL)
		out->from -= x->zone_minutes * 60;
	if (before != NULL)
		out->to += (x->is_inclusive ? 86400 : 0) - x->zone_minutes * 60;
	return bad == NULL;
}

/* Which of ${n} matches are on the page; with "repeat" a page behind the end is the last one. */
static struct range
cut(const struct query *q, size_t n, const struct fault *fault)
{
	size_t page = q->page == 0 ? 1 : q->page;
	size_t last = n == 0 ? 1 : (n - 1) / q->size + 1;

	if (fault_is(fault, "repeat") && page > last)
		page = last;
	if (fault_is(fault, "again") && page > 1)
		page--;
	if (fault_is(fault, "first"))
		page = 1;
	return (struct range){ (int64_t)((page - 1) * q->size),
		(int64_t)(page * q->size < n ? page * q->size : n) };
}

static size_t
find_location(const struct world *w, const char *id)
{
	size_t i = 0;

	while (i < w->locations && strcmp(world_location_id(w, i).s, id) != 0)
		i++;
	return i;
}

unsigned
pages_orders(struct world *w, const struct filter *x, const char *location, const struct query *q,
    const struct fault *fault, FILE *f)
{
	const struct world_order **found;
	struct range days, place;
	size_t at = find_location(w, location), n = 0;
	uint32_t size = 0;

	if (!read_range("created", q->created_after, q->created_before, x, &days, f))
		return 404;
	if (at == w->locations) {
		fputs("{\"message\":\"no such location\"}", f);
		return 404;
	}
	found = grow(NULL, &size, w->orders_n + 1, sizeof(*found));
	for (const struct world_order *o = w->orders; o < w->orders + w->orders_n; o++)
		if (!o->is_gone && o->location == at && o->created >= days.from &&
		    o->created < days.to && o->created <= w->now)
			found[n++] = o;
	place = cut(q, fault_is(fault, "empty") ? 0 : n, fault);
	fprintf(f, "{\"total\":%ld,\"orders\":[",
	    (long)n + (fault_is(fault, "lie") ? fault->number : 0));
	for (int64_t i = place.from; i < place.to; i++) {
		fputs(i > place.from ? "," : "", f);
		world_print_order(w, found[i], f);
	}
	fputs("]}", f);
	free(found);
	if (fault_is(fault, "shift"))
		world_lose_order(w, at);
	if (fault_is(fault, "move"))
		world_sell(w, at);
	return 200;
}

unsigned
pages_customers(struct world *w, const struct query *q, const struct fault *fault, FILE *f)
{
	static const struct filter plain = { 0, false };
	const struct world_customer **found;
	struct range days, place;
	uint32_t size = 0;
	size_t n = 0;

	if (!read_range("updated", q->updated_after, q->updated_before, &plain, &days, f))
		return 404;
	found = grow(NULL, &size, w->customers_n + 1, sizeof(*found));
	for (const struct world_customer *c = w->customers; c < w->customers + w->customers_n; c++)
		if (!c->is_gone && !c->is_hidden && c->updated >= days.from && c->updated < days.to)
			found[n++] = c;
	place = cut(q, n, fault);
	fprintf(f, "{\"%s\":[", w->is_old ? "customers" : "data");
	for (int64_t i = place.from; i < place.to; i++) {
		fputs(i > place.from ? "," : "", f);
		world_print_customer(w, found[i], f);
	}
	fputs("]}", f);
	free(found);
	if (fault_is(fault, "shift"))
		world_lose_customer(w);
	return 200;
}

unsigned
pages_customer(struct world *w, const char *id, FILE *f)
{
	const struct world_customer *c = world_find_customer(w, id);

	if (c == NULL) {
		fputs("{\"error\":\"Not Found\",\"status\":404}", f);
		return 404;
	}
	fprintf(f, "{\"%s\":", w->is_old ? "customer" : "data");
	world_print_customer(w, c, f);
	fputs("}", f);
	return 200;
}
