/* Goal: the view is the fold of the journal, however it was made. */
#include "push/desk.h"

#include "push/acked_file.h"
#include "push/begun.h"
#include "push/books.h"
#include "push/orphans.h"
#include "push/tally.h"

#define ID(text) STR(text "0123456789abcdef")

static void
open_books(struct books *b, struct desk *d, bool writable)
{
	cr_assert(books_open(b, d->dir, writable, &desk_host, &d->e) == 0, "%s", d->e.msg);
}

static void
note(struct books *b, struct journal_line x)
{
	struct err e = ERR_INIT;

	cr_assert(books_note(b, &x, &e) == 0, "%s", e.msg);
}

static struct journal_field
field(struct books *b, struct str key, struct str value)
{
	return (struct journal_field){ key, books_hash(b, key, value) };
}

static void
note_contact(struct books *b, struct str fh_id, struct str dsid, struct str email)
{
	struct journal_field fields[] = { field(b, STR("email"), email),
		field(b, STR("fh_id"), fh_id) };

	note(b, (struct journal_line){ .fh_id = fh_id,
	            .op = JOURNAL_CONTACT,
	            .dsid = dsid,
	            .http = dsid.n > 0 ? 200 : 0,
	            .fields = fields,
	            .fields_n = 2,
	            .snapshot = STR("20261123T040000Z") });
}

/* Under way; done; found again, with an address that it was deleted with. */
static void
fill_deleted(struct books *b)
{
	const struct str whose[] = { STR("c6"), STR("c7"), STR("c8") };
	const struct str ids[] = { ID("F"), ID("G"), ID("H") };
	struct journal_line found = { .fh_id = whose[2], .op = JOURNAL_CONTACT, .dsid = ids[2] };
	struct journal_field name = field(b, STR("fh_id"), whose[2]);

	for (size_t i = 0; i < 3; i++) {
		note_contact(b, whose[i], ids[i], str_c((char[2]){ (char)('f' + i), '\0' }));
		note(b, (struct journal_line){ .fh_id = whose[i],
		            .op = JOURNAL_DELETE,
		            .result = i == 0 ? JOURNAL_UNKNOWN : JOURNAL_ACKED,
		            .dsid = ids[i] });
	}
	found.fields = &name;
	found.fields_n = 1;
	note(b, found);
}

/* DailyStory refuses the deletion, and the status that is to stand in for it; twice. */
static void
fill_undeleted(struct books *b)
{
	const enum journal_op ops[] = { JOURNAL_DELETE, JOURNAL_STATUS };

	note_contact(b, STR("c7"), ID("G"), STR("gil@example.com"));
	for (size_t i = 0; i < 4; i++)
		note(b, (struct journal_line){ .fh_id = STR("c7"),
		            .op = ops[i % 2],
		            .result = JOURNAL_REJECTED,
		            .reason = STR("refused"),
		            .body = STR("ab") });
}

/* A bit of everything. */
static void
fill(struct books *b)
{
	struct journal_field email = field(b, STR("email"), STR("ann@example.com")),
	                     begun = field(b, STR("status"), STR(ACKED_BEGUN));
	/* A dead letter, gone, deleted and found again. */
	const struct str whose[] = { STR("c1"), STR("c2"), STR("c5") };

	note(b, (struct journal_line){
	            .fh_id = STR("c1"), .op = JOURNAL_CREATE, .result = JOURNAL_UNKNOWN });
	note_contact(b, STR("c1"), ID("A"), STR("ann@example.com"));
	note_contact(b, STR("c2"), ID("B"), STR("bob@example.com"));
	note_contact(b, STR("c3"), STR(""), STR("cid@example.com"));
	note(b, (struct journal_line){ .fh_id = STR("c2"),
	            .op = JOURNAL_GONE,
	            .dsid = ID("B"),
	            .reason = STR("removed") });
	for (int i = 0; i < 3; i++)
		note(b, (struct journal_line){ .fh_id = STR("c1"),
		            .op = JOURNAL_CONTACT,
		            .result = JOURNAL_REJECTED,
		            .reason = STR("refused"),
		            .message = STR("no"),
		            .body = STR("ab") });
	note(b, (struct journal_line){ .op = JOURNAL_OPT_OUT_EMAIL,
	            .fields = &email,
	            .fields_n = 1,
	            .since = STR("20261123T040000Z") });
	note(b, (struct journal_line){ .fh_id = STR("c5"), .op = JOURNAL_DELETE });
	note(b, (struct journal_line){ .fh_id = STR("c5"), .op = JOURNAL_CREATE, .dsid = ID("E") });
	for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++)
		note(b, (struct journal_line){ .fh_id = whose[i],
		            .op = JOURNAL_STATUS,
		            .result = JOURNAL_UNKNOWN,
		            .fields = &begun,
		            .fields_n = 1 });
	fill_deleted(b);
	fill_undeleted(b);
	note(b, (struct journal_line){
	            .op = JOURNAL_SEGMENT_NEW, .segment = STR("new"), .dsid = STR("7") });
	note(b, (struct journal_line){ .fh_id = STR("c6"),
	            .op = JOURNAL_CREATE,
	            .result = JOURNAL_UNKNOWN,
	            .fields = &email,
	            .fields_n = 1 });
	note(b, (struct journal_line){
	            .op = JOURNAL_SEGMENT_ADD, .segment = STR("new"), .fh_id = STR("c1") });
}

