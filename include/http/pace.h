/* pace.h -- no call sooner than an interval after the one before. */
#ifndef HTTP_PACE_H
#define HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/host.h"

struct pace {
	int64_t interval; /* us between the starts of two calls */
	bool has_called;
	int64_t last; /* ticks */
};

/* pace_wait(p, host): sleep until a call may start, and note that one does. */
void pace_wait(struct pace *p, const struct host *host);

#endif /* HTTP_PACE_H */
