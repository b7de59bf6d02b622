#include "timemachine/replay_input.h"

#include "base/arena.h"
#include "base/file.h"
#include "account/account.h"
#include "timemachine/verify_snapshots.h"
#include "command/message.h"
#include "timemachine/verify_state.h"
#include "snapshot/store.h"

/* Ids that were applied, sorted. */
struct membership_history {
	struct str *ids;
	size_t n;
};

/* By the files' word for one another, as verify takes it. */
static int
read_files(struct arena *a, const struct options *o, struct membership_history *p, struct err *e)
{
	const struct verify_state none = { 0 };
	struct verify_snapshots *list;
	size_t n;

	if (verify_snapshots_gather(a, o->account, &none, &list, &n, e) < 0)
		return -1;
	p->ids = arena_array(a, n, sizeof(*p->ids));
	for (size_t i = 0; i < n; i++)
		if (list[i].is_applied)
			p->ids[p->n++] = list[i].id;
	return 0;
}

static int
find_past(struct arena *a, const struct options *o, struct membership_history *p, struct err *e)
{
	struct err why = ERR_INIT;
	struct verify_state claims;

	if (verify_state_read(a, o->account, false, &claims, &why) < 0)
		say(o, SAY_WARNING,
		    "the state cannot be read; what was applied is taken "
		    "from the diffs and exports");
	/* A rebuild that stopped has left none of what it forgot. */
	if (claims.n == 0)
		return read_files(a, o, p, e);
	p->ids = arena_array(a, claims.n, sizeof(*p->ids));
	for (; p->n < claims.n; p->n++)
		p->ids[p->n] = claims.list[p->n].id;
	return 0;
}

static int
find_last_export(struct arena *a, const char *account, struct str *last, struct err *e)
{
	struct str *ids;
	size_t n;

	if (account_ids(a, file_join(a, account, "exports"), STR(""), &ids, &n, e) < 0)
		return -1;
	if (n > 0)
		*last = ids[n - 1];
	return 0;
}

static int
gone(struct str id, struct err *e)
{
	err_set(
	    e, ERR_DAMAGED, "snapshots/%.*s was applied and is not there any more", STR_ARG(id));
	return err_advise(e, "Restore it from a backup: history cannot be "
	                     "told without it.");
}

int
replay_input_find(struct arena *a, const struct options *o, struct replay_input *out, struct err *e)
{
	struct membership_history past = { 0 };
	struct str *ids;
	size_t n, k = 0;

	*out = (struct replay_input){ 0 };
	if (find_past(a, o, &past, e) < 0 ||
	    find_last_export(a, o->account, &out->last_export, e) < 0 ||
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
