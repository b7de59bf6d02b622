#include "account/terms_history.h"

#include <errno.h>

#include "account/account.h"
#include "account/settings_suppress.h"
#include "base/file.h"
#include "snapshot/store.h"
#include "state/state.h"

#define LIMIT (UINT64_C(1) << 28)
#define SUFFIX ".json"
#define LIST_SUFFIX ".suppress.txt"
#define MARK "state/applied-before"
#define MARK_LIMIT 64

/* "terms/<id><suffix>", in the account. */
static char *
name_of(struct arena *a, struct str id, const char *suffix)
{
	return str_z(a, str_printf(a, "terms/%.*s%s", STR_ARG(id), suffix));
}

static int
list_files(struct terms_history *h, struct err *e)
{
	char *dir = file_join(&h->arena, h->account, "terms");

	return account_ids(&h->arena, dir, STR(SUFFIX), &h->ids, &h->n, e);
}

/* ---- What was applied before */

static struct str
later(struct str x, struct str y)
{
	return str_cmp(x, y) < 0 ? y : x;
}

static int
last_in(struct arena *a, const char *account, const char *dir, struct str suffix, struct str *last,
    struct err *e)
{
	struct str *ids;
	size_t n;

	if (account_ids(a, file_join(a, account, dir), suffix, &ids, &n, e) < 0)
		return -1;
	if (n > 0)
		*last = later(*last, ids[n - 1]);
	return 0;
}

static int
last_snapshot(struct arena *a, const char *account, struct str *last, struct err *e)
{
	struct str *ids;
	size_t n;

	if (store_list(a, account, &ids, &n, e) < 0)
		return -1;
	if (n > 0)
		*last = ids[n - 1];
	return 0;
}

/* With nothing left but the snapshots and their terms, history has to come out as it was: which of
 * them were applied nobody knows, so all were.  A state without a mark is that of a first run. */
static int
find_until(struct arena *a, const char *account, bool has_terms, bool has_state, struct str *until,
    struct err *e)
{
	struct err ignored = ERR_INIT;
	struct str mark = { 0 };

	*until = (struct str){ 0 };
	if (file_load(a, file_join(a, account, MARK), MARK_LIMIT, &mark, &ignored) == 0)
		*until = str_trim(mark);
	if (last_in(a, account, "diffs", STR(".jsonl.gz"), until, e) < 0 ||
	    last_in(a, account, "exports", STR(""), until, e) < 0)
		return -1;
	if (until->n > 0 || !has_terms || has_state)
		return 0;
	return last_snapshot(a, account, until, e);
}

static bool
has_state(struct arena *a, const char *account)
{
	return file_exists(file_join(a, account, "state/data.mdb"));
}

int
terms_history_open(struct terms_history *h, const char *account, struct err *e)
{
	*h = (struct terms_history){ .account = account };
	if (list_files(h, e) < 0)
		return -1;
	return find_until(
	    &h->arena, account, h->n > 0, has_state(&h->arena, account), &h->until, e);
}

bool
terms_history_was_applied(const struct terms_history *h, struct str id)
{
	return h->n > 0 && h->until.n > 0 && str_cmp(id, h->until) <= 0;
}

/* ---- Reading */

/* A file that is missing or at fault; one that cannot be read now may be read later. */
static int
fail(const char *name, struct err *e)
{
	err_file(e, name);
	if (e->kind == ERR_IO && e->sys != ENOENT)
		return -1;
	e->kind = ERR_SETTINGS;
	return err_advise(
	    e, "Restore it from a backup: without it, history cannot be applied again as it was.");
}

/* The list is kept with its settings. */
static int
load_list(struct arena *a, const char *account, struct str id, struct terms *t, struct err *e)
{
	char *name = name_of(a, id, LIST_SUFFIX);
	struct str text;

	if (t->settings.suppress.n == 0)
		return 0;
	if (file_load(a, file_join(a, account, name), LIMIT, &text, e) < 0)
		return fail(name, e);
	settings_suppress_use(&t->settings, text);
	return 0;
}

static int
load(const char *account, struct str id, struct terms *t, struct err *e)
{
	struct arena a = { 0 };
	char *name = name_of(&a, id, SUFFIX);
	struct str text;
	int rc;

	*t = (struct terms){ 0 };
	if (file_load(&a, file_join(&a, account, name), LIMIT, &text, e) < 0 ||
	    terms_parse(t, name, text, e) < 0)
		rc = fail(name, e);
	else
		rc = load_list(&a, account, id, t, e);
	arena_release(&a);
	return rc;
}

/* ---- Before the state is made anew */

/* What history is applied again with has to be whole before the state that it made is given up. */
static int
check_all(const char *account, const struct str *ids, size_t n, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct terms t;

		rc = load(account, ids[i], &t, e);
		terms_release(&t);
	}
	return rc;
}

static int
mark(struct arena *a, const char *account, bool forget, struct err *e)
{
	struct str *ids, until;
	size_t n;

	if (account_ids(a, file_join(a, account, "terms"), STR(SUFFIX), &ids, &n, e) < 0 ||
	    find_until(a, account, n > 0, !forget && has_state(a, account), &until, e) < 0 ||
	    (forget && (check_all(account, ids, n, e) < 0 || state_forget(account, e) < 0)))
		return -1;
	if (until.n == 0)
		return 0;
	if (dir_make(file_join(a, account, "state"), e) < 0)
		return -1;
	return file_save(file_join(a, account, MARK), until, e);
}

