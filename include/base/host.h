/* host.h -- what a fetch needs of the world besides the network, given by
 * the caller.
 *
 * Nothing in flowhub/ reads a clock, sleeps, rolls dice or prints by itself, so
 * that a test can.
 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stddef.h>
#include <stdint.h>

enum note_level {
	NOTE_DETAIL,
	NOTE_INFO,
	NOTE_WARNING
};

/* How far a fetch is. */
struct progress_report {
	size_t step, steps; /* of the plan; steps is 0 until there is one */
	uint64_t pages, records;
};

struct outside {
	void *context;
	int64_t (*now)(void *context);   /* us since 1970 */
	int64_t (*ticks)(void *context); /* us, never going back */
	void (*sleep)(void *context, int64_t us);
	uint64_t (*random)(void *context); /* 64 bits, uniform */
	void (*note)(void *context, enum note_level level, const char *text);
	void (*progress)(void *context, const struct progress_report *p);
};

/* outside_note(o, level, fmt, ...): one line. */
void outside_note(const struct outside *o, enum note_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif /* BASE_HOST_H */
