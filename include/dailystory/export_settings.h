/* export_settings.h -- the settings that decide who is exported and how. */
#ifndef DAILYSTORY_EXPORT_SETTINGS_H
#define DAILYSTORY_EXPORT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/intern.h"

struct export_settings {
	uint64_t min_age;          /* 0: off */
	struct intern suppressed;  /* normalised emails and mobiles */
	struct str suppress_text;  /* the file they came from, as it is; empty: none */
	struct str list_separator; /* one character or more, not empty */
	bool csv_bom;
	bool segment_lists;
};

/* suppress_read(text, out): the normalised emails and mobiles of the lines (or cells, parted by
 * comma, semicolon or tab) of a suppression list; what is neither is passed over. */
void suppress_read(struct str text, struct intern *out);

#endif /* DAILYSTORY_EXPORT_SETTINGS_H */