/* All rows but the place, sorted, as one text. */
static struct str
print(struct desk *d, struct books *b)
{
	struct str rows[64], key, row, text;
	struct buf out = { 0 };
	size_t n = 0;

	for (unsigned t = VIEW_META + 1; t < VIEW_COUNT; t++) {
		struct view_cursor c = view_all(&b->view, (enum view_table)t, &d->e);

		while (view_next(&c, &key, &row, &d->e) > 0) {
			buf_printf(&out, "%u ", t);
			buf_str(&out, key);
			buf_char(&out, ' ');
			buf_str(&out, row);
			rows[n++] = str_copy(&d->a, buf_view(&out));
			buf_reset(&out);
		}
		view_end(&c);
	}
	qsort(rows, n, sizeof(*rows), str_order);
	for (size_t i = 0; i < n; i++)
		buf_str(&out, rows[i]);
	text = str_copy(&d->a, buf_view(&out));
	buf_release(&out);
	return text;
}

static struct str
print_again(struct desk *d, bool writable)
{
	struct books b;
	struct str text;

	open_books(&b, d, writable);
	text = print(d, &b);

	books_close(&b);
	return text;
}

static struct str
fill_and_print(struct desk *d, bool keeps)
{
	struct books b;

	open_books(&b, d, true);
	fill(&b);
	if (keeps)
		cr_assert(books_keep(&b, &d->e) == 0, "%s", d->e.msg);
	books_close(&b);
	return print_again(d, false);
}

Test(books, what_was_noted_is_known_whether_it_was_stored_or_not)
{
	struct desk d = desk_new(), other = desk_new();
	struct str stored = fill_and_print(&d, true), noted = fill_and_print(&other, false);

	cr_expect(stored.n > 0);
	cr_expect(stored.n == noted.n, "salts differ, so the hashes do");
	cr_expect(str_eq(print_again(&other, true), noted), "stored when it is opened");
	cr_expect(str_eq(print_again(&other, false), noted));
	desk_end(&d);
	desk_end(&other);
}

Test(books, without_the_view_it_is_made_again)
{
	struct desk d = desk_new();
	struct str before = fill_and_print(&d, true);

	cr_assert(dir_remove(desk_path(&d, "push/state"), &d.e) == 0);
	cr_expect(str_eq(print_again(&d, false), before), "in memory");
	cr_expect(!dir_exists(desk_path(&d, "push/state")));
	cr_expect(str_eq(print_again(&d, true), before), "on the disk");
	cr_expect(dir_exists(desk_path(&d, "push/state")));
	desk_end(&d);
}

Test(books, the_file_of_all_that_was_acked_makes_the_same)
{
	struct desk d = desk_new();
	struct str before = fill_and_print(&d, true), after;
	struct books b;
	uint64_t last, acked;

	open_books(&b, &d, true);
	last = b.last;
	acked = b.acked;
	b.journal.limit = 1;
	cr_assert(books_keep(&b, &d.e) == 0, "%s", d.e.msg);
	books_close(&b);
	cr_expect(!file_exists(desk_path(&d, "push/journal-000001.jsonl")));
	cr_expect(file_exists(desk_path(&d, "push/acked-000001.jsonl.gz")));
	cr_expect(str_eq(print_again(&d, false), before), "as it was stored");
	cr_assert(dir_remove(desk_path(&d, "push/state"), &d.e) == 0);
	after = print_again(&d, true);
	cr_expect(after.n == before.n && str_eq(after, before), "read again");

	open_books(&b, &d, true);
	cr_expect(b.last == last && b.acked == acked && acked > 0);
	note_contact(&b, STR("c4"), ID("D"), STR("dan@example.com"));
	books_close(&b);
	open_books(&b, &d, false);
	cr_expect(b.last == last + 1);
	books_close(&b);
	desk_end(&d);
}

