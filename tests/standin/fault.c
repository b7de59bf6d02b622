#include "fault.h"

bool
faults_add(struct faults *f, const struct fault *one)
{
	if (f->n == FAULTS_MAX)
		return false;
	f->list[f->n++] = *one;
	return true;
}

const struct fault *
faults_strike(struct faults *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++) {
		struct fault *one = &f->list[i];

		if (strncmp(path, one->path, strlen(one->path)) != 0)
			continue;
		if (one->skip > 0) {
			one->skip--;
			continue;
		}
		if (one->count == 0)
			continue;
		one->count--;
		return one;
	}
	return NULL;
}
