/* clock.c -- for LD_PRELOAD: the wall clock begins at STANDIN_CLOCK seconds and
 * runs on from there; with STANDIN_SLEEPLESS a sleep takes no time, but both
 * clocks have moved by it.
 *
 * So that hours pass in seconds without the program knowing; else the clock that
 * never goes back is left alone.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000L

static _Atomic long slept; /* ns */

int
nanosleep(const struct timespec *t, struct timespec *left)
{
	if (getenv("STANDIN_SLEEPLESS") == NULL)
		return (int)syscall(SYS_nanosleep, t, left);
	slept += t->tv_sec * NS + t->tv_nsec;
	return 0;
}

static void
add(struct timespec *t, long ns)
{
	t->tv_sec += ns / NS;
	t->tv_nsec += ns % NS;
	if (t->tv_nsec >= NS) {
		t->tv_nsec -= NS;
		t->tv_sec++;
	}
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	static struct timespec begun;
	const char *from = getenv("STANDIN_CLOCK");
	struct timespec now;

	if (id != CLOCK_REALTIME || from == NULL) {
		int rc = (int)syscall(SYS_clock_gettime, id, t);

		if (id == CLOCK_MONOTONIC)
			add(t, slept);
		return rc;
	}
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	if (begun.tv_sec == 0)
		begun = now;
	t->tv_sec = strtol(from, NULL, 10) + now.tv_sec - begun.tv_sec;
	t->tv_nsec = now.tv_nsec - begun.tv_nsec;
	if (t->tv_nsec < 0) {
		t->tv_nsec += NS;
		t->tv_sec--;
	}
	add(t, slept);
	return 0;
}
