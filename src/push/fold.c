#include "push/fold.h"

#include "push/acked.h"
#include "push/letter.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")
#define STATUS STR("status")

int
fold_broken(struct err *e)
{
	err_set(e, ERR_FAILED, "push/state is damaged");
	return err_advise(
	    e, "Delete the directory push/state; the next push makes it again from the journal.");
}

struct str
fold_address(struct buf *b, struct str key, uint64_t hash)
{
	buf_reset(b);
	buf_str(b, key);
	buf_char(b, ':');
	journal_line_hash(b, hash);
	return buf_view(b);
}

bool
fold_parse_address(struct str name, struct journal_field *out)
{
	const char *colon = memchr(name.p, ':', name.n);

	if (colon == NULL)
		return false;
	out->key = str_of(name.p, (size_t)(colon - name.p));
	return journal_line_parse_hash(str_from(name, out->key.n + 1), &out->hash);
}

/* ---- Letters */

static void
list_letter(struct fold *f, char kind, struct str key, const struct acked_letter *letter)
{
	struct str name = str_printf(&f->arena, "%c%.*s", kind, STR_ARG(key));

	if (letter->tries > 0)
		view_put(f->view, VIEW_LETTERS, name, STR(""));
	else
		view_del(f->view, VIEW_LETTERS, name);
}

/* ---- Contacts */

static int
load(struct fold *f, struct str fh_id, struct acked *out, struct err *e)
{
	struct str row;
	int rc = view_get(f->view, VIEW_CONTACTS, fh_id, &row, e);

	*out = (struct acked){ 0 };
	if (rc <= 0)
		return rc;
	return acked_unpack(&f->arena, str_copy(&f->arena, row), out) ? 1 : fold_broken(e);
}

static void
store(struct fold *f, struct str fh_id, const struct acked *x)
{
	buf_reset(&f->row);
	acked_pack(&f->row, x);
	view_put(f->view, VIEW_CONTACTS, fh_id, buf_view(&f->row));
	list_letter(f, 'c', fh_id, &x->letter);
}

/* An opt-out, by channel and hash of the address. */
static int
load_told(struct fold *f, struct str key, struct acked_opt_out *out, struct err *e)
{
	struct str row;
	int rc = view_get(f->view, VIEW_OPT_OUTS, key, &row, e);

	*out = (struct acked_opt_out){ 0 };
	if (rc <= 0)
		return rc;
	return acked_opt_out_unpack(str_copy(&f->arena, row), out) ? 1 : fold_broken(e);
}

static void
store_told(struct fold *f, struct str key, const struct acked_opt_out *x)
{
	buf_reset(&f->row);
	acked_opt_out_pack(&f->row, x);
	view_put(f->view, VIEW_OPT_OUTS, key, buf_view(&f->row));
	list_letter(f, 'o', key, &x->letter);
}

/* The address is theirs no more, if it was. */
static int
free_address(struct fold *f, struct str fh_id, struct str key, const uint64_t *hash, struct err *e)
{
	struct str name, holder;
	int rc;

	if (hash == NULL)
		return 0;
	name = fold_address(&f->key, key, *hash);
	rc = view_get(f->view, VIEW_ADDRESSES, name, &holder, e);
	if (rc > 0 && str_eq(holder, fh_id))
		view_del(f->view, VIEW_ADDRESSES, name);
	return rc < 0 ? -1 : 0;
}

/* Whoever had it has it no more, whatever was acked of them. */
static int
take_from_other(struct fold *f, struct str fh_id, struct str key, uint64_t hash, struct err *e)
{
	struct str other;
	struct acked now;
	int rc = view_get(f->view, VIEW_ADDRESSES, fold_address(&f->key, key, hash), &other, e);

	if (rc <= 0 || str_eq(other, fh_id))
		return rc < 0 ? -1 : 0;
	other = str_copy(&f->arena, other);
	rc = load(f, other, &now, e);
	if (rc <= 0)
		return rc;
	acked_merge(&f->arena, &now, NULL, 0, key);
	store(f, other, &now);
	return 0;
}

