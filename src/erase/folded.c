#include "erase/folded.h"

#include <errno.h>
#include <stdio.h>

#include "account/account.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "bases/fold_reader.h"
#include "bases/pruned.h"
#include "erase/each_page.h"
#include "erase/folded_bases.h"
#include "erase/folded_diffs.h"
#include "erase/folded_exports.h"
#include "erase/folded_gather.h"
#include "erase/folded_packed.h"
#include "erase/folded_text.h"
#include "erase/swap.h"

#define ASIDE "snapshots/" EACH_PAGE_ASIDE "/folded"
#define PACKED "pruned.jsonl.gz"

int
folded_find(struct folded *f, struct err *e)
{
	struct str *ids;

	if (fold_manifest_list(&f->arena, f->account, &ids, &f->bases, e) < 0 ||
	    fold_manifest_start(&f->arena, f->account, &f->start, e) < 0)
		return -1;
	f->has_spare = f->bases > 0 && str_cmp(ids[f->bases - 1], f->start) > 0;
	return 0;
}

int
folded_gather_texts(struct folded *f, bool is_aside, const char *derived, struct err *e)
{
	char *aside = file_join(&f->arena, f->account, ASIDE);
	struct folded_gather g = { .bases = f->account,
		.diffs = f->account,
		.start = f->start,
		.out = f->gather,
		.was = &f->was };

	if (f->bases == 0 && !is_aside)
		return 0;
	if (is_aside) {
		g.bases = aside;
		g.diffs = derived;
	}
	return folded_gather_all(&g, e);
}

/* ---- The plan */

/* An order of theirs that is somebody else's where history begins. */
static void
note_passed(struct folded *f, const struct fold_record *x)
{
	if (x->entity == ENTITY_ORDER && intern_find(&f->gather->orders, x->id) != 0)
		(void)intern_add(&f->passed, x->id);
}

static int
plan_base(struct folded *f, struct str id, struct err *e)
{
	bool is_start = str_eq(id, f->start);
	struct fold_reader reader;
	struct fold_record x;
	struct buf out = { 0 };
	int rc = fold_reader_open(&reader, f->account, id, e);

	while (rc >= 0 && (rc = fold_reader_record(&reader, &x, e)) > 0) {
		enum redact_kind kind;

		if (!timestamp_parse_id(x.snapshot, &f->redactor.taken_at))
			f->redactor.taken_at = reader.m.as_of;
		buf_reset(&out);
		kind = redact_record(&f->redactor, x.entity == ENTITY_ORDER, x.text, &out);
		f->kinds[kind]++;
		if (is_start && kind != REDACTED_ORDER)
			note_passed(f, &x);
	}
	fold_reader_release(&reader);
	buf_release(&out);
	return rc;
}

/* Diffs and exports as they would be written: nothing is begun where one of them is damaged. */
static int
plan_derived(struct folded *f, struct folded_names *names, struct err *e)
{
	struct folded_digests digests = { .cap = 0 };
	const struct folded_diffs diffs = { f->account, NULL, f->start, names, &f->was, &digests };
	const struct folded_exports exports = { f->account, NULL, f->start, names, &f->was,
		&digests };
	int rc = folded_diffs_write(&diffs, e);

	if (rc == 0)
		rc = folded_exports_write(&exports, e);
	folded_digests_release(&digests);
	return rc;
}

static int
plan_all(struct folded *f, struct folded_names *names, struct err *e)
{
	struct str *ids;
	size_t n;
	int rc = folded_packed_read(f->account, names, e);

	f->is_touched = rc > 0 || f->gather->folded.n > 1;
	if (rc >= 0)
		rc = fold_manifest_list(&f->arena, f->account, &ids, &n, e);
	for (size_t i = 0; rc == 0 && i < n && str_cmp(ids[i], f->start) <= 0; i++)
		rc = plan_base(f, ids[i], e);
	for (size_t i = REDACTED_NOTHING + 1; i < REDACT_KINDS; i++)
		f->is_touched = f->is_touched || f->kinds[i] > 0;
	return rc < 0 ? -1 : plan_derived(f, names, e);
}

int
folded_plan(struct folded *f, struct err *e)
{
	struct folded_names names = { .r = &f->redactor,
		.passed = &f->passed,
		.gather = f->gather,
		.is_removal = f->is_removal };
	int rc;

	f->redactor.fate = f->gather->fate;
	f->redactor.context = f->gather->context;
	f->redactor.search = &f->gather->search;
	if (f->start.n == 0)
		return 0;
	folded_names_make(&names);
	rc = plan_all(f, &names, e);
	folded_names_release(&names);
	return rc;
}

/* ---- Anew */

