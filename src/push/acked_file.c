#include "push/acked_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "lib/gz.h"
#include "push/acked.h"
#include "push/fold.h"
#include "push/former.h"
#include "push/journal.h"

#define MEMBER ((size_t)1 << 20) /* bytes of text in one */
#define LEVEL 6
#define BLOCK ((size_t)1 << 16)
#define TEXT_LIMIT (UINT64_C(1) << 40)

bool
acked_file_name(struct str name, uint32_t *number)
{
	return journal_name(name, STR("acked-"), STR(".jsonl.gz"), number);
}

/* ---- Writing */

struct writing {
	struct view *view;
	struct file_out file;
	struct buf text, packed;
	uint64_t last;
	struct arena a;
	struct err *e;
};

static int
put_member(struct writing *g)
{
	buf_reset(&g->packed);
	gz_deflate(buf_view(&g->text), LEVEL, &g->packed);
	buf_reset(&g->text);
	return file_put(&g->file, g->packed.p, g->packed.n, g->e);
}

static int
put_line(struct writing *g, struct journal_line x)
{
	x.n = g->last;
	journal_line_write(&g->text, &x);
	return g->text.n < MEMBER ? 0 : put_member(g);
}

/* Its first try and its last, which stands for all but the first. */
static int
put_letter(struct writing *g, struct journal_line x, const struct acked_letter *letter)
{
	if (letter->tries == 0)
		return 0;
	x.op = letter->op;
	x.result = JOURNAL_REJECTED;
	x.reason = letter->reason;
	x.message = letter->message;
	x.body = letter->body;
	x.dsid = letter->dsid;
	x.http = letter->http;
	x.at = letter->first;
	if (put_line(g, x) < 0)
		return -1;
	x.at = letter->last;
	x.count = letter->tries - 1;
	return x.count > 0 ? put_line(g, x) : 0;
}

/* What was acked of a contact, in an order in which each line leaves what the one before set. */
static int
put_contact(struct writing *g, struct str fh_id, const struct acked *c)
{
	struct journal_field *list = arena_array(&g->a, c->begun_n, sizeof(*list));
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CONTACT,
		.dsid = c->dsid,
		.at = c->at,
		.fields = c->fields,
		.fields_n = c->fields_n,
		.reason = c->is_imported ? STR("imported") : STR("") };
	struct journal_line deletion = { .fh_id = fh_id,
		.op = JOURNAL_DELETE,
		.dsid = c->was_dsid,
		.at = c->at,
		.fields = list,
		.reason = c->gone };

	if (c->is_imported)
		x.dsid = STR("");
	for (size_t i = 0; c->dsid.n == 0 && i < c->begun_n; i++)
		list[deletion.fields_n++] =
		    (struct journal_field){ c->begun[i].key, c->begun[i].hash };
	if (c->is_deleted && put_line(g, deletion) < 0)
		return -1;
	if ((c->is_imported || (!c->is_deleted && c->dsid.n > 0)) && put_line(g, x) < 0)
		return -1;
	x = (struct journal_line){ .fh_id = fh_id, .at = c->at, .dsid = c->dsid };
	x.op = JOURNAL_CREATE;
	/* A deleted one has none; these are of the one that was found again, unless they were
	 * imported. */
	if (c->is_deleted && !c->is_imported) {
		x.fields = c->fields;
		x.fields_n = c->fields_n;
	}
	if ((c->is_imported || c->is_deleted) && c->dsid.n > 0 && put_line(g, x) < 0)
		return -1;
	x = (struct journal_line){ .fh_id = fh_id, .at = c->at, .dsid = c->dsid };
	x.op = JOURNAL_GONE;
	x.reason = c->gone;
	if (c->gone.n > 0 && !c->is_deleted && put_line(g, x) < 0)
		return -1;
	x = (struct journal_line){ .fh_id = fh_id, .op = JOURNAL_CHECK, .at = c->checked };
	return c->checked > 0 ? put_line(g, x) : 0;
}

