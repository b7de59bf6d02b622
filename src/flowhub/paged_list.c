#include "flowhub/paged_list.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"

#define PAGES_MOST 1000000 /* a list that never ends has to end */

/* One attempt at a list. */
struct read {
	struct paged_list *l;
	const struct plan_step *step;
	uint64_t place;    /* in the list: where the pages asked for so far end */
	uint64_t nameless; /* records whose id cannot be read: each its own */
	uint64_t ids;      /* different ones */
	uint64_t pages;
	size_t n, fresh; /* records of the page at hand; new ids among them */
	bool was_repeat; /* the page before brought nothing new */
	bool was_short;  /* it had fewer records than were asked for */
	bool has_total;
	uint64_t total;
	char doubt[160]; /* why it proves nothing; "" */
	struct err *e;
};

size_t
paged_list_take(struct paged_list *l, const struct response *v, enum resource resource)
{
	size_t before = l->seen.n == 0 ? 1 : l->seen.n;

	for (size_t i = 0; i < v->n; i++) {
		if (v->records[i].id.n > 0)
			(void)intern_add(&l->seen, v->records[i].id);
		if (resource == RESOURCE_ORDERS && v->records[i].customer.n > 0)
			(void)intern_add(l->buyers, v->records[i].customer);
	}
	return (l->seen.n == 0 ? 1 : l->seen.n) - before;
}

static void
name_page(const struct read *r, struct buf *b)
{
	const struct plan_step *s = r->step;

	buf_z(b, manifest_resource(s->request.resource));
	if (s->request.resource == RESOURCE_ORDERS) {
		buf_char(b, '-');
		request_name(b, s->request.location);
		buf_char(b, '-');
		day_format(b, timestamp_day(s->scope.from));
		buf_char(b, '-');
		day_format(b, timestamp_day(s->scope.to - 1) + 1);
	}
	buf_printf(b, "-%04llu.json.gz", (unsigned long long)r->pages + 1);
}

static int
store(struct read *r)
{
	struct client *c = r->l->client;
	const struct plan_step *s = r->step;
	struct buf name = { 0 }, when = { 0 };
	struct manifest_page page = {
		.resource = s->request.resource,
		.location = s->request.location,
		.scope = s->scope,
		.page = r->pages + 1,
		.records = c->envelope.n,
		.total = c->envelope.total,
		.has_total = c->envelope.has_total,
		.request = buf_view(&r->l->path),
	};
	int rc;

	name_page(r, &name);
	timestamp_format(&when, c->out->now(c->out->context));
	page.path = buf_view(&name);
	page.fetched_at = buf_view(&when);
	rc = staging_put(r->l->draft, &page, c->body, r->e);
	buf_release(&name);
	buf_release(&when);
	return rc;
}

/* Count the page in hand and look at what it says of the ones before. */
static void
take_page(struct read *r)
{
	const struct response *v = &r->l->client->envelope;
	uint64_t nameless = 0;

	for (size_t i = 0; i < v->n; i++)
		nameless += v->records[i].id.n == 0;
	r->n = v->n;
	r->fresh = paged_list_take(r->l, v, r->step->request.resource);
	/* Records without an id look new for ever: a page of nothing else
	 * brings nothing, or an error in a list would have no end. */
	r->ids += r->fresh;
	r->nameless += nameless;
	r->pages++;
	r->l->progress->pages++;
	r->l->progress->records += v->n;
}

/* One page from the network into the draft; its place follows from what came
 * before and the size that works now. */
static int
next_page(struct read *r)
{
	struct client *c = r->l->client;
	enum resource resource = r->step->request.resource;
	struct call call = { .resource = resource, .can_shrink = true };
	const struct host *o = c->out;
	uint64_t size, page;
	int rc;

	do {
		/* By what was asked, not by what came: a short page is no
		 * shorter step.  A page that became smaller may begin a little
		 * early, on records that are known. */
		size = c->size[resource];
		page = r->place / size + 1;
		buf_reset(&r->l->path);
		request_page(&r->l->path, &r->step->request, page, size);
		rc = client_get(c, &call, buf_view(&r->l->path), r->e);
	} while (rc == CLIENT_SMALLER);
	if (rc < 0)
		return -1;
	r->place = page * size;
	r->was_short = c->envelope.n < size;
	if (store(r) < 0)
		return -1;
	take_page(r);
	o->progress(o->context, r->l->progress);
	return 0;
}

