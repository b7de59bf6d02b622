#include "push/push_taken.h"

#include "push/pending.h"
#include "push/taken.h"

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

/* Whether the row is in the plan. */
static bool
goes(const struct wanted_source *x, const struct push_taken_plan *p, const struct wanted *w,
    const struct acked *acked)
{
	bool retries = p->retries_letters && !refused_has(p->refused, 'c', w->fh_id);

	return !p->is_part && pending_row(x, w, acked) &&
	       (retries || !pending_waits(w, &acked->letter, p->now));
}

int
push_taken_look(const struct wanted_source *x, struct arena *a, const struct push_taken_plan *p,
    const struct wanted *w, struct push_taken *out, struct err *e)
{
	struct str first = STR("");

	*out = (struct push_taken){ 0 };
	for (size_t i = 0; w->is_taken && i < w->fields_n; i++) {
		const struct wanted_field *f = &w->fields[i];
		struct str holder;
		struct acked acked;
		struct wanted its;
		int rc = taken_holder(x, a, w->fh_id, f, &holder, e);

		if (rc == 0)
			continue;
		if (rc < 0 || books_contact(x->books, a, holder, &acked, e) < 0 ||
		    wanted_make(a, x, holder, &acked, &its, e) < 0)
			return -1;
		if (goes(x, p, &its, &acked))
			out->is_left = out->is_left || leaves(x, &its, f);
		else
			out->finds += taken_is_to_find(&acked) && !str_eq(first, holder);
		first = holder;
	}
	return 0;
}
