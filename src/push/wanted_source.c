#include "push/wanted_source.h"

int
wanted_source_check(const struct push_settings *push, size_t segments, struct err *e)
{
	bool has_flags = push->membership == PUSH_FLAGS || push->membership == PUSH_STATIC;

	if (!has_flags || segments <= WANTED_SOURCE_SEGMENTS)
		return 0;
	err_set(e, ERR_SETTINGS, "%zu segments are too many for 'push_membership': at most %d",
	    segments, WANTED_SOURCE_SEGMENTS);
	return err_advise(e, "Set it to \"list\" or \"none\".");
}

int
wanted_source_load(struct arena *a, struct wanted_source *x, struct state *s, struct books *books,
    const struct push_settings *push, struct str separator, struct err *e)
{
	*x = (struct wanted_source){ .s = s, .books = books, .push = push, .separator = separator };
	if (state_applied_must(s, (uint32_t)s->totals.applied, &x->last, e) < 0 ||
	    membership_counts_read(a, s, &x->segments, e) < 0)
		return -1;
	return wanted_source_check(push, x->segments.n, e);
}
