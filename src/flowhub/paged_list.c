#include "flowhub/paged_list.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "lib/sha256.h"
#include "snapshot/page.h"

#define PAGES_MOST 1000000 /* then the list is given up */

/* One attempt at a list. */
struct attempt {
	struct paged_list *l;
	const struct plan_step *step;
	uint64_t asked;    /* records of the list that were asked for */
	uint64_t nameless; /* records without a readable id: each counts */
	uint64_t ids;      /* different ones */
	uint64_t pages;
	size_t n, fresh; /* records of the last page; new ids among them */
	bool was_repeat; /* the last page brought nothing new */
	bool was_short;  /* it had fewer records than were asked for */
	bool has_total;
	uint64_t total;
	char doubt[160]; /* why it proves nothing, or "" */
	size_t part;     /* pages of an interrupted read to go on after; 0: none */
	bool is_stale;   /* they do not fit what Flowhub says now */
	struct err *e;
};

size_t
paged_list_add(struct paged_list *l, const struct response *v, enum resource resource)
{
	size_t before = l->seen.n == 0 ? 1 : l->seen.n;

	for (size_t i = 0; i < v->n; i++) {
		if (v->records[i].id.n > 0)
			(void)intern_add(&l->seen, v->records[i].id);
		if (resource == RESOURCE_ORDERS && v->records[i].customer.n > 0 &&
		    !page_filter_is_erased(l->staging->filter, v->records[i].customer))
			(void)intern_add(l->buyers, v->records[i].customer);
	}
	return (l->seen.n == 0 ? 1 : l->seen.n) - before;
}

static void
name_page(const struct attempt *r, struct buf *b)
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
store(struct attempt *r)
{
	struct client *c = r->l->client;
	const struct plan_step *s = r->step;
	struct buf name = { 0 };
	struct manifest_page page = {
		.resource = s->request.resource,
		.location = s->request.location,
		.scope = s->scope,
		.page = r->pages + 1,
		.records = c->response.n,
		.total = c->response.total,
		.has_total = c->response.has_total,
		.request = buf_view(&r->l->path),
	};
	int rc;

	name_page(r, &name);
	page.path = buf_view(&name);
	rc = staging_put(r->l->staging, &page, c->host->now(c->host->context), c->x.body, r->e);
	buf_release(&name);
	return rc;
}

static bool
is_same_read(const struct plan_step *s, const struct manifest_page *p)
{
	return s->request.resource == p->resource && s->scope.kind == p->scope.kind &&
	       s->scope.from == p->scope.from && s->scope.to == p->scope.to &&
	       (p->resource != RESOURCE_ORDERS || str_eq(s->request.location, p->location));
}

/* A page of an earlier fetch, proved by its digest and parsed; ${out} borrows from ${reader}. */
static bool
load_page(const struct staging *s, const struct manifest_page *p, struct page_reader *reader,
    struct response *out)
{
	struct err ignored = ERR_INIT;

	return page_load(reader, s->account, s->name, p->path, p->sha256, &ignored) == 0 &&
	       response_read(out, reader->text, p->resource, &ignored) == 0;
}

static struct sha256
digest_of_ids(const struct response *v)
{
	struct buf b = { 0 };
	struct sha256 digest;

	for (size_t i = 0; i < v->n; i++) {
		buf_str(&b, v->records[i].id);
		buf_char(&b, '\n');
	}
	digest = sha256_of(buf_view(&b));
	buf_release(&b);
	return digest;
}

static void
count_page(struct attempt *r)
{
	const struct response *v = &r->l->client->response;
	uint64_t nameless = 0;

	for (size_t i = 0; i < v->n; i++)
		nameless += v->records[i].id.n == 0;
	r->n = v->n;
	r->fresh = paged_list_add(r->l, v, r->step->request.resource);
	/* Records without an id do not count as new: else a list of errors would never end. */
	r->ids += r->fresh;
	r->nameless += nameless;
	r->pages++;
	r->l->progress->pages++;
	r->l->progress->records += v->n;
}

