#include "timemachine/replay_input.h"

#include "base/arena.h"
#include "base/file.h"
#include "bases/fold_manifest.h"
#include "bases/prune_list.h"
#include "bases/pruned.h"
#include "snapshot/store.h"
#include "timemachine/verify_snapshots.h"
#include "timemachine/verify_state.h"

static int
list_by_files(struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e)
{
	const struct verify_state none = { 0 };
	struct verify_snapshot *list;
	size_t all;

	*n = 0;
	if (verify_snapshots_read(a, account, &none, &list, &all, e) < 0)
		return -1;
	*ids = arena_array(a, all, sizeof(**ids));
	for (size_t i = 0; i < all; i++)
		if (list[i].is_applied)
			(*ids)[(*n)++] = list[i].id;
	return 0;
}

/* The snapshots that were applied. */
static int
list_applied(struct arena *a, const char *account, const struct host *host, struct str **ids,
    size_t *n, struct err *e)
{
	struct err why = ERR_INIT;
	struct verify_state state;

	if (verify_state_read(a, account, false, &state, &why) < 0)
		host_note(host, NOTE_WARNING,
		    "the state cannot be read; diffs and exports tell what was applied");
	/* an interrupted rebuild leaves a state that knows none */
	if (state.n == 0)
		return list_by_files(a, account, ids, n, e);
	*ids = arena_array(a, state.n, sizeof(**ids));
	for (*n = 0; *n < state.n; (*n)++)
		(*ids)[*n] = state.list[*n].id;
	return 0;
}

static int
fail_gone(struct str id, struct err *e)
{
	err_set(e, ERR_DAMAGED, "snapshots/%.*s was applied, but is missing", STR_ARG(id));
	return err_advise(e, "Restore it from a backup: without it, history cannot be replayed.");
}

/* What was folded into the base at which history begins is left out of the list. */
static int
leave_out_pruned(struct arena *a, const char *account, struct replay_input *out,
    struct str **applied, size_t *n, struct err *e)
{
	size_t gone = 0;

	if (prune_list_is_there(account)) {
		err_set(e, ERR_BUSY, "a prune was interrupted");
		return err_advise(e, "The next run finishes it; so does 'flowstory prune'.");
	}
	if (pruned_check(account, e) < 0 || fold_manifest_start(a, account, &out->base, e) < 0)
		return -1;
	while (gone < *n && str_cmp((*applied)[gone], out->base) <= 0)
		gone++;
	*applied += gone;
	*n -= gone;
	return 0;
}

int
replay_input_find(struct arena *a, const char *account, const struct host *host,
    struct replay_input *out, struct err *e)
{
	struct str *ids, *applied;
	size_t n, applied_n, k = 0;

	*out = (struct replay_input){ 0 };
	if (list_applied(a, account, host, &applied, &applied_n, e) < 0 ||
	    leave_out_pruned(a, account, out, &applied, &applied_n, e) < 0 ||
	    store_list(a, account, &ids, &n, e) < 0)
		return -1;
	out->ids = arena_array(a, n, sizeof(*out->ids));
	for (size_t i = 0; i < n; i++) {
		bool is_old = str_cmp(ids[i], out->base) <= 0;
		int c = k == applied_n ? -1 : str_cmp(ids[i], applied[k]);

		if (c > 0)
			return fail_gone(applied[k], e);
		if (is_old || (c < 0 && k < applied_n)) {
			host_note(host, NOTE_WARNING,
			    "snapshot %.*s came late and was never applied: it is left out; "
			    "'flowstory process --rebuild' takes it in",
			    STR_ARG(ids[i]));
			continue;
		}
		k += c == 0;
		out->ids[out->n++] = ids[i];
	}
	out->applied = k;
	return k < applied_n ? fail_gone(applied[k], e) : 0;
}
