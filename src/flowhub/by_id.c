#include "flowhub/by_id.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/request.h"

/* More ids than this without an answer, and it is no matter of ids. */
#define FAILURES_MOST 3

enum found {
	FOUND_HERE,
	FOUND_ABSENT,
	FOUND_FAILED
};

static int
store(struct by_id *p, struct str id, struct str path, struct err *e)
{
	const struct host *o = p->client->out;
	struct buf name = { 0 }, when = { 0 };
	struct manifest_page page = {
		.resource = RESOURCE_CUSTOMER,
		.scope = { .kind = SCOPE_ID, .detail = id },
		.records = p->client->envelope.n,
		.request = path,
	};
	int rc;

	buf_z(&name, "customer-");
	request_name(&name, id);
	buf_z(&name, ".json.gz");
	timestamp_format(&when, o->now(o->context));
	page.path = buf_view(&name);
	page.fetched_at = buf_view(&when);
	rc = staging_put(p->draft, &page, p->client->body, e);
	buf_release(&name);
	buf_release(&when);
	return rc;
}

/* A whole answer that is none: the fault may be this customer's alone. */
static bool
is_about_one(const struct http_response *r)
{
	return r->status >= 500 || (r->status == 200 && r->fault == HTTP_FINE);
}

/*
 * One customer.  That Flowhub has no answer for one id, again and again,
 * must not keep all others from being read.
 */
static int
read_one(struct by_id *p, struct str id, struct err *e)
{
	struct client *c = p->client;
	const struct host *o = c->out;
	struct call call = { .resource = RESOURCE_CUSTOMER };
	struct buf path = { 0 };
	struct err why = ERR_INIT;
	int rc;

	request_customer(&path, id);
	rc = client_get(c, &call, buf_view(&path), &why);
	if (rc == CLIENT_DONE) {
		rc = store(p, id, buf_view(&path), e) < 0 ? -1 : FOUND_HERE;
		/* One who was merged answers as somebody else: asked for every
		 * hour he would keep others from their turn. */
		if (!str_eq(c->envelope.records[0].id, id))
			hints_absent(p->memory, id, o->now(o->context));
		(void)intern_add(p->listed, id);
		p->list->progress->pages++;
		p->list->progress->records++;
		o->progress(o->context, p->list->progress);
	} else if (rc == CLIENT_ABSENT) {
		hints_absent(p->memory, id, o->now(o->context));
		rc = FOUND_ABSENT;
	} else if (is_about_one(&c->response) && why.kind == ERR_BUSY &&
	           ++p->failures <= FAILURES_MOST) {
		hints_absent(p->memory, id, o->now(o->context));
		host_note(o, NOTE_WARNING, "customer %.*s: %s", STR_ARG(id), why.msg);
		rc = FOUND_FAILED;
	} else {
		*e = why;
		rc = -1;
	}
	buf_release(&path);
	return rc;
}

/* Known customers that did not come, into ${lacking}; stops when there are too
 * many. */
static int
find_lacking(struct by_id *p, struct intern *lacking, struct err *e)
{
	const struct known_customers *known = p->known;
	struct str id;
	int rc = 1;

	for (uint32_t i = 1; i < p->past->by_id.n; i++)
		if (intern_find(p->listed, p->past->by_id.texts[i]) == 0)
			(void)intern_add(lacking, p->past->by_id.texts[i]);
	while (known->is_there && lacking->n <= BY_ID_LACKING_MOST &&
	       (rc = known->next_customer(known->context, &id, e)) > 0)
		if (intern_find(p->listed, id) == 0)
			(void)intern_add(lacking, id);
	return rc < 0 ? -1 : 0;
}

/*
 * That nobody is there may be the call's own fault (a path that moved, a
 * gateway's 404): then one whom the list has just named is not there either.
 * Returns 1 the call tells who is there, 0 it does not, -1.
 */
static int
call_is_proved(struct by_id *p, struct err *e)
{
	int rc = FOUND_ABSENT;

	if (p->listed->n > 1)
		rc = read_one(p, p->listed->texts[1], e);
	if (rc < 0)
		return -1;
	if (rc != FOUND_HERE)
		host_note(p->client->out, NOTE_WARNING,
		    "all customers: asked for by id, not even one whom the "
		    "list names is there; nobody is removed for it");
	return rc == FOUND_HERE;
}

int
by_id_confirm(struct by_id *p, bool *whole, struct err *e)
{
	const struct host *o = p->client->out;
	struct intern lacking = { 0 };
	uint64_t gone = 0, here = 0;
	int rc = find_lacking(p, &lacking, e);

	*whole = rc == 0 && lacking.n <= BY_ID_LACKING_MOST;
	if (rc == 0 && !*whole)
		host_note(o, NOTE_WARNING,
		    "all customers: over %d known ones are not in the list; "
		    "nobody is removed for it",
		    BY_ID_LACKING_MOST);
	for (uint32_t i = 1; rc >= 0 && *whole && i < lacking.n; i++) {
		rc = read_one(p, lacking.texts[i], e);
		if (rc == FOUND_FAILED)
			*whole = false;
		gone += rc == FOUND_ABSENT;
		here += rc == FOUND_HERE;
	}
	if (rc >= 0 && *whole && gone > 0 && here == 0) {
		rc = call_is_proved(p, e);
		*whole = rc > 0;
	}
	if (rc >= 0 && lacking.n > 1 && *whole)
		host_note(o, NOTE_INFO,
		    "%u known customers were not in the list and were asked "
		    "for by id: %llu are gone",
		    (unsigned)lacking.n - 1, (unsigned long long)gone);
	intern_release(&lacking);
	return rc < 0 ? -1 : 0;
}

/* Nobody knows the id, and it was not asked for lately. */
static int
is_unknown(struct by_id *p, struct str id, struct err *e)
{
	const struct known_customers *known = p->known;
	int rc = 0;

	if (intern_find(p->listed, id) != 0 || hints_is_absent(p->memory, id))
		return 0;
	if (known->is_there)
		rc = known->has_customer(known->context, id, e);
	return rc < 0 ? -1 : rc == 0;
}

static int
gather(struct by_id *p, struct intern *out, struct err *e)
{
	const struct known_customers *known = p->known;
	struct str id;
	int rc = 0;

	for (uint32_t i = 1; rc >= 0 && i < p->buyers->n; i++) {
		rc = is_unknown(p, p->buyers->texts[i], e);
		if (rc > 0)
			(void)intern_add(out, p->buyers->texts[i]);
	}
	while (
	    rc >= 0 && known->is_there && (rc = known->next_orphan(known->context, &id, e)) > 0) {
		/* the id lies in the state, and so does what is_unknown reads
		 */
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
	struct str *sorted;
	size_t n;
	int rc = gather(p, &unknown, e);

	n = unknown.n > 0 ? unknown.n - 1 : 0;
	sorted = mem_zero(n + 1, sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = unknown.texts[i + 1];
	if (n > 1)
		qsort(sorted, n, sizeof(*sorted), str_order);
	*left = n > BY_ID_UNKNOWN_MOST ? n - BY_ID_UNKNOWN_MOST : 0;
	for (size_t i = 0; rc >= 0 && i < n && i < BY_ID_UNKNOWN_MOST; i++)
		rc = read_one(p, sorted[i], e);
	mem_free(sorted);
	intern_release(&unknown);
	return rc < 0 ? -1 : 0;
}
