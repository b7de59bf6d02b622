#include "push/fold_holders.h"

#include "push/begun.h"
#include "push/fold_rows.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")

struct str
fold_holders_next(struct str *row)
{
	const char *end = row->n == 0 ? NULL : memchr(row->p, '\0', row->n);
	struct str one = end == NULL ? *row : str_of(row->p, (size_t)(end - row->p));

	*row = str_from(*row, end == NULL ? row->n : one.n + 1);
	return one;
}

static bool
has(struct str row, struct str fh_id)
{
	while (row.n > 0)
		if (str_eq(fold_holders_next(&row), fh_id))
			return true;
	return false;
}

static int
load(struct fold *f, const struct journal_field *of, struct str *row, struct err *e)
{
	int rc = view_get(
	    f->view, VIEW_ADDRESSES, fold_rows_address(&f->key, of->key, of->hash), row, e);

	*row = rc > 0 ? str_copy(&f->arena, *row) : STR("");
	return rc < 0 ? -1 : 0;
}

static void
add(struct fold *f, struct str fh_id)
{
	if (f->row.n > 0)
		buf_char(&f->row, '\0');
	buf_str(&f->row, fh_id);
}

/* Without that one, or with them as the last. */
static void
store(struct fold *f, const struct journal_field *of, struct str row, struct str fh_id, bool has_it)
{
	struct str name = fold_rows_address(&f->key, of->key, of->hash);

	buf_reset(&f->row);
	while (row.n > 0) {
		struct str one = fold_holders_next(&row);

		if (!str_eq(one, fh_id))
			add(f, one);
	}
	if (has_it)
		add(f, fh_id);
	if (f->row.n > 0)
		view_put(f->view, VIEW_ADDRESSES, name, buf_view(&f->row));
	else
		view_del(f->view, VIEW_ADDRESSES, name);
}

/* The address is theirs no more, if it was. */
static int
free_address(struct fold *f, struct str fh_id, struct str key, const uint64_t *hash, struct err *e)
{
	const struct journal_field of = { key, hash == NULL ? 0 : *hash };
	struct str row;

	if (hash == NULL)
		return 0;
	if (load(f, &of, &row, e) < 0)
		return -1;
	if (has(row, fh_id))
		store(f, &of, row, fh_id, false);
	return 0;
}

typedef void change_fn(struct arena *a, struct acked *x, struct journal_field field);

/* What is known of everybody else who may have the address. */
static int
change_others(
    struct fold *f, struct str fh_id, struct journal_field field, change_fn *change, struct err *e)
{
	struct str row;
	int rc = load(f, &field, &row, e);

	while (rc == 0 && row.n > 0) {
		struct str other = fold_holders_next(&row);
		struct acked now;

		if (str_eq(other, fh_id))
			continue;
		rc = fold_rows_load(f, other, &now, e);
		if (rc > 0) {
			change(&f->arena, &now, field);
			fold_rows_store(f, other, &now);
		}
		rc = rc < 0 ? -1 : 0;
	}
	return rc;
}

/* Whatever was acked of them. */
static void
lose(struct arena *a, struct acked *x, struct journal_field field)
{
	const uint64_t *acked = acked_field(x, field.key);

	begun_forget(a, x, field);
	if (acked != NULL && *acked == field.hash)
		acked_merge(a, x, NULL, 0, field.key);
}

/* Somebody's, and known. */
bool
fold_holders_is_one(const struct fold *f, struct str key, uint64_t hash)
{
	return hash != ACKED_ANOTHERS &&
	       hash != (str_eq(key, EMAIL) ? f->no_email : f->no_mobile) && hash != f->kept_mobile;
}

/* It was acked. */
static int
take_address(struct fold *f, struct str fh_id, struct str key, const struct acked *before,
    const struct acked *now, struct err *e)
{
	const uint64_t *old = acked_field(before, key), *next = acked_field(now, key);
	const struct journal_field of = { key, next == NULL ? 0 : *next };

	if (next == NULL || !fold_holders_is_one(f, key, *next) || (old != NULL && *old == *next))
		return 0;
	if (change_others(f, fh_id, of, lose, e) < 0)
		return -1;
	store(f, &of, STR(""), fh_id, true);
	return 0;
}

/* Whoever had it may have it still, and is taken for the one who has. */
static int
share_address(struct fold *f, struct str fh_id, const struct acked_begun *b, struct err *e)
{
	const struct journal_field of = { b->key, b->hash };
	struct str row;

	if (load(f, &of, &row, e) < 0)
		return -1;
	if (!has(row, fh_id))
		store(f, &of, row, fh_id, true);
	return 0;
}

static int
free_addresses(struct fold *f, struct str fh_id, struct str key, const struct acked *before,
    const struct acked *now, struct err *e)
{
	const uint64_t *old = acked_field(before, key);

	if (old != NULL && !begun_names(now, key, *old) && free_address(f, fh_id, key, old, e) < 0)
		return -1;
	for (size_t i = 0; i < before->begun_n; i++) {
		const struct acked_begun *b = &before->begun[i];

		if (str_eq(b->key, key) && !begun_names(now, key, b->hash) &&
		    free_address(f, fh_id, key, &b->hash, e) < 0)
			return -1;
	}
	return 0;
}

/* An address is whose contact has it, or may have it. */
static int
move_address(struct fold *f, struct str fh_id, struct str key, const struct acked *before,
    const struct acked *now, struct err *e)
{
	if (free_addresses(f, fh_id, key, before, now, e) < 0 ||
	    take_address(f, fh_id, key, before, now, e) < 0)
		return -1;
	for (size_t i = 0; now->dsid.n > 0 && i < now->begun_n; i++)
		if (str_eq(now->begun[i].key, key) &&
		    fold_holders_is_one(f, key, now->begun[i].hash) &&
		    share_address(f, fh_id, &now->begun[i], e) < 0)
			return -1;
	return 0;
}

static bool
is_address(const struct fold *f, const struct journal_field *x)
{
	return (str_eq(x->key, EMAIL) || str_eq(x->key, MOBILE)) &&
	       fold_holders_is_one(f, x->key, x->hash);
}

int
fold_holders_doubt(struct fold *f, struct str fh_id, const struct journal_line *x, struct err *e)
{
	for (size_t i = 0; i < x->fields_n; i++)
		if (is_address(f, &x->fields[i]) &&
		    change_others(f, fh_id, x->fields[i], begun_doubt, e) < 0)
			return -1;
	return 0;
}

int
fold_holders_trust(struct fold *f, struct str fh_id, const struct acked *before,
    const struct acked *now, struct err *e)
{
	for (size_t i = 0; before->dsid.n > 0 && i < before->begun_n; i++) {
		const struct acked_begun *b = &before->begun[i];
		const struct journal_field of = { b->key, b->hash };

		if (!begun_names(now, b->key, b->hash) && is_address(f, &of) &&
		    change_others(f, fh_id, of, begun_trust, e) < 0)
			return -1;
	}
	return 0;
}

int
fold_holders_move(struct fold *f, struct str fh_id, const struct acked *before,
    const struct acked *now, struct err *e)
{
	return move_address(f, fh_id, EMAIL, before, now, e) < 0 ||
	               move_address(f, fh_id, MOBILE, before, now, e) < 0
	           ? -1
	           : 0;
}
