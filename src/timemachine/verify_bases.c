#include "timemachine/verify_bases.h"

#include "base/arena.h"
#include "base/file.h"
#include "bases/fold_reader.h"
#include "bases/pruned.h"
#include "bases/row_text.h"

struct base_check {
	const char *account;
	const struct verify_state *state;
	struct findings *f;
	struct arena a;
	struct fold_reader r;
};

static struct str
file_of(struct base_check *g, const char *name)
{
	return str_printf(&g->a, "bases/%.*s/%s", STR_ARG(g->r.m.name), name);
}

/* The state says which snapshot has the number, and what its files were. */
static void
check_history(struct base_check *g)
{
	const struct fold_manifest *m = &g->r.m;
	const struct verify_state_snapshot *x = verify_state_find(g->state, m->id);

	if (g->state->n == 0)
		return;
	if (x == NULL || (uint64_t)(x - g->state->list) + 1 != m->number ||
	    !str_eq(x->manifest_sha256, m->manifest_sha256) ||
	    !str_eq(x->diff_sha256, m->diff_sha256))
		finding_add(g->f, FINDING_BASE, file_of(g, "manifest.json"),
		    "it folds a different history from the state's");
}

/* Every record and every line, which proves the files. */
static void
read_all(struct base_check *g)
{
	struct err why = ERR_INIT;
	struct row_text line = { .table = TABLE_META };
	struct fold_record record;
	uint64_t records = 0;
	struct str text;
	int rc;

	while ((rc = fold_reader_record(&g->r, &record, &why)) > 0)
		records++;
	if (rc < 0)
		finding_error(g->f, FINDING_BASE, file_of(g, "manifest.json"), &why);
	else if (records != g->r.m.counts.customers + g->r.m.counts.orders)
		finding_add(g->f, FINDING_BASE, file_of(g, "manifest.json"),
		    "its pages do not hold as many records as it says");
	why = (struct err)ERR_INIT;
	while ((rc = fold_reader_line(&g->r, &text, &why)) > 0 &&
	       (rc = row_text_read(&line, text, &why)) == 0)
		;
	if (rc < 0)
		finding_error(g->f, FINDING_BASE, file_of(g, "memory.jsonl.gz"), &why);
	row_text_release(&line);
}

static void
find_extra(struct base_check *g)
{
	struct str dir = str_printf(&g->a, "bases/%.*s", STR_ARG(g->r.m.name));
	struct err ignored = ERR_INIT;
	struct str *names;
	size_t n;

	if (dir_list(&g->a, file_join(&g->a, g->account, str_z(&g->a, dir)), &names, &n, &ignored) <
	    0)
		return;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(names[i], STR("manifest.json")) &&
		    fold_manifest_find(&g->r.m, names[i]) == NULL)
			finding_add(g->f, FINDING_EXTRA,
			    str_printf(&g->a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(names[i])),
			    "the base's manifest does not name it");
}

static void
check_base(struct base_check *g, struct str id)
{
	struct err why = ERR_INIT;

	if (fold_reader_open(&g->r, g->account, id, &why) < 0) {
		finding_error(g->f, FINDING_BASE, file_of(g, "manifest.json"), &why);
	} else {
		check_history(g);
		read_all(g);
		find_extra(g);
	}
	fold_reader_release(&g->r);
}

int
verify_bases(const char *account, const struct verify_state *state, uint64_t *n, struct findings *f,
    struct err *e)
{
	struct base_check g = { .account = account, .state = state, .f = f };
	struct err why = ERR_INIT;
	struct str *ids;
	size_t all = 0;
	int rc = fold_manifest_list(&g.a, account, &ids, &all, e);

	for (size_t i = 0; rc == 0 && i < all; i++)
		check_base(&g, ids[i]);
	if (pruned_check(account, &why) < 0)
		finding_error(f, FINDING_BASE, STR(PRUNED_FILE), &why);
	*n = all;
	arena_release(&g.a);
	return rc;
}
