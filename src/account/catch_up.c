#include "account/catch_up.h"

#include "base/arena.h"
#include "command/message.h"
#include "delta/delta.h"

int
catch_up_begin(struct catch_up *q, struct err *e)
{
	return terms_present(&q->present, q->pipeline.account, e);
}

void
catch_up_release(struct catch_up *q)
{
	terms_release(&q->present);
	terms_release(&q->last);
}

static void
keep_last(struct catch_up *q, struct terms *recorded)
{
	terms_release(&q->last);
	q->last = *recorded;
	q->has_last = true;
}

/* Of a run that goes on where another ended: the latest record there is among
 * the snapshots applied. */
static int
find_last(struct catch_up *q, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (uint64_t i = q->s->totals.applied; rc == 0 && i > 0; i--) {
		struct terms recorded;
		struct applied x;

		rc = state_applied(q->s, (uint32_t)i, &x, e);
		if (rc == 0)
			rc = state_broken(e, "a snapshot is missing");
		if (rc < 0)
			break;
		rc = terms_recorded(
		    &recorded, q->pipeline.account, str_copy(&a, x.id), &q->present, NULL, e);
		if (rc > 0)
			keep_last(q, &recorded);
		else
			terms_release(&recorded);
	}
	arena_release(&a);
	return rc < 0 ? -1 : 0;
}

/* The policy for a snapshot: recorded, carried on, or the account's present
 * one. */
static int
choose(struct catch_up *q, struct str id, struct terms *recorded, const struct terms **out,
    struct err *e)
{
	int rc = terms_recorded(
	    recorded, q->pipeline.account, id, &q->present, q->has_last ? &q->last : NULL, e);

	if (rc < 0)
		return -1;
	*out = rc > 0 ? recorded : &q->present;
	if (rc > 0 || str_cmp(id, q->last_export) >= 0)
		return 0;
	if (!q->has_last && find_last(q, e) < 0)
		return -1;
	if (q->has_last)
		*out = &q->last;
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
catch_up_apply(struct catch_up *q, struct str id, struct outcome *out, struct err *e)
{
	struct terms recorded = { 0 }, used;
	const struct terms *policy = NULL;
	int rc = choose(q, id, &recorded, &policy, e);

	if (rc == 0) {
		used = *policy; /* all of it borrowed */
		used.is_accepted = recorded.is_accepted;
		if (q->rules != NULL)
			used.rules = *q->rules;
		rc = pipeline_apply(&q->pipeline, q->s, id, &used, out, e);
	}
	if (rc < 0 && (e->kind == ERR_DAMAGED || e->kind == ERR_BREAKER))
		rc = refuse(id, e);
	if (rc == 0 && policy == &recorded)
		keep_last(q, &recorded);
	else
		terms_release(&recorded);
	return rc;
}

void
print_outcome(const struct options *o, const struct outcome *x)
{
	const uint64_t *c = x->applied.customers, *r = x->applied.orders;

	say(o, SAY_INFO,
	    "%.*s: customers +%llu ~%llu -%llu, orders +%llu ~%llu -%llu, "
	    "%llu contacts and %llu events written",
	    STR_ARG(x->applied.id), (unsigned long long)c[DELTA_ADDED],
	    (unsigned long long)c[DELTA_CHANGED], (unsigned long long)c[DELTA_REMOVED],
	    (unsigned long long)r[DELTA_ADDED], (unsigned long long)r[DELTA_CHANGED],
	    (unsigned long long)r[DELTA_REMOVED], (unsigned long long)x->contacts,
	    (unsigned long long)x->events);
	if (x->applied.quarantined > 0)
		say(o, SAY_WARNING,
		    "%.*s: %llu %s quarantined, see "
		    "exports/%.*s/quarantine.jsonl",
		    STR_ARG(x->applied.id), (unsigned long long)x->applied.quarantined,
		    x->applied.quarantined == 1 ? "record is" : "records are",
		    STR_ARG(x->applied.id));
	if (x->was_replaced)
		say(o, SAY_WARNING, "%.*s: its export was another before and was replaced",
		    STR_ARG(x->applied.id));
}
