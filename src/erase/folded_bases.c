#include "erase/folded_bases.h"

#include "base/file.h"
#include "base/timestamp.h"
#include "bases/fold_reader.h"
#include "bases/fold_restore.h"
#include "bases/fold_state.h"
#include "erase/folded_people.h"
#include "erase/folded_state.h"

struct making {
	const struct folded_bases *f;
	struct arena a;
	char *work; /* where a state is made for a while */
	struct state s;
	struct buf text;
	struct str before; /* the base made before, or empty */
	struct err *e;
};

/* ---- One record */

/* What becomes of it, its new text in ${out}. */
static enum redact_kind
redact(const struct making *g, const struct fold_record *x, struct buf *out)
{
	struct redactor *r = g->f->names->r;
	int64_t as_of;

	if (timestamp_parse_id(x->snapshot, &as_of))
		r->taken_at = as_of;
	return redact_record(r, x->entity == ENTITY_ORDER, x->text, out);
}

static int
text_of(void *context, const struct fold_record *x, struct buf *out)
{
	return redact(context, x, out) != REDACTED_NOTHING;
}

static int
take_record(struct making *g, struct derive *d, const struct fold_record *r)
{
	struct folded_state_record x = { .r = r };
	enum redact_kind kind;

	buf_reset(&g->text);
	kind = redact(g, r, &g->text);
	if (kind == REDACTED_NOTHING)
		return 0;
	x.text = buf_view(&g->text);
	x.is_theirs = kind == REDACTED_CUSTOMER || kind == REDACTED_ORDER;
	return folded_state_record(&g->s, d, &x, g->e);
}

static int
take_records(struct making *g, struct str id)
{
	struct derive d = { .s = &g->s };
	struct fold_reader reader;
	struct fold_record r;
	int rc = fold_reader_open(&reader, g->f->account, id, g->e);

	while (rc >= 0 && (rc = fold_reader_record(&reader, &r, g->e)) > 0)
		rc = take_record(g, &d, &r);
	fold_reader_release(&reader);
	derive_release(&d);
	return rc;
}

/* ---- One base */

static int
open_work(struct making *g, struct state *s)
{
	if (dir_remove(g->work, g->e) < 0 || dir_make_quick(g->work, g->e) < 0)
		return -1;
	return state_open_quick(s, g->work, g->e) < 0 ? -1 : 0;
}

static int
restore(struct making *g, struct str id)
{
	if (open_work(g, &g->s) < 0 || fold_restore(g->f->account, id, &g->s, g->e) < 0 ||
	    take_records(g, id) < 0)
		return -1;
	return folded_people_drop(&g->s, g->f->names, g->e);
}

static int
write_base(struct making *g, struct str id, const char *bases)
{
	char *dir = file_join(&g->a, bases, str_z(&g->a, id));
	struct fold_manifest before;
	struct fold_state f = { .account = g->f->account,
		.s = &g->s,
		.dir = dir,
		.jobs = g->f->jobs,
		.text = text_of,
		.context = g };

	if (g->before.n > 0) {
		if (fold_manifest_load(&g->a, g->f->to, g->before, &before, g->e) < 0)
			return -1;
		f.before = &before;
		f.before_dir = file_join(&g->a, bases, str_z(&g->a, g->before));
	}
	return dir_make_quick(dir, g->e) < 0 ? -1 : fold_state_write(&f, g->e);
}

/* What comes out of it has to be what it was made of: fold_restore compares the digests. */
static int
prove(struct making *g, struct str id)
{
	struct state back = { 0 };
	int rc = open_work(g, &back);

	if (rc == 0)
		rc = fold_restore(g->f->to, id, &back, g->e);
	state_close(&back);
	return rc;
}

static int
make_base(struct making *g, struct str id, const char *bases)
{
	int rc = restore(g, id);

	if (rc == 0)
		rc = folded_state_words(&g->s, g->f->names->r, g->e);
	if (rc == 0)
		rc = folded_state_files(&g->s, g->f->names, g->f->digests, g->e);
	if (rc == 0)
		rc = state_commit(&g->s, g->e);
	if (rc == 0)
		rc = state_begin(&g->s, g->e) < 0 ? -1 : 0;
	if (rc == 0)
		rc = write_base(g, id, bases);
	state_close(&g->s);
	if (rc == 0)
		rc = prove(g, id);
	g->before = id;
	return rc;
}

static void
begin(struct making *g, const struct folded_bases *f, struct err *e)
{
	*g = (struct making){ .f = f, .e = e };
	g->work = file_join(&g->a, f->to, "work");
}

static int
end(struct making *g, int rc)
{
	struct err ignored = ERR_INIT;

	state_close(&g->s);
	if (dir_remove(g->work, rc < 0 ? &ignored : g->e) < 0)
		rc = -1;
	buf_release(&g->text);
	arena_release(&g->a);
	return rc;
}

int
folded_bases_write(const struct folded_bases *f, struct err *e)
{
	struct making g;
	struct str *ids;
	char *bases;
	size_t n = 0;
	int rc;

	begin(&g, f, e);
	bases = file_join(&g.a, f->to, "bases");
	rc = dir_make_quick(bases, e);
	if (rc == 0)
		rc = fold_manifest_list(&g.a, f->account, &ids, &n, e);
	for (size_t i = 0; rc == 0 && i < n && str_cmp(ids[i], f->start) <= 0; i++)
		rc = make_base(&g, ids[i], bases);
	return end(&g, rc);
}
