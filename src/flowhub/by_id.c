#include "flowhub/by_id.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/request.h"
#include "snapshot/page.h"

/* If more ids than this get no answer, the fault is not an id's. */
#define FAILURES_MOST 3

enum found {
	FOUND_HERE,
	FOUND_ABSENT,
	FOUND_FAILED
};

static int
store(struct by_id *p, struct str id, struct str path, struct err *e)
{
	const struct host *h = p->client->host;
	struct buf name = { 0 };
	struct manifest_page page = {
		.resource = RESOURCE_CUSTOMER,
		.scope = { .kind = SCOPE_ID, .detail = id },
		.records = p->client->response.n,
		.request = path,
	};
	int rc;

	buf_z(&name, "customer-");
	request_name(&name, id);
	buf_z(&name, ".json.gz");
	page.path = buf_view(&name);
	rc = staging_put(p->staging, &page, h->now(h->context), p->client->x.body, e);
	if (rc == 0)
		rc = staging_save_read(p->staging, p->staging->n - 1, e);
	buf_release(&name);
	return rc;
}

/* Flowhub answered, but with an error: only this customer may be affected. */
static bool
is_about_one(const struct http_response *r)
{
	return r->status >= 500 || (r->status == 200 && r->fault == HTTP_FINE);
}

/*
 * One customer.  If Flowhub cannot answer for one id, hour after hour, that must not keep all
 * others from being read.
 */
static int
read_one(struct by_id *p, struct str id, struct err *e)
{
	struct client *c = p->client;
	const struct host *h = c->host;
	struct client_call call = { .resource = RESOURCE_CUSTOMER };
	struct buf path = { 0 };
	struct err why = ERR_INIT;
	int rc;

	if (page_filter_is_erased(p->staging->filter, id))
		return FOUND_ABSENT; /* nobody is asked for, and no hint is kept */
	request_customer(&path, id);
	rc = client_get(c, &call, buf_view(&path), &why);
	if (rc == CLIENT_DONE) {
		/* a merged customer may answer as somebody who was erased */
		rc = FOUND_HERE;
		if (!page_filter_is_erased(p->staging->filter, c->response.records[0].id) &&
		    store(p, id, buf_view(&path), e) < 0)
			rc = -1;
		/* A merged customer answers with another id.  Asking again every
		 * hour would use up the turns of others. */
		if (!str_eq(c->response.records[0].id, id))
			hints_add_absent(p->hints, id, h->now(h->context));
		(void)intern_add(p->listed, id);
		p->list->progress->pages++;
		p->list->progress->records++;
		h->progress(h->context, p->list->progress);
	} else if (rc == CLIENT_ABSENT) {
		hints_add_absent(p->hints, id, h->now(h->context));
		rc = FOUND_ABSENT;
	} else if (is_about_one(&c->x.transfer) && why.kind == ERR_BUSY &&
	           ++p->failures <= FAILURES_MOST) {
		hints_add_absent(p->hints, id, h->now(h->context));
		host_note(h, NOTE_WARNING,
		    "customer %.*s could not be read, so what is known of them stays: %s",
		    STR_ARG(id), why.msg);
		rc = FOUND_FAILED;
	} else {
		*e = why;
		rc = -1;
	}
	buf_release(&path);
	return rc;
}

/* The known customers who did not come. */
static int
find_missing(struct by_id *p, struct intern *missing, struct err *e)
{
	const struct by_id_known *known = p->known;
	const struct coverage *c = p->coverage;
	struct str id;
	int rc = 1;

	/* Without a state: whoever was read by id since all were read, or with them. */
	for (uint32_t i = 1; i < c->by_id.n; i++)
		if (c->by_id_at[i] >= c->customers_all &&
		    intern_find(p->listed, c->by_id.texts[i]) == 0)
			(void)intern_add(missing, c->by_id.texts[i]);
	while (known->is_there && (rc = known->next_customer(known->context, &id, e)) > 0)
		if (intern_find(p->listed, id) == 0)
			(void)intern_add(missing, id);
	return rc < 0 ? -1 : 0;
}

/*
 * "Not there" for everybody may be the call's own fault (a path that moved, a gateway's 404).
 * Then a customer the list has just named is "not there" either.
 * Returns: 1 the call can be trusted, 0 it cannot, -1.
 */
static int
is_call_trusted(struct by_id *p, struct err *e)
{
	int rc = FOUND_ABSENT;

	if (p->listed->n > 1)
		rc = read_one(p, p->listed->texts[1], e);
	if (rc < 0)
		return -1;
	if (rc != FOUND_HERE)
		host_note(p->client->host, NOTE_WARNING,
		    "Flowhub finds no customer by id, not even one that it has just listed, so no "
		    "customer is removed");
	return rc == FOUND_HERE;
}

/* Each of them is asked for. */
static int
ask_for_all(struct by_id *p, const struct intern *missing, struct err *e)
{
	uint64_t gone = 0, here = 0, failed = 0;
	int rc = 0;

	for (uint32_t i = 1; rc >= 0 && i < missing->n; i++) {
		rc = read_one(p, missing->texts[i], e);
		failed += rc == FOUND_FAILED;
		gone += rc == FOUND_ABSENT;
		here += rc == FOUND_HERE;
	}
	if (rc >= 0 && failed == 0 && gone > 0 && here == 0) {
		rc = is_call_trusted(p, e);
		failed += rc == 0;
	}
	if (rc < 0)
		return -1;
	if (failed > 0)
		return BY_ID_DOUBTFUL;
	if (missing->n > 1)
		host_note(p->client->host, NOTE_INFO,
		    "%u known %s missing from the list of all customers and requested by id: "
		    "%llu no longer %s",
		    (unsigned)missing->n - 1, missing->n == 2 ? "customer was" : "customers were",
		    (unsigned long long)gone, gone == 1 ? "exists" : "exist");
	return BY_ID_WHOLE;
}