/* Goal: of one contact several addresses of a kind may be begun, or be left when it is deleted; the
 * file of all that was acked says each. */
static void
fill_several(struct books *b)
{
	const struct str emails[] = { STR("a@example.com"), STR("b@example.com"),
		STR("c@example.com") };
	const struct str whose[] = { STR("c1"), STR("c2") }, ids[] = { ID("A"), ID("B") };

	for (size_t w = 0; w < 2; w++) {
		note_contact(b, whose[w], ids[w], str_c((char[2]){ (char)('x' + w), '\0' }));
		for (size_t i = 0; i < 3; i++) {
			struct journal_field email = field(b, STR("email"), emails[i]);

			note(b, (struct journal_line){ .fh_id = whose[w],
			            .op = JOURNAL_CONTACT,
			            .result = JOURNAL_UNKNOWN,
			            .dsid = ids[w],
			            .fields = &email,
			            .fields_n = 1 });
		}
	}
	note(b, (struct journal_line){ .fh_id = whose[1], .op = JOURNAL_DELETE, .dsid = ids[1] });
}

Test(books, several_addresses_of_a_kind_are_read_again)
{
	struct desk d = desk_new();
	struct books b;
	struct acked x;

	open_books(&b, &d, true);
	fill_several(&b);
	b.journal.limit = 1;
	cr_assert(books_keep(&b, &d.e) == 0, "%s", d.e.msg);
	books_close(&b);
	cr_assert(dir_remove(desk_path(&d, "push/state"), &d.e) == 0);
	open_books(&b, &d, false);
	cr_assert(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1);
	cr_expect_eq(x.begun_n, 3);
	cr_assert(books_contact(&b, &d.a, STR("c2"), &x, &d.e) == 1);
	cr_expect(x.is_deleted && x.begun_n == 4);
	books_close(&b);
	desk_end(&d);
}

Test(books, an_older_journal_than_the_view_counts)
{
	struct desk d = desk_new();
	struct str old, text;
	struct books b;

	open_books(&b, &d, true);
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	books_close(&b);
	old = print_again(&d, true);
	text = desk_load(&d, "push/journal-000001.jsonl");
	open_books(&b, &d, true);
	note_contact(&b, STR("c2"), ID("B"), STR("bob@example.com"));
	cr_assert(books_keep(&b, &d.e) == 0);
	books_close(&b);

	cr_assert(file_save(desk_path(&d, "push/journal-000001.jsonl"), text, &d.e) == 0);

	cr_expect(str_eq(print_again(&d, false), old), "push/ of a backup, state/ of today");
	cr_expect(str_eq(print_again(&d, true), old));
	desk_end(&d);
}

Test(books, an_address_and_an_id_belong_to_one)
{
	struct desk d = desk_new();
	struct books b;
	struct acked x;
	struct str who;
	uint64_t hash;

	open_books(&b, &d, true);
	hash = books_hash(&b, STR("email"), STR("ann@example.com"));
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	cr_expect(
	    books_holder(&b, &d.a, STR("email"), hash, &who, &d.e) == 1 && str_eq(who, STR("c1")));
	note_contact(&b, STR("c1"), ID("A"), STR("other@example.com"));
	cr_expect(books_holder(&b, &d.a, STR("email"), hash, &who, &d.e) == 0, "given up");
	note_contact(&b, STR("c2"), ID("B"), STR("ann@example.com"));
	cr_expect(
	    books_holder(&b, &d.a, STR("email"), hash, &who, &d.e) == 1 && str_eq(who, STR("c2")));
	cr_expect(books_owner(&b, &d.a, ID("A"), &who, &d.e) == 1 && str_eq(who, STR("c1")));

	note(&b, (struct journal_line){ .fh_id = STR("c1"), .op = JOURNAL_DELETE });
	cr_expect(books_owner(&b, &d.a, ID("A"), &who, &d.e) == 0);
	cr_expect(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1 && x.is_deleted &&
	          x.dsid.n == 0 && x.fields_n == 0);
	books_close(&b);
	desk_end(&d);
}

/* Goal: an address that a deleted contact had is known when it is found again, and not of another
 * contact, nor once another address was sent; and a deletion without an answer is one.
 */
