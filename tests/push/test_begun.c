/* Goal: what a call may have set is known from before it until another one that sets it is acked.
 */
#include "push/desk.h"

#include "push/acked_file.h"
#include "push/begun.h"
#include "push/books.h"

#define ID(text) STR(text "0123456789abcdef")
#define EMAIL STR("email")

static void
open_books(struct books *b, struct desk *d)
{
	cr_assert(books_open(b, d->dir, true, &desk_host, &d->e) == 0, "%s", d->e.msg);
}

/* A line of c1 or c2 with an email and their number of orders. */
static void
note(struct books *b, struct str fh_id, enum journal_result result, struct str email,
    struct str orders, uint64_t tries)
{
	struct journal_field fields[] = {
		{ EMAIL, books_hash(b, EMAIL, email) },
		{ STR("fh_total_orders"), books_hash(b, STR("fh_total_orders"), orders) },
	};
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CONTACT,
		.result = result,
		.dsid = str_eq(fh_id, STR("c1")) ? ID("A") : ID("B"),
		.reason = tries > 0 && result != JOURNAL_ACKED ? BEGUN_REFUSED : STR(""),
		.tries = tries,
		.fields = fields,
		.fields_n = tries > 0 && result != JOURNAL_ACKED ? 0 : 2 };
	struct err e = ERR_INIT;

	cr_assert(books_note(b, &x, &e) == 0, "%s", e.msg);
}

static struct acked
contact(struct books *b, struct desk *d, struct str fh_id)
{
	struct acked x;

	cr_assert(books_contact(b, &d->a, fh_id, &x, &d->e) == 1);
	return x;
}

static bool
may_have(struct books *b, struct desk *d, struct str fh_id, struct str email)
{
	struct acked x = contact(b, d, fh_id);

	return begun_may_have(&x, EMAIL, books_hash(b, EMAIL, email));
}

static bool
is_sure(struct books *b, struct desk *d, struct str fh_id, struct str email)
{
	struct acked x = contact(b, d, fh_id);

	return begun_is_sure(&x, EMAIL, books_hash(b, EMAIL, email));
}

static struct str
holder(struct books *b, struct desk *d, struct str email)
{
	struct str who;

	cr_assert(books_holder(b, &d->a, EMAIL, books_hash(b, EMAIL, email), &who, &d->e) >= 0);
	return who;
}

static bool
is_begun(struct books *b, struct desk *d, struct str fh_id, struct str key)
{
	struct acked x = contact(b, d, fh_id);

	return begun_has(&x, key);
}

/* The lines again, or the file that stands for them. */
static void
open_again(struct books *b, struct desk *d, bool is_packed)
{
	if (is_packed)
		b->journal.limit = 1;
	cr_assert(books_keep(b, &d->e) == 0, "%s", d->e.msg);
	books_close(b);
	cr_assert(dir_remove(desk_path(d, "push/state"), &d->e) == 0);
	open_books(b, d);
}

Test(begun, what_differs_is_in_question_until_it_is_acked)
{
	for (int i = 0; i < 3; i++) {
		struct desk d = desk_new();
		struct books b;

		open_books(&b, &d);
		note(&b, STR("c1"), JOURNAL_ACKED, STR("old@x"), STR("1"), 1);
		note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("new@x"), STR("1"), 0);
		if (i > 0)
			open_again(&b, &d, i > 1);
		cr_expect(is_begun(&b, &d, STR("c1"), EMAIL));
		cr_expect(!is_begun(&b, &d, STR("c1"), STR("fh_total_orders")), "it is the same");
		cr_expect(may_have(&b, &d, STR("c1"), STR("old@x")) &&
		          may_have(&b, &d, STR("c1"), STR("new@x")));
		cr_expect(!is_sure(&b, &d, STR("c1"), STR("old@x")));
		cr_expect(str_eq(holder(&b, &d, STR("old@x")), STR("c1")) &&
		          str_eq(holder(&b, &d, STR("new@x")), STR("c1")));
		note(&b, STR("c1"), JOURNAL_ACKED, STR("old@x"), STR("1"), 1);
		cr_expect(is_sure(&b, &d, STR("c1"), STR("old@x")));
		cr_expect(!may_have(&b, &d, STR("c1"), STR("new@x")) &&
		          holder(&b, &d, STR("new@x")).n == 0);
		cr_expect(contact(&b, &d, STR("c1")).begun_n == 0, "nothing is left of it");
		books_close(&b);
		desk_end(&d);
	}
}

