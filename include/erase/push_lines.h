/* push_lines.h -- what push/ says of erased customers: the journal of what DailyStory acknowledged.
 *
 * As long as their contact is there, the journal is what tells which it is, so its lines stay until
 * the next push has deleted it; of who may have one of which no answer told the id, the address
 * stays, too (push/lost.h).  Then each becomes a line that names nobody, with the number it had;
 * and what was refused to others because an address was theirs does not say whose it was. Source:
 * docs/decisions/0048-their-contact-is-deleted-first.md
 */
#ifndef ERASE_PUSH_LINES_H
#define ERASE_PUSH_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/str.h"
#include "erase/gather.h"

struct push_lines {
	const char *account;
	const struct host *host;
	bool (*is_gone)(void *context, struct str fh_id);
	void *context;
	const struct gather *gathered; /* with their addresses; NULL: nobody is erased now */
	/* set by push_lines_settle */
	struct intern bound; /* customers whose contact DailyStory still has, or may have; to be
	                      * released */
	uint64_t lost;       /* of these, found by an address that push/lost.json keeps */
	uint64_t rewritten;  /* lines */
};

/* push_lines_check(account, e): ERR_BUSY while a push is at work; nothing without push/. */
int push_lines_check(const char *account, struct err *e) ERR_MUST;

/*
 * push_lines_settle(p, e):
 * Rewrite the lines of everybody who is gone and not bound.  Each file changes as a whole; it can
 * be done again.  Without push/ there is nothing to do. Errors: ERR_BUSY a push is at work;
 * ERR_FAILED a damaged journal.
 */
int push_lines_settle(struct push_lines *p, struct err *e) ERR_MUST;

#endif /* ERASE_PUSH_LINES_H */
