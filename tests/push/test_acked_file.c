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
		char id[16], email[24];
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
tell(unsigned k, char out[LENGTH + 1])
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

Test(acked_file, each_history_of_a_contact)
{
	struct desk d = desk_new();
	struct books b;
	struct str *rows;
	unsigned n, wrong = 0;

	cr_assert(books_open(&b, d.dir, true, &desk_host, &d.e) == 0, "%s", d.e.msg);
	n = fill(&b);
	rows = arena_array(&d.a, n, sizeof(*rows));
	for (unsigned k = 0; k < n; k++)
		rows[k] = row_of(&d, &b, VIEW_CONTACTS, str_printf(&d.a, "customer%05u", k));
	b.journal.limit = 1;
	cr_assert(books_keep(&b, &d.e) == 0, "%s", d.e.msg);
	books_close(&b);
	cr_assert(file_exists(desk_path(&d, "push/acked-000001.jsonl.gz")));
	cr_assert(dir_remove(desk_path(&d, "push/state"), &d.e) == 0);
	cr_assert(books_open(&b, d.dir, false, &desk_host, &d.e) == 0, "%s", d.e.msg);
	for (unsigned k = 0; k < n && wrong < 8; k++) {
		struct str now = row_of(&d, &b, VIEW_CONTACTS, str_printf(&d.a, "customer%05u", k));
		char history[LENGTH + 1];

		wrong += !str_eq(now, rows[k]);
		cr_expect(str_eq(now, rows[k]), "%u: %s", k, tell(k, history));
	}
	books_close(&b);
	desk_end(&d);
}
