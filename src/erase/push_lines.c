#include "erase/push_lines.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intern.h"
#include "base/lock.h"
#include "dailystory/opt_outs.h"
#include "lib/gz.h"
#include "push/acked_file.h"
#include "push/begun.h"
#include "push/books.h"
#include "push/former.h"
#include "push/journal.h"
#include "push/journal_line.h"
#include "push/lost.h"
#include "push/owed.h"

#define LIMIT (UINT64_C(1) << 34)
#define LEVEL 6

struct settling {
	struct push_lines *p;
	struct books *books; /* with the salt of their lines */
	char *dir;
	struct intern gone;  /* whose a line is and who is gone */
	struct intern dsids; /* of contacts that were theirs */
	struct arena arena, scratch;
	struct err *e;
};

/* What is done with each line of a file; ${out} NULL: it is only looked at. */
typedef int line_fn(struct settling *g, struct str text, struct buf *out);

static int
note_line(struct settling *g, struct str text, struct buf *out)
{
	struct journal_line x;

	(void)out;
	if (journal_line_read(&g->scratch, text, &x) && x.fh_id.n > 0 &&
	    g->p->is_gone(g->p->context, x.fh_id))
		(void)intern_add(&g->gone, x.fh_id);
	return 0;
}

static bool
is_nobodys(const struct settling *g, struct str fh_id)
{
	return intern_find(&g->gone, fh_id) != 0 && intern_find(&g->p->bound, fh_id) == 0;
}

/* The contacts they had; a refusal may name another's. */
static int
note_dsid(struct settling *g, struct str text, struct buf *out)
{
	struct journal_line x;

	(void)out;
	if (journal_line_read(&g->scratch, text, &x) && x.result == JOURNAL_ACKED &&
	    is_nobodys(g, x.fh_id) &&
	    (x.op == JOURNAL_CREATE || x.op == JOURNAL_CONTACT || x.op == JOURNAL_DELETE))
		(void)intern_add(&g->dsids, x.dsid);
	return 0;
}

static int
keep_line(struct str text, struct buf *out)
{
	buf_str(out, text);
	buf_char(out, '\n');
	return 0;
}

/* A message of our own, between whose words an id stands. */
static bool
names_one(const struct settling *g, struct str message)
{
	bool found = false;

	for (uint32_t i = 1; i < g->gone.n && !found; i++) {
		struct str id = g->gone.texts[i];

		for (size_t at = 0; at + id.n <= message.n && !found; at++)
			found = (at == 0 || message.p[at - 1] == ' ') &&
			        (at + id.n == message.n || message.p[at + id.n] == ' ') &&
			        str_eq(str_of(message.p + at, id.n), id) && is_nobodys(g, id);
	}
	return found;
}

/* Of others, or of nobody: that an address was that of somebody who is gone, or that their contact
 * was told that it refuses.  What was begun named one, and made none. */
static int
rewrite_others(struct settling *g, struct str text, struct buf *out)
{
	struct journal_line x;
	bool has_dsid, is_same, is_told;

	if (!journal_line_read(&g->scratch, text, &x) || is_nobodys(g, x.fh_id))
		return keep_line(text, out);
	has_dsid = intern_find(&g->dsids, x.dsid) != 0;
	is_same = str_eq(x.reason, STR("same-contact")) && (has_dsid || names_one(g, x.message));
	is_told = has_dsid && (x.op == JOURNAL_OPT_OUT_EMAIL || x.op == JOURNAL_OPT_OUT_TEXT);
	if (!is_same && !is_told)
		return keep_line(text, out);
	if (has_dsid)
		x.dsid = x.result == JOURNAL_UNKNOWN ? STR("named") : STR("");
	if (is_same)
		x.message = FORMER_ERASED;
	g->p->rewritten++;
	journal_line_write(out, &x);
	return 1;
}

/* A line keeps its number: there are no gaps.  That a contact was deleted is known by hashes, for
 * it may be found again; and what was acknowledged was so by a call. */
static int
rewrite_line(struct settling *g, struct str text, struct buf *out)
{
	struct journal_field fields[FORMER_FIELDS];
	struct journal_line x, erased;

	if (!journal_line_read(&g->scratch, text, &x) || !is_nobodys(g, x.fh_id))
		return keep_line(text, out);
	erased = (struct journal_line){ .n = x.n,
		.at = x.at,
		.op = JOURNAL_ERASED,
		.result = x.result,
		.http = x.http,
		.salt = x.salt };
	if (x.op == JOURNAL_DELETE && x.result == JOURNAL_ACKED && x.dsid.n > 0) {
		books_erased(g->books, x.dsid, x.fh_id, fields);
		erased.fields = fields;
		erased.fields_n = FORMER_FIELDS;
	}
	g->p->rewritten++;
	journal_line_write(out, &erased);
	return 1;
}