/* When it was seen last. */
static int
put_status(struct writing *g, struct str fh_id, const struct acked *c)
{
	return c->seen == 0 ? 0
	                    : put_line(g, (struct journal_line){ .fh_id = fh_id,
	                                      .op = JOURNAL_STATUS,
	                                      .result = JOURNAL_UNKNOWN,
	                                      .dsid = c->dsid,
	                                      .at = c->seen });
}

static int
put_known(struct writing *g, struct str fh_id, struct str row)
{
	struct journal_line x = { .fh_id = fh_id };
	struct acked c;

	if (!acked_unpack(&g->a, row, &c))
		return fold_rows_broken(g->e);
	return put_contact(g, fh_id, &c) < 0 || put_letter(g, x, &c.letter) < 0 ||
	               put_letter(g, x, &c.status_letter) < 0 || put_status(g, fh_id, &c) < 0
	           ? -1
	           : 0;
}

/* Those before the last call, then those of it. */
static int
put_begun_fields(struct writing *g, struct journal_line x, const struct acked *c)
{
	struct journal_field *list = arena_array(&g->a, c->begun_n, sizeof(*list));

	x.op = JOURNAL_CONTACT;
	x.fields = list;
	for (size_t fresh = 0; fresh < 2; fresh++) {
		x.fields_n = 0;
		for (size_t i = 0; i < c->begun_n; i++)
			if (c->begun[i].is_fresh == (fresh > 0))
				list[x.fields_n++] =
				    (struct journal_field){ c->begun[i].key, c->begun[i].hash };
		if (put_line(g, x) < 0)
			return -1;
	}
	return 0;
}

static int
put_create(struct writing *g, struct str fh_id, const struct acked_begun *b)
{
	const struct journal_field field = { b->key, b->hash };
	const struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CREATE,
		.result = JOURNAL_UNKNOWN,
		.fields = &field,
		.fields_n = b->key.n > 0,
		.count = 1 };
	int rc = put_line(g, x);

	return rc < 0 || b->is_fresh ? rc : put_line(g, x);
}

/* A line that was begun after another one of its kind had no answer says so by being the second.
 * With a count a line says all there is: also what was acked, where that is in doubt. */
static int
put_begun(struct writing *g, struct str fh_id, struct str row)
{
	struct journal_line x = { .fh_id = fh_id, .result = JOURNAL_UNKNOWN, .count = 1 };
	struct acked c;
	int rc = 0;

	if (!acked_unpack(&g->a, row, &c))
		return fold_rows_broken(g->e);
	x.dsid = c.dsid;
	x.op = JOURNAL_DELETE;
	for (int n = c.is_again ? 2 : 1; rc == 0 && c.is_deleting && n > 0; n--)
		rc = put_line(g, x);
	for (size_t i = 0; rc == 0 && i < c.started_n; i++)
		rc = put_create(g, fh_id, &c.started[i]);
	return rc < 0 || c.begun_n == 0 || c.dsid.n == 0 ? rc : put_begun_fields(g, x, &c);
}

/* Of who has another contact by now, or was erased; before all that says so. */
static int
put_former(struct writing *g, struct str dsid, struct str fh_id)
{
	struct journal_line x = { .op = JOURNAL_DELETE, .dsid = dsid, .fh_id = fh_id };
	struct journal_field fields[FORMER_FIELDS];
	struct acked c = { 0 };
	struct str row;
	int rc;

	if (former_line(dsid, fh_id, fields))
		return put_line(
		    g, (struct journal_line){
		           .op = JOURNAL_ERASED, .fields = fields, .fields_n = FORMER_FIELDS });
	rc = view_get(g->view, VIEW_CONTACTS, fh_id, &row, g->e);
	if (rc > 0 && !acked_unpack(&g->a, row, &c))
		return fold_rows_broken(g->e);
	x.at = c.at;
	return rc < 0 || str_eq(c.was_dsid, dsid) ? rc : put_line(g, x);
}

typedef int put_fn(struct writing *g, struct str key, struct str row);

