/* Goal: whatever became of a contact, the file of all that was acked says it as the journal does.
 */
#include <stdio.h>

#include "push/desk.h"

#include "push/acked_file.h"
#include "push/books.h"

#define LENGTH 5 /* lines about one customer */

/* What may be noted next of somebody. */
enum event {
	NOTHING,
	IMPORT,
	FIND,       /* the contact that they had last, or a first one */
	FIND_OTHER, /* by their email, another one than that */
	WRITE,
	GONE,
	DELETE,
	EVENTS
};

static bool
needs_contact(enum event x)
{
	return x == WRITE || x == GONE || x == DELETE;
}

struct history {
	struct books *b;
	struct str fh_id;
	unsigned dsids;
	bool has_contact;
	struct journal_field fields[2];
};

static void
note(struct history *h, enum event event)
{
	struct journal_line x = { .fh_id = h->fh_id, .op = JOURNAL_CONTACT, .fields = h->fields };
	struct err e = ERR_INIT;
	char dsid[40];

	if (needs_contact(event) != h->has_contact || event == NOTHING)
		return;
	h->dsids += event == FIND_OTHER;
	snprintf(dsid, sizeof(dsid), "%.*s%08u", STR_ARG(h->fh_id), h->dsids);
	x.dsid = event == IMPORT ? STR("") : str_c(dsid);
	x.reason = event == IMPORT ? STR("imported") : STR("");
	x.fields_n = event == IMPORT || event == WRITE  ? 2
	             : event == GONE || event == DELETE ? 0
	                                                : 1;
	if (event == FIND || event == FIND_OTHER)
		x.op = JOURNAL_CREATE;
	if (event == GONE || event == DELETE) {
		x.op = event == GONE ? JOURNAL_GONE : JOURNAL_DELETE;
		x.reason = STR("removed");
	}
	h->has_contact = event != IMPORT && event != DELETE;
	cr_assert(books_note(h->b, &x, &e) == 0, "%s", e.msg);
}

/* Each history of so many lines is somebody's. */
static unsigned
fill(struct books *b)
{
	unsigned n = 1;

	for (unsigned i = 0; i < LENGTH; i++)
		n *= EVENTS;
	for (unsigned k = 0; k < n; k++) {
		char id[24], email[24];
		struct history h = { .b = b };

		snprintf(id, sizeof(id), "customer%05u", k);
		snprintf(email, sizeof(email), "%u@example.com", k);
		h.fh_id = str_c(id);
		h.fields[0] = (struct journal_field){ STR("email"),
			books_hash(b, STR("email"), str_c(email)) };
		h.fields[1] = (struct journal_field){ STR("mobilePhone"),
			books_hash(b, STR("mobilePhone"), str_c(email)) };
		for (unsigned i = 0, left = k; i < LENGTH; i++, left /= EVENTS)
			note(&h, (enum event)(left % EVENTS));
	}
	return n;
}

/* Its history, for whoever reads what failed. */
static const char *
tell(unsigned k, char *out)
{
	for (unsigned i = 0; i < LENGTH; i++, k /= EVENTS)
		out[i] = ".ifowgd"[k % EVENTS];
	out[LENGTH] = '\0';
	return out;
}

static struct str
row_of(struct desk *d, struct books *b, enum view_table table, struct str key)
{
	struct str row = STR("none");

	cr_assert(view_get(&b->view, table, key, &row, &d->e) >= 0, "%s", d->e.msg);
	return str_copy(&d->a, row);
}

/* All of them, packed and read again, are as they were. */
static void
expect_same(
    struct desk *d, struct books *b, unsigned n, const char *(*tell_one)(unsigned k, char *out))
{
	struct str *rows = arena_array(&d->a, n, sizeof(*rows));
	unsigned wrong = 0;

	for (unsigned k = 0; k < n; k++)
		rows[k] = row_of(d, b, VIEW_CONTACTS, str_printf(&d->a, "customer%05u", k));
	b->journal.limit = 1;
	cr_assert(books_keep(b, &d->e) == 0, "%s", d->e.msg);
	books_close(b);
	cr_assert(file_exists(desk_path(d, "push/acked-000001.jsonl.gz")));
	cr_assert(dir_remove(desk_path(d, "push/state"), &d->e) == 0);
	cr_assert(books_open(b, d->dir, false, &desk_host, &d->e) == 0, "%s", d->e.msg);
	for (unsigned k = 0; k < n && wrong < 8; k++) {
		struct str now = row_of(d, b, VIEW_CONTACTS, str_printf(&d->a, "customer%05u", k));
		char history[64];

		wrong += !str_eq(now, rows[k]);
		cr_expect(str_eq(now, rows[k]), "%u: %s", k, tell_one(k, history));
	}
	books_close(b);
}

