#include "command/replay_list.h"

#include "base/arena.h"
#include "base/file.h"
#include "command/account.h"
#include "command/say.h"
#include "command/state_claims.h"
#include "snapshot/store.h"

/* Ids that were applied, sorted. */
struct past {
	struct str *ids;
	size_t n;
};

static void
add_names(struct arena *a, struct past *p, const struct str *names, size_t n)
{
	struct str *all = arena_array(a, p->n + n, sizeof(*all));
	size_t i = 0, k = 0, kept = 0;

	while (i < p->n || k < n) {
		int c = i == p->n ? 1
			: k == n  ? -1
				  : str_cmp(p->ids[i], names[k]);

		all[kept++] = c <= 0 ? p->ids[i] : names[k];
		i += c <= 0;
		k += c >= 0;
	}
	p->ids = all;
	p->n = kept;
}

static int
find_past(struct arena *a, const struct options *o, struct past *p,
    struct str *last_export, struct err *e)
{
	struct err why = ERR_INIT;
	struct state_claims claims;
	struct str *diffs, *exports;
	size_t diffs_n, exports_n;

	if (account_ids(a, path_join(a, o->account, "diffs"), STR(".jsonl.gz"),
		&diffs, &diffs_n, e) < 0 ||
	    account_ids(a, path_join(a, o->account, "exports"), STR(""),
		&exports, &exports_n, e) < 0)
		return -1;
	if (exports_n > 0)
		*last_export = exports[exports_n - 1];
	if (state_claims_read(a, o->account, false, &claims, &why) < 0)
		say(o, SAY_WARNING,
		    "the state cannot be read; what was applied is taken "
		    "from the diffs and exports");
	if (claims.n == 0) {
		add_names(a, p, diffs, diffs_n);
		add_names(a, p, exports, exports_n);
		return 0;
	}
	p->ids = arena_array(a, claims.n, sizeof(*p->ids));
	for (; p->n < claims.n; p->n++)
		p->ids[p->n] = claims.list[p->n].id;
	return 0;
}

static int
gone(struct str id, struct err *e)
{
	err_set(e, ERR_DAMAGED,
	    "snapshots/%.*s was applied and is not there any more",
	    STR_ARG(id));
	return err_advise(e, "Restore it from a backup: history cannot be "
			     "told without it.");
}

int
replay_list_find(struct arena *a, const struct options *o,
    struct replay_list *out, struct err *e)
{
	struct past past = { 0 };
	struct str *ids;
	size_t n, k = 0;

	*out = (struct replay_list){ 0 };
	if (find_past(a, o, &past, &out->last_export, e) < 0 ||
	    store_list(a, o->account, &ids, &n, e) < 0)
		return -1;
	out->ids = arena_array(a, n, sizeof(*out->ids));
	for (size_t i = 0; i < n; i++) {
		int c = k == past.n ? -1 : str_cmp(ids[i], past.ids[k]);

		if (c > 0)
			return gone(past.ids[k], e);
		if (c < 0 && k < past.n) {
			say(o, SAY_WARNING,
			    "snapshot %.*s came late, was never applied and "
			    "is left out; 'flowstory process --rebuild' takes "
			    "it in",
			    STR_ARG(ids[i]));
			continue;
		}
		k += c == 0;
		out->applied += c == 0;
		out->ids[out->n++] = ids[i];
	}
	return k < past.n ? gone(past.ids[k], e) : 0;
}