Test(books, what_a_deleted_contact_had)
{
	struct journal_line gone = { .fh_id = STR("c1"), .op = JOURNAL_DELETE, .dsid = ID("A") };
	const struct str again[] = { ID("A"), ID("B"), ID("A") };

	for (size_t i = 0; i < 3; i++) {
		struct desk d = desk_new();
		struct books b;
		struct acked x;

		open_books(&b, &d, true);
		note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
		gone.result = JOURNAL_UNKNOWN;
		note(&b, gone);
		cr_assert(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1);
		cr_expect(x.is_deleting && x.dsid.n > 0 && x.begun_n == 0);
		gone.result = JOURNAL_ACKED;
		note(&b, gone);
		cr_assert(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1);
		cr_expect(!x.is_deleting && x.begun_n == 1 && !begun_has(&x, STR("email")));
		note(&b, (struct journal_line){
		             .fh_id = STR("c1"), .op = JOURNAL_CREATE, .dsid = again[i] });
		if (i == 2)
			note_contact(&b, STR("c1"), ID("A"), STR("other@example.com"));
		cr_assert(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1);
		cr_expect(begun_has(&x, STR("email")) == (i == 0), "%zu", i);
		books_close(&b);
		desk_end(&d);
	}
}

Test(books, whose_contact_was_written_in_anothers_name_is_written_again)
{
	struct desk d = desk_new();
	struct books b;
	struct acked x;

	open_books(&b, &d, true);
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	note(&b, (struct journal_line){ .fh_id = STR("c2"),
	             .op = JOURNAL_CONTACT,
	             .result = JOURNAL_REJECTED,
	             .dsid = ID("A"),
	             .reason = STR("same-contact"),
	             .http = 200 });
	cr_assert(books_contact(&b, &d.a, STR("c1"), &x, &d.e) == 1);
	cr_expect(acked_field(&x, STR("fh_id")) == NULL, "so that it differs");
	cr_expect(acked_field(&x, STR("email")) != NULL);
	books_close(&b);
	desk_end(&d);
}

static void
note_status(struct books *b, enum journal_result result, struct str value, uint64_t tries)
{
	struct journal_field status = field(b, STR("status"), value);

	note(b, (struct journal_line){ .fh_id = STR("c1"),
	            .op = JOURNAL_STATUS,
	            .result = result,
	            .dsid = ID("A"),
	            .reason = result == JOURNAL_REJECTED ? STR("refused") : STR(""),
	            .tries = tries,
	            .fields = &status,
	            .fields_n = result == JOURNAL_REJECTED ? 0 : 1 });
}

static void
expect_status(struct books *b, struct desk *d, struct str value, bool is_begun, uint64_t tries,
    const char *why)
{
	const uint64_t *hash;
	struct acked x;

	cr_assert(books_contact(b, &d->a, STR("c1"), &x, &d->e) == 1);
	hash = acked_field(&x, STR("status"));
	cr_expect((hash == NULL) == (value.n == 0), "%s", why);
	cr_expect(hash == NULL || *hash == books_hash(b, STR("status"), value), "%s", why);
	cr_expect(begun_has(&x, STR("status")) == is_begun, "%s", why);
	cr_expect(x.status_letter.tries == tries && x.letter.tries == 0, "%s", why);
	cr_expect(str_eq(x.dsid, ID("A")) && x.gone.n > 0, "%s", why);
}

Test(books, a_status_that_was_begun_is_known_until_it_is_refused)
{
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d, true);
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	note(&b, (struct journal_line){ .fh_id = STR("c1"),
	             .op = JOURNAL_GONE,
	             .dsid = ID("A"),
	             .reason = STR("removed") });
	note_status(&b, JOURNAL_UNKNOWN, STR(ACKED_INACTIVE), 0);
	expect_status(&b, &d, STR(""), true, 0, "before the call");
	note_status(&b, JOURNAL_REJECTED, STR(""), 1);
	expect_status(&b, &d, STR(""), false, 1, "it was not done");
	note_status(&b, JOURNAL_UNKNOWN, STR(ACKED_INACTIVE), 0);
	note_status(&b, JOURNAL_REJECTED, STR(""), 2);
	expect_status(&b, &d, STR(""), true, 2, "the first try may have done it");
	note_status(&b, JOURNAL_UNKNOWN, STR(ACKED_INACTIVE), 0);
	note_status(&b, JOURNAL_REJECTED, STR(""), 1);
	expect_status(&b, &d, STR(""), true, 3, "the call before may have done it");
	note_status(&b, JOURNAL_UNKNOWN, STR(ACKED_BEGUN), 0);
	note_status(&b, JOURNAL_ACKED, STR(ACKED_INACTIVE), 1);
	expect_status(&b, &d, STR(ACKED_INACTIVE), false, 0, "it is set: no dead letter");
	note_status(&b, JOURNAL_UNKNOWN, STR("Active"), 0);
	expect_status(&b, &d, STR(ACKED_INACTIVE), true, 0, "before it is undone");
	note_status(&b, JOURNAL_REJECTED, STR(""), 1);
	expect_status(&b, &d, STR(ACKED_INACTIVE), false, 1, "it could not be undone, and is ours");
	books_close(&b);
	desk_end(&d);
}

