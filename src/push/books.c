#include "push/books.h"

#include <stdio.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "lib/sha256.h"
#include "push/acked_file.h"
#include "push/fold_holders.h"

#define VIEW_VERSION 14

/* ---- Hashes */

uint64_t
books_hash(struct books *b, struct str key, struct str value)
{
	uint64_t hash;

	buf_reset(&b->scratch);
	buf_add(&b->scratch, b->salt.bytes, SALT_BYTES);
	buf_str(&b->scratch, key);
	buf_char(&b->scratch, '\0');
	buf_str(&b->scratch, value);
	(void)journal_line_parse_hash(
	    str_of(sha256_of(buf_view(&b->scratch)).hex, 2 * sizeof(hash)), &hash);
	return hash;
}

struct str
books_digest(struct books *b, struct arena *a, struct str text)
{
	buf_reset(&b->scratch);
	buf_add(&b->scratch, b->salt.bytes, SALT_BYTES);
	buf_str(&b->scratch, text);
	return str_copy(a, str_c(sha256_of(buf_view(&b->scratch)).hex));
}

void
books_erased(
    struct books *b, struct str dsid, struct str fh_id, struct journal_field out[FORMER_FIELDS])
{
	out[0] = (struct journal_field){ FORMER_DSID, books_hash(b, FORMER_DSID, dsid) };
	out[1] = (struct journal_field){ FORMER_WHOSE, books_hash(b, FORMER_WHOSE, fh_id) };
}

/* ---- The view and the journal */

int
books_stored(struct books *b, struct err *e)
{
	struct unpack u;
	struct str row, check;
	int rc = view_get(&b->view, VIEW_META, STR("place"), &row, e);

	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	if (unpack_u64(&u) != VIEW_VERSION)
		return 0;
	b->place.file = (uint32_t)unpack_u64(&u);
	b->place.offset = unpack_u64(&u);
	b->place.crc = unpack_fixed(&u);
	b->last = unpack_u64(&u);
	b->acked = unpack_u64(&u);
	check = unpack_text(&u);
	snprintf(b->stored_check, sizeof(b->stored_check), "%.*s", STR_ARG(check));
	return u.bad ? 0 : 1;
}

static void
store_place(struct books *b)
{
	const struct journal_place *p =
	    b->writable && b->journal.fd >= 0 ? &b->journal.place : &b->place;

	buf_reset(&b->scratch);
	pack_u64(&b->scratch, VIEW_VERSION);
	pack_u64(&b->scratch, p->file);
	pack_u64(&b->scratch, p->offset);
	pack_fixed(&b->scratch, p->crc);
	pack_u64(&b->scratch, b->last);
	pack_u64(&b->scratch, b->acked);
	pack_text(&b->scratch, str_c(b->salt.is_noted ? b->salt.check : ""));
	view_put(&b->view, VIEW_META, STR("place"), buf_view(&b->scratch));
}

static int
flush(struct books *b, struct err *e)
{
	if (b->view.changed == 0)
		return 0;
	store_place(b);
	return view_flush(&b->view, e);
}

int
books_take(struct books *b, const struct journal_line *x, struct err *e)
{
	if (fold_line(&b->fold, x, e) < 0)
		return -1;
	b->last = x->n;
	/* Not what was so without a call: an import, the end of a first push. */
	b->acked += x->result == JOURNAL_ACKED && x->http > 0;
	return 0;
}

/* The numbers have no gap: a file that is missing in between would show. */
static int
check_number(const struct books *b, const struct journal_line *x, struct err *e)
{
	if (x->n == b->last + 1)
		return 0;
	err_set(e, ERR_FAILED, "push/journal-%06u.jsonl: record %ju follows record %ju",
	    b->place.file, (uintmax_t)x->n, (uintmax_t)b->last);
	return err_advise(e, "Records are missing in between: restore push/ from a backup. Without "
	                     "one, 'flowstory push --rebuild-acked' reads from DailyStory what it "
	                     "has.");
}

static int
read_lines(struct books *b, struct journal_reader *r, struct err *e)
{
	struct arena a = { 0 };
	struct journal_line x;
	int rc;

	while ((rc = journal_read_next(r, &a, &x, e)) > 0) {
		b->place = r->place;
		rc = check_number(b, &x, e);
		if (rc == 0)
			rc = salt_need(&b->salt, x.salt, e);
		if (rc == 0)
			rc = books_take(b, &x, e);
		arena_reset(&a);
		if (rc == 0 && b->writable && b->view.changed > VIEW_FLUSH_ROWS)
			rc = flush(b, e);
		if (rc < 0)
			break;
	}
	if (rc == 0)
		b->place = r->place;
	if (rc == 0 && r->is_torn && b->writable)
		host_note(b->host, NOTE_WARNING,
		    "push/journal-%06u.jsonl ended in half a record, which was cut off: its call "
		    "will be made again",
		    r->number);
	arena_release(&a);
	return rc;
}