int
terms_history_mark(const char *account, bool forget, struct err *e)
{
	struct arena a = { 0 };
	int rc = !forget && has_state(&a, account) ? 0 : mark(&a, account, forget, e);

	arena_release(&a);
	return rc;
}

/* ---- What holds with a snapshot */

/* The file that holds with the snapshot; empty: there is none. */
static struct str
file_at(const struct terms_history *h, struct str id)
{
	size_t i = h->n;

	while (i > 0 && str_cmp(h->ids[i - 1], id) > 0)
		i--;
	if (h->n == 0)
		return (struct str){ 0 };
	return h->ids[i > 0 ? i - 1 : 0];
}

static int
load_file(struct terms_history *h, struct str id, struct err *e)
{
	if (str_eq(h->loaded_id, id))
		return 0;
	h->loaded_id = (struct str){ 0 };
	terms_release(&h->loaded);
	if (load(h->account, id, &h->loaded, e) < 0)
		return -1;
	h->loaded_id = id;
	return 0;
}

int
terms_history_at(struct terms_history *h, struct str id, const struct terms **out, struct err *e)
{
	struct str file = file_at(h, id);

	if (file.n == 0)
		return 0;
	if (load_file(h, file, e) < 0)
		return -1;
	*out = &h->loaded;
	return 1;
}

int
terms_history_load(struct terms *t, const char *account, struct str id, struct err *e)
{
	struct terms_history h = { .account = account };
	struct str file;
	int rc = list_files(&h, e);

	*t = (struct terms){ 0 };
	if (rc == 0) {
		file = file_at(&h, id);
		if (file.n > 0)
			rc = load(account, file, t, e) < 0 ? -1 : 1;
	}
	terms_history_release(&h);
	return rc;
}

static bool
has_own_file(const struct terms_history *h, struct str id)
{
	return str_eq(file_at(h, id), id);
}

int
terms_history_accepts(struct terms_history *h, struct str id, struct err *e)
{
	if (!has_own_file(h, id))
		return 0;
	if (load_file(h, id, e) < 0)
		return -1;
	return str_eq(h->loaded.accepted, id);
}

/* ---- Writing */

/* The list first: it is only looked for beside the other file. */
static int
save(struct terms_history *h, struct str id, const struct terms *t, bool is_accepted, struct err *e)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	char *list = file_join(&a, h->account, name_of(&a, id, LIST_SUFFIX));
	char *file = file_join(&a, h->account, name_of(&a, id, SUFFIX));
	int rc = dir_make(file_join(&a, h->account, "terms"), e);

	terms_print(t, is_accepted ? id : (struct str){ 0 }, &b);
	if (rc == 0 && t->settings.suppress.n > 0)
		rc = file_save(list, t->settings.export.suppress_text, e);
	else if (rc == 0)
		rc = dir_remove(list, e);
	if (rc == 0)
		rc = file_save(file, buf_view(&b), e);
	buf_release(&b);
	arena_release(&a);
	if (rc == 0)
		rc = list_files(h, e);
	h->loaded_id = (struct str){ 0 };
	return rc;
}

/* The other way round than they are written. */
static int
remove_files(struct terms_history *h, struct str id, struct err *e)
{
	struct arena a = { 0 };
	int rc = dir_remove(file_join(&a, h->account, name_of(&a, id, SUFFIX)), e);

	if (rc == 0)
		rc = dir_remove(file_join(&a, h->account, name_of(&a, id, LIST_SUFFIX)), e);
	arena_release(&a);
	return rc < 0 ? -1 : list_files(h, e);
}

static bool
is_same(const struct terms *x, const struct terms *y)
{
	bool has_list = x->settings.suppress.n > 0;

	return str_eq(x->settings_text, y->settings_text) && str_eq(x->rules.text, y->rules.text) &&
	       has_list == (y->settings.suppress.n > 0) &&
	       str_eq(x->settings.export.suppress_text, y->settings.export.suppress_text);
}

/* Returns: 1 if the terms of the snapshot before are the same, 0, -1. */
static int
is_as_before(struct terms_history *h, struct str id, const struct terms *t, struct err *e)
{
	size_t i = h->n;

	while (i > 0 && str_cmp(h->ids[i - 1], id) >= 0)
		i--;
	if (i == 0)
		return 0;
	return load_file(h, h->ids[i - 1], e) < 0 ? -1 : is_same(&h->loaded, t);
}

int
terms_history_follow(
    struct terms_history *h, struct str id, const struct terms *t, bool is_accepted, struct err *e)
{
	int rc;

	if (terms_history_was_applied(h, id)) {
		/* its terms stand in terms/ already, and ${t} is borrowed from ${h} */
		if (!is_accepted || str_eq(t->accepted, id))
			return 0;
		return save(h, id, t, true, e);
	}
	rc = is_as_before(h, id, t, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || is_accepted)
		return save(h, id, t, is_accepted, e);
	return has_own_file(h, id) ? remove_files(h, id, e) : 0;
}

int
terms_history_make(struct terms_history *h, struct str id, const struct terms *t, struct err *e)
{
	return save(h, id, t, false, e);
}

void
terms_history_release(struct terms_history *h)
{
	terms_release(&h->loaded);
	arena_release(&h->arena);
	*h = (struct terms_history){ 0 };
}
