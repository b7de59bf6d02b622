#include "base/write_back.h"

#include <fcntl.h>
#include <time.h>

#include "base/pool.h"

/* Between two looks, where all that was written is on its way: a tenth of a millisecond. */
#define PAUSE 100000

/* One look lasts as long as there is more to send, also of what is written meanwhile behind the
 * place where it is. */
static void *
send(void *argument)
{
	struct write_back *w = argument;

	while (
	    !atomic_load(&w->is_over) && sync_file_range(w->fd, 0, 0, SYNC_FILE_RANGE_WRITE) == 0)
		(void)nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	return NULL;
}

void
write_back_begin(struct write_back *w, int fd)
{
	if (w->is_running)
		return;
	w->fd = fd;
	atomic_init(&w->is_over, false);
	w->is_running = pool_cores() > 1 && pthread_create(&w->thread, NULL, send, w) == 0;
}

void
write_back_end(struct write_back *w)
{
	if (!w->is_running)
		return;
	atomic_store(&w->is_over, true);
	pthread_join(w->thread, NULL);
	w->is_running = false;
}
