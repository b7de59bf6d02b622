#include "push/acked.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"

enum {
	IMPORTED = 1,
	DELETED = 2,
	DELETING = 4,
	AGAIN = 8
};

/* Of an opt-out. */
enum {
	TOLD = 1,
	TOLD_BEGUN = 2,
	TOLD_ALONE = 4,
	TOLD_AGAIN = 8
};

static void
pack_letter(struct buf *b, const struct acked_letter *x)
{
	pack_u64(b, x->tries);
	if (x->tries == 0)
		return;
	pack_u64(b, x->op);
	pack_text(b, x->reason);
	pack_text(b, x->message);
	pack_text(b, x->body);
	pack_text(b, x->dsid);
	pack_u64(b, x->http);
	pack_i64(b, x->first);
	pack_i64(b, x->last);
}

static struct acked_letter
unpack_letter(struct unpack *u)
{
	struct acked_letter x = { .tries = unpack_u64(u) };
	uint64_t op;

	if (x.tries == 0)
		return x;
	op = unpack_u64(u);
	u->bad = u->bad || op >= JOURNAL_OP_COUNT;
	x.op = u->bad ? JOURNAL_CREATE : (enum journal_op)op;
	x.reason = unpack_text(u);
	x.message = unpack_text(u);
	x.body = unpack_text(u);
	x.dsid = unpack_text(u);
	x.http = unpack_u64(u);
	x.first = unpack_i64(u);
	x.last = unpack_i64(u);
	return x;
}

static void
pack_fields(struct buf *b, const struct journal_field *list, size_t n)
{
	pack_u64(b, n);
	for (size_t i = 0; i < n; i++) {
		pack_text(b, list[i].key);
		pack_fixed(b, list[i].hash);
	}
}

/* How many follow; 0 if that cannot be. */
static size_t
unpack_n(struct unpack *u, size_t most)
{
	size_t n = unpack_u64(u);

	u->bad = u->bad || n > most;
	return u->bad ? 0 : n;
}

static const struct journal_field *
unpack_fields(struct arena *a, struct unpack *u, size_t most, size_t *n)
{
	struct journal_field *list;

	*n = unpack_n(u, most);
	list = arena_array(a, *n, sizeof(*list));
	for (size_t i = 0; i < *n; i++) {
		list[i].key = unpack_text(u);
		list[i].hash = unpack_fixed(u);
	}
	return list;
}

static void
pack_begun(struct buf *b, const struct acked_begun *list, size_t n)
{
	pack_u64(b, n);
	for (size_t i = 0; i < n; i++) {
		pack_text(b, list[i].key);
		pack_fixed(b, list[i].hash);
		pack_u64(b, list[i].is_fresh);
	}
}

static const struct acked_begun *
unpack_begun(struct arena *a, struct unpack *u, size_t most, size_t *n)
{
	struct acked_begun *list;

	*n = unpack_n(u, most);
	list = arena_array(a, *n, sizeof(*list));
	for (size_t i = 0; i < *n; i++) {
		list[i].key = unpack_text(u);
		list[i].hash = unpack_fixed(u);
		list[i].is_fresh = unpack_u64(u) != 0;
	}
	return list;
}

bool
acked_is_there(const struct acked *x)
{
	return x->dsid.n > 0 || x->is_imported;
}

const struct acked_letter *
acked_last_letter(const struct acked *x)
{
	bool is_status = x->status_letter.tries > 0 &&
	                 (x->letter.tries == 0 || x->status_letter.last >= x->letter.last);

	return is_status ? &x->status_letter : &x->letter;
}

void
acked_pack(struct buf *b, const struct acked *x)
{
	pack_u64(b, (x->is_imported ? IMPORTED : 0U) | (x->is_deleted ? DELETED : 0U) |
	                (x->is_deleting ? DELETING : 0U) | (x->is_again ? AGAIN : 0U));
	pack_text(b, x->dsid);
	pack_text(b, x->gone);
	pack_i64(b, x->at);
	pack_i64(b, x->checked);
	pack_i64(b, x->seen);
	pack_letter(b, &x->letter);
	pack_letter(b, &x->status_letter);
	pack_begun(b, x->started, x->started_n);
	pack_fields(b, x->fields, x->fields_n);
	pack_begun(b, x->begun, x->begun_n);
	pack_text(b, x->was_dsid);
}

