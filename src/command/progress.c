#include "command/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 30
#define CLEAR "\r\033[K"

static void
draw(struct progress *p)
{
	size_t step = atomic_load(&p->step), steps = atomic_load(&p->steps);
	size_t full = steps == 0 ? 0 : WIDTH * step / steps;
	char bar[WIDTH + 1];

	for (size_t i = 0; i < WIDTH; i++)
		bar[i] = i < full ? '#' : '-';
	bar[WIDTH] = '\0';
	fprintf(stderr, CLEAR "[%s] snapshot %zu of %zu, %zu pages", bar,
	    step < steps ? step + 1 : steps, steps, atomic_load(&p->done));
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
progress_begin(struct progress *p, const struct options *o, size_t steps)
{
	p->is_drawn = false;
	atomic_init(&p->is_over, false);
	atomic_init(&p->done, 0);
	atomic_init(&p->step, 0);
	atomic_init(&p->steps, steps);
	if (o->quiet || o->log_json || !isatty(STDERR_FILENO) || steps == 0)
		return;
	p->is_drawn =
	    pthread_create(&p->thread, NULL, keep_drawing, p) == 0;
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
