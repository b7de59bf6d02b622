/* left_out.h -- locations that Flowhub refused to read, so that the others are read without them.
 *
 * One location's fault must not stop the rest.  What came of it before it refused is taken out of
 * the snapshot again; nothing of its orders is proved absent.  Only if every location refuses is it
 * no matter of a location: then the fetch fails with the first refusal.
 */
#ifndef FLOWHUB_LEFT_OUT_H
#define FLOWHUB_LEFT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "flowhub/hints.h"

/* Zero-initialisable. */
struct left_out {
	struct left_out_location {
		struct str id;
		long status; /* of the answer */
		struct str why;
	} * list;
	size_t n, cap;
	struct err first; /* the first refusal */
};

bool left_out_has(const struct left_out *o, struct str location);

/* left_out_add(a, o, location, status, why): copied into ${a}. */
void left_out_add(
    struct arena *a, struct left_out *o, struct str location, long status, const struct err *why);

/*
 * left_out_report(o, ids, n, host, hints):
 * A warning for each, with the setting that leaves it out for good; ${ids} are all locations that
 * were to be read.
 * Returns: how many of them the last complete fetch did not report.
 */
size_t left_out_report(const struct left_out *o, const struct str *ids, size_t n,
    const struct host *host, struct hints *hints);

#endif /* FLOWHUB_LEFT_OUT_H */
