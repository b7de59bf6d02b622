/* strict_id.h -- for tests: the id a strict reading gives, by the chain of docs/readings.md,
 * "Fields". */
#ifndef TESTS_RECORD_STRICT_ID_H
#define TESTS_RECORD_STRICT_ID_H

#include "base/arena.h"
#include "json/read.h"

/* The chain's first member that is neither null nor empty, if it is an id. */
static inline bool
strict_id(struct arena *a, const struct json *j, bool is_order, struct str *id)
{
	static const struct str chain[] = { { "id", 2 }, { "_id", 3 }, { "orderId", 7 } };

	for (size_t i = 0; i < (is_order ? 3u : 2u); i++) {
		uint32_t node = json_find(j, 0, chain[i]);

		if (node == 0 || j->nodes[node].kind == JSON_NULL)
			continue;
		if (j->nodes[node].kind == JSON_NUMBER)
			*id = json_raw(j, node);
		else if (j->nodes[node].kind == JSON_STRING)
			*id = str_trim(json_text(a, j, node));
		else
			return false;
		if (id->n > 0)
			return true;
	}
	return false;
}

#endif /* TESTS_RECORD_STRICT_ID_H */
