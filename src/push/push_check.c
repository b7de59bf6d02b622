#include "push/push_check.h"

#include <stdlib.h>

#include "base/interrupt.h"
#include "json/read.h"
#include "push/caller.h"

#define UNKNOWN_MOST 10

struct candidate {
	struct str fh_id;
	int64_t checked;
};

struct checking {
	struct push *p;
	const struct push_check_options *o;
	struct push_check *d;
	struct caller caller;
	struct candidate *list;
	size_t n, cap;
	struct arena a; /* of one contact */
	uint64_t unknown;
	struct err *e;
};

/* ---- Whom to look at */

static int
order(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int c = (a->checked > b->checked) - (a->checked < b->checked);

	return c != 0 ? c : str_cmp(a->fh_id, b->fh_id);
}

static int
choose(struct checking *g)
{
	struct view_cursor c = view_all(&g->p->books.view, VIEW_CONTACTS, g->e);
	struct str fh_id, row;
	int rc;

	while ((rc = view_next(&c, &fh_id, &row, g->e)) > 0) {
		struct acked x;

		if (!acked_unpack(&g->a, row, &x)) {
			rc = fold_broken(g->e);
			break;
		}
		if (x.dsid.n > 0) {
			g->list = mem_grow(g->list, g->n, &g->cap, sizeof(*g->list));
			g->list[g->n++] =
			    (struct candidate){ str_copy(&g->d->a, fh_id), x.checked };
		}
		arena_reset(&g->a);
	}
	view_end(&c);
	if (g->n > 0)
		qsort(g->list, g->n, sizeof(*g->list), order);
	if (g->o->sample > 0 && g->o->sample < g->n)
		g->n = g->o->sample;
	return rc;
}

/* ---- One contact */

static void
count(struct push_check *d, struct str key, enum push_check_kind kind)
{
	size_t i = 0;

	while (i < d->n && !str_eq(d->fields[i].key, key))
		i++;
	if (i == d->n) {
		d->fields = mem_grow(d->fields, d->n, &d->cap, sizeof(*d->fields));
		d->fields[d->n++] = (struct push_check_field){ .key = str_copy(&d->a, key) };
	}
	d->fields[i].n[kind]++;
}

static struct str
value_wanted(const struct wanted *w, struct str key)
{
	for (size_t i = 0; i < w->fields_n; i++)
		if (str_eq(w->fields[i].key, key))
			return w->fields[i].value;
	return STR("");
}

/* What was acked is known by its hash alone; what is wanted may be the same. */
static enum push_check_kind
compare(struct checking *g, const struct journal_field *f, struct str there, const struct wanted *w)
{
	struct books *b = &g->p->books;
	struct str value = value_wanted(w, f->key);

	if (books_hash(b, f->key, there) == f->hash)
		return PUSH_CHECK_SAME;
	if (books_hash(b, f->key, STR("")) == f->hash ||
	    books_hash(b, f->key, STR(ACKED_KEPT)) == f->hash)
		return PUSH_CHECK_NOT_CLEARED;
	return books_hash(b, f->key, value) == f->hash && str_eq_nocase(value, there)
	           ? PUSH_CHECK_CASE
	           : PUSH_CHECK_CHANGED;
}

static bool
is_out(struct checking *g, const struct json *j, uint32_t contact, struct str flag)
{
	return flag.n > 0 && str_eq_nocase(answer_value(&g->a, j, contact, flag), STR("true"));
}

/* A status is anybody's to change. */
static size_t
compare_all(struct checking *g, const struct json *j, uint32_t contact, const struct acked *x,
    const struct wanted *w, struct journal_field *changed)
{
	const struct push_settings *s = &g->p->present.push;
	size_t n = 0;

	for (size_t i = 0; i < x->fields_n; i++) {
		const struct journal_field *f = &x->fields[i];
		enum push_check_kind kind;

		if (str_eq(f->key, STR("status")))
			continue;
		kind = compare(g, f, answer_value(&g->a, j, contact, f->key), w);
		count(g->d, f->key, kind);
		if (kind == PUSH_CHECK_CHANGED || (kind == PUSH_CHECK_CASE && g->o->repairs))
			changed[n++] = *f;
	}
	g->d->opted_out +=
	    is_out(g, j, contact, s->text_opt_out) || is_out(g, j, contact, s->email_opt_out);
	return n;
}

