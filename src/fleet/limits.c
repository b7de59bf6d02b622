#include "fleet/limits.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/intern.h"

#define VARIABLE "FLOWSTORY_LIMIT_DIR"

int
limits_offer(const char *dir, struct err *e)
{
	struct arena a = { 0 };
	char real[PATH_MAX];
	int rc = 0;

	if (realpath(dir, real) == NULL)
		rc = err_sys(e, errno, "cannot open '%s'", dir);
	else if (setenv(VARIABLE, file_join(&a, real, ".limit"), 1) != 0)
		mem_out();
	arena_release(&a);
	return rc;
}

/* Each pair of a directory and a server once. */
static bool
is_new(struct intern *seen, const struct vitals *v, bool with_url)
{
	struct buf key = { 0 };
	uint32_t before = seen->n;
	bool is;

	buf_printf(&key, "%s", v->limit_dir);
	if (with_url)
		buf_printf(&key, " %.*s", STR_ARG(v->base_url));
	is = v->limit_dir[0] != '\0' && intern_add(seen, buf_view(&key)) >= before;
	buf_release(&key);
	return is;
}

/* What does not work in a directory of an account's own is told by that account, which then makes
 * no call; of the fleet's, it is told once. */
int
limits_set(const struct ledger *l, uint64_t interval, struct err *e)
{
	const char *own = getenv(VARIABLE);
	struct intern seen = { 0 };
	int rc = 0;

	for (size_t i = 0; i < l->n && rc == 0; i++) {
		const struct vitals *v = &l->rows[i].vitals;
		struct err why = ERR_INIT;

		if (is_new(&seen, v, false) &&
		    limit_set(v->limit_dir, STR(LIMIT_OTHERS), interval, &why) < 0) {
			if (own != NULL && strcmp(own, v->limit_dir) == 0) {
				*e = why;
				rc = -1;
			}
			continue;
		}
		if (v->base_url.n > 0 && is_new(&seen, v, true) &&
		    limit_set(v->limit_dir, v->base_url, interval, &why) < 0)
			continue;
	}
	intern_release(&seen);
	return rc;
}

void
limits_list(struct arena *a, const struct ledger *l, const struct host *host,
    struct limit_state **out, size_t *n)
{
	struct intern seen = { 0 };
	size_t cap = 0;

	*out = NULL;
	*n = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct err ignored = ERR_INIT;
		struct limit_state *some;
		size_t some_n;

		if (!is_new(&seen, &l->rows[i].vitals, false) ||
		    limit_list(a, l->rows[i].vitals.limit_dir, host, &some, &some_n, &ignored) < 0)
			continue;
		for (size_t k = 0; k < some_n; k++) {
			*out = arena_grow(a, *out, *n, &cap, sizeof(**out));
			(*out)[(*n)++] = some[k];
		}
	}
	intern_release(&seen);
}
