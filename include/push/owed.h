/* owed.h -- opt-outs that are owed to an address, and whether DailyStory was told.
 *
 * A channel is enum opt_out_channel (dailystory/opt_outs.h).  An opt-out is acked for an address
 * and for each contact that had it: by what DailyStory means, the one or the other, is not known.
 */
#ifndef PUSH_OWED_H
#define PUSH_OWED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/wanted_source.h"

/* owed_key(channel): the address' name in a body.  owed_channel(key): of such a name. */
struct str owed_key(unsigned channel);
unsigned owed_channel(struct str key);

/* owed_sharing(x, a, key, address, ids, n, e): the customers who take part and have the address, by
 * id, in ${a}. */
int owed_sharing(const struct wanted_source *x, struct arena *a, struct str key, struct str address,
    struct str **ids, size_t *n, struct err *e) ERR_MUST;

/* owed_flag(x, channel): the name of DailyStory's flag, or empty. */
struct str owed_flag(const struct wanted_source *x, unsigned channel);

/* owed_find(x, channel, address, since, e): 1 if an opt-out is owed to the address, ${since} the
 * snapshot of which number; 0; -1. */
int owed_find(const struct wanted_source *x, unsigned channel, struct str address, uint32_t *since,
    struct err *e) ERR_MUST;

/* owed_since(x, a, channel, address, since, e): since when an opt-out is owed to the address, in
 * ${a}; if it is owed no more, but was sent once, since then: DailyStory's opt-out stays with it,
 * whoever has it.  Returns: 1, 0 none, -1. */
int owed_since(const struct wanted_source *x, struct arena *a, unsigned channel, struct str address,
    struct str *since, struct err *e) ERR_MUST;

/* owed_named(x, channel, hash, acked, is_coming): the contact that is told, of one that has the
 * address; empty: whoever has it.  Where that is not certain: one whose row brings it
 * (${is_coming}) is told by a flag before, or else once it has it for certain; another one by the
 * address, for perhaps it is elsewhere. */
struct str owed_named(const struct wanted_source *x, unsigned channel, uint64_t hash,
    const struct acked *acked, bool is_coming);

/* owed_needs(x, a, channel, address, since, dsid, out, e): whether it is still to be sent; ${dsid}
 * is the contact that has the address, or empty. */
int owed_needs(const struct wanted_source *x, struct arena *a, unsigned channel, struct str address,
    struct str since, struct str dsid, bool *out, struct err *e) ERR_MUST;

/* owed_stray(books, a, acked, but, dsid, e): 1 if a contact that nobody has was told, other than
 * ${but}, so it has the address, and perhaps was made for that; ${dsid} is the last one; 0; -1. */
int owed_stray(struct books *books, struct arena *a, const struct acked_opt_out *acked,
    struct str but, struct str *dsid, struct err *e) ERR_MUST;

/* owed_was_misnamed(x, a, channel, acked): what DailyStory took was a flag of another name than
 * that of the settings, so it has to be told anew. */
bool owed_was_misnamed(const struct wanted_source *x, struct arena *a, unsigned channel,
    const struct acked_opt_out *acked);

/* owed_was_refused(x, a, channel, address, acked, out, e): whether DailyStory refused what would be
 * asked of it now: not another flag, and not for what was owed before. */
int owed_was_refused(const struct wanted_source *x, struct arena *a, unsigned channel,
    struct str address, const struct acked_opt_out *acked, bool *out, struct err *e) ERR_MUST;

/* owed_body(x, a, channel, since): salted digest of what is asked of DailyStory; a dead letter of
 * another one is no reason to wait. */
struct str owed_body(
    const struct wanted_source *x, struct arena *a, unsigned channel, struct str since);

#endif /* PUSH_OWED_H */
