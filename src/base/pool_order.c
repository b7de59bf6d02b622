#include "base/pool.h"

#include "base/arena.h"

/* Results that are made in any order and taken in theirs. */
struct order {
	const struct pool_line *line;
	size_t count, room;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t moved;
	size_t next, taken; /* to be made next; to be taken next */
	struct made *made;  /* ${room} of them, by number */
	bool is_over;       /* nothing further is begun */
};

struct made {
	bool is_done;
	int rc;
	struct err e;
};

struct maker {
	struct order *order;
	size_t number;
	pthread_t thread;
};

/* Begin a number if there is one and room for it; the mutex is held. */
static bool
begin(struct order *o, size_t *i)
{
	if (o->is_over || o->next == o->count || o->next - o->taken == o->room)
		return false;
	*i = o->next++;
	return true;
}

/* The mutex is held, but not meanwhile. */
static void
make(struct order *o, size_t worker, size_t i)
{
	struct made *m = &o->made[i % o->room];

	*m = (struct made){ .e = ERR_INIT };
	pthread_mutex_unlock(&o->mutex);
	m->rc = o->line->make(o->line->context, worker, i, &m->e);
	pthread_mutex_lock(&o->mutex);
	m->is_done = true;
	pthread_cond_broadcast(&o->moved);
}

static void *
work(void *argument)
{
	struct maker *me = argument;
	struct order *o = me->order;
	size_t i;

	pthread_mutex_lock(&o->mutex);
	while (!o->is_over && o->next < o->count) {
		if (begin(o, &i))
			make(o, me->number, i);
		else
			pthread_cond_wait(&o->moved, &o->mutex);
	}
	pthread_mutex_unlock(&o->mutex);
	return NULL;
}

/* The next result is taken; the mutex is held, but not meanwhile. */
static int
take(struct order *o, struct err *e)
{
	size_t i = o->taken;
	struct made *m = &o->made[i % o->room];
	int rc = m->rc;

	if (rc != 0)
		*e = m->e;
	pthread_mutex_unlock(&o->mutex);
	if (rc == 0)
		rc = o->line->take(o->line->context, 0, i, e);
	pthread_mutex_lock(&o->mutex);
	m->is_done = false;
	o->taken++;
	o->is_over = rc != 0;
	pthread_cond_broadcast(&o->moved);
	return rc;
}

/* The calling thread takes first of all, and makes while there is nothing to
 * take. */
static int
lead(struct order *o, struct err *e)
{
	int rc = 0;
	size_t i;

	pthread_mutex_lock(&o->mutex);
	while (rc == 0 && o->taken < o->count) {
		if (o->made[o->taken % o->room].is_done)
			rc = take(o, e);
		else if (begin(o, &i))
			make(o, 0, i);
		else
			pthread_cond_wait(&o->moved, &o->mutex);
	}
	pthread_mutex_unlock(&o->mutex);
	return rc;
}

int
pool_in_order(size_t jobs, size_t count, const struct pool_line *line, struct err *e)
{
	struct order o = {
		.line = line,
		.count = count,
		.room = POOL_AHEAD(jobs),
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
	};
	struct maker *makers;
	size_t started = 1;
	int rc;

	if (jobs > count)
		jobs = count > 0 ? count : 1;
	o.made = mem_zero(o.room, sizeof(*o.made));
	makers = mem_zero(jobs, sizeof(*makers));
	for (size_t i = 0; i < jobs; i++)
		makers[i] = (struct maker){ .order = &o, .number = i };
	/* Where the system gives no more threads, fewer do the work. */
	while (started < jobs &&
	       pthread_create(&makers[started].thread, NULL, work, &makers[started]) == 0)
		started++;
	rc = lead(&o, e);
	for (size_t i = 1; i < started; i++)
		pthread_join(makers[i].thread, NULL);
	mem_free(makers);
	mem_free(o.made);
	return rc;
}
