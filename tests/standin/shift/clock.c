/* clock.c -- for LD_PRELOAD: the wall clock begins at STANDIN_CLOCK seconds and
 * runs on from there.
 *
 * So that hours pass in seconds without the program knowing; the clock that
 * never goes back is left alone.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime(clockid_t id, struct timespec *t)
{
	static struct timespec begun;
	const char *from = getenv("STANDIN_CLOCK");
	struct timespec now;

	if (id != CLOCK_REALTIME || from == NULL)
		return (int)syscall(SYS_clock_gettime, id, t);
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	if (begun.tv_sec == 0)
		begun = now;
	t->tv_sec = strtol(from, NULL, 10) + now.tv_sec - begun.tv_sec;
	t->tv_nsec = now.tv_nsec - begun.tv_nsec;
	if (t->tv_nsec < 0) {
		t->tv_nsec += 1000000000;
		t->tv_sec--;
	}
	return 0;
}