static int
note_there(struct checking *g, struct str fh_id, const struct acked *x, const struct answer *answer)
{
	struct journal_line line = { .fh_id = fh_id,
		.op = JOURNAL_CHECK,
		.dsid = x->dsid,
		.http = (uint64_t)answer->status };
	struct journal_field *changed = arena_array(&g->a, x->fields_n, sizeof(*changed));
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct wanted w;
	uint32_t contact;
	int rc = wanted_make(&g->a, &g->p->source, fh_id, x, &w, g->e);

	if (rc < 0)
		return -1;
	if (json_read(&j, answer->body, &fault)) {
		contact = json_find(&j, 0, STR("Response"));
		line.fields = changed;
		line.fields_n = compare_all(g, &j, contact, x, &w, changed);
	}
	json_release(&j);
	if (g->o->repairs && line.fields_n > 0) {
		line.reason = STR("repair");
		g->d->repaired++;
	}
	return books_note(&g->p->books, &line, g->e);
}

/* It is made again only if that is asked for: somebody had a reason. */
static int
note_deleted(struct checking *g, struct str fh_id, const struct acked *x)
{
	struct journal_line line = {
		.fh_id = fh_id, .op = JOURNAL_DELETE, .dsid = x->dsid, .http = 404
	};

	g->d->deleted++;
	if (!g->o->repairs || x->gone.n > 0)
		return 0;
	g->d->repaired++;
	return books_note(&g->p->books, &line, g->e);
}

static int
check_one(struct checking *g, struct str fh_id)
{
	struct caller_answer c;
	struct caller_request q = { .method = HTTP_GET, .path = "/contact/", .is_known = true };
	struct acked x;

	if (books_contact(&g->p->books, &g->a, fh_id, &x, g->e) < 0)
		return -1;
	q.id = x.dsid;
	if (caller_call(&g->caller, &q, &c, g->e) < 0)
		return -1;
	g->unknown = c.answer.class == ANSWER_UNKNOWN ? g->unknown + 1 : 0;
	g->d->unknown += c.answer.class == ANSWER_UNKNOWN;
	if (g->unknown >= UNKNOWN_MOST) {
		err_set(
		    g->e, ERR_BUSY, "DailyStory did not answer %d times in a row", UNKNOWN_MOST);
		return err_advise(g->e, "What was compared is kept. Try again later.");
	}
	if (c.answer.class == ANSWER_UNKNOWN)
		return 0;
	/* Any other refusal says nothing about the contact. */
	if (c.answer.class == ANSWER_REJECTED && c.answer.status != 404) {
		g->d->unknown++;
		return 0;
	}
	g->d->contacts++;
	if (c.answer.class == ANSWER_REJECTED || c.answer.is_deleted)
		return note_deleted(g, fh_id, &x);
	return note_there(g, fh_id, &x, &c.answer);
}

static int
check_all(struct checking *g)
{
	const struct host *h = g->p->host;
	struct progress_report progress = { .steps = g->n };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < g->n; i++) {
		progress.step = i;
		h->progress(h->context, &progress);
		rc = interrupt_check(g->e) < 0 ? -1 : check_one(g, g->list[i].fh_id);
		arena_reset(&g->a);
	}
	return rc;
}

static int
order_fields(const void *x, const void *y)
{
	const struct push_check_field *a = x, *b = y;

	return str_cmp(a->key, b->key);
}

int
push_check(struct push *p, const struct push_check_options *o, struct push_check *d, struct err *e)
{
	struct checking g = { .p = p, .o = o, .d = d, .e = e };
	struct err why = ERR_INIT;
	struct buf token = { 0 };
	int rc;

	*d = (struct push_check){ 0 };
	rc = choose(&g);
	if (rc == 0 && g.n > 0)
		rc = push_connect(p, &g.caller, &token, e);
	if (rc == 0)
		rc = check_all(&g);
	if (books_keep(&p->books, rc < 0 ? &why : e) < 0)
		rc = -1;
	if (d->n > 0)
		qsort(d->fields, d->n, sizeof(*d->fields), order_fields);
	caller_close(&g.caller);
	push_disconnect(&token);
	mem_free(g.list);
	arena_release(&g.a);
	return rc;
}

void
push_check_release(struct push_check *d)
{
	mem_free(d->fields);
	arena_release(&d->a);
	*d = (struct push_check){ 0 };
}