static int
write_parts(struct folded *f, struct folded_names *names, const char *to, struct err *e)
{
	struct folded_digests digests = { .cap = 0 };
	const struct folded_diffs diffs = { f->account, to, f->start, names, &f->was, &digests };
	const struct folded_exports exports = { f->account, to, f->start, names, &f->was,
		&digests };
	const struct folded_bases bases = { f->account, to, f->start, f->jobs, names, &digests };
	int rc = folded_packed_read(f->account, names, e) < 0 ? -1 : 0;

	if (rc == 0)
		rc = folded_diffs_write(&diffs, e);
	if (rc == 0)
		rc = folded_exports_write(&exports, e);
	if (rc == 0 && (f->is_touched || f->has_spare || digests.ids.n > 1))
		rc = folded_bases_write(&bases, e) < 0 ? -1 : 1;
	if (rc > 0 && names->pages.n > 1 &&
	    folded_packed_write(f->account, names, file_join(&f->arena, to, PACKED), e) < 0)
		rc = -1;
	folded_digests_release(&digests);
	return rc;
}

/* Bases that are not needed alone: there is no folded history. */
static int
write_nothing(const char *bases, struct err *e)
{
	return dir_make_quick(bases, e) < 0 ? -1 : 1;
}

int
folded_write(struct folded *f, struct err *e)
{
	struct folded_names names = { .r = &f->redactor,
		.passed = &f->passed,
		.gather = f->gather,
		.is_removal = f->is_removal };
	char *to = file_join(&f->arena, f->account, ASIDE);
	char *bases = file_join(&f->arena, to, "bases");
	int rc;

	if (f->bases == 0)
		return 0;
	if (dir_make_quick(to, e) < 0)
		return -1;
	folded_names_make(&names);
	rc = f->start.n == 0 ? write_nothing(bases, e) : write_parts(f, &names, to, e);
	folded_names_release(&names);
	if (rc == 0)
		return dir_remove(to, e);
	if (rc < 0 || swap_mark(bases, e) < 0)
		return -1;
	return dir_sync(to, e);
}

bool
folded_keeps(const struct folded *f, struct str snapshot, struct str cell)
{
	return f->start.n > 0 && str_cmp(snapshot, f->start) <= 0 &&
	       !folded_gather_lists(f->gather, snapshot, cell);
}

int
folded_swap(const char *account, struct err *e)
{
	struct arena a = { 0 };
	char *aside = file_join(&a, account, ASIDE), *packed = file_join(&a, aside, PACKED);
	char *place = file_join(&a, account, PRUNED_FILE);
	int rc = swap_dirs(file_join(&a, aside, "bases"), file_join(&a, account, "bases"), e);

	if (rc == 0 && file_exists(packed)) {
		if (rename(packed, place) != 0)
			rc = err_sys(e, errno, "cannot rename '%s' to '%s'", packed, place);
		else
			rc = dir_sync_parent(place, e);
	}
	arena_release(&a);
	return rc;
}

/* ---- What stays beside a base */

static int
carry_diffs(struct arena *a, const char *from, struct str base, const char *to, struct err *e)
{
	char *in = file_join(a, from, "diffs"), *into = file_join(a, to, "diffs");
	struct str *ids;
	size_t n;

	if (dir_make_quick(into, e) < 0 || account_ids(a, in, STR(FOLDED_DIFF), &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && str_cmp(ids[i], base) <= 0; i++) {
		char *name = str_z(a, str_printf(a, "%.*s" FOLDED_DIFF, STR_ARG(ids[i])));

		if (folded_text_link(file_join(a, in, name), file_join(a, into, name), e) < 0)
			return -1;
	}
	return 0;
}

static int
carry_exports(struct arena *a, const char *from, struct str base, const char *to, struct err *e)
{
	char *in = file_join(a, from, "exports"), *into = file_join(a, to, "exports");
	struct str *ids;
	size_t n;

	if (dir_make_quick(into, e) < 0 || account_ids(a, in, STR(""), &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && str_cmp(ids[i], base) <= 0; i++) {
		const char *id = str_z(a, ids[i]);

		if (folded_text_link_tree(a, file_join(a, in, id), file_join(a, into, id), e) < 0)
			return -1;
	}
	return 0;
}

int
folded_carry(const char *account, struct str base, const char *to, struct err *e)
{
	struct arena a = { 0 };
	const char *from = file_join(&a, account, ASIDE);
	int rc = 0;

	if (!dir_exists(file_join(&a, from, "diffs")))
		from = account;
	if (base.n > 0)
		rc = carry_diffs(&a, from, base, to, e);
	if (rc == 0 && base.n > 0)
		rc = carry_exports(&a, from, base, to, e);
	arena_release(&a);
	return rc;
}

void
folded_release(struct folded *f)
{
	redact_release(&f->redactor);
	intern_release(&f->passed);
	folded_digests_release(&f->was);
	arena_release(&f->arena);
}
