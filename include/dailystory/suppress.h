/* suppress.h -- the settings that decide who is exported and how, the suppression list first. */
#ifndef DAILYSTORY_SUPPRESS_H
#define DAILYSTORY_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/str.h"

/* Lines of a suppression list without an address. */
struct suppress_unread {
	size_t lines;
	size_t first; /* number of the first of them, from 1 on */
};

struct export_settings {
	uint64_t min_age;         /* 0: off */
	struct intern suppressed; /* normalised emails and mobiles */
	struct str suppress_text; /* the same as suppress_write has them; empty: none */
	struct suppress_unread suppress_unread;
	struct str list_separator; /* not empty */
	bool csv_bom;
	bool segment_lists;
};

/* suppress_is_text(text): false for a file with zero bytes, which is no list. */
bool suppress_is_text(struct str text);

/*
 * suppress_read(text, out):
 * Every email and mobile found in a line counts, however the line looks (contract, section 7).
 * UTF-8 and, by its mark, UTF-16 are read; bytes that are neither are skipped. Returns: the lines,
 * blank ones apart, in which there is none.
 */
struct suppress_unread suppress_read(struct str text, struct intern *out);

/* suppress_write(b, list): the addresses, one per line, sorted by bytes. */
void suppress_write(struct buf *b, const struct intern *list);

#endif /* DAILYSTORY_SUPPRESS_H */