/* One page from the network into the staging directory. */
static int
next_page(struct attempt *r)
{
	struct client *c = r->l->client;
	enum resource resource = r->step->request.resource;
	struct client_call call = { .resource = resource, .can_shrink = true };
	const struct host *h = c->host;
	uint64_t size, page;
	int rc;

	do {
		/* Counted by what was asked for, not by what came.  Where the page
		 * size was halved, the next page may repeat a few records. */
		size = c->size[resource];
		page = r->asked / size + 1;
		buf_reset(&r->l->path);
		request_page(&r->l->path, &r->step->request, page, size);
		rc = client_get(c, &call, buf_view(&r->l->path), r->e);
	} while (rc == CLIENT_SMALLER);
	if (rc < 0)
		return -1;
	r->asked = page * size;
	r->was_short = c->response.n < size;
	if (store(r) < 0 || staging_save_page(r->l->staging, r->e) < 0)
		return -1;
	count_page(r);
	h->progress(h->context, r->l->progress);
	return 0;
}

/* The next page of the interrupted read, from the disk; of the last one only the ids, to be
 * compared with what Flowhub says now. */
static void
saved_page(struct attempt *r, struct sha256 *ids)
{
	struct client *c = r->l->client;
	const struct manifest_page *p = &r->l->staging->part[r->pages];
	struct page_reader reader = { 0 };
	uint64_t page, size;

	r->is_stale = !request_read_page(p->request, &page, &size) ||
	              !load_page(r->l->staging, p, &reader, &c->response);
	if (!r->is_stale && r->pages + 1 == r->part) {
		*ids = digest_of_ids(&c->response);
		if (size < c->size[p->resource])
			c->size[p->resource] = size;
		r->is_stale = c->size[p->resource] != size || r->asked / size + 1 != page;
	} else if (!r->is_stale) {
		r->asked = page * size;
		r->was_short = c->response.n < size;
		staging_add(r->l->staging, p);
		count_page(r);
	}
	page_reader_release(&reader);
}

/* The next page, from the disk while there are some. */
static int
get_page(struct attempt *r)
{
	struct sha256 before, now;
	bool is_last = r->pages + 1 == r->part, is_saved = r->pages < r->part;

	if (is_saved)
		saved_page(r, &before);
	if (r->is_stale || (is_saved && !is_last))
		return 0;
	if (next_page(r) < 0)
		return -1;
	if (is_last) {
		now = digest_of_ids(&r->l->client->response);
		r->is_stale = memcmp(&before, &now, sizeof(now)) != 0;
		r->has_total = false; /* orders sold since come after it */
	}
	return 0;
}

