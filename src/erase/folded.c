#include "erase/folded.h"

#include "account/account.h"
#include "base/file.h"
#include "bases/fold_manifest.h"
#include "bases/fold_reader.h"
#include "bases/pruned.h"

#define DIFF_SUFFIX ".jsonl.gz"

struct looking {
	struct redactor *r;
	struct arena a; /* of one line */
	struct json json;
	struct buf out;
	struct err *e;
};

static int
refuse(struct looking *g, const char *where, struct str what)
{
	err_set(g->e, ERR_USAGE, "%s%.*s tells of them, and this version cannot rewrite it", where,
	    STR_ARG(what));
	return err_advise(g->e, "Nothing was changed. History was pruned there: restore the "
	                        "snapshots from a backup of before, "
	                        "or begin the account anew.");
}

static bool
is_theirs(struct looking *g, struct str id)
{
	return id.n > 0 && g->r->fate(g->r->context, id) != REDACT_NOT;
}

static int
check_records(struct looking *g, struct fold_reader *reader, struct str base)
{
	struct fold_record x;
	int rc;

	while ((rc = fold_reader_record(reader, &x, g->e)) > 0) {
		buf_reset(&g->out);
		if (redact_record(g->r, x.entity == ENTITY_ORDER, x.text, &g->out) !=
		    REDACTED_NOTHING)
			return refuse(g, "bases/", base);
	}
	return rc;
}

/* A row names customers by their ids: any text in it that is one. */
static bool
names_them(struct looking *g, struct str line)
{
	struct json_fault fault;
	bool found = false;

	arena_reset(&g->a);
	if (!json_read(&g->json, line, &fault))
		return false;
	for (uint32_t i = 0; i < g->json.n && !found; i++)
		if (g->json.nodes[i].kind == JSON_STRING)
			found = is_theirs(g, json_text(&g->a, &g->json, i));
	return found;
}

static int
check_memory(struct looking *g, struct fold_reader *reader, struct str base)
{
	struct str line;
	int rc;

	while ((rc = fold_reader_line(reader, &line, g->e)) > 0)
		if (names_them(g, line))
			return refuse(g, "bases/", base);
	return rc;
}

static int
check_base(struct looking *g, const char *account, struct str base)
{
	struct fold_reader reader;
	int rc = fold_reader_open(&reader, account, base, g->e);

	g->r->taken_at = reader.m.as_of;
	if (rc == 0)
		rc = check_records(g, &reader, base);
	if (rc == 0)
		rc = check_memory(g, &reader, base);
	fold_reader_release(&reader);
	return rc;
}

static int
check_pruned(struct looking *g, struct arena *a, const char *account)
{
	struct pruned_snapshot *list;
	struct manifest m;
	size_t n;

	if (pruned_load(a, account, &list, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (pruned_manifest(a, &list[i], &m, g->e) < 0)
			return -1;
		for (size_t k = 0; k < m.n; k++)
			if (m.pages[k].scope.kind == SCOPE_ID &&
			    is_theirs(g, m.pages[k].scope.detail))
				return refuse(g, "snapshots/pruned.jsonl.gz", STR(""));
	}
	return 0;
}

int
folded_check(const char *account, struct redactor *r, struct err *e)
{
	struct looking g = { .r = r, .e = e };
	struct arena a = { 0 };
	struct str *ids;
	size_t n;
	int rc = fold_manifest_list(&a, account, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = check_base(&g, account, ids[i]);
	if (rc == 0)
		rc = check_pruned(&g, &a, account);
	json_release(&g.json);
	buf_release(&g.out);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}

/* ---- What stays beside a base */

/* Every file below, under another name. */
static int
link_tree(struct arena *a, const char *from, const char *to, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_make_quick(to, e) < 0 || dir_list(a, from, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char *x = file_join(a, from, str_z(a, names[i])),
		     *y = file_join(a, to, str_z(a, names[i]));
		int why = 0;

		if (dir_exists(x)) {
			if (link_tree(a, x, y, e) < 0)
				return -1;
			continue;
		}
		why = file_link(x, y);
		if (why != 0)
			return err_sys(e, why, "cannot link '%s' to '%s'", x, y);
	}
	return 0;
}

static int
carry_diffs(struct arena *a, const char *account, struct str base, const char *to, struct err *e)
{
	char *from = file_join(a, account, "diffs"), *into = file_join(a, to, "diffs");
	struct str *ids;
	size_t n;

	if (dir_make_quick(into, e) < 0 || account_ids(a, from, STR(DIFF_SUFFIX), &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && str_cmp(ids[i], base) <= 0; i++) {
		char *name = str_z(a, str_printf(a, "%.*s" DIFF_SUFFIX, STR_ARG(ids[i])));
		int why = file_link(file_join(a, from, name), file_join(a, into, name));

		if (why != 0)
			return err_sys(e, why, "cannot link '%s' to '%s'", file_join(a, from, name),
			    file_join(a, into, name));
	}
	return 0;
}

static int
carry_exports(struct arena *a, const char *account, struct str base, const char *to, struct err *e)
{
	char *from = file_join(a, account, "exports"), *into = file_join(a, to, "exports");
	struct str *ids;
	size_t n;

	if (dir_make_quick(into, e) < 0 || account_ids(a, from, STR(""), &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && str_cmp(ids[i], base) <= 0; i++) {
		const char *id = str_z(a, ids[i]);

		if (link_tree(a, file_join(a, from, id), file_join(a, into, id), e) < 0)
			return -1;
	}
	return 0;
}

int
folded_carry(const char *account, struct str base, const char *to, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	if (base.n > 0)
		rc = carry_diffs(&a, account, base, to, e);
	if (rc == 0 && base.n > 0)
		rc = carry_exports(&a, account, base, to, e);
	arena_release(&a);
	return rc;
}
