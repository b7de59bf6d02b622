#include "push/owed.h"

#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "push/begun.h"

struct str
owed_key(unsigned channel)
{
	return channel == OPT_OUT_EMAIL ? STR("email") : STR("mobilePhone");
}

unsigned
owed_channel(struct str key)
{
	return str_eq(key, STR("email")) ? OPT_OUT_EMAIL : OPT_OUT_TEXT;
}

int
owed_sharing(const struct wanted_source *x, struct arena *a, struct str key, struct str address,
    struct str **ids, size_t *n, struct err *e)
{
	enum holders_kind kind = str_eq(key, STR("email")) ? HOLDERS_EMAIL : HOLDERS_MOBILE;

	return holders_sharing(a, x->s, kind, address, true, ids, n, e);
}

struct str
owed_flag(const struct wanted_source *x, unsigned channel)
{
	return channel == OPT_OUT_EMAIL ? x->push->email_opt_out : x->push->text_opt_out;
}

int
owed_find(const struct wanted_source *x, unsigned channel, struct str address, uint32_t *since,
    struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	uint64_t customers;
	int rc;

	*since = 0;
	if (address.n == 0)
		return 0;
	buf_char(&key, (char)channel);
	buf_str(&key, address);
	rc = kv_get(x->s->txn, TABLE_OWED, buf_view(&key), &row, e);
	if (rc > 0 && !row_owed_unpack(row, &customers, since))
		rc = state_broken(e, "an address that is owed");
	buf_release(&key);
	return rc;
}

int
owed_since(const struct wanted_source *x, struct arena *a, unsigned channel, struct str address,
    struct str *since, struct err *e)
{
	struct str key = owed_key(channel);
	struct acked_opt_out told = { 0 };
	struct applied applied;
	uint32_t number;
	int rc = owed_find(x, channel, address, &number, e);

	if (rc > 0) {
		rc = state_applied_must(x->s, number, &applied, e);
		*since = applied.id;
		return rc < 0 ? -1 : 1;
	}
	if (rc == 0)
		rc = books_opt_out(x->books, a, key, books_hash(x->books, key, address), &told, e);
	*since = told.since;
	return rc <= 0 ? rc : told.is_acked || told.is_begun;
}

struct str
owed_named(const struct wanted_source *x, unsigned channel, uint64_t hash,
    const struct acked *acked, bool is_coming)
{
	bool has_flag = owed_flag(x, channel).n > 0;
	bool is_sure = begun_is_sure(acked, owed_key(channel), hash);

	return is_sure || has_flag == is_coming ? acked->dsid : STR("");
}

static struct str
body_of(const struct wanted_source *x, struct arena *a, struct str since, struct str flag)
{
	return books_digest(x->books, a, str_printf(a, "%.*s %.*s", STR_ARG(since), STR_ARG(flag)));
}

/* By a flag that has another name now: perhaps DailyStory takes any name, and knew none of it.  The
 * call by the address alone is documented, so what was told in that way holds. */
bool
owed_was_misnamed(const struct wanted_source *x, struct arena *a, unsigned channel,
    const struct acked_opt_out *acked)
{
	return acked->body.n > 0 && !str_eq(acked->body, owed_body(x, a, channel, acked->since)) &&
	       !str_eq(acked->body, body_of(x, a, acked->since, STR("")));
}

int
owed_needs(const struct wanted_source *x, struct arena *a, unsigned channel, struct str address,
    struct str since, struct str dsid, bool *out, struct err *e)
{
	struct str key = owed_key(channel);
	struct acked_opt_out acked;
	int rc = books_opt_out(x->books, a, key, books_hash(x->books, key, address), &acked, e);

	*out = rc == 0 || !acked.is_acked || !str_eq(acked.since, since) ||
	       (dsid.n > 0 && !acked_was_told(&acked, dsid)) ||
	       owed_was_misnamed(x, a, channel, &acked);
	return rc < 0 ? -1 : 0;
}

struct str
owed_body(const struct wanted_source *x, struct arena *a, unsigned channel, struct str since)
{
	return body_of(x, a, since, owed_flag(x, channel));
}

int
owed_was_refused(const struct wanted_source *x, struct arena *a, unsigned channel,
    struct str address, const struct acked_opt_out *acked, bool *out, struct err *e)
{
	struct applied since;
	uint32_t number;
	int rc = acked->letter.tries == 0 ? 0 : owed_find(x, channel, address, &number, e);

	*out = acked->letter.tries > 0;
	if (rc <= 0)
		return rc;
	if (state_applied_must(x->s, number, &since, e) < 0)
		return -1;
	*out = str_eq(acked->letter.body, owed_body(x, a, channel, since.id));
	return 0;
}

int
owed_stray(struct books *books, struct arena *a, const struct acked_opt_out *acked, struct str but,
    struct str *dsid, struct err *e)
{
	struct str left = acked->dsids, owner;
	int rc = 0;

	for (*dsid = STR(""); rc >= 0 && left.n > 0;) {
		const char *space = memchr(left.p, ' ', left.n);
		size_t n = space == NULL ? left.n : (size_t)(space - left.p);
		struct str one = str_of(left.p, n);

		rc = str_eq(one, but) ? 1 : books_owner(books, a, one, &owner, e);
		if (rc == 0)
			*dsid = one;
		left = str_from(left, space == NULL ? n : n + 1);
	}
	return rc < 0 ? -1 : dsid->n > 0;
}
