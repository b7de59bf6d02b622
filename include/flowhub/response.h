/* response.h -- what a body from Flowhub holds, whichever version of its API answered.
 *
 * Only a known form is an answer.  An object with an error in it, one without a list, or text that
 * is not JSON is none, whatever its status: no error page may look like "no orders".  Records are
 * told apart by id; what they mean is found out later, by record/.
 */
#ifndef FLOWHUB_RESPONSE_H
#define FLOWHUB_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "json/read.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "json/split.h"

/* One record of a page; texts lie in the body or in the response. */
struct response_record {
	struct str id;       /* empty if it cannot be read */
	struct str customer; /* of an order: whose it is, or empty */
	struct str name;     /* of a location */
};

/* Zero-initialisable; reused by the next read. */
struct response {
	struct response_record *records; /* without elements that are null */
	size_t n, cap;
	bool has_total;
	uint64_t total; /* what orders say the filter matches */

	struct arena arena; /* scratch */
	struct split scan;
	struct json json;
};

/*
 * response_read(v, body, resource, e):
 * Errors: ERR_FAILED saying why it is not an answer, without quoting from it.
 */
int response_read(
    struct response *v, struct str body, enum resource resource, struct err *e) ERR_MUST;
void response_release(struct response *v);

#endif /* FLOWHUB_RESPONSE_H */
