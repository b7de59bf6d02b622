/* Goal: an account applied in the way that is asked for, so that the ways can
 * be compared on any account.
 *
 * ways ACCOUNT id|text applies every pending snapshot, as process would.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "account/account.h"
#include "account/catch_up.h"

static int
apply(const char *account, enum read_way way, struct err *e)
{
	struct state s = { 0 };
	struct catch_up q = { .pipeline = {
		                  .account = account, .output = account, .jobs = 2, .way = way } };
	struct pending pending = { 0 };
	struct arena a = { 0 };
	int rc = state_open(&s, account, true, e);

	q.s = &s;
	if (rc > 0)
		rc = account_pending(&a, account, &s, &pending, e);
	if (rc == 0)
		rc = catch_up_begin(&q, e);
	for (size_t i = 0; rc == 0 && i < pending.n; i++) {
		struct outcome outcome;

		q.pipeline.accept = pending.ids[i];
		rc = catch_up_apply(&q, pending.ids[i], &outcome, e);
	}
	catch_up_release(&q);
	state_close(&s);
	arena_release(&a);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	char text[1024];

	if (argc != 3) {
		fputs("usage: ways ACCOUNT id|text\n", stderr);
		return 2;
	}
	if (apply(argv[1], strcmp(argv[2], "id") == 0 ? READ_BY_ID : READ_BY_TEXT, &e) < 0) {
		err_format(&e, text, sizeof(text));
		fprintf(stderr, "ways: %s\n", text);
		return err_status(e.kind);
	}
	return 0;
}
