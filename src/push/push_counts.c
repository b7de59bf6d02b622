#include "push/push_counts.h"

#include "base/arena.h"

void
push_counts_add(struct push_counts *c, struct str name)
{
	uint32_t i = intern_add(&c->names, name);

	c->n = mem_reach(c->n, i, &c->cap, sizeof(*c->n));
	c->n[i]++;
}

void
push_counts_release(struct push_counts *c)
{
	intern_release(&c->names);
	mem_free(c->n);
	*c = (struct push_counts){ 0 };
}
