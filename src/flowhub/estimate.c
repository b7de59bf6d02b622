#include "flowhub/estimate.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/request.h"

#define MS INT64_C(1000)
#define DOUBLINGS_MOST 12 /* pages of customers looked for: 4096 */
#define NEAR 8            /* their number is found to an eighth */
#define SECONDS_MOST 180  /* told in seconds up to here, then in minutes */

/* What was measured of one resource. */
struct measure {
	bool is_known;
	uint64_t records; /* there are */
	int32_t first;    /* day of the oldest order */
	int64_t call_us;  /* of a call without records */
	int64_t page_us;  /* of a full page */
	uint64_t size;    /* its records */
};

struct estimator {
	struct client *c;
	const struct plan *plan;
	const bool *done;
	struct estimate *out;
	int64_t call_us; /* the quickest call so far */
};

/* One call, without a second try; true: answered.  ${us} is how long it took by itself. */
static bool
probe(struct estimator *g, const struct request *r, uint64_t page, uint64_t size, int64_t *us)
{
	struct client *c = g->c;
	struct client_call call = { .resource = r->resource, .attempts = c->settings->retries };
	struct err ignored = ERR_INIT;
	struct buf path = { 0 };
	int rc;

	request_page(&path, r, page, size);
	rc = client_get(c, &call, buf_view(&path), &ignored);
	*us = c->host->ticks(c->host->context) - c->x.pace.last;
	if (rc == CLIENT_DONE && (g->call_us == 0 || *us < g->call_us))
		g->call_us = *us;
	buf_release(&path);
	return rc == CLIENT_DONE;
}

/* The day of the first order of the page; orders come oldest first. */
static bool
first_day(struct client *c, int32_t *day)
{
	const struct split *s = &c->response.scan;
	struct json json = { 0 };
	struct json_fault fault;
	struct arena a = { 0 };
	int64_t us;
	bool is_fine =
	    s->n > 0 &&
	    json_read(&json, str_of(c->x.body.p + s->records[0].at, s->records[0].len), &fault) &&
	    json.nodes[0].kind == JSON_OBJECT &&
	    timestamp_parse(json_find_text(&a, &json, 0, "createdAt"), &us);

	if (is_fine)
		*day = timestamp_day(us);
	json_release(&json);
	arena_release(&a);
	return is_fine;
}

/* Orders of the steps [from, to) of one location: one full page of all of them. */
static struct measure
measure_orders(struct estimator *g, size_t from, size_t to)
{
	struct request all = g->plan->steps[from].request;
	uint64_t size = g->c->size[RESOURCE_ORDERS];
	struct measure m = { .first = all.from, .size = size };

	all.to = g->plan->steps[to - 1].request.to;
	m.is_known = probe(g, &all, 1, size, &m.page_us) && g->c->response.has_total;
	m.records = m.is_known ? g->c->response.total : 0;
	if (m.is_known && m.records > 0 && !first_day(g->c, &m.first))
		m.first = all.from;
	if (m.records < size && m.records > 0)
		m.size = m.records;
	return m;
}

/* Whether there is a customer after so many pages, and not again one seen nearer. */
static bool
reaches(struct estimator *g, const struct request *all, uint64_t pages, struct buf *seen)
{
	const struct response *v = &g->c->response;
	int64_t us;
	bool is_new;

	if (!probe(g, all, pages * g->c->size[RESOURCE_CUSTOMERS] + 1, 1, &us) || v->n == 0)
		return false;
	is_new = !str_eq(v->records[0].id, buf_view(seen));
	buf_reset(seen);
	buf_str(seen, v->records[0].id);
	return is_new;
}

static uint64_t
count_pages(struct estimator *g, const struct request *all)
{
	struct buf seen = { 0 };
	uint64_t here = 0, end = 1;

	for (int i = 0; i < DOUBLINGS_MOST && reaches(g, all, end, &seen); i++) {
		here = end;
		end *= 2;
	}
	while (end - here > 1 && end - here > here / NEAR) {
		uint64_t half = here + (end - here) / 2;

		if (reaches(g, all, half, &seen))
			here = half;
		else
			end = half;
	}
	buf_release(&seen);
	return (here + end + 1) / 2;
}