static int
move_address(struct fold *f, struct str fh_id, struct str key, const struct acked *before,
    const struct acked *now, uint64_t none, struct err *e)
{
	const uint64_t *old = acked_field(before, key), *next = acked_field(now, key);

	if (old != NULL && next != NULL && *old == *next)
		return 0;
	if (free_address(f, fh_id, key, old, e) < 0)
		return -1;
	if (next == NULL || *next == none || *next == f->kept_mobile || *next == ACKED_ANOTHERS)
		return 0;
	if (take_from_other(f, fh_id, key, *next, e) < 0)
		return -1;
	view_put(f->view, VIEW_ADDRESSES, fold_address(&f->key, key, *next), fh_id);
	return 0;
}

static int
set_fields(struct fold *f, struct str fh_id, const struct acked *now, const struct acked *before,
    struct err *e)
{
	if (move_address(f, fh_id, EMAIL, before, now, f->no_email, e) < 0 ||
	    move_address(f, fh_id, MOBILE, before, now, f->no_mobile, e) < 0)
		return -1;
	store(f, fh_id, now);
	return 0;
}

/* An address of who is deleted may be there still when the contact is found again. */
static void
keep_address(struct acked *now, struct journal_field *list, const struct acked *before,
    struct str key, uint64_t none)
{
	const uint64_t *hash = acked_field(before, key);

	if (hash == NULL)
		hash = acked_was(before, key);
	if (hash != NULL && *hash != none)
		list[now->was_n++] = (struct journal_field){ key, *hash };
}

/* Lines of acked_file.h say themselves what there was. */
static struct acked
deleted(struct fold *f, const struct acked *before, const struct journal_line *x)
{
	struct journal_field *list = arena_array(&f->arena, 2, sizeof(*list));
	struct acked now = { .gone = x->reason, .is_deleted = true, .at = x->at };

	now.was = x->fields_n > 0 ? x->fields : list;
	now.was_n = x->fields_n;
	now.was_dsid = x->dsid.n > 0 ? x->dsid : before->dsid;
	if (x->fields_n > 0)
		return now;
	keep_address(&now, list, before, EMAIL, f->no_email);
	keep_address(&now, list, before, MOBILE, f->no_mobile);
	for (size_t i = 0; i < now.was_n; i++)
		if (list[i].hash == f->kept_mobile)
			list[i].hash = ACKED_ANOTHERS;
	return now;
}

/* What DailyStory took. */
static void
take(struct fold *f, struct acked *now, const struct journal_line *x)
{
	acked_merge(&f->arena, now, x->fields, x->fields_n, STR(""));
	now->is_started = false;
	now->at = x->at;
	now->letter = (struct acked_letter){ 0 };
	if (x->op != JOURNAL_GONE)
		now->gone = STR("");
	else
		now->gone = x->reason;
	if (x->op == JOURNAL_CONTACT && x->dsid.n == 0) {
		now->is_imported = true;
		view_put(f->view, VIEW_META, VIEW_FIRST_PUSH, STR(""));
		return;
	}
	if (x->dsid.n == 0)
		return;
	now->dsid = x->dsid;
	acked_replace(&f->arena, now, x);
	now->is_imported = now->is_imported && x->op == JOURNAL_CREATE;
	now->is_deleted = now->is_deleted && x->op == JOURNAL_CREATE;
}

