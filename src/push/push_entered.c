#include "push/push_entered.h"

#include "push/statics.h"

int
push_entered(const struct wanted_source *x, const struct wanted *w, struct push_items *items,
    uint64_t *n, struct err *e)
{
	const struct membership_counts *t = &x->segments;

	if (x->push->membership != PUSH_STATIC || w->gone.n > 0)
		return 0;
	for (size_t i = 0; i < t->n; i++) {
		struct str slug = t->list[i].slug;
		bool is_member, lacks;

		if (statics_has(x, w->memberships, slug, &is_member, e) < 0 ||
		    statics_lacks(x, slug, w->fh_id, &lacks, e) < 0)
			return -1;
		if (!is_member || !lacks)
			continue;
		n[i]++;
		push_items_mark(items, PUSH_SEGMENT, slug, w->fh_id);
	}
	return 0;
}
