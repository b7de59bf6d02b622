#include "timemachine/nearest.h"

#include "base/arena.h"
#include "bases/fold_manifest.h"

struct neighbours {
	struct str before, after;
	bool is_base; /* the one after */
};

static struct neighbours
find(const struct str *bases, size_t n, struct str id, struct str first)
{
	struct neighbours x = { .after = first };
	size_t i = 0;

	while (i < n && str_cmp(bases[i], id) < 0)
		x.before = bases[i++];
	while (i < n && str_eq(bases[i], id))
		i++;
	if (i < n && (first.n == 0 || str_cmp(bases[i], first) <= 0)) {
		x.after = bases[i];
		x.is_base = true;
	}
	return x;
}

static int
advise(const struct neighbours *x, struct err *e)
{
	const char *what = x->is_base ? "base" : "snapshot";

	if (x->before.n == 0 && x->after.n == 0)
		return -1;
	if (x->before.n == 0)
		return err_advise(
		    e, "The oldest you can ask about is %s %.*s.", what, STR_ARG(x->after));
	if (x->after.n == 0)
		return err_advise(
		    e, "The nearest you can ask about is base %.*s.", STR_ARG(x->before));
	return err_advise(e, "The nearest you can ask about are base %.*s and %s %.*s.",
	    STR_ARG(x->before), what, STR_ARG(x->after));
}

int
nearest_advise(const char *account, struct str id, struct str first, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct neighbours x;
	struct str *bases;
	size_t n;

	if (fold_manifest_list(&a, account, &bases, &n, &ignored) < 0)
		n = 0;
	x = find(bases, n, id, first);
	(void)advise(&x, e);
	arena_release(&a);
	return -1;
}