static int
fold_acked(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked before, now;

	if (load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	if (x->op == JOURNAL_DELETE) {
		if (before.dsid.n > 0)
			view_del(f->view, VIEW_DSIDS, before.dsid);
		now = deleted(f, &before, x);
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
	if (load(f, other, &now, e) < 0)
		return -1;
	acked_merge(&f->arena, &now, NULL, 0, STR("fh_id"));
	store(f, other, &now);
	return 0;
}

/* Its status was about to be ours, and is not: DailyStory refused the call, and no try before may
 * have been done without an answer.  A look that found no contact says nothing of that. */
static void
forget_begun(struct fold *f, struct acked *now, const struct journal_line *x)
{
	const uint64_t *hash = acked_field(now, STATUS);
	bool is_refused = x->op == JOURNAL_STATUS && x->tries == 1 &&
	                  !str_eq(x->reason, STR("deleted-in-dailystory"));

	if (is_refused && hash != NULL && *hash == f->begun_status)
		acked_merge(&f->arena, now, NULL, 0, STATUS);
}

static int
fold_rejected(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;

	if (load(f, x->fh_id, &now, e) < 0)
		return -1;
	now.is_started = now.is_started && str_eq(x->reason, ACKED_LOST);
	now.is_deleting = now.is_deleting && x->op != JOURNAL_DELETE;
	forget_begun(f, &now, x);
	letter_add(&now.letter, x);
	store(f, x->fh_id, &now);
	return str_eq(x->reason, STR("same-contact")) ? spoil_other(f, x, e) : 0;
}

static int
fold_started(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;

	if (x->op != JOURNAL_CREATE && x->op != JOURNAL_DELETE)
		return 0;
	if (load(f, x->fh_id, &now, e) < 0)
		return -1;
	if (x->op == JOURNAL_CREATE) {
		now.is_started = true;
		now.started = x->fields_n > 0 ? x->fields[0] : (struct journal_field){ 0 };
	}
	now.is_deleting = now.is_deleting || x->op == JOURNAL_DELETE;
	store(f, x->fh_id, &now);
	return 0;
}

/* The contact does not have the address, so what it was told reached nobody. */
static int
forget_told(struct fold *f, struct str dsid, struct str key, const uint64_t *hash, struct err *e)
{
	struct acked_opt_out told;
	struct str name = hash == NULL ? STR("") : fold_address(&f->key, key, *hash);
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

	if (load(f, x->fh_id, &before, e) < 0)
		return -1;
	now = before;
	now.checked = x->at;
	if (str_eq(x->reason, STR("repair")))
		for (size_t i = 0; i < x->fields_n; i++)
			if (repair(f, &now, &before, x->fields[i].key, e) < 0)
				return -1;
	return set_fields(f, x->fh_id, &now, &before, e);
}

/* Begun, or acked: nothing else of the contact is in question, nor why it waits. */
static int
fold_status(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;

	if (load(f, x->fh_id, &now, e) < 0)
		return -1;
	acked_merge(&f->arena, &now, x->fields, x->fields_n, STR(""));
	now.seen = x->at;
	if (x->result == JOURNAL_ACKED)
		now.at = x->at;
	store(f, x->fh_id, &now);
	return 0;
}

static int
fold_moot(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked now;
	int rc = load(f, x->fh_id, &now, e);

	if (rc <= 0)
		return rc;
	now.letter = (struct acked_letter){ 0 };
	now.is_deleting = false;
	store(f, x->fh_id, &now);
	return 0;
}

static int
fold_contact(struct fold *f, const struct journal_line *x, struct err *e)
{
	if (x->op == JOURNAL_CHECK)
		return fold_check(f, x, e);
	if (x->op == JOURNAL_MOOT)
		return fold_moot(f, x, e);
	if (x->op == JOURNAL_STATUS && x->result != JOURNAL_REJECTED)
		return fold_status(f, x, e);
	if (x->result == JOURNAL_ACKED)
		return fold_acked(f, x, e);
	return x->result == JOURNAL_REJECTED ? fold_rejected(f, x, e) : fold_started(f, x, e);
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
	letter_add(&now->letter, x);
}

static int
fold_opt_out(struct fold *f, const struct journal_line *x, struct err *e)
{
	struct acked_opt_out now;
	struct str key;

	if (x->result == JOURNAL_UNKNOWN || x->fields_n != 1)
		return 0;
	key = fold_address(&f->key, x->fields[0].key, x->fields[0].hash);
	if (load_told(f, key, &now, e) < 0)
		return -1;
	if (x->op == JOURNAL_MOOT)
		now.letter = (struct acked_letter){ 0 };
	else if (x->result == JOURNAL_ACKED)
		take_opt_out(f, &now, x);
	else
		refuse_opt_out(&now, x);
	store_told(f, key, &now);
	return 0;
}

static void
fold_segment(struct fold *f, const struct journal_line *x)
{
	if (x->result != JOURNAL_ACKED)
		return;
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

int
fold_line(struct fold *f, const struct journal_line *x, struct err *e)
{
	int rc = 0;

	if (x->op == JOURNAL_OPT_OUT_EMAIL || x->op == JOURNAL_OPT_OUT_TEXT ||
	    (x->op == JOURNAL_MOOT && x->fields_n > 0))
		rc = fold_opt_out(f, x, e);
	else if (x->op == JOURNAL_SEGMENT_NEW || x->op == JOURNAL_SEGMENT_ADD)
		fold_segment(f, x);
	else if (x->op == JOURNAL_WHOLE)
		view_del(f->view, VIEW_META, VIEW_FIRST_PUSH);
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
	int rc = load(f, fh_id, &before, e);

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
