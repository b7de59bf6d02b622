#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY 86400

/* Strictly YYYY-MM-DD, as the real one: everything else is a 404 with a text.
 */
static bool
parse_day(const char *text, int64_t *seconds)
{
	struct tm tm = { 0 };
	const char *end;

	if (strlen(text) != 10)
		return false;
	end = strptime(text, "%Y-%m-%d", &tm);
	if (end == NULL || *end != '\0')
		return false;
	*seconds = timegm(&tm);
	return true;
}

static unsigned
refuse_day(const char *name, FILE *f)
{
	fprintf(f, "{\"message\":\"%s must be in format yyyy-mm-dd\"}", name);
	return 404;
}

struct range {
	int64_t from, to; /* [from, to) */
};

static const char *
read_range(const char *after, const char *before, bool is_created, const struct filter *x,
    struct range *out)
{
	int64_t day;
	int64_t zone = x == NULL ? 0 : x->zone_minutes * 60;

	*out = (struct range){ INT64_MIN, INT64_MAX };
	if (after != NULL) {
		if (!parse_day(after, &day))
			return is_created ? "created_after" : "updated_after";
		out->from = day - zone;
	}
	if (before != NULL) {
		if (!parse_day(before, &day))
			return is_created ? "created_before" : "updated_before";
		out->to = day - zone;
		if (x != NULL && x->is_inclusive)
			out->to += DAY;
	}
	return NULL;
}

/* Which of ${n} matches are on the page; with "repeat" a page behind the end is
 * the last one again. */
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
	return (struct range){ (int64_t)((page - 1) * q->size), (int64_t)(page * q->size) };
}

static bool
matches(const struct world *w, const struct world_order *o, size_t location, const struct range *r)
{
	return !o->is_gone && o->location == location && o->created >= r->from &&
	       o->created < r->to && o->created <= w->now;
}

static size_t
find_location(const struct world *w, const char *id)
{
	char name[ID_SIZE];
	size_t i = 0;

	for (; i < w->locations; i++) {
		world_location_id(w, i, name);
		if (strcmp(name, id) == 0)
			break;
	}
	return i;
}

unsigned
pages_orders(struct world *w, const struct filter *x, const char *location, const struct query *q,
    const struct fault *fault, FILE *f)
{
	struct range days, place;
	size_t at = find_location(w, location), n = 0, i = 0;
	const char *bad = read_range(q->created_after, q->created_before, true, x, &days);
	const char *comma = "";

	if (bad != NULL)
		return refuse_day(bad, f);
	if (at == w->locations) {
		fputs("{\"message\":\"no such location\"}", f);
		return 404;
	}
	for (size_t k = 0; k < w->orders_n; k++)
		n += matches(w, &w->orders[k], at, &days);
	place = cut(q, n, fault);
	fprintf(f, "{\"total\":%ld,\"orders\":[",
	    (long)n + (fault_is(fault, "lie") ? fault->number : 0));
	for (size_t k = 0; k < w->orders_n; k++) {
		if (!matches(w, &w->orders[k], at, &days))
			continue;
		if ((int64_t)i >= place.from && (int64_t)i < place.to &&
		    !fault_is(fault, "empty")) {
			fputs(comma, f);
			world_print_order(w, &w->orders[k], f);
			comma = ",";
		}
		i++;
	}
	fputs("]}", f);
	if (fault_is(fault, "shift"))
		world_lose_order(w, at);
	if (fault_is(fault, "move"))
		world_sell(w, at);
	return 200;
}

unsigned
pages_customers(struct world *w, const struct query *q, const struct fault *fault, FILE *f)
{
	struct range days, place;
	size_t n = 0;
	const char *bad = read_range(q->updated_after, q->updated_before, false, NULL, &days);
	const char *comma = "";

	if (bad != NULL)
		return refuse_day(bad, f);
	for (int pass = 0; pass < 2; pass++) {
		size_t i = 0;

		if (pass == 1) {
			place = cut(q, n, fault);
			fprintf(f, "{\"%s\":[", w->is_old ? "customers" : "data");
		}
		for (size_t k = 0; k < w->customers_n; k++) {
			const struct world_customer *c = &w->customers[k];

			if (c->is_gone || c->is_hidden || c->updated < days.from ||
			    c->updated >= days.to)
				continue;
			if (pass == 1 && (int64_t)i >= place.from && (int64_t)i < place.to) {
				fputs(comma, f);
				world_print_customer(w, c, f);
				comma = ",";
			}
			i++;
		}
		n = i;
	}
	fputs("]}", f);
	if (fault_is(fault, "shift"))
		world_lose_customer(w);
	return 200;
}

unsigned
pages_customer(struct world *w, const char *id, FILE *f)
{
	for (size_t i = 0; i < w->customers_n; i++) {
		const struct world_customer *c = &w->customers[i];

		if (c->is_gone || strcmp(c->id, id) != 0)
			continue;
		fprintf(f, "{\"%s\":", w->is_old ? "customer" : "data");
		world_print_customer(w, c, f);
		fputs("}", f);
		return 200;
	}
	fputs("{\"error\":\"Not Found\",\"status\":404}", f);
	return 404;
}
