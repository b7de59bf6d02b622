#include "command/command_host.h"

#include <sys/random.h>
#include <time.h>

#include "base/timestamp.h"
#include "command/message.h"

/* Where no bar is drawn, a fetch says this often how far it is. */
#define TELL_EVERY (60 * TIMESTAMP_SECOND)

static int64_t
now(void *context)
{
	(void)context;
	return host_now();
}

static int64_t
ticks(void *context)
{
	(void)context;
	return host_ticks();
}

static void
sleep_us(void *context, int64_t us)
{
	struct timespec t = { .tv_sec = us / TIMESTAMP_SECOND,
		.tv_nsec = us % TIMESTAMP_SECOND * 1000 };

	(void)context;
	while (us > 0 && nanosleep(&t, &t) != 0)
		continue;
}

/* For the length of waits: where the system has no random bytes, the clock's lowest digits do. */
static uint64_t
random_bits(void *context)
{
	uint64_t n = 0;

	(void)context;
	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != sizeof(n))
		n = (uint64_t)host_ticks() * UINT64_C(0x9e3779b97f4a7c15) >> 16;
	return n;
}

static void
note(void *context, enum note_level level, const char *text)
{
	static const enum say_level levels[] = {
		[NOTE_DETAIL] = SAY_DETAIL,
		[NOTE_INFO] = SAY_INFO,
		[NOTE_WARNING] = SAY_WARNING,
	};
	struct command_host *h = context;

	if (h->has_bar)
		progress_clear(&h->bar);
	say(h->o, levels[level], "%s", text);
}

static void
show_progress(void *context, const struct progress_report *p)
{
	struct command_host *h = context;
	int64_t at = host_ticks();

	if (!h->has_bar) {
		progress_begin(&h->bar, h->o, h->unit, p->steps);
		h->last_told = at;
	}
	h->has_bar = true;
	progress_report(&h->bar, p);
	if (h->unit == NULL || h->bar.is_drawn || at - h->last_told < TELL_EVERY)
		return;
	h->last_told = at;
	say(h->o, SAY_INFO, "%zu of %zu %ss, %llu pages, %llu records", p->step, p->steps, h->unit,
	    (unsigned long long)p->pages, (unsigned long long)p->records);
}

struct host
command_host(struct command_host *h)
{
	return (struct host){ h, now, ticks, sleep_us, random_bits, note, show_progress };
}

void
command_host_end(struct command_host *h)
{
	if (h->has_bar)
		progress_end(&h->bar);
	h->has_bar = false;
}
