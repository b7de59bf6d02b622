#include "push/fold.h"

#include "push/acked.h"
#include "push/begun.h"
#include "push/fold_holders.h"
#include "push/fold_rows.h"
#include "push/former.h"
#include "push/letter.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")

/* ---- Contacts */

/* An opt-out, by channel and hash of the address. */
static int
load_told(struct fold *f, struct str key, struct acked_opt_out *out, struct err *e)
{
	struct str row;
	int rc = view_get(f->view, VIEW_OPT_OUTS, key, &row, e);

	*out = (struct acked_opt_out){ 0 };
	if (rc <= 0)
		return rc;
	return acked_opt_out_unpack(str_copy(&f->arena, row), out) ? 1 : fold_rows_broken(e);
}

static void
store_told(struct fold *f, struct str key, const struct acked_opt_out *x)
{
	buf_reset(&f->row);
	acked_opt_out_pack(&f->row, x);
	view_put(f->view, VIEW_OPT_OUTS, key, buf_view(&f->row));
	fold_rows_letter(f, 'o', key, &x->letter);
}

static int
set_fields(struct fold *f, struct str fh_id, const struct acked *now, const struct acked *before,
    struct err *e)
{
	if (fold_holders_move(f, fh_id, before, now, e) < 0)
		return -1;
	fold_rows_store(f, fh_id, now);
	return 0;
}

static void
keep_address(struct fold *f, struct acked *now, struct str key, uint64_t hash)
{
	struct journal_field field = { key, hash == f->kept_mobile ? ACKED_ANOTHERS : hash };

	if (field.hash == ACKED_ANOTHERS || fold_holders_is_one(f, key, hash))
		begun_keep_of_deleted(&f->arena, now, field);
}

static void
keep_addresses(struct fold *f, struct acked *now, const struct acked *before, struct str key)
{
	const uint64_t *acked = acked_field(before, key);

	if (acked != NULL)
		keep_address(f, now, key, *acked);
	for (size_t i = 0; i < before->begun_n; i++)
		if (str_eq(before->begun[i].key, key))
			keep_address(f, now, key, before->begun[i].hash);
}

/* An address of who is deleted may be there still when the contact is found again.  Lines of
 * acked_file.h say themselves what there was. */
static struct acked
deleted(struct fold *f, const struct acked *before, const struct journal_line *x)
{
	struct acked now = { .gone = x->reason, .is_deleted = true, .at = x->at };

	/* Of who has none nothing was left to be found. */
	now.started = before->started;
	now.started_n = before->dsid.n > 0 ? before->started_n : 0;
	now.was_dsid = x->dsid.n > 0 ? x->dsid : before->dsid;
	for (size_t i = 0; i < x->fields_n; i++)
		begun_keep_of_deleted(&f->arena, &now, x->fields[i]);
	if (x->fields_n > 0)
		return now;
	keep_addresses(f, &now, before, EMAIL);
	keep_addresses(f, &now, before, MOBILE);
	return now;
}

/* What DailyStory took. */
static void
take(struct fold *f, struct acked *now, const struct journal_line *x)
{
	acked_merge(&f->arena, now, x->fields, x->fields_n, STR(""));
	begun_end_creates(&f->arena, now, x);
	now->is_again = false;
	now->at = x->at;
	now->letter = now->status_letter = (struct acked_letter){ 0 };
	if (x->op != JOURNAL_GONE)
		now->gone = STR("");
	else
		now->gone = x->reason;
	if (x->op == JOURNAL_CONTACT && x->dsid.n == 0) {
		now->is_imported = true;
		view_del(f->view, VIEW_META, VIEW_WHOLE);
		return;
	}
	if (x->dsid.n == 0)
		return;
	now->dsid = x->dsid;
	begun_end(&f->arena, now, x);
	now->is_imported = now->is_imported && x->op == JOURNAL_CREATE;
	now->is_deleted = now->is_deleted && x->op == JOURNAL_CREATE;
}

