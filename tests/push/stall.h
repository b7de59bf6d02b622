/* stall.h -- for the tests of what is wanted and planned: an account of a few customers, its books,
 * and settings to change.
 */
#ifndef TESTS_PUSH_STALL_H
#define TESTS_PUSH_STALL_H

#include "push/desk.h"
#include "support/account.h"

#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "push/books.h"
#include "push/owed.h"
#include "push/push_plan.h"

#define SINCE "20300102T000000Z" /* the id of its snapshot */

struct stall {
	struct account g;
	struct books books;
	struct push_settings push;
	struct wanted_source x;
	struct membership_count segments[2]; /* "big" and "new-ones" */
	struct push_plan plan;
};

static inline void
stall_close(struct stall *t)
{
	push_plan_release(&t->plan);
	books_close(&t->books);
	account_end(&t->g);
}

/* ${customers}: the list of a page. */
static inline void
stall_open(struct stall *t, const char *customers)
{
	const struct page pages[] = { CUSTOMERS(customers), ORDERS("[]"), { 0 } };
	static const char *const slugs[] = { "big", "new-ones" };

	*t = (struct stall){ 0 };
	account_begin(&t->g);
	account_apply(&t->g, pages);
	settings_push_defaults(&t->push);
	cr_assert(
	    books_open(&t->books, t->g.dir, true, &desk_host, &t->g.e) == 0, "%s", t->g.e.msg);
	for (size_t i = 0; i < 2; i++) {
		t->segments[i].slug = str_c(slugs[i]);
		cr_assert(dictionary_put(&t->g.s.words, t->g.s.txn, t->segments[i].slug,
		              &t->segments[i].number, &t->g.e) == 0);
	}
	t->x = (struct wanted_source){ .s = &t->g.s,
		.books = &t->books,
		.push = &t->push,
		.last = { .id = STR(SINCE), .as_of = (EPOCH_DAY + 1) * TIMESTAMP_DAY },
		.separator = STR(";"),
		.segments = { .list = t->segments, .n = 2 } };
}

/* Among those who have their addresses. */
static inline void
stall_place(struct stall *t, const char *id)
{
	struct holders_place none = { 0 }, place = { .takes_part = true };
	struct profile p;

	cr_assert(profile_stored(&t->g.a, &t->g.s, str_c(id), &p, &t->g.e) == 1);
	place.address = p.email;
	cr_assert(holders_move(&t->g.s, HOLDERS_EMAIL, str_c(id), &none, &place, &t->g.e) == 0);
	place.address = p.mobile;
	cr_assert(holders_move(&t->g.s, HOLDERS_MOBILE, str_c(id), &none, &place, &t->g.e) == 0);
}

/* A customer is a contact with both addresses, or none for that reason; in the segments of the
 * bits. */
static inline void
stall_status(struct stall *t, const char *id, enum skipped_reason reason, unsigned in)
{
	struct contact_status s = {
		.reason = reason, .takes_part = true, .holds_email = true, .holds_mobile = true
	};
	struct buf row = { 0 }, memberships = { 0 };

	for (unsigned i = 0; i < 2; i++)
		if ((in >> i & 1) != 0)
			row_membership_pack(&memberships,
			    (struct membership){ .slug = t->segments[i].number, .since = 1 });
	s.memberships = buf_view(&memberships);
	row_contact_status_pack(&row, &s);
	cr_assert(
	    kv_put(t->g.s.txn, TABLE_CONTACT_STATUS, str_c(id), buf_view(&row), &t->g.e) == 0);
	stall_place(t, id);
	buf_release(&memberships);
	buf_release(&row);
}

/* An opt-out is owed to the address. */
static inline void
stall_owe(struct stall *t, unsigned channel, const char *address)
{
	struct buf row = { 0 }, key = { 0 };

	buf_char(&key, (char)channel);
	buf_z(&key, address);
	row_owed_pack(&row, 1, 1);
	cr_assert(kv_put(t->g.s.txn, TABLE_OWED, buf_view(&key), buf_view(&row), &t->g.e) == 0);
	buf_release(&key);
	buf_release(&row);
}

static inline void
stall_note(struct stall *t, struct journal_line x)
{
	cr_assert(books_note(&t->books, &x, &t->g.e) == 0, "%s", t->g.e.msg);
}

