#include "state/state_answers.h"

#include "base/arena.h"
#include "base/pack.h"

bool
state_answers_settle(struct customer *c, struct answers last)
{
	if (c->email_consent_unread)
		c->email_consent = last.email;
	if (c->text_consent_unread)
		c->text_consent = last.text;
	return c->email_consent_unread || c->text_consent_unread;
}

static enum tri
either(enum tri first, enum tri second)
{
	return first != TRI_ABSENT ? first : second;
}

/* What is kept: 1, or 0 and none. */
static int
find(struct state *s, struct str id, struct answers *out, struct err *e)
{
	struct unpack u;
	struct str row;
	int rc = kv_get(s->txn, TABLE_ANSWERS, id, &row, e);

	*out = (struct answers){ TRI_ABSENT, TRI_ABSENT };
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	out->email = (enum tri)unpack_u64(&u);
	out->text = (enum tri)unpack_u64(&u);
	return u.bad || u.p != u.end || out->email > TRI_TRUE || out->text > TRI_TRUE
	           ? state_broken(e, "a customer's answers")
	           : 1;
}

int
state_answers_last(struct state *s, struct str id, struct answers *now, struct err *e)
{
	struct answers kept;

	if (now->email != TRI_ABSENT && now->text != TRI_ABSENT)
		return 0;
	if (find(s, id, &kept, e) < 0)
		return -1;
	*now = (struct answers){ either(now->email, kept.email), either(now->text, kept.text) };
	return 0;
}

int
state_answers_follow(
    struct state *s, struct str id, struct answers before, struct answers now, struct err *e)
{
	bool is_email = before.email != TRI_ABSENT && now.email == TRI_ABSENT;
	bool is_text = before.text != TRI_ABSENT && now.text == TRI_ABSENT;
	struct answers kept;
	struct buf row = { 0 };
	int rc;

	if (!is_email && !is_text)
		return 0;
	if (find(s, id, &kept, e) < 0)
		return -1;
	pack_u64(&row, is_email ? before.email : kept.email);
	pack_u64(&row, is_text ? before.text : kept.text);
	rc = kv_put(s->txn, TABLE_ANSWERS, id, buf_view(&row), e);
	buf_release(&row);
	return rc;
}
