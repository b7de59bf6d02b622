/* erase_plan.h -- which records of which pages an erasure concerns. */
#ifndef ERASE_ERASE_PLAN_H
#define ERASE_ERASE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "erase/redact.h"

/* A page that is rewritten. */
struct erase_page {
	struct str snapshot, path;
	struct redact_record *records;
	size_t n;
	bool is_named; /* its name and request hold an id that is erased */
};

/* Zero-initialisable but for the first members. */
struct erase_plan {
	const char *account;
	struct redactor *redactor; /* with the texts to search for */
	bool looks_first;          /* a page without any of those texts holds nothing of theirs */
	/* set by erase_plan_make */
	struct erase_page *pages;
	size_t n, cap;
	struct str *snapshots; /* touched, oldest first */
	size_t snapshots_n, snapshots_cap;
	uint64_t kinds[REDACT_KINDS]; /* records, by kind */
	uint64_t bytes;               /* of the pages as they are stored */
	struct arena arena;
};

/* erase_plan_make(p, e): all pages are proved by their digests and read.
 * Errors: ERR_DAMAGED: one of them is at fault. */
int erase_plan_make(struct erase_plan *p, struct err *e) ERR_MUST;

/* erase_plan_page(p, snapshot, path): the page, if it is rewritten; or NULL. */
const struct erase_page *erase_plan_page(
    const struct erase_plan *p, struct str snapshot, struct str path);

/* erase_plan_pages(p, b): the pages as JSON: snapshot, path, positions. */
void erase_plan_pages(const struct erase_plan *p, struct buf *b);

void erase_plan_release(struct erase_plan *p);

#endif /* ERASE_ERASE_PLAN_H */