Test(begun, a_refusal_takes_back_its_own_call_alone)
{
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d);
	note(&b, STR("c1"), JOURNAL_ACKED, STR("old@x"), STR("1"), 1);
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("new@x"), STR("2"), 0);
	note(&b, STR("c1"), JOURNAL_REJECTED, STR(""), STR(""), 1);
	cr_expect(is_sure(&b, &d, STR("c1"), STR("old@x")), "it was not done");
	cr_expect(contact(&b, &d, STR("c1")).begun_n == 0);
	note(&b, STR("c2"), JOURNAL_ACKED, STR("bob@x"), STR("2"), 1);
	note(&b, STR("c2"), JOURNAL_UNKNOWN, STR("old@x"), STR("2"), 0);
	note(&b, STR("c2"), JOURNAL_REJECTED, STR(""), STR(""), 1);
	cr_expect(is_sure(&b, &d, STR("c1"), STR("old@x")), "nor taken from anybody");
	for (int i = 0; i < 2; i++)
		note(&b, STR("c2"), JOURNAL_UNKNOWN, STR("old@x"), STR("2"), 0);
	note(&b, STR("c2"), JOURNAL_REJECTED, STR(""), STR(""), 1);
	cr_expect(!is_sure(&b, &d, STR("c1"), STR("old@x")), "unless by the one before");
	note(&b, STR("c1"), JOURNAL_ACKED, STR("old@x"), STR("1"), 1);
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("lost@x"), STR("2"), 0);
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("new@x"), STR("2"), 0);
	note(&b, STR("c1"), JOURNAL_REJECTED, STR(""), STR(""), 1);
	cr_expect(may_have(&b, &d, STR("c1"), STR("lost@x")), "one before it may have been");
	cr_expect(is_begun(&b, &d, STR("c1"), STR("fh_total_orders")), "so may this");
	cr_expect(!may_have(&b, &d, STR("c1"), STR("new@x")));
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("new@x"), STR("2"), 0);
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR(""), STR(""), 2);
	cr_expect(may_have(&b, &d, STR("c1"), STR("new@x")), "its first try may have been");
	note(&b, STR("c1"), JOURNAL_REJECTED, STR(""), STR(""), 1);
	cr_expect(may_have(&b, &d, STR("c1"), STR("new@x")), "that was of what came after it");
	books_close(&b);
	desk_end(&d);
}

Test(begun, whoever_had_the_address_may_have_it_or_not)
{
	for (int i = 0; i < 3; i++) {
		struct desk d = desk_new();
		struct books b;

		open_books(&b, &d);
		note(&b, STR("c1"), JOURNAL_ACKED, STR("ann@x"), STR("1"), 1);
		note(&b, STR("c2"), JOURNAL_ACKED, STR("bob@x"), STR("1"), 1);
		note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("bob@x"), STR("1"), 0);
		if (i > 0)
			open_again(&b, &d, i > 1);
		cr_expect(may_have(&b, &d, STR("c1"), STR("bob@x")) &&
		          may_have(&b, &d, STR("c2"), STR("bob@x")));
		cr_expect(!is_sure(&b, &d, STR("c2"), STR("bob@x")), "%d", i);
		cr_expect(str_eq(holder(&b, &d, STR("bob@x")), STR("c2")));
		note(&b, STR("c1"), JOURNAL_ACKED, STR("bob@x"), STR("1"), 1);
		cr_expect(str_eq(holder(&b, &d, STR("bob@x")), STR("c1")));
		cr_expect(!may_have(&b, &d, STR("c2"), STR("bob@x")));
		books_close(&b);
		desk_end(&d);
	}
}