static int
read_from(struct books *b, struct err *e)
{
	struct journal_reader r;
	int rc = journal_read_open(&r, b->dir, &b->place, e);

	if (rc > 0)
		rc = read_lines(b, &r, e) < 0 ? -1 : 1;
	journal_read_close(&r);
	return rc;
}

static int
fail_missing(struct err *e)
{
	err_set(e, ERR_FAILED, "push/: a journal is missing");
	return err_advise(e, "Restore push/ from a backup. Without one, 'flowstory push "
	                     "--rebuild-acked' reads from DailyStory what it has.");
}

/* All over: the acked file, then the journals after it. */
static int
rebuild(struct books *b, struct err *e)
{
	struct journal_line x = { 0 };
	struct acked_file f;
	struct arena a = { 0 };
	int rc;

	b->place = (struct journal_place){ 0 };
	b->last = b->acked = 0;
	if (view_empty(&b->view, b->dir, e) < 0)
		return -1;
	rc = acked_file_open(&f, b->dir, e);
	if (rc > 0 && salt_need(&b->salt, str_c(f.salt), e) < 0)
		rc = -1;
	while (rc > 0 && (rc = acked_file_next(&f, &a, &x, e)) > 0) {
		rc = books_take(b, &x, e) < 0 ? -1 : 1;
		arena_reset(&a);
	}
	if (rc == 0 && f.number > 0) {
		b->place.file = f.number + 1;
		b->acked = f.acked;
	}
	acked_file_close(&f);
	arena_release(&a);
	if (rc < 0)
		return -1;
	rc = read_from(b, e);
	if (rc == 0)
		return fail_missing(e);
	return rc < 0 ? -1 : 0;
}

void
books_ready(struct books *b)
{
	b->fold = (struct fold){ .view = &b->view,
		.no_email = books_hash(b, STR("email"), STR("")),
		.no_mobile = books_hash(b, STR("mobilePhone"), STR("")),
		.kept_mobile = books_hash(b, STR("mobilePhone"), STR(ACKED_KEPT)) };
}

/* A file of all that was acked stands for the journal in which the view goes on: whoever wrote it
 * did not come to the end.  Returns: 0 so it is; 1 not; -1. */
static int
is_replaced(struct books *b, struct err *e)
{
	struct arena a = { 0 };
	struct str *names;
	uint32_t number;
	size_t n;
	int rc = dir_list(&a, b->dir, &names, &n, e) < 0 ? -1 : 1;

	for (size_t i = 0; rc > 0 && i < n; i++)
		if (acked_file_name(names[i], &number) && number >= b->place.file)
			rc = 0;
	arena_release(&a);
	return rc;
}

/* Without a word stored: the view that is there may be all that knows, and is kept until the files
 * are known to be sound.  Returns: 1; 0 nothing is left of the last journal; -1. */
static int
try_rebuild(const struct books *b, struct err *e)
{
	struct books dry = { .host = b->host, .dir = b->dir, .salt = b->salt };
	bool is_left;
	int rc;

	books_ready(&dry);
	rc = rebuild(&dry, e);
	is_left = dry.place.offset > 0;
	view_close(&dry.view);
	fold_release(&dry.fold);
	buf_release(&dry.scratch);
	return rc < 0 ? -1 : is_left;
}

/* The view knows lines of a journal that are not there.  Where the end of it is gone, as a disk
 * that lies about what it has kept leaves it, calls are made again; without the file, or with
 * nothing in it, all would be taken for new. */
static int
read_again(struct books *b, struct err *e)
{
	int rc = try_rebuild(b, e);
	uint64_t known = b->last;

	if (rc == 0 && b->place.offset > 0)
		return fail_missing(e);
	if (rc < 0 || rebuild(b, e) < 0)
		return -1;
	if (b->last < known && b->writable)
		host_note(b->host, NOTE_WARNING,
		    "push/journal-%06u.jsonl has lost %ju record%s, whose calls will be made again",
		    b->place.file, (uintmax_t)(known - b->last), known - b->last == 1 ? "" : "s");
	return 0;
}

static int
load(struct books *b, struct err *e)
{
	int rc = view_open(&b->view, b->dir, b->writable, e);
	bool is_known;

	books_ready(b);
	if (rc == 0)
		rc = books_stored(b, e);
	if (rc > 0)
		rc = is_replaced(b, e);
	if (rc > 0 && salt_need(&b->salt, str_c(b->stored_check), e) < 0)
		rc = -1;
	is_known = rc > 0;
	if (is_known)
		rc = read_from(b, e);
	if (rc == 0)
		return is_known ? read_again(b, e) : rebuild(b, e);
	return rc < 0 ? -1 : 0;
}

/* Who left unfinished files is dead, or would hold the lock. */
static int
remove_unfinished(struct books *b, struct arena *a, struct err *e)
{
	struct str *names;
	size_t n;
	int rc = dir_list(a, b->dir, &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *name = str_z(a, names[i]);

		if (name[0] == '.' && strstr(name, ".tmp-") != NULL)
			rc = dir_remove(file_join(a, b->dir, name), e);
	}
	return rc;
}

