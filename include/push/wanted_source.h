/* wanted_source.h -- what all that is wanted is made from: the state, the books, the settings. */
#ifndef PUSH_WANTED_SOURCE_H
#define PUSH_WANTED_SOURCE_H

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/books.h"
#include "segment/membership.h"
#include "snapshot/page_filter.h"
#include "state/state.h"

#define WANTED_SOURCE_SEGMENTS 50

/* What all rows are made from; borrowed. */
struct wanted_source {
	struct state *s;
	struct books *books;
	const struct push_settings *push;
	struct applied last;  /* the snapshot applied last */
	struct str separator; /* of lists */
	struct membership_counts segments;
	const struct page_filter
	    *erased; /* whose contact is deleted, whatever the settings; or NULL */
};

/* wanted_source_check(push, segments, e): as it is sent there may be so many.  ERR_SETTINGS. */
int wanted_source_check(const struct push_settings *push, size_t segments, struct err *e) ERR_MUST;

/* wanted_source_load(a, x, s, books, push, separator, e): ERR_SETTINGS: too many segments. */
int wanted_source_load(struct arena *a, struct wanted_source *x, struct state *s,
    struct books *books, const struct push_settings *push, struct str separator,
    struct err *e) ERR_MUST;

#endif /* PUSH_WANTED_SOURCE_H */
