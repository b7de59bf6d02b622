#include "push/send_owner.h"

#include "push/former.h"
#include "push/send_delete.h"
#include "push/send_look.h"
#include "push/wanted_fields.h"

/* Nobody is bound to it who could be tried again by themself. */
static int
make_inactive(struct send *g, struct str dsid)
{
	struct wanted_field status = { .key = STR("status"), .value = STR(ACKED_INACTIVE) };
	struct caller_answer c = { 0 };
	struct caller_request q = { .method = HTTP_POST,
		.path = "/contact",
		.dsid = dsid,
		.is_known = true,
		.shape = ANSWER_CONTACT,
		.number = g->x->books->last + 1 };

	host_note(g->x->books->host, NOTE_WARNING,
	    "contact %.*s in DailyStory was to be deleted, was found again by an address that is "
	    "another customer's now, and is not deleted: do it there by hand",
	    STR_ARG(dsid));
	buf_reset(&g->body);
	wanted_fields_body(&g->body, &status, 1, dsid);
	q.body = buf_view(&g->body);
	if (caller_call(g->caller, &q, &c, g->e) < 0)
		return -1;
	g->asks_to_wait = g->asks_to_wait || c.asks_to_wait;
	return SEND_UNKNOWN;
}

/* They have another contact by now, or nobody knows who it was.  That it is deleted is noted
 * already.  It was there just now, so a 404 proves nothing. */
static int
delete_again(struct send *g, struct str dsid)
{
	struct send_look look = { .is_there = true };
	struct caller_answer c = { 0 };
	int rc = SEND_DONE;

	if (send_call_delete(g, dsid, &c) < 0)
		return -1;
	if (c.answer.class == ANSWER_ACKED)
		return SEND_DONE;
	if (c.answer.class == ANSWER_REJECTED)
		caller_note_refused(g->caller, HTTP_DELETE, "/contact/", &c.answer);
	if (c.answer.status == 404)
		rc = send_look(g, dsid, STR("status"), &look);
	if (rc != SEND_DONE || !look.is_there)
		return rc;
	return g->asks_to_wait ? SEND_UNKNOWN : make_inactive(g, dsid);
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

/* Whose contact it was who is erased, or was. */
static int
find_erased(struct send *g, struct str fh_id, struct str dsid, enum send_owner *out)
{
	struct journal_field asked[FORMER_FIELDS];
	bool is_theirs;
	int rc;

	books_erased(g->x->books, dsid, fh_id, asked);
	rc = former_find(&g->x->books->view, asked, &is_theirs, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : SEND_DONE;
	*out = is_theirs ? SEND_OWNER_FORMERLY : SEND_OWNER_OTHER;
	return is_theirs ? SEND_DONE : delete_again(g, dsid);
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
		return rc < 0 ? -1 : find_erased(g, fh_id, dsid, out);
	*out = SEND_OWNER_OTHER;
	if (str_eq(*owner, fh_id))
		*out = is_former ? SEND_OWNER_FORMERLY : SEND_OWNER_SELF;
	return is_former && *out == SEND_OWNER_OTHER ? find_again(g, *owner, field, dsid)
	                                             : SEND_DONE;
}
