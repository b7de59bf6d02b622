/* failing_alloc.c -- a library to be preloaded: the n-th allocation fails, or all from there on.
 *
 * ALLOC_FAIL_AT: which one, from 1 on; 0: none.  ALLOC_FAIL_ON: all later ones fail too.
 * ALLOC_COUNT: a file that gets the number of allocations when the process ends.
 * It stands below the program's own malloc (base/arena.c), where the C library's would be.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);

static atomic_ulong calls;
static unsigned long fail_at;
static bool fail_on, begun;

static unsigned long
number_of(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtoul(text, NULL, 10);
}

__attribute__((constructor)) static void
begin(void)
{
	fail_at = number_of("ALLOC_FAIL_AT");
	fail_on = number_of("ALLOC_FAIL_ON") != 0;
	begun = true;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("ALLOC_COUNT");
	char text[32];
	int fd, n;

	if (path == NULL)
		return;
	begun = false;
	n = snprintf(text, sizeof(text), "%lu\n", atomic_load(&calls));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd >= 0 && write(fd, text, (size_t)n) == n)
		close(fd);
}

static bool
fails(void)
{
	unsigned long call;

	if (!begun)
		return false;
	call = atomic_fetch_add(&calls, 1) + 1;
	if (fail_at == 0 || call < fail_at || (call > fail_at && !fail_on))
		return false;
	errno = ENOMEM;
	return true;
}

/* The C library's function of that name, looked up once. */
static void
find(void *to, const char *name)
{
	void *at = dlsym(RTLD_NEXT, name);

	memcpy(to, &at, sizeof(at));
}

void *
__libc_malloc(size_t size)
{
	static void *(*libc)(size_t);

	if (libc == NULL)
		find(&libc, "__libc_malloc");
	return fails() ? NULL : libc(size);
}

void *
__libc_calloc(size_t count, size_t size)
{
	static void *(*libc)(size_t, size_t);

	if (libc == NULL)
		find(&libc, "__libc_calloc");
	return fails() ? NULL : libc(count, size);
}

void *
__libc_realloc(void *p, size_t size)
{
	static void *(*libc)(void *, size_t);

	if (libc == NULL)
		find(&libc, "__libc_realloc");
	return fails() ? NULL : libc(p, size);
}

void *
__libc_memalign(size_t align, size_t size)
{
	static void *(*libc)(size_t, size_t);

	if (libc == NULL)
		find(&libc, "__libc_memalign");
	return fails() ? NULL : libc(align, size);
}