/* Whoever only may have had it keeps what is known of them. */
Test(begun, an_address_that_is_acked_of_another_is_begun_no_more)
{
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d);
	note(&b, STR("c1"), JOURNAL_ACKED, STR("ann@x"), STR("1"), 1);
	note(&b, STR("c1"), JOURNAL_UNKNOWN, STR("new@x"), STR("1"), 0);
	note(&b, STR("c2"), JOURNAL_ACKED, STR("new@x"), STR("1"), 1);
	cr_expect(!may_have(&b, &d, STR("c1"), STR("new@x")));
	cr_expect(is_sure(&b, &d, STR("c1"), STR("ann@x")));
	books_close(&b);
	desk_end(&d);
}

static void
note_op(struct books *b, enum journal_op op, enum journal_result result, uint64_t tries)
{
	struct journal_field email = { EMAIL, books_hash(b, EMAIL, STR("ann@x")) };
	struct journal_line x = { .fh_id = STR("c1"),
		.op = op,
		.result = result,
		.tries = tries,
		.reason = result == JOURNAL_REJECTED ? STR("refused") : STR(""),
		.dsid = op == JOURNAL_DELETE ? ID("A") : STR(""),
		.fields = &email,
		.fields_n = op == JOURNAL_CREATE && result == JOURNAL_UNKNOWN ? 1 : 0 };
	struct err e = ERR_INIT;

	cr_assert(books_note(b, &x, &e) == 0, "%s", e.msg);
}

static bool
is_known(struct books *b, struct desk *d, enum journal_op op)
{
	struct acked x = contact(b, d, STR("c1"));

	return op == JOURNAL_CREATE ? x.started_n > 0 : x.is_deleting;
}

Test(begun, a_create_or_a_deletion_is_one_until_the_only_one_is_refused)
{
	const enum journal_op ops[] = { JOURNAL_CREATE, JOURNAL_DELETE };

	for (size_t i = 0; i < 2; i++) {
		struct desk d = desk_new();
		struct books b;

		open_books(&b, &d);
		if (ops[i] == JOURNAL_DELETE)
			note(&b, STR("c1"), JOURNAL_ACKED, STR("ann@x"), STR("1"), 1);
		note_op(&b, ops[i], JOURNAL_UNKNOWN, 0);
		note_op(&b, ops[i], JOURNAL_REJECTED, 1);
		cr_expect(!is_known(&b, &d, ops[i]), "%zu: it was not done", i);
		note_op(&b, ops[i], JOURNAL_UNKNOWN, 0);
		note_op(&b, ops[i], JOURNAL_UNKNOWN, 0);
		note_op(&b, ops[i], JOURNAL_REJECTED, 1);
		cr_expect(is_known(&b, &d, ops[i]), "%zu: the one before it may have been", i);
		open_again(&b, &d, true);
		note_op(&b, ops[i], JOURNAL_REJECTED, 1);
		cr_expect(is_known(&b, &d, ops[i]), "%zu: so it is in the file", i);
		books_close(&b);
		desk_end(&d);
	}
}

Test(begun, an_opt_out_that_was_begun_may_have_been_told)
{
	for (int i = 0; i < 3; i++) {
		struct desk d = desk_new();
		struct journal_field email;
		struct acked_opt_out told;
		struct books b;
		struct journal_line x = { .op = JOURNAL_OPT_OUT_EMAIL,
			.result = JOURNAL_UNKNOWN,
			.since = STR("20261123T040000Z"),
			.fields = &email,
			.fields_n = 1 };

		open_books(&b, &d);
		email = (struct journal_field){ EMAIL, books_hash(&b, EMAIL, STR("ann@x")) };
		cr_assert(books_note(&b, &x, &d.e) == 0);
		if (i > 0)
			open_again(&b, &d, i > 1);
		cr_assert(books_opt_out(&b, &d.a, EMAIL, email.hash, &told, &d.e) == 1);
		cr_expect(told.is_begun && told.is_alone && !told.is_acked && !told.is_again);
		cr_expect(str_eq(told.since, x.since));
		x.result = JOURNAL_REJECTED;
		x.tries = 1;
		cr_assert(books_note(&b, &x, &d.e) == 0);
		cr_assert(books_opt_out(&b, &d.a, EMAIL, email.hash, &told, &d.e) == 1);
		cr_expect(!told.is_begun && !told.is_alone && told.letter.tries == 1);
		books_close(&b);
		desk_end(&d);
	}
}

