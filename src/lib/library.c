#include "lib/library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"

/* More than a library takes that is loaded. */
#define ROOM ((size_t)16 << 20)

/* The loader tells by its text alone that it could not map, and says the same of a damaged file and
 * of one on a disk where nothing may be run; what it allocates has ended in mem_out (base/arena.c).
 */
static bool
is_about_memory(const char *why)
{
	void *room;

	if (strstr(why, "failed to map") == NULL && strstr(why, "cannot map") == NULL)
		return false;
	room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return room == MAP_FAILED || munmap(room, ROOM) < 0;
}

void *
library_load(const char *name, const char **why)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	const char *said = library == NULL ? dlerror() : NULL;

	if (said != NULL && is_about_memory(said))
		mem_out();
	if (why != NULL)
		*why = said;
	return library;
}
