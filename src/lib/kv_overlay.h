/* kv_overlay.h -- what a transaction wrote and did not commit, in memory: laid over what was
 * committed before, it is what that transaction sees, for others that only read.
 *
 * By tree and key as it lies in the store.  Of NULL nothing is kept.  Only the thread that writes
 * adds to it; what is shared stays as it is.
 */
#ifndef LIB_KV_OVERLAY_H
#define LIB_KV_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct kv_overlay;
struct kv_overlay *kv_overlay_new(void);
void kv_overlay_free(struct kv_overlay *o);
void kv_overlay_put(struct kv_overlay *o, unsigned tree, struct str key, struct str value);
void kv_overlay_del(struct kv_overlay *o, unsigned tree, struct str key);
void kv_overlay_give_up(struct kv_overlay *o); /* something was written that it does not have */

/* kv_overlay_share(o): what was written until now can be read; false: it is not all there. */
bool kv_overlay_share(struct kv_overlay *o);

/* Of what is shared.  kv_overlay_find: the place of the first that is not before the key;
 * kv_overlay_at: what is there, NULL: nothing of that tree. */
struct kv_overlay_row {
	struct str key, value;
	bool is_gone; /* deleted */
};
size_t kv_overlay_find(const struct kv_overlay *o, unsigned tree, struct str key);
const struct kv_overlay_row *kv_overlay_at(const struct kv_overlay *o, unsigned tree, size_t at);

/* kv_overlay_get: the row of that key, NULL: it knows nothing of it, or is NULL. */
const struct kv_overlay_row *kv_overlay_get(
    const struct kv_overlay *o, unsigned tree, struct str key);

#endif /* LIB_KV_OVERLAY_H */
