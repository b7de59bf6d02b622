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

/* faults_add: false if there are too many. */
bool faults_add(struct faults *f, const struct fault *one);

/* faults_strike(f, path): the first one that strikes this call, or NULL; it is
 * counted. */
const struct fault *faults_strike(struct faults *f, const char *path);

static inline bool
fault_is(const struct fault *f, const char *kind)
{
	return f != NULL && strcmp(f->kind, kind) == 0;
}

#endif /* STANDIN_FAULT_H */
