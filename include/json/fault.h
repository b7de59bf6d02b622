/* fault.h -- a fault of JSON that a person wrote, by the name of the mistake.
 *
 * For settings, rules, terms and manifests.  Records of pages keep the reader's own words: nobody
 * wrote them by hand, and quarantine.jsonl is compared.
 */
#ifndef JSON_FAULT_H
#define JSON_FAULT_H

#include <stddef.h>

#include "base/str.h"
#include "json/read.h"

struct fault {
	const char *what; /* constant text: "a comma before the closing bracket" */
	char advice[160]; /* a sentence, or "" */
	size_t at;        /* byte in the text, 0-based: where the mistake is, not where it showed */
	unsigned line;    /* of that byte, 1-based */
	unsigned column;
};

/* fault_explain(text, found): what json_read found in ${text}; it reads the text again up to
 * there. */
struct fault fault_explain(struct str text, const struct json_fault *found);

#endif /* JSON_FAULT_H */
