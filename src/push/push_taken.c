#include "push/push_taken.h"

#include "push/pending.h"
#include "push/taken.h"

/* Of a chain in which each waits for the next one's address. */
#define LINKS_MOST 5

struct planned {
	const struct wanted_source *x;
	struct arena *a;
	const struct push_taken_plan *p;
	struct err *e;
};

static int look(
    const struct planned *g, const struct wanted *w, unsigned links, struct push_taken *out);

/* Their row puts another value in its place, or deletes the contact. */
static bool
leaves(const struct wanted_source *x, const struct wanted *w, const struct wanted_field *address)
{
	if (wanted_deletes(x, w))
		return true;
	for (size_t i = 0; i < w->fields_n; i++) {
		const struct wanted_field *f = &w->fields[i];

		if (str_eq(f->key, address->key))
			return f->is_changed && !str_eq(f->value, address->value);
	}
	return false;
}

/* Whether the row is in the plan: also one that waited for an address that is given up in it. */
static int
goes(const struct planned *g, const struct wanted *w, const struct acked *acked, unsigned links,
    bool *out)
{
	const struct push_taken_plan *p = g->p;
	bool is_fresh = !refused_has(p->refused, 'c', w->fh_id);
	struct push_taken its;

	*out = !p->is_part && pending_row(g->x, w, acked);
	if (!*out || (p->retries_letters && is_fresh) || !pending_waits(g->x, w, acked, p->now))
		return 0;
	*out = false;
	if (links == 0 || !is_fresh || acked->letter.tries == 0)
		return 0;
	if (look(g, w, links - 1, &its) < 0)
		return -1;
	*out = its.is_left;
	return 0;
}

static int
load(const struct planned *g, struct str holder, unsigned links, struct wanted *w,
    struct acked *acked, bool *is_in)
{
	return books_contact(g->x->books, g->a, holder, acked, g->e) < 0 ||
	               wanted_make(g->a, g->x, holder, acked, w, g->e) < 0 ||
	               goes(g, w, acked, links, is_in) < 0
	           ? -1
	           : 0;
}

static int
look(const struct planned *g, const struct wanted *w, unsigned links, struct push_taken *out)
{
	struct str last = STR("");
	struct acked acked;
	struct wanted its;
	bool is_in = false;

	*out = (struct push_taken){ 0 };
	for (size_t i = 0; w->is_taken && i < w->fields_n; i++) {
		const struct wanted_field *f = &w->fields[i];
		struct str holder;
		int rc = f->is_taken ? taken_holder(g->x, g->a, w->fh_id, f, &holder, g->e) : 0;
		bool is_other = rc > 0 && !str_eq(last, holder);

		if (rc < 0 || (is_other && load(g, holder, links, &its, &acked, &is_in) < 0))
			return -1;
		if (rc == 0)
			continue;
		if (is_in)
			out->is_left = out->is_left || leaves(g->x, &its, f);
		else
			out->finds += is_other && taken_is_to_find(&acked);
		last = holder;
	}
	return 0;
}

int
push_taken_look(const struct wanted_source *x, struct arena *a, const struct push_taken_plan *p,
    const struct wanted *w, struct push_taken *out, struct err *e)
{
	const struct planned g = { .x = x, .a = a, .p = p, .e = e };

	return look(&g, w, LINKS_MOST, out);
}
