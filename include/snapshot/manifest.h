/* manifest.h -- what a snapshot says of itself: its pages and what each read covered.
 *
 * Contract section 2.  All text lies in the arena the manifest was read into.
 */
#ifndef SNAPSHOT_MANIFEST_H
#define SNAPSHOT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "lib/sha256.h"

struct arena;

enum resource {
	RESOURCE_LOCATIONS,
	RESOURCE_CUSTOMERS,
	RESOURCE_CUSTOMER,
	RESOURCE_ORDERS
};
const char *manifest_resource(enum resource r);

enum scope_kind {
	SCOPE_ALL,
	SCOPE_CREATED,
	SCOPE_UPDATED,
	SCOPE_ID
};

struct scope {
	enum scope_kind kind;
	int64_t from, to;  /* us, [from, to), of SCOPE_CREATED */
	struct str detail; /* SCOPE_UPDATED: "after"; SCOPE_ID: "id"; may be empty */
};

struct manifest_page {
	struct str path; /* a file name, no directory in it */
	enum resource resource;
	struct str location; /* empty: none was named */
	struct scope scope;
	struct str sha256; /* 64 hexadecimal digits */
	uint64_t page;     /* the rest is for readers of the file: 0 or empty if absent */
	uint64_t records, bytes, total;
	bool has_total;
	uint64_t redacted; /* records that were taken away or cut: an erased customer's */
	struct str request, fetched_at;
};

struct manifest {
	int64_t taken_at; /* us, whole seconds */
	struct str finished_at, tool, source;
	struct str erased_at; /* when stored pages were last redacted; empty: never */
	struct manifest_page *pages;
	size_t n;
	struct sha256 sha256; /* of the manifest file */
};

/*
 * manifest_parse(a, name, text, out, e):
 * ${name} is the snapshot's id; taken_at must agree with it.
 * Errors: ERR_DAMAGED with the byte, the file being "snapshots/<name>/manifest.json".
 */
int manifest_parse(struct arena *a, struct str name, struct str text, struct manifest *out,
    struct err *e) ERR_MUST;

/* manifest_is_in_doubt(p): it stands for a list that was fetched and could not be proved complete,
 * so that it claims nothing at all.  Only the first page of such a list says so. */
bool manifest_is_in_doubt(const struct manifest_page *p);

/* manifest_format(m, b): the file's text; ${m}->sha256 is ignored. */
void manifest_format(const struct manifest *m, struct buf *b);

#endif /* SNAPSHOT_MANIFEST_H */
