/* rewrite.h -- the touched snapshots again, beside the others, without what is erased. */
#ifndef ERASE_REWRITE_H
#define ERASE_REWRITE_H

#include "base/err.h"
#include "base/str.h"
#include "erase/erase_plan.h"
#include "erase/redact.h"

struct rewrite {
	const char *account;
	struct redactor *redactor;
	const struct erase_plan *plan;
	struct str at; /* the time of the erasure, for the manifests */
};

/*
 * rewrite_snapshots(w, e):
 * Make snapshots/.erase/<id> for each, whole, durable and marked (swap.h).  A page that is not
 * touched is another name of the same file; one that several snapshots had as one file is one file
 * again.  What was begun there before is removed first.
 */
int rewrite_snapshots(const struct rewrite *w, struct err *e) ERR_MUST;

#endif /* ERASE_REWRITE_H */