/* A last line that is torn is not touched. */
static int
each_line(struct settling *g, struct str text, line_fn *fn, struct buf *out)
{
	int changed = 0;
	size_t at = 0;

	while (at < text.n) {
		const char *end = memchr(text.p + at, '\n', text.n - at);

		if (end == NULL)
			break;
		changed |= fn(g, str_of(text.p + at, (size_t)(end - text.p) - at), out);
		arena_reset(&g->scratch);
		at = (size_t)(end - text.p) + 1;
	}
	if (out != NULL)
		buf_str(out, str_from(text, at));
	return changed;
}

static int
load(struct settling *g, const char *path, struct buf *text)
{
	struct gz_reader *gz = gz_reader_new();
	struct arena a = { 0 };
	struct str stored;
	int rc = file_load(&a, path, LIMIT, &stored, g->e);

	buf_reset(text);
	if (rc == 0 && gz_is(stored))
		rc = gz_inflate(gz, stored, LIMIT, text, g->e);
	else if (rc == 0)
		buf_str(text, stored);
	arena_release(&a);
	gz_reader_free(gz);
	return rc;
}

static int
save(struct settling *g, const char *path, struct str text)
{
	struct buf packed = { 0 };
	int rc;

	if (str_ends(str_c(path), STR(".gz"))) {
		gz_deflate(text, LEVEL, &packed);
		text = buf_view(&packed);
	}
	rc = file_save(path, text, g->e);
	buf_release(&packed);
	return rc;
}

static bool
is_ours(struct str name)
{
	uint32_t number;

	return acked_file_name(name, &number) ||
	       journal_name(name, STR("journal-"), STR(".jsonl"), &number);
}

static int
each_file(struct settling *g, line_fn *fn, bool is_written)
{
	struct buf text = { 0 }, out = { 0 };
	struct str *names;
	size_t n;
	int rc = dir_list(&g->arena, g->dir, &names, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *path = file_join(&g->arena, g->dir, str_z(&g->arena, names[i]));

		if (!is_ours(names[i]))
			continue;
		rc = load(g, path, &text);
		buf_reset(&out);
		if (rc == 0 && each_line(g, buf_view(&text), fn, is_written ? &out : NULL) > 0)
			rc = save(g, path, buf_view(&out));
	}
	buf_release(&text);
	buf_release(&out);
	return rc;
}

/* The address of which a contact may have been made: it was theirs, or it is kept already, perhaps
 * of somebody else. */
static struct lost_address
find_lost(struct settling *g, const struct lost *kept, struct str fh_id,
    const struct journal_field *started)
{
	const struct gather *x = g->p->gathered;

	for (uint32_t i = 1; x != NULL && i < x->owned.n; i++) {
		struct str address, owner;

		gather_owned(x, i, &address, &owner);
		if (str_eq(owner, fh_id) &&
		    books_hash(g->books, started->key, address) == started->hash)
			return (struct lost_address){ started->key, address, gather_is_last(x, i) };
	}
	return lost_find(kept, g->books, started);
}

/* Whose contact is known to be there, or may be and can be found. */
static int
look_up_one(struct settling *g, const struct lost *kept, struct str fh_id, struct lost *out)
{
	struct acked acked;
	bool is_bound;

	if (books_contact(g->books, &g->arena, fh_id, &acked, g->e) < 0)
		return -1;
	is_bound = acked.dsid.n > 0;
	for (size_t k = 0; k < acked.started_n; k++) {
		const struct journal_field f = { acked.started[k].key, acked.started[k].hash };
		struct lost_address one = find_lost(g, kept, fh_id, &f);

		if (one.address.n > 0)
			lost_add(out, one);
		is_bound = is_bound || one.address.n > 0;
	}
	if (is_bound)
		(void)intern_add(&g->p->bound, fh_id);
	return 0;
}

static int
look_up(struct settling *g, const struct lost *kept, struct lost *out)
{
	int rc = 0;

	for (uint32_t i = 1; rc == 0 && i < g->gone.n; i++)
		rc = look_up_one(g, kept, g->gone.texts[i], out);
	return rc;
}

/* The addresses change before the lines: what nobody needs any more goes first. */
static int
find_bound(struct settling *g)
{
	struct lost kept, found = { 0 };
	int rc = lost_load(&kept, g->dir, g->e);

	if (rc == 0)
		rc = look_up(g, &kept, &found);
	if (rc == 0 && (kept.n > 0 || found.n > 0))
		rc = lost_save(&found, g->dir, g->e);
	g->p->lost = found.n;
	lost_release(&kept);
	lost_release(&found);
	return rc;
}

/* Returns: 1 lines changed; 0; -1. */
static int
settle_lines(struct settling *g)
{
	if (find_bound(g) < 0)
		return -1;
	if (g->p->bound.n == g->gone.n)
		return 0;
	/* Their own lines come last: as long as there is one, all of this is done again. */
	return each_file(g, note_dsid, false) < 0 || each_file(g, rewrite_others, true) < 0 ||
	               each_file(g, rewrite_line, true) < 0
	           ? -1
	           : 1;
}