/* Returns 1 to go on, 0 at the end or in doubt. */
static int
judge_orders(struct attempt *r)
{
	const struct response *v = &r->l->client->response;
	uint64_t came;

	if (!v->has_total) {
		snprintf(r->doubt, sizeof(r->doubt), "Flowhub gave no total");
		return r->n > 0 && r->fresh > 0;
	}
	if (r->has_total && v->total != r->total) {
		snprintf(r->doubt, sizeof(r->doubt),
		    "its total changed from %llu to %llu while it was read",
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
		snprintf(r->doubt, sizeof(r->doubt),
		    "a page was sent twice, and only %llu of %llu orders arrived",
		    (unsigned long long)came, (unsigned long long)r->total);
	else
		snprintf(r->doubt, sizeof(r->doubt), "its total is %llu, but %llu orders arrived",
		    (unsigned long long)r->total, (unsigned long long)came);
	return 0;
}

/* The last page coming again is an end, too; a full page must do so twice. */
static int
judge_customers(struct attempt *r, bool before_was_short)
{
	bool repeats = r->fresh == 0 && r->n > 0;

	if (r->n == 0)
		return 0;
	if (repeats && (r->was_repeat || before_was_short)) {
		/* Or does the server ignore the page number? */
		if (r->ids == 0)
			snprintf(r->doubt, sizeof(r->doubt), "none of its records has an id");
		else if (r->ids == r->n && !r->was_short)
			snprintf(r->doubt, sizeof(r->doubt), "every page repeats the first one");
		return 0;
	}
	if (r->was_repeat) {
		snprintf(
		    r->doubt, sizeof(r->doubt), "a page in the middle of the list was sent twice");
		return 0;
	}
	r->was_repeat = repeats;
	return 1;
}

static int
read_once(struct attempt *r)
{
	bool is_orders = r->step->request.resource == RESOURCE_ORDERS;
	bool before_was_short = false;
	int rc;

	intern_reset(&r->l->seen);
	do {
		before_was_short = r->pages > 0 && r->was_short;
		if (get_page(r) < 0)
			return -1;
		if (r->is_stale)
			return 0;
		rc = is_orders ? judge_orders(r) : judge_customers(r, before_was_short);
		if (r->pages >= PAGES_MOST) {
			snprintf(r->doubt, sizeof(r->doubt), "the list never ended");
			rc = 0;
		}
	} while (rc > 0);
	return 0;
}

/* How many pages of an interrupted read of this list there are; they are offered once. */
static size_t
take_part(struct staging *s, const struct plan_step *step)
{
	size_t n = s->part_n;

	if (n == 0 || !is_same_read(step, &s->part[0]))
		return 0;
	s->part_n = 0;
	return n;
}

/* After an error: only a refusal may concern this list alone. */
static int
give_up(struct paged_list *l, size_t from, struct err *e)
{
	struct err why = *e;

	if (e->kind == ERR_INTERRUPTED || !client_is_refused(l->client))
		return -1;
	if (staging_drop(l->staging, from, e) < 0)
		return -1;
	*e = why;
	return PAGED_LIST_REFUSED;
}

int
paged_list_read(struct paged_list *l, const struct plan_step *step, struct err *e)
{
	size_t from = l->staging->n;
	const struct host *h = l->client->host;
	struct buf text = { 0 };
	struct attempt r;
	int rc = -1;

	plan_step_text(step, &text);
	for (int i = 0; i < PAGED_LIST_TRIES; i++) {
		r = (struct attempt){
			.l = l, .step = step, .part = take_part(l->staging, step), .e = e
		};
		if (staging_drop(l->staging, from, e) < 0)
			break;
		if (read_once(&r) < 0) {
			rc = give_up(l, from, e);
			break;
		}
		if (r.is_stale) { /* that was no read of the list */
			i--;
			continue;
		}
		rc = r.doubt[0] == '\0' ? PAGED_LIST_COMPLETE : PAGED_LIST_DOUBTFUL;
		if (rc == PAGED_LIST_COMPLETE)
			break;
		host_note(h, NOTE_DETAIL, "%.*s: %s%s", STR_ARG(text), r.doubt,
		    i + 1 < PAGED_LIST_TRIES ? "; reading it again" : "");
	}
	if (rc == PAGED_LIST_DOUBTFUL) {
		staging_disclaim(l->staging, from, l->staging->n);
		host_note(h, NOTE_WARNING,
		    "%.*s: still in doubt after %d reads: %s; nothing is removed for being absent "
		    "from it, and the next run reads it again",
		    STR_ARG(text), PAGED_LIST_TRIES, r.doubt);
	}
	if (rc == PAGED_LIST_COMPLETE && staging_save_read(l->staging, from, e) < 0)
		rc = -1;
	buf_release(&text);
	return rc;
}

/* Its pages become pages of this snapshot, or none of them. */
static bool
reuse(struct paged_list *l, const struct manifest *m)
{
	struct page_reader reader = { 0 };
	struct response v = { 0 };
	bool is_fine = true;

	intern_reset(&l->seen);
	for (size_t i = 0; i < m->n && is_fine; i++) {
		is_fine = load_page(l->staging, &m->pages[i], &reader, &v);
		if (is_fine)
			(void)paged_list_add(l, &v, m->pages[i].resource);
	}
	for (size_t i = 0; i < m->n && is_fine; i++)
		staging_add(l->staging, &m->pages[i]);
	response_release(&v);
	page_reader_release(&reader);
	return is_fine;
}

bool
paged_list_reuse(
    struct paged_list *l, const struct plan_step *step, const struct manifest *saved, size_t n)
{
	while (n-- > 0)
		if (saved[n].n > 0 && is_same_read(step, &saved[n].pages[0]) && reuse(l, &saved[n]))
			return true;
	return false;
}

void
paged_list_release(struct paged_list *l)
{
	intern_release(&l->seen);
	buf_release(&l->path);
}