int
by_id_confirm(struct by_id *p, struct err *e)
{
	struct intern missing = { 0 };
	int rc = find_missing(p, &missing, e);

	intern_reset(&p->hints->waiting);
	if (rc == 0 && missing.n > BY_ID_MISSING_MOST + 1) {
		for (uint32_t i = 1; i < missing.n; i++)
			(void)intern_add(&p->hints->waiting, missing.texts[i]);
		rc = BY_ID_PARTLY;
	} else if (rc == 0) {
		rc = ask_for_all(p, &missing, e);
	}
	intern_release(&missing);
	return rc;
}

/* A customer who waits, and when that one was read by id last. */
struct turn {
	int64_t read_at;
	struct str id;
};

static int
by_turn(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;

	if (a->read_at != b->read_at)
		return a->read_at < b->read_at ? -1 : 1;
	return str_order(&a->id, &b->id);
}

static bool
is_waiting(const struct by_id *p, struct str id)
{
	return intern_find(p->listed, id) == 0 && !hints_is_absent(p->hints, id);
}

/* Who waits, in the order of their turns; freed by the caller. */
static struct turn *
make_turns(const struct by_id *p, size_t *n)
{
	const struct intern *waiting = &p->hints->waiting;
	struct turn *turns = mem_zero(waiting->n + 1, sizeof(*turns));

	*n = 0;
	for (uint32_t i = 1; i < waiting->n; i++)
		if (is_waiting(p, waiting->texts[i]))
			turns[(*n)++] =
			    (struct turn){ coverage_read_by_id(p->coverage, waiting->texts[i]),
				    waiting->texts[i] };
	if (*n > 1)
		qsort(turns, *n, sizeof(*turns), by_turn);
	return turns;
}

int
by_id_round(struct by_id *p, uint64_t *left, struct err *e)
{
	size_t n;
	struct turn *turns = make_turns(p, &n);
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < n && i < BY_ID_ROUND_MOST; i++)
		rc = read_one(p, turns[i].id, e);
	*left = n > BY_ID_ROUND_MOST ? n - BY_ID_ROUND_MOST : 0;
	intern_reset(&p->hints->later);
	for (size_t i = BY_ID_ROUND_MOST; rc >= 0 && i < n; i++)
		(void)intern_add(&p->hints->later, turns[i].id);
	if (rc >= 0 && n > 0)
		host_note(p->client->host, NOTE_INFO,
		    "%zu %s missing from the list of all customers and read by id; %llu %s left "
		    "for "
		    "the next runs",
		    n - (size_t)*left, n - (size_t)*left == 1 ? "customer was" : "customers were",
		    (unsigned long long)*left, *left == 1 ? "is" : "are");
	mem_free(turns);
	return rc < 0 ? -1 : 0;
}

/* Nobody knows the id, and it was not asked for recently. */
static int
is_unknown(struct by_id *p, struct str id, struct err *e)
{
	const struct by_id_known *known = p->known;
	int rc = 0;

	if (intern_find(p->listed, id) != 0 || hints_is_absent(p->hints, id))
		return 0;
	if (known->is_there)
		rc = known->has_customer(known->context, id, e);
	return rc < 0 ? -1 : rc == 0;
}

static int
find_unknown(struct by_id *p, struct intern *out, struct err *e)
{
	const struct by_id_known *known = p->known;
	struct str id;
	int rc = 0;

	for (uint32_t i = 1; rc >= 0 && i < p->buyers->n; i++) {
		rc = is_unknown(p, p->buyers->texts[i], e);
		if (rc > 0)
			(void)intern_add(out, p->buyers->texts[i]);
	}
	while (rc >= 0 && known->is_there &&
	       (rc = known->next_unattributed(known->context, &id, e)) > 0) {
		rc = is_unknown(p, id, e);
		if (rc > 0)
			(void)intern_add(out, id);
	}
	return rc < 0 ? -1 : 0;
}

int
by_id_find(struct by_id *p, uint64_t *left, struct err *e)
{
	struct intern unknown = { 0 };
	int rc = find_unknown(p, &unknown, e);
	uint32_t n, *sorted = intern_sorted(&unknown, &n);

	*left = n > BY_ID_UNKNOWN_MOST ? n - BY_ID_UNKNOWN_MOST : 0;
	for (uint32_t i = 0; rc >= 0 && i < n && i < BY_ID_UNKNOWN_MOST; i++)
		rc = read_one(p, unknown.texts[sorted[i]], e);
	mem_free(sorted);
	intern_release(&unknown);
	return rc < 0 ? -1 : 0;
}

void
by_id_reuse(struct staging *staging, const struct manifest *saved, size_t n, struct intern *ids)
{
	struct page_reader reader = { 0 };
	struct response v = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct manifest_page *p = &saved[i].pages[0];
		struct err ignored = ERR_INIT;

		if (saved[i].n != 1 || p->resource != RESOURCE_CUSTOMER ||
		    intern_find(ids, p->scope.detail) != 0 ||
		    page_load(&reader, staging->account, staging->name, p->path, p->sha256,
		        &ignored) < 0 ||
		    response_read(&v, reader.text, p->resource, &ignored) < 0)
			continue;
		(void)intern_add(ids, p->scope.detail);
		staging_add(staging, p);
	}
	response_release(&v);
	page_reader_release(&reader);
}
