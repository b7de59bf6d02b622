#include "erase/folded_digests.h"

#include "lib/sha256.h"

struct folded_digest *
folded_digests_put(struct folded_digests *d, struct str id)
{
	uint32_t i = intern_add(&d->ids, id);

	d->list = mem_reach(d->list, i, &d->cap, sizeof(*d->list));
	return &d->list[i];
}

const struct folded_digest *
folded_digests_find(const struct folded_digests *d, struct str id)
{
	uint32_t i = intern_find(&d->ids, id);

	return i == 0 ? NULL : &d->list[i];
}

int
folded_digests_check(struct str want, struct str text, struct err *e)
{
	struct sha256 found = sha256_of(text);

	if (want.n == 0 || str_eq(str_c(found.hex), want))
		return 0;
	err_set(e, ERR_DAMAGED, "file was modified: sha256 is %s, expected %.*s", found.hex,
	    STR_ARG(want));
	return err_advise(e, "Restore it from a backup.");
}

void
folded_digests_release(struct folded_digests *d)
{
	intern_release(&d->ids);
	mem_free(d->list);
	arena_release(&d->arena);
	*d = (struct folded_digests){ 0 };
}
