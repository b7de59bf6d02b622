#include "command/command_host.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/timestamp.h"
#include "command/message.h"

/* Where no bar is drawn, a fetch says this often how far it is. */
#define TELL_EVERY (60 * TIMESTAMP_SECOND)

#define NAP (TIMESTAMP_SECOND / 5)

#define WIDTH 30   /* of the bar, at most */
#define LEAST 5    /* a shorter bar says nothing */
#define COLUMNS 80 /* of a terminal that does not say */
#define CLEAR "\r\033[K"

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

/* In naps: the signal that asks to stop may come to another thread. */
static void
sleep_us(void *context, int64_t us)
{
	int64_t end = host_ticks() + us;

	(void)context;
	while (us > 0 && !interrupt_is_asked()) {
		int64_t nap = us < NAP ? us : NAP;
		struct timespec t = { .tv_nsec = nap * 1000 };

		(void)nanosleep(&t, NULL);
		us = end - host_ticks();
	}
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

/* By what this run has seen so far: of the pages, where it is known how many there are, else of the
 * lists; 0: not known. */
static size_t
minutes_left(struct command_host *h, size_t step, size_t steps)
{
	size_t pages = atomic_load(&h->pages), expected = atomic_load(&h->expected);
	size_t s = (size_t)((host_ticks() - h->begun) / TIMESTAMP_SECOND);
	size_t done = expected > 0 ? pages : step, all = expected > 0 ? expected : steps;

	if (done == 0 || done >= all || step >= steps)
		return 0;
	return ((all - done) * s + 60 * done - 1) / (60 * done);
}

/* What stands beside the bar. */
static size_t
write_text(struct command_host *h, size_t step, size_t steps, char *out, size_t cap)
{
	size_t records = atomic_load(&h->records), left = minutes_left(h, step, steps);
	size_t s = (size_t)((host_ticks() - h->begun) / TIMESTAMP_SECOND);
	FILE *f = fmemopen(out, cap, "w");
	long n;

	if (f == NULL)
		return 0;
	fprintf(f, "%s %zu of %zu",
	    h->is_push    ? "row"
	    : h->is_fetch ? "list"
	                  : "snapshot",
	    step < steps ? step + 1 : steps, steps);
	if (!h->is_push)
		fprintf(f, ", %zu pages", atomic_load(&h->pages));
	if (h->is_fetch)
		fprintf(f, ", %zu records", records);
	if (h->is_fetch && s > 0)
		fprintf(f, ", %zu/s", records / s);
	if ((h->is_fetch || h->is_push) && s > 0 && left > 0)
		fprintf(f, ", %zu min left", left);
	n = ftell(f);
	fclose(f);
	return n < 0 ? 0 : (size_t)n;
}

/* Columns of the terminal, as it is now. */
static size_t
find_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS;
	return size.ws_col;
}

/* Never as wide as the terminal, for a line that is full wraps: the bar gives way, then the text is
 * cut. */
static void
draw(struct command_host *h)
{
	size_t step = atomic_load(&h->step), steps = atomic_load(&h->steps);
	size_t room = find_columns() - 1, width, full;
	const char *green = h->is_coloured ? "\033[32m" : "",
	           *plain = h->is_coloured ? "\033[0m" : "";
	char text[160], bar[WIDTH + 1];
	size_t n = write_text(h, step, steps, text, sizeof(text));

	n = n < room ? n : room;
	width = room - n > WIDTH + 3 ? WIDTH : room - n > LEAST + 3 ? room - n - 3 : 0;
	full = steps == 0 ? 0 : width * step / steps;
	for (size_t i = 0; i < width; i++)
		bar[i] = i < full ? '#' : '-';
	if (width > 0)
		fprintf(stderr, CLEAR "[%s%.*s%s%.*s] %.*s", green, (int)full, bar, plain,
		    (int)(width - full), bar + full, (int)n, text);
	else
		fprintf(stderr, CLEAR "%.*s", (int)n, text);
	fflush(stderr);
}

static void *
keep_drawing(void *context)
{
	static const struct timespec pause = { .tv_nsec = 100000000 };
	struct command_host *h = context;

	while (!atomic_load(&h->is_over)) {
		draw(h);
		nanosleep(&pause, NULL);
	}
	return NULL;
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

	command_host_clear(h);
	say(h->o, levels[level], "%s", text);
}

static void
begin(struct command_host *h)
{
	h->has_begun = true;
	h->begun = h->last_told = host_ticks();
	h->is_coloured = message_is_coloured();
	if (!h->o->quiet && !h->o->log_json && isatty(STDERR_FILENO))
		h->is_drawn = pthread_create(&h->thread, NULL, keep_drawing, h) == 0;
}

static void
tell(struct command_host *h, const struct progress_report *p)
{
	size_t left = minutes_left(h, p->step, p->steps);
	char text[48] = "";

	if (left > 0)
		snprintf(text, sizeof(text), ", about %zu min left", left);
	say(h->o, SAY_INFO, "%zu of %zu lists, %llu pages, %llu records%s", p->step, p->steps,
	    (unsigned long long)p->pages, (unsigned long long)p->records, text);
}

static void
show_progress(void *context, const struct progress_report *p)
{
	struct command_host *h = context;

	atomic_store(&h->steps, p->steps);
	atomic_store(&h->step, p->step);
	if (h->is_fetch) {
		atomic_store(&h->pages, p->pages);
		atomic_store(&h->records, p->records);
		atomic_store(&h->expected, p->pages_expected);
	}
	if (!h->has_begun)
		begin(h);
	if (!h->is_fetch || h->is_drawn || host_ticks() - h->last_told < TELL_EVERY)
		return;
	h->last_told = host_ticks();
	tell(h, p);
}

struct host
command_host(struct command_host *h)
{
	return (struct host){ h, now, ticks, sleep_us, random_bits, note, show_progress };
}

void
command_host_clear(struct command_host *h)
{
	if (h->is_drawn)
		fputs(CLEAR, stderr);
}

void
command_host_end(struct command_host *h)
{
	if (!h->is_drawn)
		return;
	atomic_store(&h->is_over, true);
	pthread_join(h->thread, NULL);
	command_host_clear(h);
	h->is_drawn = false;
}
