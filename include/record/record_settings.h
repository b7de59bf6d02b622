/* record_settings.h -- the settings that decide what a record counts for. */
#ifndef RECORD_RECORD_SETTINGS_H
#define RECORD_RECORD_SETTINGS_H

#include <stddef.h>

#include "base/str.h"

struct record_settings {
	const struct str *completed_statuses; /* lower case */
	size_t completed_n;
	const struct str *placeholder_emails; /* lower case */
	size_t placeholder_n;
	struct str breaker_percent; /* plain decimal, 0 .. 100 */
};

#endif /* RECORD_RECORD_SETTINGS_H */