/* The view is made again from the lines. */
static int
settle(struct settling *g)
{
	struct books books;
	int rc;

	if (each_file(g, note_line, false) < 0)
		return -1;
	if (g->gone.n <= 1)
		return 0;
	g->books = &books;
	rc = books_open(&books, g->p->account, false, g->p->host, g->e);
	if (rc == 0)
		rc = settle_lines(g);
	books_close(&books);
	return rc <= 0 ? rc : dir_remove(file_join(&g->arena, g->dir, "state"), g->e);
}

/* ---- Contacts of an address alone */

/* Whose contact has the address is known for certain. */
static int
is_held(struct settling *g, struct books *books, const struct journal_field *f)
{
	struct str holder;
	struct acked acked;
	int rc = books_holder(books, &g->scratch, f->key, f->hash, &holder, g->e);

	if (rc > 0 && books_contact(books, &g->scratch, holder, &acked, g->e) < 0)
		return -1;
	return rc <= 0 ? rc : begun_is_sure(&acked, f->key, f->hash);
}

/* An opt-out that was told by the address may have made one, which is nobody's. */
static int
is_stray(struct settling *g, struct books *books, const struct journal_field *f, bool *out)
{
	struct acked_opt_out told;
	struct str ignored;
	int rc = is_held(g, books, f);

	*out = false;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = books_opt_out(books, &g->scratch, f->key, f->hash, &told, g->e);
	if (rc >= 0)
		rc = owed_stray(books, &g->scratch, &told, STR(""), &ignored, g->e);
	*out = rc > 0 || (rc == 0 && told.is_alone);
	return rc < 0 ? -1 : 0;
}

static int
is_noted(struct settling *g, struct books *books, struct str fh_id, const struct journal_field *f)
{
	struct acked acked;

	if (books_contact(books, &g->scratch, fh_id, &acked, g->e) < 0)
		return -1;
	for (size_t i = 0; i < acked.started_n; i++)
		if (str_eq(acked.started[i].key, f->key) && acked.started[i].hash == f->hash)
			return 1;
	return 0;
}

/* As a create of theirs that has no answer: so the next push finds it, and deletes it. */
static int
note_stray(struct settling *g, struct books *books, struct str fh_id, const struct journal_field *f)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CREATE,
		.result = JOURNAL_UNKNOWN,
		.fields = f,
		.fields_n = 1 };
	int rc = is_noted(g, books, fh_id, f);

	return rc != 0 ? (rc < 0 ? -1 : 0) : books_note(books, &x, g->e);
}

/* Of each address that was theirs; ${n}: how many there are. */
static int
each_stray(struct settling *g, struct books *books, bool is_written, size_t *n)
{
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };
	const struct gather *x = g->p->gathered;
	struct str address, fh_id;
	int rc = 0;

	for (uint32_t i = 1; rc == 0 && i < x->owned.n; i++) {
		gather_owned(x, i, &address, &fh_id);
		for (size_t k = 0; rc == 0 && k < 2; k++) {
			struct str key = owed_key(channels[k]);
			const struct journal_field f = { key, books_hash(books, key, address) };
			bool is;

			rc = is_stray(g, books, &f, &is);
			*n += rc == 0 && is;
			if (rc == 0 && is && is_written)
				rc = note_stray(g, books, fh_id, &f);
		}
		arena_reset(&g->scratch);
	}
	return rc;
}

/* The journal is written only if there is one. */
static int
note_strays(struct settling *g)
{
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		struct books books;
		int rc = books_open(&books, g->p->account, i > 0, g->p->host, g->e);

		if (rc == 0)
			rc = each_stray(g, &books, i > 0, &n);
		if (rc == 0 && i > 0)
			rc = books_keep(&books, g->e);
		books_close(&books);
		if (rc < 0 || n == 0)
			return rc;
	}
	return 0;
}

/* ---- The whole */

static int
take_lock(struct arena *a, const char *dir, struct lock *l, struct err *e)
{
	struct str holder = str_printf(a, "flowstory erase, pid %ld", (long)getpid());

	return lock_take(l, file_join(a, dir, ".lock"), holder, e);
}

int
push_lines_check(const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct lock l = LOCK_INIT;
	char *dir = file_join(&a, account, "push");
	int rc = dir_exists(dir) ? take_lock(&a, dir, &l, e) : 0;

	lock_release(&l);
	arena_release(&a);
	return rc;
}

int
push_lines_settle(struct push_lines *p, struct err *e)
{
	struct settling g = { .p = p, .e = e };
	struct lock l = LOCK_INIT;
	int rc = 0;

	p->bound = (struct intern){ 0 };
	p->rewritten = 0;
	g.dir = file_join(&g.arena, p->account, "push");
	if (dir_exists(g.dir) && p->gathered != NULL)
		rc = note_strays(&g);
	if (rc == 0 && dir_exists(g.dir)) {
		rc = take_lock(&g.arena, g.dir, &l, e);
		if (rc == 0)
			rc = settle(&g);
	}
	lock_release(&l);
	intern_release(&g.gone);
	intern_release(&g.dsids);
	arena_release(&g.scratch);
	arena_release(&g.arena);
	return rc;
}
