/* check.h -- every byte of the account, searched for texts that tell of somebody.
 *
 * Every file, hidden ones too, and what a link leads to; gzip is inflated; of the state each key
 * and value of each row; the names of files and directories, and of what a link leads to.
 */
#ifndef ERASE_CHECK_H
#define ERASE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "erase/folded.h"
#include "erase/search.h"

/* Places that are kept of one text; all are counted. */
#define CHECK_PLACES 100

struct check_place {
	size_t which;    /* of the texts; CHECK_UNREAD: the file cannot be inflated */
	struct str file; /* in the account; of a row of the state with its table */
	int64_t record;  /* its position in the page, or -1 */
	uint64_t at;     /* the byte, about */
};
#define CHECK_UNREAD SIZE_MAX

/* What was found of one text. */
struct check_text {
	uint64_t places; /* of an id without those where it is that of an order */
	uint64_t shared; /* records of others who have it themselves, or were exported with it, or
	                  * in which the name occurs; of an id: of orders that are called so */
};

/* Zero-initialisable but for the first members. */
struct check {
	const char *account;
	struct search *search;
	bool is_final;    /* at the end of an erasure: what was put aside is passed over, and so are
	                   * suppression lists, which say whom not to write to */
	bool passes_push; /* push/ tells of them until the next push */
	bool (*is_gone)(void *context, struct str id); /* of an erasure: one of them */
	void *context;
	const struct folded *folded; /* of an erasure: what became of folded history, or NULL */
	/* set by check_run */
	uint64_t files, bytes;    /* bytes as inflated */
	struct check_text *texts; /* one for each */
	struct check_place *list;
	size_t n, cap;
	struct arena arena;
};

/* check_run(c, e): Errors: ERR_IO: a file or directory cannot be read. */
int check_run(struct check *c, struct err *e) ERR_MUST;

/* check_reach(account, e): whether all that is searched can be opened.  Errors: ERR_IO: no. */
int check_reach(const char *account, struct err *e) ERR_MUST;

/* check_places(c): how many there are that count: of texts that nobody else has. */
uint64_t check_places(const struct check *c);

/* check_counts(c, p): whether the place is one of those. */
bool check_counts(const struct check *c, const struct check_place *p);

void check_release(struct check *c);

#endif /* ERASE_CHECK_H */
