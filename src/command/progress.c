#include "command/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"

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
	    p->unit != NULL ? p->unit : "snapshot", step < steps ? step + 1 : steps, steps,
	    atomic_load(&p->pages));
	if (p->unit != NULL)
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

void
progress_begin(struct progress *p, const struct options *o, const char *unit, size_t steps)
{
	p->is_drawn = false;
	p->unit = unit;
	p->begun = host_ticks();
	atomic_store(&p->is_over, false);
	atomic_store(&p->step, 0);
	atomic_store(&p->steps, steps);
	if (o->quiet || o->log_json || !isatty(STDERR_FILENO) || steps == 0)
		return;
	p->is_drawn = pthread_create(&p->thread, NULL, keep_drawing, p) == 0;
}

void
progress_report(struct progress *p, const struct progress_report *r)
{
	atomic_store(&p->steps, r->steps);
	atomic_store(&p->step, r->step);
	if (p->unit == NULL)
		return;
	atomic_store(&p->pages, r->pages);
	atomic_store(&p->records, r->records);
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
