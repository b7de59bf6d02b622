#include "push/push_check.h"

#include <stdlib.h>

#include "json/read.h"
#include "push/ask.h"
#include "push/begun.h"

#define MOBILE STR("mobilePhone")

struct checking {
	struct push *p;
	const struct push_check_options *o;
	struct push_check *d;
	struct arena *a; /* of one contact */
	struct err *e;
};

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
	/* It was seen to be gone. */
	if (str_eq(f->key, MOBILE) && books_hash(b, MOBILE, STR("")) == f->hash)
		return PUSH_CHECK_CHANGED;
	if (books_hash(b, f->key, STR("")) == f->hash ||
	    books_hash(b, f->key, STR(ACKED_KEPT)) == f->hash)
		return PUSH_CHECK_NOT_CLEARED;
	if (books_hash(b, f->key, value) == f->hash && str_eq_nocase(value, there))
		return PUSH_CHECK_CASE;
	return books_hash(b, f->key, answer_plain(g->a, f->key, there)) == f->hash
	           ? PUSH_CHECK_SAME
	           : PUSH_CHECK_CHANGED;
}

/* If there is a mobile, whosever it is, it may not be there, or the contact not be active: nobody
 * has to ask for that. */
static int
is_to_go(struct checking *g, struct str fh_id, const struct acked *x, bool *out)
{
	const struct journal_field there = { MOBILE, ACKED_ANOTHERS };
	struct acked now = *x;
	struct wanted w;

	acked_merge(g->a, &now, &there, 1, STR(""));
	if (wanted_make(g->a, &g->p->source, fh_id, &now, &w, g->e) < 0)
		return -1;
	*out = w.is_mobile_held || w.clears_mobile || standing_protects(&w.standing);
	return 0;
}

static bool
is_out(struct checking *g, const struct json *j, uint32_t contact, struct str flag)
{
	return flag.n > 0 && str_eq_nocase(answer_value(g->a, j, contact, flag), STR("true"));
}

/* A status is anybody's to change; what was found to be another's, or was begun, is to be written
 * anyhow. */
static size_t
compare_all(struct checking *g, const struct json *j, uint32_t contact, const struct acked *x,
    const struct wanted *w, struct journal_field *changed)
{
	const struct push_settings *s = &g->p->present.push;
	size_t n = 0;

	for (size_t i = 0; i < x->fields_n; i++) {
		const struct journal_field *f = &x->fields[i];
		enum push_check_kind kind;

		if (str_eq(f->key, STR("status")) || f->hash == ACKED_ANOTHERS ||
		    begun_has(x, f->key))
			continue;
		kind = compare(g, f, answer_value(g->a, j, contact, f->key), w);
		count(g->d, f->key, kind);
		if (kind == PUSH_CHECK_CHANGED || (kind == PUSH_CHECK_CASE && g->o->repairs))
			changed[n++] = *f;
	}
	g->d->opted_out +=
	    is_out(g, j, contact, s->text_opt_out) || is_out(g, j, contact, s->email_opt_out);
	return n;
}

/* Of what differs: what the next push is to send again. */
static int
choose(struct checking *g, const struct acked *x, struct journal_line *line)
{
	const struct journal_field *list = line->fields;
	size_t i = 0;
	bool is_needed = g->o->repairs && line->fields_n > 0;

	while (i < line->fields_n && !str_eq(list[i].key, MOBILE))
		i++;
	if (!is_needed && i < line->fields_n) {
		if (is_to_go(g, line->fh_id, x, &is_needed) < 0)
			return -1;
		line->fields = &list[i];
		line->fields_n = 1;
	}
	if (is_needed)
		line->reason = STR("repair");
	g->d->repaired += is_needed;
	return 0;
}

static int
note_there(struct checking *g, struct str fh_id, const struct acked *x, const struct answer *answer)
{
	struct journal_line line = { .fh_id = fh_id,
		.op = JOURNAL_CHECK,
		.dsid = x->dsid,
		.http = (uint64_t)answer->status };
	struct journal_field *changed = arena_array(g->a, x->fields_n, sizeof(*changed));
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct wanted w;
	int rc = wanted_make(g->a, &g->p->source, fh_id, x, &w, g->e);

	if (rc < 0)
		return -1;
	if (json_read(&j, answer->body, &fault)) {
		line.fields_n =
		    compare_all(g, &j, json_find(&j, 0, STR("Response")), x, &w, changed);
		line.fields = changed;
	}
	json_release(&j);
	return choose(g, x, &line) < 0 ? -1 : books_note(&g->p->books, &line, g->e);
}

/* It is made again only if that is asked for: somebody had a reason.  Who is gone is not; who is
 * back since is, whatever DailyStory had of them. */
static int
note_deleted(struct checking *g, struct str fh_id, const struct acked *x)
{
	struct journal_line line = {
		.fh_id = fh_id, .op = JOURNAL_DELETE, .dsid = x->dsid, .http = 404
	};
	struct wanted w;

	g->d->deleted++;
	if (wanted_make(g->a, &g->p->source, fh_id, x, &w, g->e) < 0)
		return -1;
	if (!g->o->repairs || w.gone.n > 0)
		return 0;
	g->d->repaired++;
	return books_note(&g->p->books, &line, g->e);
}

static int
check_one(void *context, struct arena *a, struct str fh_id, const struct acked *x,
    const struct answer *answer)
{
	struct checking *g = context;

	g->a = a;
	if (answer == NULL) {
		g->d->unknown++;
		return 0;
	}
	g->d->contacts++;
	return ask_is_gone(answer) ? note_deleted(g, fh_id, x) : note_there(g, fh_id, x, answer);
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
	int rc;

	*d = (struct push_check){ 0 };
	rc = ask_contacts(p, o->sample, check_one, &g, e);
	if (rc < 0 && e->kind == ERR_BUSY)
		err_advise(e, "What was compared is kept. Try again later.");
	if (books_keep(&p->books, rc < 0 ? &why : e) < 0)
		rc = -1;
	if (d->n > 0)
		qsort(d->fields, d->n, sizeof(*d->fields), order_fields);
	return rc;
}

void
push_check_release(struct push_check *d)
{
	mem_free(d->fields);
	arena_release(&d->a);
	*d = (struct push_check){ 0 };
}
