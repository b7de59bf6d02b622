#include "command/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "base/timestamp.h"
#include "account/account.h"

#define WIDTH 30
#define CLEAR "\r\033[K"

/* Rate and time left, both by what this run has seen so far. */
static void
draw_rate(struct progress *p, size_t step, size_t steps)
{
	size_t records = atomic_load(&p->records);
	int64_t s = (host_ticks() - p->begun) / TIMESTAMP_SECOND;

	fprintf(stderr, ", %zu records", records);
	if (s <= 0)
		return;
	fprintf(stderr, ", %zu/s", records / (size_t)s);
	if (step > 0 && step < steps)
		fprintf(stderr, ", %zu min left", ((steps - step) * (size_t)s / step + 59) / 60);
}

static void
draw(struct progress *p)
{
	size_t step = atomic_load(&p->step), steps = atomic_load(&p->steps);
	size_t full = steps == 0 ? 0 : WIDTH * step / steps;
	char bar[WIDTH + 1];

	for (size_t i = 0; i < WIDTH; i++)
		bar[i] = i < full ? '#' : '-';
	bar[WIDTH] = '\0';
	fprintf(stderr, CLEAR "[%s] %s %zu of %zu, %zu pages", bar,
	    p->is_fetch ? "list" : "snapshot", step < steps ? step + 1 : steps, steps,
	    atomic_load(&p->done));
	if (p->is_fetch)
		draw_rate(p, step, steps);
	fflush(stderr);
}

static void *
keep_drawing(void *context)
{
	static const struct timespec pause = { .tv_nsec = 100000000 };
	struct progress *p = context;

	while (!atomic_load(&p->is_over)) {
		draw(p);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void
begin(struct progress *p, const struct options *o, size_t steps, bool is_fetch)
{
	p->is_drawn = false;
	p->is_fetch = is_fetch;
	p->begun = host_ticks();
	atomic_init(&p->is_over, false);
	atomic_init(&p->done, 0);
	atomic_init(&p->step, 0);
	atomic_init(&p->steps, steps);
	atomic_init(&p->records, 0);
	if (o->quiet || o->log_json || !isatty(STDERR_FILENO) || (steps == 0 && !is_fetch))
		return;
	p->is_drawn = pthread_create(&p->thread, NULL, keep_drawing, p) == 0;
}

void
progress_begin(struct progress *p, const struct options *o, size_t steps)
{
	begin(p, o, steps, false);
}

void
progress_begin_fetch(struct progress *p, const struct options *o)
{
	begin(p, o, 0, true);
}

void
progress_report(struct progress *p, size_t step, size_t steps, size_t pages, size_t records)
{
	atomic_store(&p->steps, steps);
	atomic_store(&p->step, step);
	atomic_store(&p->done, pages);
	atomic_store(&p->records, records);
}

void
progress_step(struct progress *p)
{
	atomic_fetch_add(&p->step, 1);
}

void
progress_clear(struct progress *p)
{
	if (p->is_drawn)
		fputs(CLEAR, stderr);
}

void
progress_end(struct progress *p)
{
	if (!p->is_drawn)
		return;
	atomic_store(&p->is_over, true);
	pthread_join(p->thread, NULL);
	fputs(CLEAR, stderr);
	p->is_drawn = false;
}