static int
take_lock(struct books *b, struct err *e)
{
	struct arena a = { 0 };
	struct str holder = str_printf(
	    &a, "flowstory push, pid %ld, since %.*s", (long)getpid(), STR_ARG(host_now_text(&a)));
	int rc = dir_make(b->dir, e);

	if (rc == 0)
		rc = lock_take(&b->lock, file_join(&a, b->dir, ".lock"), holder, e);
	if (rc == 0)
		rc = remove_unfinished(b, &a, e);
	arena_release(&a);
	return rc;
}

int
books_begin(
    struct books *b, const char *account, bool is_locked, const struct host *host, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "push");
	size_t n = strlen(dir) + 1;

	*b = (struct books){ .host = host, .lock = LOCK_INIT, .journal = JOURNAL_INIT };
	b->dir = mem_alloc(n);
	memcpy(b->dir, dir, n);
	arena_release(&a);
	return is_locked ? take_lock(b, e) : 0;
}

int
books_open(
    struct books *b, const char *account, bool writable, const struct host *host, struct err *e)
{
	if (books_begin(b, account, writable, host, e) < 0)
		return -1;
	b->writable = writable;
	if (salt_load(&b->salt, b->dir, writable, e) < 0 || load(b, e) < 0)
		return -1;
	if (!writable)
		return 0;
	if (journal_open(&b->journal, b->dir, &b->place, host, e) < 0)
		return -1;
	/* A journal that is full gets no further line, for a file of all that was acked may stand
	 * for it already. */
	return books_keep(b, e);
}

int
books_note(struct books *b, struct journal_line *x, struct err *e)
{
	x->n = b->last + 1;
	x->at = b->host->now(b->host->context);
	x->salt = salt_note(&b->salt, b->journal.place.offset == 0);
	if (journal_append(&b->journal, x, e) < 0 || books_take(b, x, e) < 0) {
		b->is_broken = true;
		return -1;
	}
	return b->view.changed > VIEW_FLUSH_ROWS ? flush(b, e) : 0;
}

int
books_sync(struct books *b, struct err *e)
{
	if (journal_sync(&b->journal, e) == 0)
		return 0;
	b->is_broken = true;
	return -1;
}

/* An acked file stands for all journals before the present one. */
int
books_keep(struct books *b, struct err *e)
{
	/* The place that is stored stays in front of that line. */
	if (b->is_broken)
		return 0;
	if (books_sync(b, e) < 0 || flush(b, e) < 0)
		return -1;
	if (!journal_is_full(&b->journal))
		return 0;
	if (acked_file_write(
	        b->dir, b->journal.place.file, &b->view, b->last, b->acked, b->salt.check, e) < 0 ||
	    journal_turn(&b->journal, e) < 0)
		return -1;
	acked_file_remove_older(b->dir, b->journal.place.file - 1);
	store_place(b);
	return view_flush(&b->view, e);
}

/* ---- Looking */

int
books_contact(struct books *b, struct arena *a, struct str fh_id, struct acked *out, struct err *e)
{
	struct str row;
	int rc = view_get(&b->view, VIEW_CONTACTS, fh_id, &row, e);

	*out = (struct acked){ 0 };
	if (rc <= 0)
		return rc;
	return acked_unpack(a, str_copy(a, row), out) ? 1 : fold_rows_broken(e);
}

int
books_opt_out(struct books *b, struct arena *a, struct str key, uint64_t hash,
    struct acked_opt_out *out, struct err *e)
{
	struct str row;
	int rc =
	    view_get(&b->view, VIEW_OPT_OUTS, fold_rows_address(&b->scratch, key, hash), &row, e);

	*out = (struct acked_opt_out){ 0 };
	if (rc <= 0)
		return rc;
	return acked_opt_out_unpack(str_copy(a, row), out) ? 1 : fold_rows_broken(e);
}

int
books_holder(struct books *b, struct arena *a, struct str key, uint64_t hash, struct str *fh_id,
    struct err *e)
{
	struct str row;
	int rc =
	    view_get(&b->view, VIEW_ADDRESSES, fold_rows_address(&b->scratch, key, hash), &row, e);

	*fh_id = rc > 0 ? str_copy(a, fold_holders_next(&row)) : STR("");
	return rc;
}

int
books_owner(struct books *b, struct arena *a, struct str dsid, struct str *fh_id, struct err *e)
{
	struct str row;
	int rc = view_get(&b->view, VIEW_DSIDS, dsid, &row, e);

	*fh_id = rc > 0 ? str_copy(a, row) : STR("");
	return rc;
}

int
books_former(struct books *b, struct arena *a, struct str dsid, struct str *fh_id, struct err *e)
{
	struct str row;
	int rc = view_get(&b->view, VIEW_FORMER, dsid, &row, e);

	*fh_id = rc > 0 ? str_copy(a, row) : STR("");
	return rc;
}

void
books_close(struct books *b)
{
	journal_close(&b->journal);
	view_close(&b->view);
	fold_release(&b->fold);
	lock_release(&b->lock);
	buf_release(&b->scratch);
	mem_free(b->dir);
	*b = (struct books){ .lock = LOCK_INIT, .journal = JOURNAL_INIT };
}
