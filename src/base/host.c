#include "base/host.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/timestamp.h"

void
host_note(const struct host *o, enum note_level level, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	o->note(o->context, level, text);
}

int64_t
host_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * TIMESTAMP_SECOND + t.tv_nsec / 1000;
}

int64_t
host_ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * TIMESTAMP_SECOND + t.tv_nsec / 1000;
}

struct str
host_now_text(struct arena *a)
{
	return timestamp_text(a, host_now());
}