static void
expect_letters(
    struct books *b, struct desk *d, enum journal_op op, uint64_t row, uint64_t status, uint64_t n)
{
	struct acked x;
	uint64_t all;

	cr_assert(books_contact(b, &d->a, STR("c1"), &x, &d->e) == 1);
	cr_expect(x.letter.tries == row && x.status_letter.tries == status);
	cr_expect(acked_last_letter(&x)->op == op);
	cr_expect(tally_letter_count(b, &all, &d->e) == 0 && all == n);
}

/* Else the one would reset the other's wait, and neither would ever wait longer than at first. */
Test(books, a_refused_row_and_a_refused_status_wait_each_for_itself)
{
	struct journal_line row = { .fh_id = STR("c1"),
		.op = JOURNAL_CONTACT,
		.result = JOURNAL_REJECTED,
		.reason = STR("refused"),
		.body = STR("ab") };
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d, true);
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	note(&b, row);
	for (uint64_t n = 1; n < 3; n++) {
		note_status(&b, JOURNAL_REJECTED, STR(""), 1);
		expect_letters(&b, &d, JOURNAL_STATUS, 1, n, 1);
	}
	note_status(&b, JOURNAL_ACKED, STR(ACKED_INACTIVE), 1);
	expect_letters(&b, &d, JOURNAL_CONTACT, 1, 0, 1);
	note_status(&b, JOURNAL_REJECTED, STR(""), 1);
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	expect_letters(&b, &d, JOURNAL_CREATE, 0, 0, 0);
	books_close(&b);
	desk_end(&d);
}

/* Where the line that made it is lost. */
Test(books, each_dead_letter_names_the_contact_that_it_is_of)
{
	struct journal_line x = { .fh_id = STR("c1"),
		.result = JOURNAL_REJECTED,
		.reason = STR("refused"),
		.body = STR("ab") };
	struct desk d = desk_new();
	struct books b;
	struct str *list;
	size_t n;

	open_books(&b, &d, true);
	x.op = JOURNAL_CONTACT;
	x.dsid = ID("A");
	note(&b, x);
	x.op = JOURNAL_STATUS;
	x.dsid = ID("B");
	note(&b, x);
	cr_expect(orphans_find(&d.a, &b, &list, &n, &d.e) == 0 && n == 2);
	books_close(&b);
	desk_end(&d);
}

Test(books, a_mobile_of_others_is_no_address_that_one_contact_has)
{
	const struct journal_field anothers = { STR("mobilePhone"), ACKED_ANOTHERS };
	const struct str whose[] = { STR("c1"), STR("c2") };
	struct desk d = desk_new();
	struct books b;
	struct acked x;

	open_books(&b, &d, true);
	for (size_t i = 0; i < 2; i++)
		note(&b, (struct journal_line){ .fh_id = whose[i],
		             .op = JOURNAL_CREATE,
		             .dsid = i == 0 ? ID("A") : ID("B"),
		             .fields = &anothers,
		             .fields_n = 1 });
	for (size_t i = 0; i < 2; i++)
		cr_expect(books_contact(&b, &d.a, whose[i], &x, &d.e) == 1 &&
		          acked_field(&x, anothers.key) != NULL);
	books_close(&b);
	desk_end(&d);
}

Test(books, what_was_acked_without_a_call_is_not_counted)
{
	struct desk d = desk_new();
	struct books b;

	open_books(&b, &d, true);
	note_contact(&b, STR("c1"), STR(""), STR("ann@example.com"));
	note(&b, (struct journal_line){ .op = JOURNAL_WHOLE });
	note(&b, (struct journal_line){ .fh_id = STR("c2"), .op = JOURNAL_DELETE });
	cr_expect(b.acked == 0, "imported, a first push that is over, and nobody to delete");
	note_contact(&b, STR("c1"), ID("A"), STR("ann@example.com"));
	cr_expect_eq(b.acked, 1);
	books_close(&b);
	desk_end(&d);
}

