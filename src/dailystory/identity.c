#include "dailystory/identity.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/centroid.h"
#include "record/normalize.h"

static bool
is_future(const struct profile *p, int64_t as_of)
{
	return p->birthdate != DAY_NONE && p->birthdate > timestamp_day(as_of);
}

/* By the date this long ago, so that nobody comes of age early in any US time zone. */
#define SAFE_DAY (12 * TIMESTAMP_HOUR)

static bool
is_underage(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	return x->min_age > 0 && p->birthdate != DAY_NONE && !is_future(p, as_of) &&
	       day_years(p->birthdate, timestamp_day(as_of - SAFE_DAY)) < (int64_t)x->min_age;
}

/* A birthdate that is there and cannot be used must not open the door. */
static bool
is_of_unknown_age(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	const unsigned unusable = 1U << DROP_BIRTHDATE_UNREADABLE | 1U << DROP_BIRTHDATE_1900;

	return x->min_age > 0 && ((p->dropped & unusable) != 0 || is_future(p, as_of));
}

enum skipped_reason
identity_alone(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (intern_find(&x->suppressed, p->email) != 0 ||
	    intern_find(&x->suppressed, p->mobile) != 0)
		return SKIPPED_SUPPRESSED;
	if (is_underage(x, p, as_of))
		return SKIPPED_UNDERAGE;
	if (is_of_unknown_age(x, p, as_of))
		return SKIPPED_AGE_UNKNOWN;
	if (p->email.n == 0 && p->mobile.n == 0)
		return SKIPPED_NO_IDENTIFIER;
	return SKIPPED_NONE;
}

static int64_t
of_age(int32_t born, uint64_t years)
{
	int64_t birthday = day_birthday(born, years);

	return birthday == TIMESTAMP_NEVER ? birthday : birthday + SAFE_DAY;
}

int64_t
identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (is_future(p, as_of))
		return p->birthdate * TIMESTAMP_DAY;
	if (is_underage(x, p, as_of))
		return of_age(p->birthdate, x->min_age);
	return TIMESTAMP_NEVER;
}

unsigned
identity_dropped(struct arena *a, const struct profile *p, int64_t as_of)
{
	unsigned dropped = p->dropped;
	struct str lat, lon;

	if (is_future(p, as_of))
		dropped |= 1U << DROP_BIRTHDATE_FUTURE;
	if (p->postal_code.n > 0 && !p->is_abroad && !centroid_find(a, p->postal_code, &lat, &lon))
		dropped |= 1U << DROP_POSTAL_UNKNOWN;
	return dropped;
}

struct identity_addresses
identity_exported(const struct contact_status *s, const struct profile *p)
{
	struct identity_addresses out = { { 0 }, { 0 } };

	if (!row_is_contact(s))
		return out;
	if (s->holds_email)
		out.email = p->email;
	if (s->holds_mobile)
		out.mobile = p->mobile;
	return out;
}

bool
identity_is_same(const struct identity_addresses *a, const struct identity_addresses *b)
{
	return str_eq(a->email, b->email) && str_eq(a->mobile, b->mobile);
}
