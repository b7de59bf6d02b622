#include "push/refused.h"

#include "base/arena.h"

static struct str
name_of(struct arena *a, char kind, struct str of)
{
	return str_printf(a, "%c%.*s", kind, STR_ARG(of));
}

void
refused_add(struct refused *r, char kind, struct str of)
{
	struct arena a = { 0 };

	(void)intern_add(&r->names, name_of(&a, kind, of));
	arena_release(&a);
}

bool
refused_has(const struct refused *r, char kind, struct str of)
{
	struct arena a = { 0 };
	bool has;

	if (r == NULL || r->names.n <= 1)
		return false;
	has = intern_find(&r->names, name_of(&a, kind, of)) > 0;
	arena_release(&a);
	return has;
}

void
refused_release(struct refused *r)
{
	intern_release(&r->names);
}