Test(books, what_is_asked_for_no_more_is_no_dead_letter)
{
	struct desk d = desk_new();
	struct journal_field email;
	struct books b;
	uint64_t n;

	open_books(&b, &d, true);
	fill(&b);
	email = field(&b, STR("email"), STR("bob@example.com"));
	note(&b, (struct journal_line){ .op = JOURNAL_OPT_OUT_EMAIL,
	             .result = JOURNAL_REJECTED,
	             .reason = STR("refused"),
	             .fields = &email,
	             .fields_n = 1 });
	cr_expect(tally_letter_count(&b, &n, &d.e) == 0 && n == 3);
	note(&b,
	    (struct journal_line){
	        .op = JOURNAL_MOOT, .result = JOURNAL_REJECTED, .fields = &email, .fields_n = 1 });
	cr_expect(tally_letter_count(&b, &n, &d.e) == 0 && n == 2);
	note(&b, (struct journal_line){
	             .op = JOURNAL_MOOT, .result = JOURNAL_REJECTED, .fh_id = STR("c1") });
	note(&b, (struct journal_line){
	             .op = JOURNAL_MOOT, .result = JOURNAL_REJECTED, .fh_id = STR("nobody") });
	cr_expect(tally_letter_count(&b, &n, &d.e) == 0 && n == 1);
	cr_expect(books_keep(&b, &d.e) == 0);
	books_close(&b);
	desk_end(&d);
}

Test(books, without_the_salt_nothing_is_compared)
{
	struct desk d = desk_new();
	struct books b;

	(void)fill_and_print(&d, true);
	cr_assert(dir_remove(desk_path(&d, "push/salt"), &d.e) == 0);
	cr_expect(books_open(&b, d.dir, true, &desk_host, &d.e) == -1);
	cr_expect(strstr(d.e.msg, "salt") != NULL, "%s", d.e.msg);
	books_close(&b);
	desk_end(&d);
}

Test(books, two_at_once_are_one_too_many)
{
	struct desk d = desk_new();
	struct books one, two, look;

	open_books(&one, &d, true);
	cr_expect(books_open(&two, d.dir, true, &desk_host, &d.e) == -1 && d.e.kind == ERR_BUSY);
	books_close(&two);
	open_books(&look, &d, false);
	books_close(&look);
	books_close(&one);
	desk_end(&d);
}

static struct acked_opt_out
note_opt_out(struct books *b, struct desk *d, enum journal_result result, struct str body)
{
	struct journal_field email = field(b, STR("email"), STR("ann@example.com"));
	struct acked_opt_out x;

	note(b, (struct journal_line){ .fh_id = STR("c1"),
	            .op = JOURNAL_OPT_OUT_EMAIL,
	            .result = result,
	            .dsid = ID("A"),
	            .since = STR("20261123T040000Z"),
	            .body = body,
	            .fields = &email,
	            .fields_n = 1 });
	cr_assert(books_opt_out(b, &d->a, email.key, email.hash, &x, &d->e) == 1);
	return x;
}

Test(books, an_opt_out_that_was_said_otherwise_was_told_to_nobody)
{
	struct desk d = desk_new();
	struct acked_opt_out x;
	struct books b;

	open_books(&b, &d, true);
	x = note_opt_out(&b, &d, JOURNAL_ACKED, STR("one"));
	cr_expect(acked_was_told(&x, ID("A")) && str_eq(x.body, STR("one")));
	b.journal.limit = 1;
	cr_assert(books_keep(&b, &d.e) == 0, "%s", d.e.msg);
	books_close(&b);
	cr_assert(dir_remove(desk_path(&d, "push/state"), &d.e) == 0);

	open_books(&b, &d, true);
	x = note_opt_out(&b, &d, JOURNAL_REJECTED, STR("one"));
	cr_expect(acked_was_told(&x, ID("A")), "it was understood once");
	x = note_opt_out(&b, &d, JOURNAL_REJECTED, STR("other"));
	cr_expect(x.is_acked && !acked_was_told(&x, ID("A")));
	x = note_opt_out(&b, &d, JOURNAL_ACKED, STR("other"));
	cr_expect(acked_was_told(&x, ID("A")) && str_eq(x.body, STR("other")));
	books_close(&b);
	desk_end(&d);
}
