#include "push/push_counts.h"

#include "base/arena.h"

uint64_t
push_counts_add(struct push_counts *c, struct str name)
{
	uint32_t i = intern_add(&c->names, name);

	c->n = mem_reach(c->n, i, &c->cap, sizeof(*c->n));
	return ++c->n[i];
}

uint64_t
push_counts_of(const struct push_counts *c, struct str name)
{
	uint32_t i = intern_find(&c->names, name);

	return i == 0 ? 0 : c->n[i];
}

void
push_counts_release(struct push_counts *c)
{
	intern_release(&c->names);
	mem_free(c->n);
	*c = (struct push_counts){ 0 };
}
