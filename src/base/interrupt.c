#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = { SIGINT, SIGTERM };
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* The number of the first one; 0: none yet. */
static volatile sig_atomic_t noted;

/* From now on either signal does what it does by itself. */
static void
note(int number)
{
	noted = number;
	for (size_t i = 0; i < SIGNALS; i++)
		signal(signals[i], SIG_DFL);
}

void
interrupt_catch(void)
{
	struct sigaction mine = { .sa_handler = note, .sa_flags = SA_RESTART }, old;

	sigemptyset(&mine.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&mine.sa_mask, signals[i]);
	for (size_t i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &mine, NULL);
}

bool
interrupt_is_asked(void)
{
	return noted != 0;
}

int
interrupt_check(struct err *e)
{
	return noted == 0 ? 0 : err_set(e, ERR_INTERRUPTED, "interrupted");
}

int
interrupt_status(void)
{
	return INTERRUPT_STATUS + noted;
}

void
interrupt_die(void)
{
	int number = noted;

	if (number == 0)
		return;
	signal(number, SIG_DFL);
	raise(number);
}
