/* fault.h -- what goes wrong, on request.
 *
 * A fault waits for calls whose path begins with a prefix, lets some pass, and
 * strikes so many times.
 */
#ifndef STANDIN_FAULT_H
#define STANDIN_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define FAULTS_MAX 64

struct fault {
	char kind[32];
	char path[128];
	char value[256];
	long number; /* the value as a number */
	unsigned long skip, count;
};

struct faults {
	struct fault list[FAULTS_MAX];
	size_t n;
};

/* The first one that strikes this call, or NULL; it is counted. */
static inline const struct fault *
faults_strike(struct faults *f, const char *path)
{
	for (struct fault *one = f->list; one < f->list + f->n; one++) {
		if (strncmp(path, one->path, strlen(one->path)) != 0)
			continue;
		if (one->skip > 0)
			one->skip--;
		else if (one->count > 0)
			return one->count--, one;
	}
	return NULL;
}

static inline bool
fault_is(const struct fault *f, const char *kind)
{
	return f != NULL && strcmp(f->kind, kind) == 0;
}

#endif /* STANDIN_FAULT_H */
