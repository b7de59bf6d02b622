/* gather.h -- everything that tells of the customers to be erased, out of all their records. */
#ifndef ERASE_GATHER_H
#define ERASE_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "erase/redact.h"
#include "erase/search.h"
#include "record/record.h"

/* The addresses of somebody's newest record: their numbers in ${owned}, or 0. */
struct gather_last {
	uint32_t id, email, mobile;
	int64_t at;
};

/* Zero-initialisable but for the first members. */
struct gather {
	const char *account;
	enum redact_fate (*fate)(void *context, struct str id); /* who is erased now */
	void *context;
	const struct record_settings *settings; /* whose placeholders tell of nobody */
	bool knows_all; /* every id is given by gather_id beforehand, not found on the way */
	bool is_folded; /* what comes now is folded history */
	/* what is found */
	struct intern ids;             /* theirs, ... */
	struct intern seen;            /* ... and which of them a record has */
	struct intern emails, mobiles; /* normalised */
	struct intern owned;           /* each of these with the id of who had it: gather_pair */
	struct gather_last *last;      /* of each of them */
	size_t last_n, last_cap;
	struct intern folded; /* their ids that folded history names */
	struct intern orders; /* of folded history: ids of what is or was theirs */
	struct intern past;   /* of folded history: their addresses, ... */
	struct intern others; /* ... and those that anybody else had, or was exported with */
	struct intern
	    unseen; /* folded snapshots that had a record of theirs which is told nowhere */
	struct search search; /* all texts that tell of them */
	/* scratch */
	struct redactor redactor;
	struct arena arena;
};

/* gather_id(g, id): one who is known beforehand. */
void gather_id(struct gather *g, struct str id);

/* gather_address(g, id, text): an email or a number that is, or was, theirs; ${id} empty: somebody
 * else's. */
void gather_address(struct gather *g, struct str id, struct str text);

/* gather_record(g, is_order, text): whether it is a record of theirs; what it tells. */
bool gather_record(struct gather *g, bool is_order, struct str text);

/* gather_ready(g): its reader can be used; gather_pages sees to it by itself. */
void gather_ready(struct gather *g);

/* gather_pair(pairs, address, id): the address, a zero byte and the id, added; its number. */
uint32_t gather_pair(struct intern *pairs, struct str address, struct str id);

/* gather_owned(g, i, address, id): the i-th of g->owned, from 1 on. */
void gather_owned(const struct gather *g, uint32_t i, struct str *address, struct str *id);

/* gather_is_last(g, i): their newest record has it. */
bool gather_is_last(const struct gather *g, uint32_t i);

/* gather_pages(g, is_aside, e): from every version in every page; in pages that were put aside if
 * ${is_aside}.  If all ids are known, only pages that hold one are read through. */
int gather_pages(struct gather *g, bool is_aside, struct err *e) ERR_MUST;

void gather_release(struct gather *g);

#endif /* ERASE_GATHER_H */