/* Returns 1 to go on, 0 at the end or in doubt. */
static int
judge_orders(struct read *r)
{
	const struct response *v = &r->l->client->envelope;
	uint64_t came;

	if (!v->has_total) {
		snprintf(r->doubt, sizeof(r->doubt), "no total came");
		return r->n > 0 && r->fresh > 0;
	}
	if (r->has_total && v->total != r->total) {
		snprintf(r->doubt, sizeof(r->doubt), "its total moved from %llu to %llu",
		    (unsigned long long)r->total, (unsigned long long)v->total);
		return 0;
	}
	r->has_total = true;
	r->total = v->total;
	came = r->ids + r->nameless;
	if (came == r->total)
		return 0;
	if (came < r->total && r->n > 0 && r->fresh > 0)
		return 1;
	if (r->n > 0 && r->fresh == 0)
		snprintf(r->doubt, sizeof(r->doubt), "a page came twice, %llu of %llu orders came",
		    (unsigned long long)came, (unsigned long long)r->total);
	else
		snprintf(r->doubt, sizeof(r->doubt), "its total says %llu, but %llu orders came",
		    (unsigned long long)r->total, (unsigned long long)came);
	return 0;
}

/* A last page that comes again is an end, too; a full one must do so twice. */
static int
judge_customers(struct read *r, bool before_was_short)
{
	bool repeats = r->fresh == 0 && r->n > 0;

	if (r->n == 0)
		return 0;
	if (repeats && (r->was_repeat || before_was_short)) {
		/* Or does it give the first page whatever is asked? */
		if (r->ids == 0)
			snprintf(r->doubt, sizeof(r->doubt), "none of its records has an id");
		else if (r->ids == r->n && !r->was_short)
			snprintf(r->doubt, sizeof(r->doubt), "every page is the first");
		return 0;
	}
	if (r->was_repeat) {
		snprintf(r->doubt, sizeof(r->doubt), "a page came twice in the midst of the list");
		return 0;
	}
	r->was_repeat = repeats;
	return 1;
}

static int
read_once(struct read *r)
{
	bool is_orders = r->step->request.resource == RESOURCE_ORDERS;
	bool before_was_short = false;
	int rc;

	intern_reset(&r->l->seen);
	do {
		before_was_short = r->pages > 0 && r->was_short;
		if (next_page(r) < 0)
			return -1;
		rc = is_orders ? judge_orders(r) : judge_customers(r, before_was_short);
		if (r->pages >= PAGES_MOST) {
			snprintf(r->doubt, sizeof(r->doubt), "it has no end");
			rc = 0;
		}
	} while (rc > 0);
	return 0;
}

/* The pages stay as records, but claim nothing. */
static void
disclaim(struct paged_list *l, size_t from)
{
	for (size_t i = from; i < l->draft->n; i++)
		l->draft->pages[i].scope = (struct scope){ .kind = SCOPE_UPDATED };
}

int
paged_list_read(struct paged_list *l, const struct plan_step *step, struct err *e)
{
	size_t from = l->draft->n;
	const struct host *o = l->client->out;
	struct buf text = { 0 };
	struct read r;
	int rc = -1;

	plan_step_text(step, &text);
	for (int i = 0; i < PAGED_LIST_TRIES; i++) {
		r = (struct read){ .l = l, .step = step, .e = e };
		if (staging_drop(l->draft, from, e) < 0 || read_once(&r) < 0)
			break;
		rc = r.doubt[0] == '\0';
		if (rc > 0)
			break;
		host_note(o, NOTE_DETAIL, "%.*s: %s%s", STR_ARG(text), r.doubt,
		    i + 1 < PAGED_LIST_TRIES ? "; read again" : "");
	}
	if (rc == 0) {
		disclaim(l, from);
		host_note(o, NOTE_WARNING,
		    "%.*s: in doubt after %d reads: %s; nothing is removed "
		    "for being absent from it",
		    STR_ARG(text), PAGED_LIST_TRIES, r.doubt);
	}
	if (rc > 0 && staging_mark(l->draft, from, e) < 0)
		rc = -1;
	buf_release(&text);
	return rc;
}

void
paged_list_release(struct paged_list *l)
{
	intern_release(&l->seen);
	buf_release(&l->path);
}