static int
put_all(struct writing *g, enum view_table table, put_fn *put)
{
	struct view_cursor v = view_all(g->view, table, g->e);
	struct str key, row;
	int rc;

	while ((rc = view_next(&v, &key, &row, g->e)) > 0) {
		rc = put(g, key, row);
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	view_end(&v);
	return rc;
}

/* After the contacts: who was imported begins a first push anew. */
static int
put_whole(struct writing *g)
{
	struct str row;
	int rc = view_get(g->view, VIEW_META, VIEW_WHOLE, &row, g->e);

	return rc <= 0 ? rc : put_line(g, (struct journal_line){ .op = JOURNAL_WHOLE });
}

/* What was begun comes after what was acked of all of them: else whoever had an address that
 * another may have would seem to take it. */
static int
put_contacts(struct writing *g)
{
	return put_all(g, VIEW_FORMER, put_former) < 0 ||
	               put_all(g, VIEW_CONTACTS, put_known) < 0 || put_whole(g) < 0 ||
	               put_all(g, VIEW_CONTACTS, put_begun) < 0
	           ? -1
	           : 0;
}

/* A line for each contact that was told; one if there was none. */
static int
put_told(struct writing *g, struct journal_line x, struct str dsids)
{
	do {
		const char *space = dsids.n == 0 ? NULL : memchr(dsids.p, ' ', dsids.n);
		size_t n = space == NULL ? dsids.n : (size_t)(space - dsids.p);

		x.dsid = str_of(dsids.p, n);
		if (put_line(g, x) < 0)
			return -1;
		dsids = str_from(dsids, space == NULL ? n : n + 1);
	} while (dsids.n > 0);
	return 0;
}

/* Of a contact that was named it is not known any more which. */
static int
put_begun_opt_out(struct writing *g, struct journal_line x, const struct acked_opt_out *c)
{
	int rc = 0;

	x.result = JOURNAL_UNKNOWN;
	x.body = STR("");
	x.dsid = c->is_alone ? STR("") : STR("named");
	for (int n = c->is_again ? 2 : 1; rc == 0 && c->is_begun && n > 0; n--)
		rc = put_line(g, x);
	return rc;
}

static int
put_opt_out(struct writing *g, struct str key, struct str row)
{
	struct acked_opt_out c;
	struct journal_field field;
	struct journal_line x = { .fields = &field, .fields_n = 1 };

	if (!acked_opt_out_unpack(row, &c) || !fold_rows_parse_address(key, &field))
		return fold_rows_broken(g->e);
	x.op = str_eq(field.key, STR("email")) ? JOURNAL_OPT_OUT_EMAIL : JOURNAL_OPT_OUT_TEXT;
	x.since = c.since;
	x.body = c.body;
	if ((c.is_acked && put_told(g, x, c.dsids) < 0) || put_letter(g, x, &c.letter) < 0)
		return -1;
	return put_begun_opt_out(g, x, &c);
}

static int
put_segment(struct writing *g, struct str key, struct str row)
{
	const char *zero = memchr(key.p, '\0', key.n);
	struct journal_line x = { .op = JOURNAL_SEGMENT_NEW, .segment = key, .dsid = row };

	if (zero != NULL)
		x = (struct journal_line){ .op = JOURNAL_SEGMENT_ADD,
			.segment = str_of(key.p, (size_t)(zero - key.p)),
			.fh_id = str_from(key, (size_t)(zero + 1 - key.p)),
			.snapshot = row };
	return put_line(g, x);
}

/* All others are of a row that has them. */
static int
put_segment_letter(struct writing *g, struct str key, struct str row)
{
	struct acked_opt_out c;

	if (key.p[0] != 's')
		return 0;
	return acked_opt_out_unpack(row, &c)
	           ? put_letter(g, (struct journal_line){ .segment = str_from(key, 1) }, &c.letter)
	           : fold_rows_broken(g->e);
}

int
acked_file_write(const char *dir, uint32_t number, struct view *view, uint64_t last, uint64_t acked,
    const char *salt, struct err *e)
{
	struct writing g = { .view = view, .file = FILE_OUT_INIT, .last = last, .e = e };
	char *path =
	    file_join(&g.a, dir, str_z(&g.a, str_printf(&g.a, "acked-%06u.jsonl.gz", number)));
	int rc = file_create(&g.file, path, e);

	if (rc == 0)
		rc = put_line(&g, (struct journal_line){
		                      .op = JOURNAL_CHECK, .count = acked, .salt = str_c(salt) });
	if (rc == 0)
		rc = put_contacts(&g);
	if (rc == 0)
		rc = put_all(&g, VIEW_OPT_OUTS, put_opt_out);
	if (rc == 0)
		rc = put_all(&g, VIEW_SEGMENTS, put_segment);
	if (rc == 0)
		rc = put_all(&g, VIEW_LETTERS, put_segment_letter);
	if (rc == 0)
		rc = put_member(&g);
	if (rc == 0)
		rc = file_commit(&g.file, e);
	file_abandon(&g.file);
	buf_release(&g.text);
	buf_release(&g.packed);
	arena_release(&g.a);
	return rc;
}

void
acked_file_remove_older(const char *dir, uint32_t number)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	size_t n;
	uint32_t k;

	if (dir_list(&a, dir, &names, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			if ((journal_name(names[i], STR("journal-"), STR(".jsonl"), &k) &&
			        k <= number) ||
			    (acked_file_name(names[i], &k) && k < number))
				unlink(file_join(&a, dir, str_z(&a, names[i])));
	arena_release(&a);
}

/* ---- Reading */

static int
fail_damaged(const struct acked_file *f, struct err *e)
{
	err_set(e, ERR_FAILED, "push/%s is damaged", f->name);
	return err_advise(e,
	    "It says what DailyStory has acknowledged: restore push/ from a backup. Without one, "
	    "'flowstory push --rebuild-acked' reads from DailyStory what it has.");
}

int
acked_file_open(struct acked_file *f, const char *dir, struct err *e)
{
	struct journal_line first;
	struct arena a = { 0 };
	struct str *names;
	uint32_t k;
	size_t n;
	int rc = dir_list(&a, dir, &names, &n, e);

	*f = (struct acked_file){ .fd = -1 };
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (acked_file_name(names[i], &k) && k > f->number)
			f->number = k;
	if (rc == 0 && f->number > 0) {
		snprintf(f->name, sizeof(f->name), "acked-%06u.jsonl.gz", f->number);
		f->fd = open(file_join(&a, dir, f->name), O_RDONLY | O_CLOEXEC);
		rc = f->fd < 0 ? err_sys(e, errno, "cannot read push/%s", f->name) : 1;
		f->stream = gz_stream_new(TEXT_LIMIT);
	}
	if (rc > 0)
		rc = acked_file_next(f, &a, &first, e);
	if (rc > 0) {
		f->last = first.n;
		f->acked = first.count;
		snprintf(f->salt, sizeof(f->salt), "%.*s", STR_ARG(first.salt));
	}
	arena_release(&a);
	return f->number > 0 && rc == 0 ? fail_damaged(f, e) : rc;
}

static int
fill(struct acked_file *f, struct err *e)
{
	char block[BLOCK];
	ssize_t n;

	if (f->at > 0)
		memmove(f->text.p, f->text.p + f->at, f->text.n - f->at);
	f->text.n -= f->at;
	f->at = 0;
	do
		n = read(f->fd, block, sizeof(block));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, errno, "cannot read push/%s", f->name);
	f->is_end = n == 0;
	if (f->is_end ? gz_stream_end(f->stream, e) < 0
	              : gz_stream_put(f->stream, block, (size_t)n, &f->text, e) < 0)
		return fail_damaged(f, e);
	return 0;
}

int
acked_file_next(struct acked_file *f, struct arena *a, struct journal_line *out, struct err *e)
{
	const char *end;
	struct str text;

	for (;;) {
		size_t left = f->text.n - f->at;

		end = left == 0 ? NULL : memchr(f->text.p + f->at, '\n', left);
		if (end != NULL || f->is_end)
			break;
		if (fill(f, e) < 0)
			return -1;
	}
	if (end == NULL)
		return f->text.n == f->at ? 0 : fail_damaged(f, e);
	text = str_of(f->text.p + f->at, (size_t)(end - f->text.p) - f->at);
	f->at += text.n + 1;
	return journal_line_read(a, text, out) ? 1 : fail_damaged(f, e);
}

void
acked_file_close(struct acked_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	gz_stream_free(f->stream);
	buf_release(&f->text);
	*f = (struct acked_file){ .fd = -1 };
}
