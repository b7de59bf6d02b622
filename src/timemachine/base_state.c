#include "timemachine/base_state.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "bases/fold_manifest.h"
#include "bases/fold_restore.h"

static bool
has_base(struct base_state *b, const char *account, struct str id)
{
	struct err ignored = ERR_INIT;
	struct str *ids;
	size_t n;

	if (fold_manifest_list(&b->a, account, &ids, &n, &ignored) < 0)
		return false;
	return n > 0 && bsearch(&id, ids, n, sizeof(*ids), str_order) != NULL;
}

/* In TMPDIR, as others do: the account is only looked at. */
static int
make_dir(struct base_state *b, struct err *e)
{
	const char *place = getenv("TMPDIR");
	char *dir;

	if (place == NULL || place[0] == '\0')
		place = "/tmp";
	dir = file_join(&b->a, place, "flowstory-base-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return err_sys(e, errno, "cannot make the directory '%s'", dir);
	b->dir = dir;
	return 0;
}

int
base_state_open(struct base_state *b, const char *account, const char *id, struct err *e)
{
	if (id == NULL || !has_base(b, account, str_c(id)))
		return 0;
	if (make_dir(b, e) < 0 || state_open_quick(&b->s, b->dir, e) < 0 ||
	    fold_restore(account, str_c(id), &b->s, e) < 0)
		return -1;
	return 1;
}

void
base_state_close(struct base_state *b)
{
	struct err ignored = ERR_INIT;

	state_close(&b->s);
	if (b->dir != NULL)
		(void)!dir_remove(b->dir, &ignored);
	arena_release(&b->a);
	*b = (struct base_state){ .dir = NULL };
}