bool
acked_unpack(struct arena *a, struct str row, struct acked *x)
{
	struct unpack u = unpack_of(row);
	uint64_t flags = unpack_u64(&u);

	*x = (struct acked){ .is_imported = (flags & IMPORTED) != 0,
		.is_deleted = (flags & DELETED) != 0,
		.is_deleting = (flags & DELETING) != 0,
		.is_again = (flags & AGAIN) != 0 };
	x->dsid = unpack_text(&u);
	x->is_deleting = x->is_deleting && x->dsid.n > 0;
	x->gone = unpack_text(&u);
	x->at = unpack_i64(&u);
	x->checked = unpack_i64(&u);
	x->seen = unpack_i64(&u);
	x->letter = unpack_letter(&u);
	x->status_letter = unpack_letter(&u);
	x->started = unpack_begun(a, &u, row.n, &x->started_n);
	x->fields = unpack_fields(a, &u, row.n, &x->fields_n);
	x->begun = unpack_begun(a, &u, row.n, &x->begun_n);
	x->was_dsid = unpack_text(&u);
	return !u.bad && u.p == u.end;
}

void
acked_opt_out_pack(struct buf *b, const struct acked_opt_out *x)
{
	pack_u64(b, (x->is_acked ? TOLD : 0U) | (x->is_begun ? TOLD_BEGUN : 0U) |
	                (x->is_alone ? TOLD_ALONE : 0U) | (x->is_again ? TOLD_AGAIN : 0U));
	pack_text(b, x->since);
	pack_text(b, x->dsids);
	pack_text(b, x->body);
	pack_letter(b, &x->letter);
}

bool
acked_opt_out_unpack(struct str row, struct acked_opt_out *x)
{
	struct unpack u = unpack_of(row);
	uint64_t flags = unpack_u64(&u);

	*x = (struct acked_opt_out){ .is_acked = (flags & TOLD) != 0,
		.is_begun = (flags & TOLD_BEGUN) != 0,
		.is_alone = (flags & TOLD_ALONE) != 0,
		.is_again = (flags & TOLD_AGAIN) != 0 };
	x->since = unpack_text(&u);
	x->dsids = unpack_text(&u);
	x->body = unpack_text(&u);
	x->letter = unpack_letter(&u);
	return !u.bad && u.p == u.end;
}

bool
acked_was_told(const struct acked_opt_out *x, struct str dsid)
{
	struct str left = x->dsids;

	while (left.n > 0) {
		const char *space = memchr(left.p, ' ', left.n);
		size_t n = space == NULL ? left.n : (size_t)(space - left.p);

		if (str_eq(str_of(left.p, n), dsid))
			return true;
		left = str_from(left, space == NULL ? n : n + 1);
	}
	return false;
}

void
acked_tell(struct arena *a, struct acked_opt_out *x, struct str dsid)
{
	if (dsid.n == 0 || acked_was_told(x, dsid))
		return;
	x->dsids =
	    x->dsids.n == 0 ? dsid : str_printf(a, "%.*s %.*s", STR_ARG(x->dsids), STR_ARG(dsid));
}

void
acked_untell(struct arena *a, struct acked_opt_out *x, struct str dsid)
{
	struct acked_opt_out others = { 0 };
	struct str left = x->dsids;

	while (left.n > 0) {
		const char *space = memchr(left.p, ' ', left.n);
		size_t n = space == NULL ? left.n : (size_t)(space - left.p);

		if (!str_eq(str_of(left.p, n), dsid))
			acked_tell(a, &others, str_of(left.p, n));
		left = str_from(left, space == NULL ? n : n + 1);
	}
	x->dsids = others.dsids;
}

static int
order(const void *x, const void *y)
{
	const struct journal_field *a = x, *b = y;

	return str_cmp(a->key, b->key);
}

const uint64_t *
acked_field(const struct acked *x, struct str key)
{
	const struct journal_field wanted = { .key = key };
	const struct journal_field *f =
	    x->fields_n == 0 ? NULL
	                     : bsearch(&wanted, x->fields, x->fields_n, sizeof(wanted), order);

	return f == NULL ? NULL : &f->hash;
}

void
acked_merge(
    struct arena *a, struct acked *x, const struct journal_field *fields, size_t n, struct str drop)
{
	struct journal_field *all = arena_array(a, x->fields_n + n, sizeof(*all));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		all[kept++] = fields[i];
	if (n > 0)
		qsort(all, n, sizeof(*all), order);
	for (size_t i = 0; i < x->fields_n; i++) {
		const struct journal_field *f = &x->fields[i];

		if ((n == 0 || bsearch(f, all, n, sizeof(*f), order) == NULL) &&
		    !str_eq(f->key, drop))
			all[kept++] = *f;
	}
	if (kept > 0)
		qsort(all, kept, sizeof(*all), order);
	x->fields = all;
	x->fields_n = kept;
}
