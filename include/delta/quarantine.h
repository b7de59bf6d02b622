/* quarantine.h -- the records of a snapshot that cannot be read, and why.
 *
 * A quarantined record changes nothing, but it is there: its id is not missing (contract, section
 * 3).
 */
#ifndef DELTA_QUARANTINE_H
#define DELTA_QUARANTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "lib/hash.h"

struct arena;

struct quarantined {
	uint32_t page, index;
	enum entity entity;
	bool has_id;
	struct str id;
	struct hash hash; /* of its text */
	struct str reason;
};

struct quarantine {
	struct quarantined *list; /* by page, index */
	size_t n;
	struct str *ids[ENTITIES]; /* sorted, each once */
	size_t ids_n[ENTITIES];
};

/* quarantine_make(a, list, n): of a list in ${a}, whose texts are copied there. */
struct quarantine quarantine_make(struct arena *a, struct quarantined *list, size_t n);

/* quarantine_has(q, entity, id): a copy of this record is quarantined. */
bool quarantine_has(const struct quarantine *q, enum entity entity, struct str id);

#endif /* DELTA_QUARANTINE_H */
