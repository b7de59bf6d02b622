/* write_back.h -- what is written to a file is on its way to the disk while more is written.
 *
 * The system may write back what a program wrote whenever it likes; between begin and end it is
 * asked to, again and again, by a thread that does nothing else.  Nothing is promised: who has to
 * know that the bytes arrived calls fsync, as without it, and waits for less.
 */
#ifndef BASE_WRITE_BACK_H
#define BASE_WRITE_BACK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct write_back {
	int fd;
	pthread_t thread;
	atomic_bool is_over;
	bool is_running;
};

/* write_back_begin(w, fd): ${fd} stays open, and ${w} where it is, until write_back_end; ${w} is
 * zero before the first.  Nothing begins where it has begun, there is one processor, no further
 * thread, or a file that cannot do it. */
void write_back_begin(struct write_back *w, int fd);
void write_back_end(struct write_back *w);

#endif /* BASE_WRITE_BACK_H */