static int
fold_acked(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked before, now;

	if (fold_rows_load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	if (x->op == JOURNAL_DELETE) {
		if (before.dsid.n > 0)
			view_del(f->view, VIEW_DSIDS, before.dsid);
		now = deleted(f, &before, x);
		if (now.was_dsid.n > 0)
			view_put(f->view, VIEW_FORMER, now.was_dsid, x->fh_id);
	} else {
		take(f, &now, x);
		if (x->dsid.n > 0)
			view_put(f->view, VIEW_DSIDS, x->dsid, x->fh_id);
	}
	return set_fields(f, x->fh_id, &now, &before, e);
}

/* Their contact was written to in another's name: it has to be written again. */
static int
spoil_other(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct str other;
	struct acked now;
	int rc = x->dsid.n == 0 ? 0 : view_get(f->view, VIEW_DSIDS, x->dsid, &other, e);

	if (rc <= 0 || x->op == JOURNAL_CREATE || str_eq(other, x->fh_id))
		return rc < 0 ? -1 : 0;
	other = str_copy(&f->arena, other);
	if (fold_rows_load(f, other, &now, e) < 0)
		return -1;
	acked_merge(&f->arena, &now, NULL, 0, STR("fh_id"));
	fold_rows_store(f, other, &now);
	return 0;
}

/* A create that found another's contact made none.  A deletion that is answered with a 404 although
 * the contact is there was never done. */
static void
refuse(struct fold *f, struct acked *now, const struct journal_line *x)
{
	bool is_first = x->tries == 1 && !now->is_again;
	bool is_anothers = x->tries > 0 && str_eq(x->reason, STR("same-contact"));

	if (x->op == JOURNAL_CREATE)
		begun_refuse_create(now, is_anothers ? 0 : x->tries > 0 ? x->tries : 2);
	else if (x->op == JOURNAL_DELETE)
		now->is_deleting = now->is_deleting && !is_first && x->http != 404;
	/* A look that found no contact says nothing of a call. */
	else if (x->tries > 0 && !str_eq(x->reason, STR("deleted-in-dailystory")))
		begun_refuse(&f->arena, now, x->tries);
}

static int
fold_rejected(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked before, now;

	if (fold_rows_load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	refuse(f, &now, x);
	letter_add(x->op == JOURNAL_STATUS ? &now.status_letter : &now.letter, x);
	if (fold_holders_trust(f, x->fh_id, &before, &now, e) < 0 ||
	    set_fields(f, x->fh_id, &now, &before, e) < 0)
		return -1;
	return str_eq(x->reason, STR("same-contact")) ? spoil_other(f, x, e) : 0;
}

/* A call is about to leave; or it was refused, and what else the row says is yet to come. */
static int
fold_begun(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked before, now;

	if (fold_rows_load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	if (str_eq(x->reason, BEGUN_REFUSED))
		begun_refuse(&f->arena, &now, x->tries);
	else
		begun_start(&f->arena, &now, x);
	if (x->op == JOURNAL_STATUS)
		now.seen = x->at;
	if (before.dsid.n > 0 && x->count == 0 && x->op != JOURNAL_CREATE &&
	    (fold_holders_trust(f, x->fh_id, &before, &now, e) < 0 ||
	        fold_holders_doubt(f, x->fh_id, x, e) < 0))
		return -1;
	return set_fields(f, x->fh_id, &now, &before, e);
}

/* The contact does not have the address, so what it was told reached nobody. */
static int
forget_told(struct fold *f, struct str dsid, struct str key, const uint64_t *hash, struct err *e)
{
	struct acked_opt_out told;
	struct str name = hash == NULL ? STR("") : fold_rows_address(&f->key, key, *hash);
	int rc = hash == NULL ? 0 : load_told(f, name, &told, e);

	if (rc <= 0)
		return rc;
	acked_untell(&f->arena, &told, dsid);
	store_told(f, name, &told);
	return 0;
}

/* Fields that differ there are listed: they are to be sent again, and an address is free for
 * others.  That there is a mobile is not forgotten, for it may have to go. */
static int
repair(struct fold *f, struct acked *now, const struct acked *before, struct str key, struct err *e)
{
	const struct journal_field anothers = { key, ACKED_ANOTHERS };

	acked_merge(&f->arena, now, &anothers, str_eq(key, MOBILE) ? 1 : 0, key);
	return forget_told(f, now->dsid, key, acked_field(before, key), e);
}

static int
fold_check(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked before, now;

	if (fold_rows_load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	now.checked = x->at;
	if (str_eq(x->reason, STR("repair")))
		for (size_t i = 0; i < x->fields_n; i++)
			if (repair(f, &now, &before, x->fields[i].key, e) < 0)
				return -1;
	return set_fields(f, x->fh_id, &now, &before, e);
}

/* Nothing else of the contact is in question, nor why its row waits. */
static int
fold_status(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;

	if (fold_rows_load(f, x->fh_id, &now, e) < 0)
		return -1;
	acked_merge(&f->arena, &now, x->fields, x->fields_n, STR(""));
	begun_end(&f->arena, &now, x);
	now.seen = now.at = x->at;
	now.status_letter = (struct acked_letter){ 0 };
	fold_rows_store(f, x->fh_id, &now);
	return 0;
}

/* What was refused; or, with an address, a create: there is no contact of it alone. */
static int
fold_moot(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;
	int rc = fold_rows_load(f, x->fh_id, &now, e);

	if (rc <= 0)
		return rc;
	if (x->fields_n > 0) {
		begun_end_creates(&f->arena, &now, x);
		if (now.dsid.n > 0 && now.letter.op == JOURNAL_CREATE)
			now.letter = (struct acked_letter){ 0 };
	} else {
		now.letter = now.status_letter = (struct acked_letter){ 0 };
		now.is_deleting = now.is_again = false;
	}
	fold_rows_store(f, x->fh_id, &now);
	return 0;
}

static int
fold_contact(struct fold *f, const struct journal_line *x, struct err *e)
{
	if (x->op == JOURNAL_CHECK)
		return fold_check(f, x, e);
	if (x->op == JOURNAL_MOOT)
		return fold_moot(f, x, e);
	if (x->op == JOURNAL_STATUS && x->result == JOURNAL_ACKED)
		return fold_status(f, x, e);
	if (x->result == JOURNAL_ACKED)
		return fold_acked(f, x, e);
	return x->result == JOURNAL_REJECTED ? fold_rejected(f, x, e) : fold_begun(f, x, e);
}

/* ---- Opt-outs and segments */

/* By another flag, or none; of older books it is not known. */
static bool
is_said_otherwise(const struct acked_opt_out *now, const struct journal_line *x)
{
	return now->body.n > 0 && x->body.n > 0 && !str_eq(now->body, x->body);
}

/* What is owed anew, or said otherwise, is to be told to everybody anew. */
static void
take_opt_out(struct fold *f, struct acked_opt_out *now, const struct journal_line *x)
{
	bool is_anew = !str_eq(now->since, x->since) || is_said_otherwise(now, x);
	struct str told = is_anew ? STR("") : now->dsids;
	struct str body = is_anew || x->body.n > 0 ? x->body : now->body;

	*now = (struct acked_opt_out){
		.is_acked = true, .since = x->since, .dsids = told, .body = body
	};
	acked_tell(&f->arena, now, x->dsid);
}

/* Of what was said otherwise before, nobody knows that it was understood. */
static void
refuse_opt_out(struct acked_opt_out *now, const struct journal_line *x)
{
	if (is_said_otherwise(now, x))
		now->dsids = STR("");
	if (x->tries == 1 && !now->is_again)
		now->is_begun = now->is_alone = false;
	letter_add(&now->letter, x);
}

static void
start_opt_out(struct acked_opt_out *now, const struct journal_line *x)
{
	now->is_again = now->is_begun;
	now->is_begun = true;
	now->is_alone = now->is_alone || x->dsid.n == 0;
	if (!now->is_acked)
		now->since = x->since;
}

static int
fold_opt_out(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked_opt_out now;
	struct str key;

	if (x->fields_n != 1)
		return 0;
	key = fold_rows_address(&f->key, x->fields[0].key, x->fields[0].hash);
	if (load_told(f, key, &now, e) < 0)
		return -1;
	if (x->op == JOURNAL_MOOT)
		now.letter = (struct acked_letter){ 0 };
	else if (x->result == JOURNAL_ACKED)
		take_opt_out(f, &now, x);
	else if (x->result == JOURNAL_UNKNOWN)
		start_opt_out(&now, x);
	else
		refuse_opt_out(&now, x);
	store_told(f, key, &now);
	return 0;
}

/* The row that says that there is a dead letter is that letter. */
static int
refuse_segment(struct fold *f, struct str name, const struct journal_line *x, struct err *e)
{
	struct acked_opt_out now = { 0 };
	struct str row;
	int rc = view_get(f->view, VIEW_LETTERS, name, &row, e);

	if (rc > 0 && !acked_opt_out_unpack(str_copy(&f->arena, row), &now))
		rc = fold_rows_broken(e);
	if (rc < 0)
		return -1;
	letter_add(&now.letter, x);
	/* Somebody deleted it there: by its name it is found, or made again. */
	if (x->http == 404)
		view_del(f->view, VIEW_SEGMENTS, x->segment);
	buf_reset(&f->row);
	acked_opt_out_pack(&f->row, &now);
	view_put(f->view, VIEW_LETTERS, name, buf_view(&f->row));
	return 0;
}

static void
take_segment(struct fold *f, const struct journal_line *x)
{
	buf_reset(&f->key);
	buf_str(&f->key, x->segment);
	if (x->op == JOURNAL_SEGMENT_NEW) {
		view_put(f->view, VIEW_SEGMENTS, buf_view(&f->key), x->dsid);
		return;
	}
	buf_char(&f->key, '\0');
	buf_str(&f->key, x->fh_id);
	view_put(f->view, VIEW_SEGMENTS, buf_view(&f->key), x->snapshot);
}

static int
fold_segment(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct str name = str_printf(&f->arena, "s%.*s", STR_ARG(x->segment));

	if (x->result == JOURNAL_REJECTED && x->op != JOURNAL_MOOT)
		return refuse_segment(f, name, x, e);
	view_del(f->view, VIEW_LETTERS, name);
	if (x->result == JOURNAL_ACKED)
		take_segment(f, x);
	return 0;
}

int
fold_line(struct fold *f, const struct journal_line *x, struct err *e)
{
	int rc = 0;

	if (x->segment.n > 0)
		rc = fold_segment(f, x, e);
	else if (x->op == JOURNAL_OPT_OUT_EMAIL || x->op == JOURNAL_OPT_OUT_TEXT ||
	         (x->op == JOURNAL_MOOT && x->fh_id.n == 0))
		rc = fold_opt_out(f, x, e);
	else if (x->op == JOURNAL_WHOLE)
		view_put(f->view, VIEW_META, VIEW_WHOLE, STR(""));
	else if (x->op == JOURNAL_ERASED)
		former_put(f, x);
	else if (x->fh_id.n > 0)
		rc = fold_contact(f, x, e);
	arena_reset(&f->arena);
	return rc;
}

int
fold_set(struct fold *f, struct str fh_id, const struct acked *x, struct err *e)
{
	struct str owner = STR("");
	struct acked before;
	int rc = fold_rows_load(f, fh_id, &before, e);

	if (rc >= 0 && before.dsid.n > 0 && !str_eq(before.dsid, x->dsid))
		rc = view_get(f->view, VIEW_DSIDS, before.dsid, &owner, e);
	if (rc >= 0 && str_eq(owner, fh_id))
		view_del(f->view, VIEW_DSIDS, before.dsid);
	if (rc >= 0 && x->dsid.n > 0)
		view_put(f->view, VIEW_DSIDS, x->dsid, fh_id);
	rc = rc < 0 ? -1 : set_fields(f, fh_id, x, &before, e);
	arena_reset(&f->arena);
	return rc;
}

void
fold_release(struct fold *f)
{
	arena_release(&f->arena);
	buf_release(&f->row);
	buf_release(&f->key);
}