static void
note_create(struct books *b, struct str fh_id, enum journal_op op, enum journal_result result,
    struct str email, uint64_t tries)
{
	struct journal_field field = { EMAIL, books_hash(b, EMAIL, email) };
	struct journal_line x = { .fh_id = fh_id,
		.op = op,
		.result = result,
		.tries = tries,
		.dsid = op == JOURNAL_CREATE && result == JOURNAL_ACKED ? ID("A") : STR(""),
		.reason = result == JOURNAL_REJECTED ? STR("refused") : STR(""),
		.fields = &field,
		.fields_n = result != JOURNAL_REJECTED || op == JOURNAL_MOOT };
	struct err e = ERR_INIT;

	cr_assert(books_note(b, &x, &e) == 0, "%s", e.msg);
}

/* The emails of creates that may have made a contact, in order. */
static struct str
created(struct books *b, struct desk *d)
{
	const struct str all[] = { STR("a@x"), STR("b@x"), STR("c@x") };
	struct acked x = contact(b, d, STR("c1"));
	struct str out = STR("");

	for (size_t i = 0; i < x.started_n; i++)
		for (size_t k = 0; k < 3; k++)
			if (x.started[i].hash == books_hash(b, EMAIL, all[k]))
				out = str_printf(&d->a, "%.*s%c%s", STR_ARG(out), all[k].p[0],
				    x.started[i].is_fresh ? "" : "+");
	return out;
}

/* Steps: an email by its letter: a create is begun; with "!": refused at its first try; "=":
 * acked; "-": moot. */
Test(begun, of_creates_each_address_is_kept_until_it_is_known)
{
	static const struct {
		const char *steps, *left;
	} rows[] = {
		{ "a", "a" },
		{ "ab", "ab" },
		{ "aba", "ba+" },
		{ "a!", "" },
		{ "ab!", "a" },
		{ "aa!", "a+" },
		{ "aba!", "ba+" },
		{ "a=", "" },
		{ "ab=", "a" },
		{ "abc=", "ab" },
		{ "aba=", "b" },
		{ "ab=a-", "" },
		{ "abc=b-", "a" },
		{ "ab=a", "a+" },
		{ "ab=a!", "a+" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk d = desk_new();
		struct str left = str_c(rows[i].left), found;
		struct books b;

		open_books(&b, &d);
		for (const char *s = rows[i].steps; *s != '\0'; s++) {
			char email[] = { *s, '@', 'x', '\0' };
			bool is_moot = s[1] == '-', is_refused = s[1] == '!';

			note_create(&b, STR("c1"), is_moot ? JOURNAL_MOOT : JOURNAL_CREATE,
			    is_moot ? JOURNAL_REJECTED : JOURNAL_UNKNOWN, str_c(email), 0);
			if (is_refused || s[1] == '=')
				note_create(&b, STR("c1"), JOURNAL_CREATE,
				    is_refused ? JOURNAL_REJECTED : JOURNAL_ACKED, str_c(email), 1);
			s += s[1] != '\0' && strchr("!=-", s[1]) != NULL;
		}
		found = created(&b, &d);
		cr_expect(str_eq(found, left), "%s: %.*s", rows[i].steps, STR_ARG(found));
		open_again(&b, &d, true);
		found = created(&b, &d);
		cr_expect(
		    str_eq(found, left), "%s, in the file: %.*s", rows[i].steps, STR_ARG(found));
		books_close(&b);
		desk_end(&d);
	}
}

Test(begun, who_is_deleted_may_have_what_other_creates_made)
{
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d);
	note_create(&b, STR("c1"), JOURNAL_CREATE, JOURNAL_UNKNOWN, STR("a@x"), 0);
	note_create(&b, STR("c1"), JOURNAL_CREATE, JOURNAL_ACKED, STR("b@x"), 1);
	note_op(&b, JOURNAL_DELETE, JOURNAL_ACKED, 1);
	cr_expect(str_eq(created(&b, &d), STR("a")));
	books_close(&b);
	desk_end(&d);
}
