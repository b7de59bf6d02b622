/* suppress.h -- the settings that decide who is exported and how, the suppression list first. */
#ifndef DAILYSTORY_SUPPRESS_H
#define DAILYSTORY_SUPPRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/str.h"

struct export_settings {
	uint64_t min_age;          /* 0: off */
	struct intern suppressed;  /* normalised emails and mobiles */
	struct str suppress_text;  /* the file they came from, as it is; empty: none */
	struct str list_separator; /* not empty */
	bool csv_bom;
	bool segment_lists;
};

/* suppress_read(text, out): the normalised emails and mobiles of a suppression list.  Entries end
 * with a line, a comma, a semicolon or a tab; one that is neither is skipped. */
void suppress_read(struct str text, struct intern *out);

#endif /* DAILYSTORY_SUPPRESS_H */
