#include "push/send_status.h"

#include "push/guard.h"
#include "push/send_look.h"

#define STATUS STR("status")
#define ACTIVE STR("Active")
#define INACTIVE STR(ACKED_INACTIVE)

enum owner {
	NOBODY, /* it is active */
	OURS,
	THEIRS
};

static struct journal_line
line_of(const struct wanted *w, const struct acked *acked)
{
	return (struct journal_line){
		.fh_id = w->fh_id, .op = JOURNAL_STATUS, .dsid = acked->dsid, .body = w->digest
	};
}

static bool
is_acked_as(const struct send *g, const struct acked *acked, struct str value)
{
	const uint64_t *hash = acked_field(acked, STATUS);

	return hash != NULL && *hash == books_hash(g->x->books, STATUS, value);
}

/* Without a call. */
static int
note(struct send *g, const struct wanted *w, const struct acked *acked, enum journal_result result,
    struct str value)
{
	struct journal_field field = { STATUS, books_hash(g->x->books, STATUS, value) };
	struct journal_line x = line_of(w, acked);
	struct caller_answer none = { 0 };

	x.result = result;
	x.fields = &field;
	x.fields_n = 1;
	return send_call_note(g, &x, &none);
}

/* On the disk before the call: else nobody would know that it was we. */
static int
begin(struct send *g, const struct wanted *w, const struct acked *acked)
{
	if (is_acked_as(g, acked, STR(ACKED_BEGUN)))
		return 0;
	if (note(g, w, acked, JOURNAL_UNKNOWN, STR(ACKED_BEGUN)) < 0)
		return -1;
	return books_sync(g->x->books, g->e);
}

/* Whose it is that the contact is not active.  Nobody's: what follows is the call that makes it so.
 * An answer without a status proves nothing, and who is protected for nothing loses less. */
static int
find_owner(struct send *g, const struct wanted *w, const struct acked *acked, enum owner *out)
{
	struct send_look look;
	int rc = send_look(g, acked->dsid, STATUS, &look);

	*out = NOBODY;
	if (rc != SEND_DONE)
		return rc;
	/* Whom we deleted may be found again. */
	if (!look.is_there && !acked->is_deleted)
		return send_call_reject(g, line_of(w, acked), &look.c, STR("deleted-in-dailystory"),
		    look.c.answer.message);
	if (!look.is_there || look.value.n == 0 || str_eq_nocase(look.value, ACTIVE))
		return begin(g, w, acked) < 0 ? -1 : SEND_DONE;
	*out = is_acked_as(g, acked, STR(ACKED_BEGUN)) ? OURS : THEIRS;
	if (*out == OURS && note(g, w, acked, JOURNAL_ACKED, INACTIVE) < 0)
		return -1;
	return SEND_DONE;
}

static int
set(struct send *g, const struct wanted *w, const struct acked *acked, struct str value)
{
	struct wanted_field status = { .key = STATUS, .value = value };
	struct journal_field field = { STATUS, books_hash(g->x->books, STATUS, value) };
	struct journal_line x = line_of(w, acked);
	struct caller_answer c = { 0 };
	int rc;

	x.fields = &field;
	x.fields_n = 1;
	buf_reset(&g->body);
	wanted_fields_body(&g->body, &status, 1, acked->dsid);
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = "/contact",
	        .body = buf_view(&g->body),
	        .dsid = acked->dsid,
	        .is_known = true,
	        .shape = ANSWER_CONTACT },
	    &x, &c);
	if (rc != SEND_DONE)
		return rc;
	if (c.answer.is_deleted)
		return send_call_reject(g, x, &c, STR("deleted-in-dailystory"), c.answer.message);
	return send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

int
send_status_guard(struct send *g, const struct wanted *w, const struct acked *acked)
{
	enum owner owner;
	int rc;

	if (is_acked_as(g, acked, INACTIVE))
		return SEND_DONE;
	rc = find_owner(g, w, acked, &owner);
	if (rc == SEND_DONE && owner == NOBODY)
		return set(g, w, acked, INACTIVE);
	/* Else it would be looked at with each push. */
	if (rc == SEND_DONE && owner == THEIRS && w->exposed > 0 &&
	    note(g, w, acked, JOURNAL_ACKED, STR(ACKED_THEIRS)) < 0)
		return -1;
	return rc;
}

int
send_status_lift(struct send *g, const struct wanted *w)
{
	struct acked now;

	if (books_contact(g->x->books, &g->a, w->fh_id, &now, g->e) < 0)
		return -1;
	if (now.dsid.n == 0 || !guard_is_ours(g->x, &now))
		return SEND_DONE;
	return set(g, w, &now, ACTIVE);
}

/* Whom we deleted is found again: only if it is that contact, it is to be active. */
static int
settle_active(struct send *g, struct wanted_field *f, const struct acked *acked)
{
	struct send_look look;
	int rc = !acked->is_deleted ? SEND_DONE : send_look(g, acked->dsid, STATUS, &look);

	f->is_unsent = acked->is_deleted && rc == SEND_DONE && look.is_there;
	return rc;
}

static int
settle_inactive(struct send *g, struct wanted *w, struct wanted_field *f, const struct acked *acked)
{
	enum owner owner;
	int rc = find_owner(g, w, acked, &owner);

	f->is_unsent = rc == SEND_DONE && owner == THEIRS;
	if (f->is_unsent)
		f->value = STR(ACKED_THEIRS);
	return rc;
}

int
send_status_settle(struct send *g, struct wanted *w, const struct acked *acked)
{
	for (size_t i = 0; i < w->fields_n; i++) {
		struct wanted_field *f = &w->fields[i];

		if (!str_eq(f->key, STATUS) || f->is_unsent)
			continue;
		return str_eq(f->value, ACTIVE) ? settle_active(g, f, acked)
		                                : settle_inactive(g, w, f, acked);
	}
	return SEND_DONE;
}
