/* host.h -- what code below command/ needs of the machine: clock, sleep, chance, notes, progress.
 *
 * The caller hands it down, so that a test can hand down its own.
 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

enum note_level {
	NOTE_DETAIL,
	NOTE_INFO,
	NOTE_WARNING
};

/* How far a fetch is. */
struct progress_report {
	size_t step, steps; /* of the plan; steps is 0 until there is one */
	uint64_t pages, records;
	uint64_t pages_expected; /* in all; 0: not known */
};

struct host {
	void *context;
	int64_t (*now)(void *context);   /* us since 1970 */
	int64_t (*ticks)(void *context); /* us, never going back */
	void (*sleep)(void *context, int64_t us);
	uint64_t (*random)(void *context); /* 64 bits, uniform */
	void (*note)(void *context, enum note_level level, const char *text);
	void (*progress)(void *context, const struct progress_report *p);
};

/* host_note(o, level, fmt, ...): one line. */
void host_note(const struct host *o, enum note_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* host_now(): the present time, in us since 1970; host_now_text(a): as 2026-11-23T04:00:12Z.
 * Only for messages, locks and fetched_at: what is derived knows no present. */
int64_t host_now(void);
struct str host_now_text(struct arena *a);

/* host_ticks(): microseconds on a clock that never goes back. */
int64_t host_ticks(void);

#endif /* BASE_HOST_H */
