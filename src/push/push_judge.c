#include "push/push_judge.h"

#define BREAKER_LEAST 100

static bool
is_many(const struct push_plan *p, uint64_t n, uint64_t percent)
{
	return n >= BREAKER_LEAST && n * 100 > percent * p->there;
}

/* What nobody was sent before is no change. */
static uint64_t
changed_in(const struct push_plan *p, uint32_t field)
{
	uint32_t i = intern_find(&p->first.names, p->fields.names.texts[field]);

	return p->fields.n[field] - (i == 0 ? 0 : p->first.n[i]);
}

static uint64_t
gone(const struct push_plan *p)
{
	return p->of_kind[PUSH_GONE_ITEM] - p->first_gone;
}

/* All of them are new, or told again after an import. */
static uint64_t
opted_out(const struct push_plan *p)
{
	return p->is_first ? 0 : p->of_kind[PUSH_OPT_OUT];
}

static int
trip(const struct push_plan *p, uint64_t n, const char *what, struct str name, struct err *e)
{
	err_set(e, ERR_BREAKER, "%ju of %ju contacts %s%.*s", (uintmax_t)n, (uintmax_t)p->there,
	    what, STR_ARG(name));
	return err_advise(e,
	    "Look at 'flowstory push --plan -v'. If that is right, 'flowstory push "
	    "--accept-mass-change' sends it.");
}

int
push_judge(const struct push_plan *p, uint64_t percent, struct err *e)
{
	if (p->bound == 0)
		return 0;
	for (uint32_t i = 1; i < p->fields.names.n; i++)
		if (is_many(p, changed_in(p, i), percent))
			return trip(
			    p, changed_in(p, i), "would change in ", p->fields.names.texts[i], e);
	if (is_many(p, gone(p), percent))
		return trip(p, gone(p), "would be gone", STR(""), e);
	if (is_many(p, opted_out(p), percent))
		return trip(p, opted_out(p), "would be opted out", STR(""), e);
	return 0;
}

int
push_judge_stop(struct err *e, bool is_sent, uint64_t acked, uint64_t pending)
{
	if (!is_sent)
		return err_wrap(e, "nothing of this plan was sent");
	return err_wrap(e,
	    "of this plan only opt-outs, statuses and erasures were sent, %ju acknowledged and "
	    "%ju pending",
	    (uintmax_t)acked, (uintmax_t)pending);
}

bool
push_judge_is_by_fields(const struct push_plan *p, uint64_t percent)
{
	return !is_many(p, gone(p), percent) && !is_many(p, opted_out(p), percent);
}

int
push_judge_expected(const struct push_plan *p, const char *expect, struct err *e)
{
	if (expect == NULL || str_eq_nocase(str_c(expect), str_c(p->hash)))
		return 0;
	err_set(e, ERR_DIFFERS, "the plan has changed; nothing was sent");
	return err_advise(e, "Look at 'flowstory push --plan' again.");
}
