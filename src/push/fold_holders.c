#include "push/fold_holders.h"

#include "push/begun.h"
#include "push/fold_rows.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")

/* The address is theirs no more, if it was. */
static int
free_address(struct fold *f, struct str fh_id, struct str key, const uint64_t *hash, struct err *e)
{
	struct str name, holder;
	int rc;

	if (hash == NULL)
		return 0;
	name = fold_rows_address(&f->key, key, *hash);
	rc = view_get(f->view, VIEW_ADDRESSES, name, &holder, e);
	if (rc > 0 && str_eq(holder, fh_id))
		view_del(f->view, VIEW_ADDRESSES, name);
	return rc < 0 ? -1 : 0;
}

/* Whoever had it has it no more, whatever was acked of them. */
static int
take_from_other(struct fold *f, struct str fh_id, struct str key, uint64_t hash, struct err *e)
{
	const uint64_t *acked;
	struct str other;
	struct acked now;
	int rc =
	    view_get(f->view, VIEW_ADDRESSES, fold_rows_address(&f->key, key, hash), &other, e);

	if (rc <= 0 || str_eq(other, fh_id))
		return rc < 0 ? -1 : 0;
	other = str_copy(&f->arena, other);
	rc = fold_rows_load(f, other, &now, e);
	if (rc <= 0)
		return rc;
	begun_forget(&f->arena, &now, (struct journal_field){ key, hash });
	acked = acked_field(&now, key);
	if (acked != NULL && *acked == hash)
		acked_merge(&f->arena, &now, NULL, 0, key);
	fold_rows_store(f, other, &now);
	return 0;
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

	if (next == NULL || !fold_holders_is_one(f, key, *next) || (old != NULL && *old == *next))
		return 0;
	if (take_from_other(f, fh_id, key, *next, e) < 0)
		return -1;
	view_put(f->view, VIEW_ADDRESSES, fold_rows_address(&f->key, key, *next), fh_id);
	return 0;
}

/* Whoever had it may have it still, and is taken for the one who has. */
static int
share_address(struct fold *f, struct str fh_id, const struct acked_begun *b, struct err *e)
{
	struct str name = fold_rows_address(&f->key, b->key, b->hash), ignored;
	int rc = view_get(f->view, VIEW_ADDRESSES, name, &ignored, e);

	if (rc == 0)
		view_put(f->view, VIEW_ADDRESSES, name, fh_id);
	return rc < 0 ? -1 : 0;
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

typedef void change_fn(struct arena *a, struct acked *x, struct journal_field field);

/* What is known of whoever else has the address, if it is one. */
static int
change_other(
    struct fold *f, struct str fh_id, struct journal_field field, change_fn *change, struct err *e)
{
	bool is_one = (str_eq(field.key, EMAIL) || str_eq(field.key, MOBILE)) &&
	              fold_holders_is_one(f, field.key, field.hash);
	struct str other;
	struct acked now;
	int rc = is_one ? view_get(f->view, VIEW_ADDRESSES,
	                      fold_rows_address(&f->key, field.key, field.hash), &other, e)
	                : 0;

	if (rc <= 0 || str_eq(other, fh_id))
		return rc < 0 ? -1 : 0;
	other = str_copy(&f->arena, other);
	rc = fold_rows_load(f, other, &now, e);
	if (rc <= 0)
		return rc;
	change(&f->arena, &now, field);
	fold_rows_store(f, other, &now);
	return 0;
}

int
fold_holders_doubt(struct fold *f, struct str fh_id, const struct journal_line *x, struct err *e)
{
	for (size_t i = 0; i < x->fields_n; i++)
		if (change_other(f, fh_id, x->fields[i], begun_doubt, e) < 0)
			return -1;
	return 0;
}

int
fold_holders_trust(struct fold *f, struct str fh_id, const struct acked *before,
    const struct acked *now, struct err *e)
{
	for (size_t i = 0; before->dsid.n > 0 && i < before->begun_n; i++) {
		const struct acked_begun *b = &before->begun[i];

		if (!begun_names(now, b->key, b->hash) &&
		    change_other(
		        f, fh_id, (struct journal_field){ b->key, b->hash }, begun_trust, e) < 0)
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
