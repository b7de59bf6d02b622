/* pruned.h -- snapshots/pruned.jsonl.gz: the manifests of the snapshots that were folded into a
 * base.
 *
 * A line each, by id: {"id","sha256","manifest":{…}}, the manifest without white space and sha256
 * that of the file as it was.  So what was read when, and what that proved, can still be said.  A
 * snapshot that is still there counts as there, whatever stands here.
 */
#ifndef BASES_PRUNED_H
#define BASES_PRUNED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"

struct arena;

#define PRUNED_FILE "snapshots/pruned.jsonl.gz"

struct pruned_snapshot {
	struct str id, sha256;
	struct str line; /* without its end */
};

/* pruned_load(a, account, list, n, e): none if there is no such file.
 * Errors: ERR_DAMAGED. */
int pruned_load(struct arena *a, const char *account, struct pruned_snapshot **list, size_t *n,
    struct err *e) ERR_MUST;

/* pruned_find(list, n, id): NULL. */
const struct pruned_snapshot *pruned_find(
    const struct pruned_snapshot *list, size_t n, struct str id);

/* pruned_manifest(a, p, out, e): the manifest as it was; its sha256 is that of the text here. */
int pruned_manifest(
    struct arena *a, const struct pruned_snapshot *p, struct manifest *out, struct err *e) ERR_MUST;

/* pruned_check(account, e): every snapshot that was pruned is stood for by the base that history
 * begins with.  Errors: ERR_DAMAGED: one is not, as where bases/ was not restored. */
int pruned_check(const char *account, struct err *e) ERR_MUST;

/* pruned_add(account, ids, n, e): those are about to go; their manifests are read and kept. */
int pruned_add(const char *account, const struct str *ids, size_t n, struct err *e) ERR_MUST;

/* pruned_line(b, id, sha256, manifest, e): a line without its end; ${sha256} is that of the file as
 * it was.  pruned_write(path, list, n, e): a whole file, durably.
 * Errors: ERR_DAMAGED: it is no manifest. */
int pruned_line(
    struct buf *b, struct str id, struct str sha256, struct str manifest, struct err *e) ERR_MUST;
int pruned_write(
    const char *path, const struct pruned_snapshot *list, size_t n, struct err *e) ERR_MUST;

#endif /* BASES_PRUNED_H */
