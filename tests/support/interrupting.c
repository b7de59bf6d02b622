/* interrupting.c -- for LD_PRELOAD: INTERRUPT_AT=n raises a signal when a file whose path holds
 * INTERRUPT_PATH is opened for the n-th time; INTERRUPT_SIGNAL is its number (2), INTERRUPT_TWICE
 * raises it again.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_int seen;

static int
number(const char *name, int otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : atoi(text);
}

static void
look(const char *path)
{
	const char *part = getenv("INTERRUPT_PATH");

	if (part == NULL || strstr(path, part) == NULL ||
	    atomic_fetch_add(&seen, 1) + 1 != number("INTERRUPT_AT", 1))
		return;
	raise(number("INTERRUPT_SIGNAL", SIGINT));
	if (getenv("INTERRUPT_TWICE") != NULL)
		raise(number("INTERRUPT_SIGNAL", SIGINT));
}

#define MODE(flags, last)                                                                          \
	mode_t mode = 0;                                                                           \
	va_list args;                                                                              \
	va_start(args, last);                                                                      \
	if (((flags) & (O_CREAT | O_TMPFILE)) != 0)                                                \
		mode = va_arg(args, mode_t);                                                       \
	va_end(args)

int
open(const char *path, int flags, ...)
{
	static int (*real)(const char *, int, ...);

	MODE(flags, flags);
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "open");
	look(path);
	return real(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	static int (*real)(int, const char *, int, ...);

	MODE(flags, flags);
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "openat");
	look(path);
	return real(dir, path, flags, mode);
}
