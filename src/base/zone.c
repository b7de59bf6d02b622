#include "base/zone.h"

#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"

#define ZONES "/usr/share/zoneinfo"

/* A name that leads out of the directory is none. */
static bool
is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || ascii_digit(c) ||
		        c == '/' || c == '_' || c == '-' || c == '+'))
			return false;
	}
	return name.n > 0 && name.p[0] != '/';
}

bool
zone_exists(struct str name)
{
	struct arena a = { 0 };
	bool is_known = is_name(name) && (str_eq(name, STR("UTC")) ||
	                                     file_exists(file_join(&a, ZONES, str_z(&a, name))));

	arena_release(&a);
	return is_known;
}

void
zone_use(struct str name)
{
	struct arena a = { 0 };

	if (setenv("TZ", str_z(&a, name), 1) != 0)
		mem_out();
	tzset();
	arena_release(&a);
}

int64_t
zone_offset(int64_t us)
{
	time_t seconds = (time_t)(us / TIMESTAMP_SECOND);
	struct tm local;

	if (localtime_r(&seconds, &local) == NULL)
		return 0;
	return (int64_t)local.tm_gmtoff * TIMESTAMP_SECOND;
}
