#include "http/pace.h"

void
pace_wait(struct pace *p, const struct host *host)
{
	int64_t next = p->last + p->interval;
	int64_t now = host->ticks(host->context);

	if (p->has_called && now < next)
		host->sleep(host->context, next - now);
	p->has_called = true;
	p->last = host->ticks(host->context);
}
