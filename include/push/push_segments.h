/* push_segments.h -- static segments that somebody is to be added to. */
#ifndef PUSH_PUSH_SEGMENTS_H
#define PUSH_PUSH_SEGMENTS_H

#include "push/acked.h"
#include "push/wanted.h"

struct push_segment {
	unsigned calls;
	struct acked_letter letter;
	struct str name; /* of the letter in VIEW_LETTERS, if there is one */
};

/* push_segments_look(x, a, slug, n, out, e): one that ${n} enter; texts in ${a}. */
int push_segments_look(const struct wanted_source *x, struct arena *a, struct str slug, uint64_t n,
    struct push_segment *out, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_SEGMENTS_H */
