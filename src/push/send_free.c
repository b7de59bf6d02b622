#include "push/send_free.h"

#include "push/owed.h"

/* The dead letter stays, and is of nothing that is wanted now: so it does not wait. */
static int
free_one(struct send *g, struct str fh_id)
{
	struct journal_line x = { .fh_id = fh_id, .result = JOURNAL_REJECTED };
	struct acked acked;

	if (books_contact(g->x->books, &g->a, fh_id, &acked, g->e) < 0)
		return -1;
	if (acked.letter.tries == 0 || !str_eq(acked.letter.reason, STR("identity-taken")))
		return 0;
	x.op = acked.letter.op;
	x.reason = acked.letter.reason;
	x.message = acked.letter.message;
	x.dsid = acked.letter.dsid;
	x.http = acked.letter.http;
	return books_note(g->x->books, &x, g->e);
}

int
send_free(struct send *g, const struct strays_address *of)
{
	struct str *ids;
	size_t n;
	int rc = owed_sharing(g->x, &g->a, of->key, of->address, &ids, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = free_one(g, ids[i]);
	return rc;
}
