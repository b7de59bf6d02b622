/* fold_state.h -- makes a base out of a state; fold_restore.h goes the other way.
 *
 * What of each table comes from where:
 *
 *   customers, orders, sales, created   from the records (derive.h)
 *   words, buyers                       from word_texts and buyer_ids, which say the same
 *   origins                             from the origins, see state/origins.h
 *   all others                          from memory.jsonl.gz, a line a row (row_text.h)
 *
 * A record does not tell the answers a customer gave before: where they are needed, the memory has
 * a line ["customers",["<id>"],[email,text]].  If a row ever were another than its record tells,
 * the memory has it whole.
 */
#ifndef BASES_FOLD_STATE_H
#define BASES_FOLD_STATE_H

#include <stddef.h>

#include "base/err.h"
#include "bases/fold_manifest.h"
#include "bases/fold_record.h"
#include "state/state.h"

/* A base to be made. */
struct fold_state {
	const char *account;                /* whose pages hold the texts */
	struct state *s;                    /* as of the last snapshot applied in it, committed */
	const char *dir;                    /* there, empty */
	const char *before_dir;             /* the base before, or NULL */
	const struct fold_manifest *before; /* its manifest; the same */
	size_t jobs;
	/* fold_text(context, x, out): 1 if the record is kept with another text, which is in
	 * ${out}; 0; NULL: as it was read.  The rows in ${s} are those of that text already. */
	int (*text)(void *context, const struct fold_record *x, struct buf *out);
	void *context;
};

/* fold_state_write(f, e): every file of the base, not durable yet.
 * Errors: ERR_DAMAGED: a page is no longer what it was. */
int fold_state_write(const struct fold_state *f, struct err *e) ERR_MUST;

#endif /* BASES_FOLD_STATE_H */
