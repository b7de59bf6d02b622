#include "account/catch_up.h"

#include "base/arena.h"

int
catch_up_begin(struct catch_up *c, struct err *e)
{
	return terms_present(&c->present, c->pipeline.account, e);
}

void
catch_up_release(struct catch_up *c)
{
	terms_release(&c->present);
	terms_release(&c->recorded);
}

static void
keep_recorded(struct catch_up *c, struct terms *recorded)
{
	terms_release(&c->recorded);
	c->recorded = *recorded;
	c->has_recorded = true;
}

/* For a run that goes on where another one ended: the last record among the snapshots applied. */
static int
find_recorded(struct catch_up *c, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (uint64_t i = c->s->totals.applied; rc == 0 && i > 0; i--) {
		struct terms recorded;
		struct applied x;

		rc = state_applied_must(c->s, (uint32_t)i, &x, e);
		if (rc < 0)
			break;
		rc = terms_recorded(
		    &recorded, c->pipeline.account, str_copy(&a, x.id), &c->present, NULL, e);
		if (rc > 0)
			keep_recorded(c, &recorded);
		else
			terms_release(&recorded);
	}
	arena_release(&a);
	return rc < 0 ? -1 : 0;
}

/* ${own}: what the snapshot's own export recorded, if it is that. */
static int
choose_terms(
    struct catch_up *c, struct str id, struct terms *own, const struct terms **out, struct err *e)
{
	int rc = terms_recorded(
	    own, c->pipeline.account, id, &c->present, c->has_recorded ? &c->recorded : NULL, e);

	if (rc < 0)
		return -1;
	*out = rc > 0 ? own : &c->present;
	if (rc > 0 || str_cmp(id, c->last_export) >= 0)
		return 0;
	if (!c->has_recorded && find_recorded(c, e) < 0)
		return -1;
	if (c->has_recorded)
		*out = &c->recorded;
	return 0;
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

int
catch_up_apply(struct catch_up *c, struct str id, struct outcome *out, struct err *e)
{
	struct terms own = { 0 }, used;
	const struct terms *chosen = NULL;
	int rc = choose_terms(c, id, &own, &chosen, e);

	if (rc == 0) {
		used = *chosen; /* all of it borrowed */
		used.is_accepted = own.is_accepted;
		if (c->rules != NULL)
			used.rules = *c->rules;
		rc = pipeline_apply(&c->pipeline, c->s, id, &used, out, e);
	}
	if (rc < 0 && (e->kind == ERR_DAMAGED || e->kind == ERR_BREAKER))
		rc = refuse(id, e);
	if (rc == 0 && chosen == &own)
		keep_recorded(c, &own);
	else
		terms_release(&own);
	return rc;
}
