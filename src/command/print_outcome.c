#include "command/print_outcome.h"

#include "command/message.h"
#include "delta/delta.h"

void
print_outcome(const struct options *o, const struct outcome *x)
{
	const uint64_t *c = x->applied.customers, *r = x->applied.orders;

	say(o, SAY_INFO,
	    "%.*s: customers +%llu ~%llu -%llu, orders +%llu ~%llu -%llu, "
	    "%llu contacts and %llu events written",
	    STR_ARG(x->applied.id), (unsigned long long)c[OP_ADDED],
	    (unsigned long long)c[OP_CHANGED], (unsigned long long)c[OP_REMOVED],
	    (unsigned long long)r[OP_ADDED], (unsigned long long)r[OP_CHANGED],
	    (unsigned long long)r[OP_REMOVED], (unsigned long long)x->contacts,
	    (unsigned long long)x->events);
	if (x->applied.quarantined > 0)
		say(o, SAY_WARNING, "%.*s: %llu %s quarantined, see exports/%.*s/quarantine.jsonl",
		    STR_ARG(x->applied.id), (unsigned long long)x->applied.quarantined,
		    x->applied.quarantined == 1 ? "record is" : "records are",
		    STR_ARG(x->applied.id));
	if (x->was_replaced)
		say(o, SAY_WARNING, "%.*s: replaced an existing export with different content",
		    STR_ARG(x->applied.id));
}
