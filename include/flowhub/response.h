/* response.h -- what a body from Flowhub holds, whatever generation of it
 * answered.
 *
 * Only an envelope that is known is an answer: an object with an error in it,
 * one without a list, or no JSON at all is none, whatever its status.  No error
 * page looks like "no orders". Records are told apart by id; what they mean is
 * the ledger's business.
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

/* One record of a page; texts lie in the body or the envelope. */
struct response_record {
	struct str id;       /* empty: none that can be read */
	struct str customer; /* of an order: whose it is, or empty */
	struct str name;     /* of a location */
};

/* Zero-initialisable; reused by the next read. */
struct response {
	struct response_record *records; /* elements that are null are left out */
	size_t n, cap;
	bool has_total;
	uint64_t total; /* what orders say the filter matches */

	struct arena arena; /* scratch */
	struct split scan;
	struct json json;
};

/*
 * response_read(v, body, resource, e):
 * Errors: ERR_FAILED saying why it is no answer; nothing of the body is quoted.
 */
int response_read(
    struct response *v, struct str body, enum resource resource, struct err *e) ERR_MUST;
void response_release(struct response *v);

#endif /* FLOWHUB_RESPONSE_H */
