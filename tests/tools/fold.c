/* fold.c -- prunes an account by a policy alone: fold ACCOUNT RETENTION
 *
 * RETENTION is the setting as JSON.  Other than 'flowstory prune' it keeps neither the last 35 days
 * nor the last complete reads, so that tests can fold worlds of a few hours.  Prints which bases
 * there are then.
 */
#include <stdio.h>

#include "account/account.h"
#include "timemachine/prune.h"

static void
ignore_progress(void *context, const struct progress_report *p)
{
	(void)context;
	(void)p;
}

static int
fold(const char *account, const struct retention *r, struct err *e)
{
	const struct host host = { .progress = ignore_progress };
	struct prune p = { .account = account, .jobs = 2, .host = &host };
	struct lock lock = LOCK_INIT;
	int rc = account_lock(&lock, account, "fold", e);

	p.plan.r = r;
	p.plan.is_unbounded = true;
	if (rc == 0)
		rc = prune_plan_of(&p, e);
	if (rc > 0)
		rc = prune_run(&p, e);
	for (size_t i = 0; rc == 0 && i < p.plan.bases_n; i++)
		if (!p.plan.bases[i].is_removed)
			printf("%.*s %.*s\n", STR_ARG(p.plan.bases[i].id),
			    STR_ARG(p.plan.bases[i].why));
	prune_release(&p);
	lock_release(&lock);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct arena a = { 0 };
	struct retention r;
	const char *why;
	char text[1024];

	if (argc != 3 || !retention_parse(&a, str_c(argv[2]), &r, &why)) {
		fputs("usage: fold ACCOUNT RETENTION\n", stderr);
		return 2;
	}
	if (fold(argv[1], &r, &e) < 0) {
		err_format(&e, text, sizeof(text));
		fprintf(stderr, "fold: %s\n", text);
		return err_status(e.kind);
	}
	arena_release(&a);
	return 0;
}