static inline struct wanted
stall_wanted(struct stall *t, const char *id)
{
	struct acked acked;
	struct wanted w;

	cr_assert(books_contact(&t->books, &t->g.a, str_c(id), &acked, &t->g.e) >= 0);
	cr_assert(
	    wanted_make(&t->g.a, &t->x, str_copy(&t->g.a, str_c(id)), &acked, &w, &t->g.e) == 0,
	    "%s", t->g.e.msg);
	return w;
}

/* The fields of the line: all that are wanted. */
static inline void
stall_fields(struct stall *t, const struct wanted *w, struct journal_line *x)
{
	struct journal_field *list = arena_array(&t->g.a, w->fields_n, sizeof(*list));

	for (size_t i = 0; i < w->fields_n; i++)
		list[i] = (struct journal_field){ w->fields[i].key,
			books_hash(&t->books, w->fields[i].key, w->fields[i].value) };
	x->fields = list;
	x->fields_n = w->fields_n;
}

/* All that is wanted of them is acked. */
static inline void
stall_bind(struct stall *t, const char *id, const char *dsid)
{
	struct wanted w = stall_wanted(t, id);
	struct journal_line x = { .fh_id = w.fh_id, .op = JOURNAL_CONTACT, .dsid = str_c(dsid) };

	stall_fields(t, &w, &x);
	stall_note(t, x);
}

/* The last of these rows was not taken, then. */
static inline void
stall_reject(struct stall *t, const char *id, int64_t at)
{
	struct wanted w = stall_wanted(t, id);
	struct journal_line x = { .fh_id = w.fh_id,
		.op = JOURNAL_CONTACT,
		.result = JOURNAL_REJECTED,
		.body = w.digest,
		.reason = STR("refused"),
		.n = t->books.last + 1,
		.at = at };

	cr_assert(books_take(&t->books, &x, &t->g.e) == 0);
}

/* The opt-out of that email was not taken, then. */
static inline void
stall_refuse(struct stall *t, const char *email, int64_t at)
{
	struct str id = STR(SINCE);
	struct journal_field field = { STR("email"),
		books_hash(&t->books, STR("email"), str_c(email)) };
	struct journal_line x = { .op = JOURNAL_OPT_OUT_EMAIL,
		.result = JOURNAL_REJECTED,
		.fields = &field,
		.fields_n = 1,
		.since = id,
		.body = owed_body(&t->x, &t->g.a, OPT_OUT_EMAIL, id),
		.reason = STR("refused"),
		.n = t->books.last + 1,
		.at = at };

	cr_assert(books_take(&t->books, &x, &t->g.e) == 0);
}

static inline void
stall_set_status(struct stall *t, const char *id, const char *dsid, const char *value,
    enum journal_result result)
{
	struct journal_field field = { STR("status"),
		books_hash(&t->books, STR("status"), str_c(value)) };

	stall_note(t, (struct journal_line){ .fh_id = str_c(id),
	                  .op = JOURNAL_STATUS,
	                  .result = result,
	                  .dsid = str_c(dsid),
	                  .fields = &field,
	                  .fields_n = 1 });
}

static inline const struct push_plan *
stall_plan(struct stall *t, struct push_plan_options o)
{
	push_plan_release(&t->plan);
	o.now = o.now == 0 ? NOW : o.now;
	cr_assert(push_plan_make(&t->plan, &t->x, &o, &t->g.e) == 0, "%s", t->g.e.msg);
	return &t->plan;
}

/* "new c1 2; ...": kind, who or which address or segment, how many calls. */
static inline struct str
stall_items(struct stall *t)
{
	static const char *const kinds[] = { "opt-out", "gone", "changed", "new", "segment" };
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < t->plan.items.n; i++) {
		const struct push_item *x = &t->plan.items.list[i];

		buf_printf(&b, "%s%s", i == 0 ? "" : "; ", kinds[x->kind]);
		if (x->fh_id.n > 0)
			buf_printf(&b, " %.*s", STR_ARG(x->fh_id));
		if (x->address.n > 0)
			buf_printf(&b, " %.*s", STR_ARG(x->address));
		buf_printf(&b, " %u", x->calls);
	}
	text = str_copy(&t->g.a, buf_view(&b));
	buf_release(&b);
	return text;
}

#endif /* TESTS_PUSH_STALL_H */