Test(acked_file, each_history_of_a_contact)
{
	struct desk d = desk_new();
	struct books b;

	cr_assert(books_open(&b, d.dir, true, &desk_host, &d.e) == 0, "%s", d.e.msg);
	expect_same(&d, &b, fill(&b), tell);
	desk_end(&d);
}

/* ---- Calls, each noted before it leaves */

#define CALLS 3 /* about one customer, who has a contact */

static const enum journal_op call_ops[] = { JOURNAL_CONTACT, JOURNAL_STATUS, JOURNAL_GONE,
	JOURNAL_DELETE };
enum outcome {
	LOST,
	REFUSED,
	REFUSED_AGAIN, /* at its second try: the first may have done it */
	ACKED,
	OUTCOMES
};
#define KINDS (sizeof(call_ops) / sizeof(call_ops[0]) * OUTCOMES)

static const char *
tell_calls(unsigned k, char *out)
{
	char *at = out;

	for (unsigned i = 0; i < CALLS; i++, k /= KINDS)
		at += sprintf(at, "%c%c ", "csgd"[k % KINDS / OUTCOMES], "lr2a"[k % OUTCOMES]);
	return out;
}

/* What it sets is another value each time. */
static void
note_call(struct history *h, unsigned kind, unsigned turn)
{
	static const char *const statuses[] = { ACKED_BEGUN, "Active", ACKED_BEGUN };
	enum outcome outcome = (enum outcome)(kind % OUTCOMES);
	struct journal_field field = h->fields[turn % 2];
	struct journal_line x = { .fh_id = h->fh_id,
		.op = call_ops[kind / OUTCOMES],
		.result = JOURNAL_UNKNOWN,
		.body = STR("b"),
		.fields = &field,
		.fields_n = 1 };
	struct err e = ERR_INIT;

	if (!h->has_contact)
		return;
	x.dsid = h->fh_id;
	if (x.op == JOURNAL_STATUS)
		field = (struct journal_field){ STR("status"),
			books_hash(h->b, STR("status"), str_c(statuses[turn])) };
	field.hash += x.op == JOURNAL_STATUS ? 0 : turn;
	x.reason = x.op == JOURNAL_GONE ? STR("removed") : STR("");
	x.fields_n = x.op != JOURNAL_DELETE;
	cr_assert(books_note(h->b, &x, &e) == 0, "%s", e.msg);
	if (outcome == LOST)
		return;
	x.result = outcome == ACKED ? JOURNAL_ACKED : JOURNAL_REJECTED;
	x.tries = outcome == REFUSED_AGAIN ? 2 : 1;
	x.http = outcome == ACKED ? 200 : 422;
	if (outcome != ACKED)
		x.reason = STR("refused");
	if (outcome == ACKED && x.op == JOURNAL_DELETE) {
		x.reason = STR("removed");
		h->has_contact = false;
	}
	if (outcome == ACKED && x.op == JOURNAL_STATUS && turn != 1)
		field.hash = books_hash(h->b, STR("status"), STR(ACKED_INACTIVE));
	cr_assert(books_note(h->b, &x, &e) == 0, "%s", e.msg);
}

static unsigned
fill_calls(struct books *b)
{
	unsigned n = 1;

	for (unsigned i = 0; i < CALLS; i++)
		n *= (unsigned)KINDS;
	for (unsigned k = 0; k < n; k++) {
		char id[24], email[24];
		struct history h = { .b = b };
		unsigned left = k;

		snprintf(id, sizeof(id), "customer%05u", k);
		snprintf(email, sizeof(email), "%u@example.com", k);
		h.fh_id = str_c(id);
		h.fields[0] = (struct journal_field){ STR("email"),
			books_hash(b, STR("email"), str_c(email)) };
		h.fields[1] = (struct journal_field){ STR("mobilePhone"),
			books_hash(b, STR("mobilePhone"), str_c(email)) };
		note(&h, FIND);
		for (unsigned i = 0; i < CALLS; i++, left /= (unsigned)KINDS)
			note_call(&h, left % (unsigned)KINDS, i);
	}
	return n;
}

Test(acked_file, each_history_of_calls)
{
	struct desk d = desk_new();
	struct books b;

	cr_assert(books_open(&b, d.dir, true, &desk_host, &d.e) == 0, "%s", d.e.msg);
	expect_same(&d, &b, fill_calls(&b), tell_calls);
	desk_end(&d);
}
