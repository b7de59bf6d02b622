#include "account/catch_up.h"

#include "account/settings_suppress.h"
#include "base/arena.h"
#include "bases/fold_manifest.h"
#include "bases/fold_restore.h"
#include "bases/pruned.h"
#include "state/origins.h"

/* A state of before a prune finds its texts in the base; one that ends before the base cannot go
 * on, because the snapshots between are gone. */
static int
follow_base(const char *account, struct state *s, struct str id, struct err *e)
{
	struct origins_base now;
	int rc = origins_base(s, &now, e);

	if (rc < 0)
		return -1;
	if (rc > 0 && str_eq(now.id, id))
		return 0;
	if (fold_restore_origins(account, id, s, e) < 0 || state_commit(s, e) < 0)
		return -1;
	return state_begin(s, e) < 0 ? -1 : 0;
}

int
catch_up_restore(const char *account, struct state *s, struct err *e)
{
	struct arena a = { 0 };
	struct str id;
	int rc = fold_manifest_start(&a, account, &id, e);

	if (rc >= 0 && s->totals.applied == 0 && pruned_check(account, e) < 0)
		rc = -1;
	if (rc > 0 && s->totals.applied > 0)
		rc = follow_base(account, s, id, e);
	else if (rc > 0)
		rc = fold_restore(account, id, s, e);
	arena_release(&a);
	return rc < 0 ? -1 : 0;
}

/* Whether snapshots that were applied before come again.  Returns: 1, 0, -1. */
static int
comes_again(struct catch_up *c, struct err *e)
{
	uint64_t n = c->s->totals.applied;
	struct str until = c->history.until;
	struct applied last;

	if (c->history.n == 0 || until.n == 0 || n == 0)
		return c->history.n > 0 && until.n > 0;
	if (state_applied_must(c->s, (uint32_t)n, &last, e) < 0)
		return -1;
	return str_cmp(last.id, until) < 0;
}

static int
read_list(struct catch_up *c, struct err *e)
{
	if (!c->has_list &&
	    settings_suppress_load(&c->present.settings, c->pipeline.account, e) < 0)
		return -1;
	c->has_list = true;
	return 0;
}

/* The state knows the snapshots, but not the terms of their time: those of today have to do. */
static int
make_terms(struct catch_up *c, struct err *e)
{
	struct applied first;

	if (c->is_replay || c->pipeline.is_dry || c->s->totals.applied == 0)
		return 0;
	if (state_applied_must(c->s, 1, &first, e) < 0)
		return -1;
	return terms_history_make(&c->history, first.id, &c->present, e);
}

int
catch_up_begin(struct catch_up *c, struct err *e)
{
	struct terms_history *h = &c->history;
	int rc;

	if (terms_present_unlisted(&c->present, c->pipeline.account, e) < 0 ||
	    terms_history_open(h, c->pipeline.account, e) < 0)
		return -1;
	if (str_cmp(h->until, c->until) < 0)
		h->until = c->until;
	if (!c->is_replay && !c->pipeline.is_dry)
		c->pipeline.history = h;
	/* History needs the lists of its time only; a snapshot that is new needs the account's. */
	rc = comes_again(c, e);
	if (rc < 0 || (rc == 0 && read_list(c, e) < 0))
		return -1;
	c->lacks_terms = h->n == 0 && (h->until.n > 0 || c->s->totals.applied > 0);
	return c->lacks_terms ? make_terms(c, e) : 0;
}

void
catch_up_release(struct catch_up *c)
{
	terms_release(&c->present);
	terms_history_release(&c->history);
}

/* ${accepted}: terms/ notes that a mass change of this snapshot was accepted. */
static int
choose_terms(
    struct catch_up *c, struct str id, const struct terms **out, bool *accepted, struct err *e)
{
	int rc = 0;

	*out = &c->present;
	if (terms_history_was_applied(&c->history, id))
		rc = terms_history_at(&c->history, id, out, e);
	if (rc == 0)
		rc = read_list(c, e);
	if (rc < 0)
		return -1;
	rc = terms_history_accepts(&c->history, id, e);
	*accepted = rc > 0;
	return rc < 0 ? -1 : 0;
}

static int
refuse(struct str id, struct err *e)
{
	err_wrap(e, "snapshot %.*s is refused", STR_ARG(id));
	if (e->advice[0] == '\0')
		err_advise(e,
		    "Nothing of it was applied. Restore it from a backup or "
		    "move snapshots/%.*s away, then run the command again.",
		    STR_ARG(id));
	return -1;
}

/* A replay accepts nothing by itself: the account's owner does. */
static int
stop(const struct catch_up *c, struct str id, struct err *e)
{
	err_wrap(e, "the mass-change breaker stopped snapshot %.*s", STR_ARG(id));
	return err_advise(e,
	    "%s. If these records really are gone, run 'flowstory process --accept-mass-change "
	    "%.*s'%s.",
	    c->is_replay ? "The account was only read" : "Nothing was written", STR_ARG(id),
	    c->is_replay ? "; or stop before it with --until" : "");
}

int
catch_up_apply(struct catch_up *c, struct str id, struct outcome *out, struct err *e)
{
	const struct terms *chosen = NULL;
	struct pipeline p = c->pipeline;
	struct terms used;
	bool accepted = false;
	int rc = choose_terms(c, id, &chosen, &accepted, e);

	if (rc < 0)
		return -1;
	used = *chosen; /* all of it borrowed */
	if (c->rules != NULL)
		used.rules = *c->rules;
	if (accepted)
		p.accept = id;
	rc = pipeline_apply(&p, c->s, id, &used, out, e);
	if (rc < 0 && e->kind == ERR_DAMAGED)
		return refuse(id, e);
	return rc < 0 && e->kind == ERR_BREAKER ? stop(c, id, e) : rc;
}
