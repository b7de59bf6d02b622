#include "push/ask.h"

#include <stdlib.h>

#include "base/interrupt.h"
#include "push/caller.h"
#include "push/push_connect.h"

struct candidate {
	struct str fh_id; /* empty: of nobody that is known, and its id in DailyStory is */
	struct str dsid;
	int64_t checked;
};

struct asking {
	struct push *p;
	ask_fn *fn;
	void *context;
	struct caller caller;
	struct candidate *list;
	size_t n, cap;
	struct arena a, one; /* of the list, of one contact */
	uint64_t unknown;    /* one after the other */
	uint64_t silent;     /* without an answer that says anything */
	struct err *e;
};

static int
order(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int c = (a->checked > b->checked) - (a->checked < b->checked);

	return c != 0 ? c : str_cmp(a->fh_id, b->fh_id);
}

static int
choose(struct asking *g, uint64_t sample)
{
	struct view_cursor c = view_all(&g->p->books.view, VIEW_CONTACTS, g->e);
	struct str fh_id, row;
	int rc;

	while ((rc = view_next(&c, &fh_id, &row, g->e)) > 0) {
		struct acked x;

		if (!acked_unpack(&g->one, row, &x)) {
			rc = fold_rows_broken(g->e);
			break;
		}
		if (x.dsid.n > 0) {
			g->list = mem_grow(g->list, g->n, &g->cap, sizeof(*g->list));
			g->list[g->n++] = (struct candidate){ .fh_id = str_copy(&g->a, fh_id),
				.checked = x.checked };
		}
		arena_reset(&g->one);
	}
	view_end(&c);
	if (g->n > 0)
		qsort(g->list, g->n, sizeof(*g->list), order);
	if (sample > 0 && sample < g->n)
		g->n = sample;
	return rc;
}

/* Any refusal but 404 says nothing about the contact. */
static int
ask(struct asking *g, const struct candidate *who)
{
	struct caller_request q = { .method = HTTP_GET, .path = "/contact/", .is_known = true };
	struct acked x = { .dsid = who->dsid };
	struct caller_answer c;
	bool says;

	if (who->fh_id.n > 0 && books_contact(&g->p->books, &g->one, who->fh_id, &x, g->e) < 0)
		return -1;
	if (x.dsid.n == 0)
		return 0;
	q.id = x.dsid;
	if (caller_call(&g->caller, &q, &c, g->e) < 0)
		return -1;
	g->unknown = c.answer.class == ANSWER_UNKNOWN ? g->unknown + 1 : 0;
	if (g->unknown >= CALLER_SILENCES_MOST || c.asks_to_wait)
		return caller_fail_silent(&g->caller, c.asks_to_wait, g->e);
	says = c.answer.class == ANSWER_ACKED || c.answer.status == 404;
	g->silent += !says;
	if (!says && c.answer.class == ANSWER_REJECTED)
		caller_note_refused(&g->caller, q.method, q.path, &c.answer);
	return g->fn(g->context, &g->one, who->fh_id, &x, says ? &c.answer : NULL);
}

static int
ask_all(struct asking *g)
{
	const struct host *h = g->p->host;
	struct progress_report progress = { .steps = g->n };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < g->n; i++) {
		progress.step = i;
		h->progress(h->context, &progress);
		rc = interrupt_check(g->e) < 0 ? -1 : ask(g, &g->list[i]);
		arena_reset(&g->one);
	}
	return rc;
}

static void
say_silent(struct asking *g)
{
	if (g->silent > 0)
		host_note(g->p->host, NOTE_WARNING,
		    "DailyStory did not answer what it has of %ju contact%s; the last time: %s",
		    (uintmax_t)g->silent, g->silent == 1 ? "" : "s", g->caller.silence.msg);
}

static int
connect_and_ask(struct asking *g)
{
	struct buf token = { 0 };
	struct push *p = g->p;
	int rc = g->n > 0 ? push_connect(&p->a, p->account, &p->present.push, &g->caller, &token,
	                        p->host, g->e)
	                  : 0;

	if (rc == 0)
		rc = ask_all(g);
	if (rc == 0)
		say_silent(g);
	caller_close(&g->caller);
	push_connect_end(&token);
	return rc;
}

static void
release(struct asking *g)
{
	mem_free(g->list);
	arena_release(&g->a);
	arena_release(&g->one);
}

int
ask_contacts(struct push *p, uint64_t sample, ask_fn *fn, void *context, struct err *e)
{
	struct asking g = { .p = p, .fn = fn, .context = context, .e = e };
	int rc = choose(&g, sample);

	if (rc == 0)
		rc = connect_and_ask(&g);
	release(&g);
	return rc;
}

int
ask_ids(struct push *p, const struct str *dsids, size_t n, ask_fn *fn, void *context, struct err *e)
{
	struct asking g = { .p = p, .fn = fn, .context = context, .e = e };
	int rc;

	for (size_t i = 0; i < n; i++) {
		g.list = mem_grow(g.list, g.n, &g.cap, sizeof(*g.list));
		g.list[g.n++] = (struct candidate){ .dsid = dsids[i] };
	}
	rc = connect_and_ask(&g);
	release(&g);
	return rc;
}

bool
ask_is_gone(const struct answer *answer)
{
	return answer->class == ANSWER_REJECTED || answer->is_deleted;
}
