/* paged_list.h -- reads one list from its first page to its end, and proves that it is complete.
 *
 * Orders are complete if as many different ones came as their total says, the total did not move,
 * and no page came twice.  Customers have no total: they are complete if the end of the list was
 * seen, which is an empty page, or the last page coming again.  A read in doubt is repeated,
 * PAGED_LIST_TRIES times in all; then its pages are kept, but claim nothing.
 *
 * A read that was interrupted goes on after its last page, if that page still holds the same
 * records: a record that vanished before it would have moved them.
 */
#ifndef FLOWHUB_PAGED_LIST_H
#define FLOWHUB_PAGED_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "flowhub/client.h"
#include "flowhub/plan.h"
#include "flowhub/staging.h"

#define PAGED_LIST_TRIES 3

enum paged_list_result {
	PAGED_LIST_DOUBTFUL, /* the pages claim nothing, and a warning was given */
	PAGED_LIST_COMPLETE,
	PAGED_LIST_REFUSED /* no page is kept; the error says why */
};

/* What the reads of one fetch share.  Zero-initialisable but for the pointers. */
struct paged_list {
	struct client *client;
	struct staging *staging;
	struct progress_report *progress; /* pages and records are counted up */
	struct intern seen;               /* ids of the list read last */
	struct intern *buyers;            /* customers that orders name */
	struct buf path;                  /* scratch */
};

/*
 * paged_list_read(l, step, e):
 * Put the list's pages into the staging directory.
 * Returns: enum paged_list_result, or -1.
 */
int paged_list_read(struct paged_list *l, const struct plan_step *step, struct err *e) ERR_MUST;

/*
 * paged_list_reuse(l, step, saved, n):
 * Take the list from the newest complete read of it in an unfinished fetch, its pages proved by
 * their digests.
 * Returns: false: it is not there; read it.
 */
bool paged_list_reuse(
    struct paged_list *l, const struct plan_step *step, const struct manifest *saved, size_t n);

/* paged_list_add(l, v, resource): add the records of one page to seen and buyers.
 * Returns: how many ids were new. */
size_t paged_list_add(struct paged_list *l, const struct response *v, enum resource resource);

void paged_list_release(struct paged_list *l);

#endif /* FLOWHUB_PAGED_LIST_H */
