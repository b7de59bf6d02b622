#include "push/send_owner.h"

#include "push/send_delete.h"

/* They have another contact by now.  That it is deleted is noted already. */
static int
delete_again(struct send *g, struct str dsid)
{
	struct caller_answer c = { 0 };

	if (send_call_delete(g, dsid, &c) < 0)
		return -1;
	return c.answer.class == ANSWER_ACKED || c.answer.status == 404 ? SEND_DONE : SEND_UNKNOWN;
}

/* It is theirs again, so whatever they are to be is sent to it; it may be active, so a deletion
 * does not wait for a row of theirs. */
static int
find_again(struct send *g, struct str fh_id, const struct journal_field *field, struct str dsid)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CREATE,
		.result = JOURNAL_ACKED,
		.dsid = dsid,
		.fields = field,
		.fields_n = 1 };
	struct send_row r = { .fh_id = fh_id };
	int rc;

	if (send_row_load(g, &r) < 0)
		return -1;
	if (r.acked.dsid.n > 0)
		return delete_again(g, dsid);
	if (books_note(g->x->books, &x, g->e) < 0 || send_row_load(g, &r) < 0)
		return -1;
	rc = wanted_deletes(g->x, &r.w) ? send_delete_or_settle(g, &r) : SEND_DONE;
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

int
send_owner_find(struct send *g, struct str fh_id, const struct journal_field *field,
    struct str dsid, enum send_owner *out, struct str *owner)
{
	int rc = books_owner(g->x->books, &g->a, dsid, owner, g->e);
	bool is_former = rc == 0;

	if (is_former)
		rc = books_former(g->x->books, &g->a, dsid, owner, g->e);
	*out = SEND_OWNER_NOBODY;
	if (rc <= 0)
		return rc < 0 ? -1 : SEND_DONE;
	*out = SEND_OWNER_OTHER;
	if (str_eq(*owner, fh_id))
		*out = is_former ? SEND_OWNER_FORMERLY : SEND_OWNER_SELF;
	return is_former && *out == SEND_OWNER_OTHER ? find_again(g, *owner, field, dsid)
	                                             : SEND_DONE;
}
