/* prune_list.h -- prune.json: what a prune is about to delete, and the deletion.
 *
 * Nothing is deleted that is not in the file, and the file is durable first; so what a crash
 * interrupts, whoever takes the lock next finishes.  A snapshot's manifest goes before its pages:
 * without it the snapshot does not exist.
 */
#ifndef BASES_PRUNE_LIST_H
#define BASES_PRUNE_LIST_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

#define PRUNE_LIST_FILE "prune.json"
#define PRUNE_LIST_EXPORT                                                                          \
	"pruned.json" /* in an export: which files were taken from it, and when                    \
	               */

/* An export that loses files. */
struct prune_export {
	struct str id;
	struct str *files; /* paths in it */
	size_t n;
};

struct prune_list {
	struct str at; /* the time of the prune, as text */
	struct str *snapshots, *bases, *diffs;
	size_t snapshots_n, bases_n, diffs_n;
	struct prune_export *exports;
	size_t exports_n;
};

/* prune_list_is_empty(l): there is nothing to delete. */
bool prune_list_is_empty(const struct prune_list *l);

/* prune_list_save(account, l, e): from now on all of it is as good as gone. */
int prune_list_save(const char *account, const struct prune_list *l, struct err *e) ERR_MUST;

/* prune_list_is_there(account): a prune was interrupted, and its deletion is not finished. */
bool prune_list_is_there(const char *account);

/* prune_list_finish(account, e): delete what the file names, then the file; without one nothing.
 * Only with the account's lock.
 * Returns: 1 if there was one, 0, -1. */
int prune_list_finish(const char *account, struct err *e) ERR_MUST;

/* prune_list_exports(a, account, id, out, e): the files that an old export would lose. */
int prune_list_export(struct arena *a, const char *account, struct str id, struct prune_export *out,
    struct err *e) ERR_MUST;

/* prune_list_taken(a, dir, files, n): the files that were taken from the export in ${dir}; none if
 * nothing tells. */
void prune_list_taken(struct arena *a, const char *dir, struct str **files, size_t *n);

#endif /* BASES_PRUNE_LIST_H */