static struct measure
measure_customers(struct estimator *g, const struct request *r)
{
	uint64_t size = g->c->size[RESOURCE_CUSTOMERS];
	struct measure m = { .size = size };

	m.is_known = probe(g, r, 1, size, &m.page_us);
	m.records = m.is_known ? g->c->response.n : 0;
	if (m.is_known && m.records == size)
		m.records = count_pages(g, r) * size;
	else if (m.records > 0)
		m.size = m.records;
	return m;
}

/* So many calls that bring so many records. */
static void
add(struct estimator *g, const struct measure *m, uint64_t calls, uint64_t records)
{
	int64_t least = (int64_t)g->c->settings->min_interval_ms * MS;
	int64_t more = m->page_us > m->call_us ? m->page_us - m->call_us : 0;
	int64_t each = m->call_us;

	if (calls > 0 && m->size > 0)
		each += more * (int64_t)(records / calls) / (int64_t)m->size;
	g->out->calls += calls;
	g->out->us += (int64_t)calls * (each > least ? each : least);
}

/* One list of orders: the records of its days, by the even spread. */
static void
add_window(struct estimator *g, const struct measure *m, const struct request *r)
{
	uint64_t size = g->c->size[RESOURCE_ORDERS], records, pages;
	int32_t today = timestamp_day(g->plan->taken_at);
	int32_t from = r->from > m->first ? r->from : m->first;
	int32_t to = r->to < today + 1 ? r->to : today + 1;
	uint64_t days = today >= m->first ? (uint64_t)(today - m->first) + 1 : 1;

	records = to > from ? m->records * (uint64_t)(to - from) / days : 0;
	pages = records / size + (records % size != 0 || records == 0);
	add(g, m, pages, records);
}

static void
add_location(struct estimator *g, size_t from, size_t to)
{
	struct measure m = measure_orders(g, from, to);

	if (client_is_refused(g->c)) { /* it will be left out */
		g->out->calls++;
		return;
	}
	m.call_us = g->call_us;
	g->out->is_known = g->out->is_known && m.is_known;
	for (size_t i = from; i < to; i++)
		if (!g->done[i])
			add_window(g, &m, &g->plan->steps[i].request);
}

static void
add_customers(struct estimator *g)
{
	struct measure m = measure_customers(g, &g->plan->steps[0].request);

	m.call_us = g->call_us;
	g->out->is_known = g->out->is_known && m.is_known;
	/* The end is seen by one page more. */
	add(g, &m, m.records / m.size + (m.records % m.size != 0) + 1, m.records);
}

static bool
is_all_done(const bool *done, size_t from, size_t to)
{
	while (from < to && done[from])
		from++;
	return from == to;
}

void
estimate_make(struct client *c, const struct plan *p, const bool *done, struct estimate *out)
{
	struct estimator g = { .c = c, .plan = p, .done = done, .out = out };
	uint64_t lists = 0;

	*out = (struct estimate){ .is_known = true };
	if (p->n > 0 && !done[0])
		add_customers(&g);
	for (size_t from = 1, to; from < p->n && out->is_known; from = to) {
		to = from + 1;
		while (to < p->n &&
		       str_eq(p->steps[to].request.location, p->steps[from].request.location))
			to++;
		if (!is_all_done(done, from, to))
			add_location(&g, from, to);
	}
	for (size_t i = 0; i < p->n; i++)
		lists += !done[i];
	if (!out->is_known)
		*out = (struct estimate){ .calls = lists };
}

void
estimate_text(const struct estimate *x, struct buf *b)
{
	uint64_t s = (uint64_t)((x->us + TIMESTAMP_SECOND - 1) / TIMESTAMP_SECOND);
	unsigned long long calls = x->calls;

	buf_printf(b, "%s %llu %s", x->is_known ? "about" : "at least", calls,
	    calls == 1 ? "call" : "calls");
	if (!x->is_known)
		return;
	if (s <= SECONDS_MOST)
		buf_printf(b, ", %llu s", (unsigned long long)s);
	else
		buf_printf(b, ", %llu min", (unsigned long long)(s + 30) / 60);
}
