#include "push/send_owner.h"

#include "push/acked.h"

/* They have another contact by now.  That it is deleted is noted already. */
static int
delete_again(struct send *g, struct str dsid)
{
	struct caller_answer c = { 0 };

	if (send_call_delete(g, dsid, &c) < 0)
		return -1;
	return c.answer.class == ANSWER_ACKED || c.answer.status == 404 ? SEND_DONE : SEND_UNKNOWN;
}

/* It is theirs again, so whatever they are to be is sent to it. */
static int
find_again(struct send *g, struct str fh_id, const struct journal_field *field, struct str dsid)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CREATE,
		.result = JOURNAL_ACKED,
		.dsid = dsid,
		.fields = field,
		.fields_n = 1 };
	struct acked acked;

	if (books_contact(g->x->books, &g->a, fh_id, &acked, g->e) < 0)
		return -1;
	if (acked.dsid.n > 0)
		return delete_again(g, dsid);
	g->found_again = fh_id;
	return books_note(g->x->books, &x, g->e) < 0 ? -1 : SEND_DONE;
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
