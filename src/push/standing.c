#include "push/standing.h"

enum aim {
	INACTIVE,
	AS_IT_IS,
	AS_IF_NOT_BEEN
};

static bool
is_by_us(const struct standing_facts *x)
{
	return x->owner == STANDING_BEGUN || x->owner == STANDING_OURS;
}

static enum aim
aim_of(const struct standing_facts *x)
{
	if (x->is_barred || x->is_exposed || (x->is_clearing && !x->has_row) ||
	    (x->is_coming && x->has_row) || (x->is_deleted && (x->is_untold || x->is_clearing)) ||
	    (x->is_untold && x->owner != STANDING_NOBODYS))
		return INACTIVE;
	if (x->is_gone || (x->is_back && !x->has_row))
		return AS_IT_IS;
	return AS_IF_NOT_BEEN;
}

static enum standing_step
undo(const struct standing_facts *x)
{
	if (x->has_row)
		return x->is_deleted && (x->owner == STANDING_NOBODYS || x->owner == STANDING_BEGUN)
		           ? STANDING_REVIVE
		           : STANDING_NOTHING;
	if (x->owner == STANDING_THEIRS)
		return STANDING_FORGET;
	return is_by_us(x) ? STANDING_MAKE_ACTIVE : STANDING_NOTHING;
}

enum standing_step
standing_step(const struct standing_facts *x)
{
	switch (aim_of(x)) {
	case INACTIVE:
		return x->owner == STANDING_NOBODYS || x->owner == STANDING_BEGUN ||
		               (x->is_exposed && x->is_stale)
		           ? STANDING_MAKE_INACTIVE
		           : STANDING_NOTHING;
	case AS_IT_IS:
		return x->is_gone && x->owner == STANDING_THEIRS && !x->has_row ? STANDING_FORGET
		                                                                : STANDING_NOTHING;
	case AS_IF_NOT_BEEN:
		break;
	}
	return undo(x);
}

struct standing_facts
standing_past_step(const struct standing_facts *x)
{
	struct standing_facts y = *x;
	enum standing_step step = standing_step(x);

	if (step == STANDING_MAKE_INACTIVE)
		y.owner = STANDING_OURS;
	if (step == STANDING_MAKE_ACTIVE || step == STANDING_FORGET)
		y.owner = STANDING_NOBODYS;
	if (step != STANDING_NOTHING)
		y.is_stale = false;
	return y;
}

struct standing_facts
standing_past_row(const struct standing_facts *x)
{
	struct standing_facts y = *x;

	if (standing_step(x) == STANDING_MAKE_INACTIVE)
		y.owner = STANDING_OURS;
	y.is_back = y.is_deleted = y.is_clearing = y.is_stale = y.has_row = false;
	y.is_untold = x->is_lasting;
	y.is_coming = false;
	return y;
}

/* What is made inactive only as long as the row is under way stays as it is. */
enum standing_step
standing_outcome(const struct standing_facts *x)
{
	struct standing_facts later = standing_past_row(x);
	enum standing_step first = standing_step(x), last = standing_step(&later);

	if (!x->has_row || last == STANDING_NOTHING)
		return first;
	return first == STANDING_MAKE_INACTIVE && x->owner == STANDING_NOBODYS ? STANDING_NOTHING
	                                                                       : last;
}

static unsigned
calls_of(enum standing_step step)
{
	switch (step) {
	case STANDING_MAKE_INACTIVE: /* a look, and the call */
	case STANDING_MAKE_ACTIVE:
		return 2;
	case STANDING_REVIVE: /* a look: nearly always the contact that was found is not deleted */
		return 1;
	case STANDING_NOTHING:
	case STANDING_FORGET:
		break;
	}
	return 0;
}

unsigned
standing_calls(const struct standing_facts *x)
{
	struct standing_facts later = standing_past_row(x);

	return calls_of(standing_step(x)) + (x->has_row ? calls_of(standing_step(&later)) : 0);
}

bool
standing_protects(const struct standing_facts *x)
{
	struct standing_facts alone = *x;

	alone.has_row = false;
	return standing_step(&alone) == STANDING_MAKE_INACTIVE;
}
