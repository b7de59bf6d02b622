#include "push/push_segments.h"

#include "push/statics.h"
#include "push/tally.h"

static int
find_letter(const struct wanted_source *x, struct arena *a, struct str name,
    struct acked_letter *out, struct err *e)
{
	struct str row;
	int rc = view_get(&x->books->view, VIEW_LETTERS, name, &row, e);

	*out = (struct acked_letter){ 0 };
	return rc <= 0 ? rc : tally_letter(x->books, a, name, out, e);
}

int
push_segments_look(const struct wanted_source *x, struct arena *a, struct str slug, uint64_t n,
    struct push_segment *out, struct err *e)
{
	struct str id;
	int known = statics_id(x, a, slug, &id, e);

	*out = (struct push_segment){ .name = str_printf(a, "s%.*s", STR_ARG(slug)),
		.calls = (unsigned)((n + STATICS_MOST - 1) / STATICS_MOST) + (known > 0 ? 0 : 2) };
	if (known < 0 || find_letter(x, a, out->name, &out->letter, e) < 0)
		return -1;
	return 0;
}
