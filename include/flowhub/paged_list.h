/* paged_list.h -- one list read from its first page to its end, and the proof that it
 * is whole.
 *
 * Orders are whole if as many different ones came as their total says, the
 * total stood still, and no page came twice.  Customers have no total: they are
 * whole if the end of the list was seen, which is an empty page, or the last
 * page coming again.  A read in doubt is made again, LIST_TRIES times; then its
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

#define LIST_TRIES 3

/* What the reads of one fetch share.  Zero-initialisable but for the pointers.
 */
struct list {
	struct client *client;
	struct draft *draft;
	struct progress_report *progress; /* pages and records are counted up */
	struct words seen;                /* ids of the list read last */
	struct words *buyers;             /* customers that orders name */
	struct buf path;                  /* scratch */
};

/*
 * list_read(l, step, e):
 * Its pages are in the draft.
 * Returns: 1 proved; 0 in doubt: the pages claim nothing, and it was said; -1.
 */
int list_read(struct list *l, const struct plan_step *step, struct err *e) ERR_MUST;

/* list_take(l, v, resource): the records of one page into seen and buyers.
 * Returns how many ids were new. */
size_t list_take(struct list *l, const struct envelope *v, enum resource resource);

void list_release(struct list *l);

#endif /* FLOWHUB_PAGED_LIST_H */
