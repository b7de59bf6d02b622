#include "lib/library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

/* The loader tells it by its text alone; what it allocates has ended in mem_out (base/arena.c). */
static bool
is_about_memory(const char *why)
{
	return strstr(why, "failed to map") != NULL || strstr(why, "cannot map") != NULL;
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
