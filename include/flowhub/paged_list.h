/* paged_list.h -- one list read from its first page to its end, and the proof that it
 * is whole.
 *
 * Orders are whole if as many different ones came as their total says, the
 * total stood still, and no page came twice.  Customers have no total: they are
 * whole if the end of the list was seen, which is an empty page, or the last
 * page coming again.  A read in doubt is made again, PAGED_LIST_TRIES times; then its
 * pages are kept, and claim nothing.
 */
#ifndef FLOWHUB_PAGED_LIST_H
#define FLOWHUB_PAGED_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/intern.h"
#include "flowhub/client.h"
#include "flowhub/staging.h"
#include "flowhub/plan.h"

#define PAGED_LIST_TRIES 3

/* What the reads of one fetch share.  Zero-initialisable but for the pointers.
 */
struct paged_list {
	struct client *client;
	struct staging *draft;
	struct progress_report *progress; /* pages and records are counted up */
	struct intern seen;               /* ids of the list read last */
	struct intern *buyers;            /* customers that orders name */
	struct buf path;                  /* scratch */
};

/*
 * paged_list_read(l, step, e):
 * Its pages are in the draft.
 * Returns: 1 proved; 0 in doubt: the pages claim nothing, and it was said; -1.
 */
int paged_list_read(struct paged_list *l, const struct plan_step *step, struct err *e) ERR_MUST;

/* paged_list_take(l, v, resource): the records of one page into seen and buyers.
 * Returns how many ids were new. */
size_t paged_list_take(struct paged_list *l, const struct response *v, enum resource resource);

void paged_list_release(struct paged_list *l);

#endif /* FLOWHUB_PAGED_LIST_H */
