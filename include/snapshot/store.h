/* store.h -- the snapshots of an account.
 *
 * A snapshot exists once snapshots/<id>/manifest.json does.  Only an erasure ever changes it.
 */
#ifndef SNAPSHOT_STORE_H
#define SNAPSHOT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"

struct arena;

/* YYYYMMDDTHHMMSSZ */
#define SNAPSHOT_ID_LEN 16

/* store_list(a, account, ids, n, e): ids of the snapshots there are, oldest first. */
int store_list(
    struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e) ERR_MUST;

/* store_snapshot_find(a, account, id, out, e): the manifest of a snapshot that a person named.
 * Errors: ERR_USAGE (see store_unknown) if there is none of that id. */
int store_snapshot_find(struct arena *a, const char *account, const char *id, struct manifest *out,
    struct err *e) ERR_MUST;

/* store_unknown(id, e): ERR_USAGE: there is no such snapshot. */
int store_unknown(const char *id, struct err *e);

/* store_manifest(a, account, id, out, e): its manifest, read and checked. */
int store_manifest(struct arena *a, const char *account, struct str id, struct manifest *out,
    struct err *e) ERR_MUST;

#endif /* SNAPSHOT_STORE_H */
