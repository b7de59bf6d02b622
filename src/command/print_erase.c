#include "command/print_erase.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"

#define HASH_SHOWN 16

/* ---- The plan */

static void
print_count(uint64_t n, const char *what, const char *rest)
{
	printf("  %6llu  %s%s%s\n", (unsigned long long)n, what, say_plural(n), rest);
}

/* History that was folded is not made again. */
static void
print_folded(const struct folded *f)
{
	const uint64_t *kinds = f->kinds;

	if (f->start.n == 0 || !f->is_touched)
		return;
	print_count(kinds[REDACTED_CUSTOMER], "record", " of theirs will be gone from bases");
	print_count(kinds[REDACTED_ORDER], "record", " of their orders are in bases, too");
	printf("diffs and exports up to %.*s lose what they tell of them\n", STR_ARG(f->start));
}

void
print_erase_plan(const struct erase *g, const struct print_erase_people *p)
{
	const uint64_t *kinds = g->plan.kinds;

	for (uint32_t i = 1; i < g->given.n; i++)
		printf("customer %.*s\n", STR_ARG(g->given.texts[i]));
	print_count(kinds[REDACTED_CUSTOMER], "record", " of theirs will become null");
	print_count(kinds[REDACTED_ORDER], "record",
	    g->orders == ORDERS_REMOVE
	        ? " of their orders will become null: the store's sums change"
	        : " of their orders will name nobody (guest sales)");
	if (kinds[REDACTED_UNREADABLE] > 0)
		print_count(kinds[REDACTED_UNREADABLE], "record",
		    " will be empty: they cannot be read and hold traces of them");
	if (kinds[REDACTED_VALUES] > 0)
		print_count(kinds[REDACTED_VALUES], "record",
		    " of others will lose values with traces of them");
	print_count(g->plan.n, "page", " will be rewritten");
	print_count(g->plan.snapshots_n, "snapshot", " will hold such pages; the manifest says so");
	print_folded(&g->folded);
	if (g->plan.snapshots_n > 0)
		printf("diffs, exports and state are made again; they differ from %.*s on\n",
		    STR_ARG(g->plan.snapshots[0]));
	for (size_t i = 0; i < p->former_n; i++)
		printf("some of their orders are or were also those of %.*s, who stays\n",
		    STR_ARG(p->former[i]));
	if (p->refused > 0)
		printf("%llu of their addresses refused messages, and that is forgotten, too; to "
		       "keep it, add the addresses to the file of 'suppress' first\n",
		    (unsigned long long)p->refused);
	if (p->heirs > 0)
		printf("%llu other%s may be the contact of an address they shared, also for a time "
		       "that was imported before: 'flowstory export --full' has them, and a push "
		       "finds them\n",
		    (unsigned long long)p->heirs, say_plural(p->heirs));
	puts("not reached: backups, suppression lists, files exported elsewhere, DailyStory");
}

/* ---- Places */

static const char *
kind_name(const struct check *c, const struct check_place *p)
{
	static const char *const kinds[] = { [SEARCH_ID] = "id",
		[SEARCH_EMAIL] = "email",
		[SEARCH_PHONE] = "phone",
		[SEARCH_MED_ID] = "medical id",
		[SEARCH_NAME] = "name",
		[SEARCH_TEXT] = "text" };

	return p->which == CHECK_UNREAD ? "unreadable" : kinds[c->search->list[p->which].kind];
}

static void
print_place(const struct check *c, const struct check_place *p)
{
	printf("%.*s: ", STR_ARG(p->file));
	if (p->record >= 0)
		printf("record %lld: ", (long long)p->record);
	if (p->at != ERR_NOWHERE)
		printf("byte %llu: ", (unsigned long long)p->at);
	if (p->which == CHECK_UNREAD)
		puts("gzip that cannot be read to its end");
	else
		printf("%s\n", kind_name(c, p));
}

/* "12,345" */
static void
print_number(uint64_t n)
{
	if (n >= 1000) {
		print_number(n / 1000);
		printf(",%03u", (unsigned)(n % 1000));
	} else {
		printf("%u", (unsigned)n);
	}
}

static void
print_size(uint64_t n)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	size_t unit = 0;
	uint64_t tenths = n * 10;

	for (; tenths >= 10000 && unit < 4; unit++)
		tenths /= 1000;
	printf("%llu", (unsigned long long)(tenths / 10));
	if (unit > 0)
		printf(".%u", (unsigned)(tenths % 10));
	printf(" %s", units[unit]);
}

static void
print_sums(const struct check *c)
{
	uint64_t places = check_places(c), shared = 0;

	for (size_t i = 0; i < c->search->n; i++)
		shared += c->texts[i].shared;
	print_number(places);
	printf(" place%s in ", say_plural(places));
	print_number(c->files);
	printf(" file%s, ", say_plural(c->files));
	print_size(c->bytes);
	if (c->is_final && shared > 0)
		printf("; shared with %llu record%s of others", (unsigned long long)shared,
		    say_plural(shared));
	putchar('\n');
}

static void
put_check(struct doc *d, const struct check *c)
{
	struct doc *list = doc_in_array(d, "found");

	doc_u64(d, "places", check_places(c));
	doc_u64(d, "files", c->files);
	doc_u64(d, "bytes", c->bytes);
	for (size_t i = 0; i < c->n; i++) {
		const struct check_place *p = &c->list[i];
		struct doc *x;

		if (!check_counts(c, p))
			continue;
		x = doc_in_object(list, NULL);
		doc_text(x, "file", p->file);
		if (p->record >= 0)
			doc_i64(x, "record", p->record);
		if (p->at != ERR_NOWHERE)
			doc_u64(x, "byte", p->at);
		doc_text(x, "what", str_c(kind_name(c, p)));
	}
}

void
print_erase_check(const struct check *c, bool is_json)
{
	struct doc *d;

	if (is_json) {
		d = doc_object();
		put_check(d, c);
		json_out_print(d);
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		if (check_counts(c, &c->list[i]))
			print_place(c, &c->list[i]);
	print_sums(c);
}

/* ---- What came of it */

static void
put_by_hand(struct doc *d, const struct erase *g)
{
	struct doc *list = doc_in_array(d, "delete_by_hand");
	struct str address;

	for (uint32_t i = 1; i < g->gather.owned.n; i++)
		if (erase_by_hand(g, i, &address))
			doc_text(list, NULL, address);
}

void
print_erase_json(const struct erase *g, const struct print_erase_people *p, bool is_done)
{
	const uint64_t *kinds = g->plan.kinds;
	struct doc *d = doc_object();

	doc_texts(d, "customers", g->given.n > 0 ? g->given.texts + 1 : NULL,
	    g->given.n > 0 ? g->given.n - 1 : 0);
	doc_u64(d, "records", kinds[REDACTED_CUSTOMER]);
	doc_u64(d, "order_records", kinds[REDACTED_ORDER]);
	doc_u64(d, "unreadable_records", kinds[REDACTED_UNREADABLE]);
	doc_u64(d, "records_of_others", kinds[REDACTED_VALUES]);
	doc_u64(d, "pages", g->plan.n);
	doc_texts(d, "snapshots", g->plan.snapshots, g->plan.snapshots_n);
	doc_u64(d, "base_records", g->folded.kinds[REDACTED_CUSTOMER]);
	doc_u64(d, "base_order_records", g->folded.kinds[REDACTED_ORDER]);
	doc_texts(d, "same_orders", p->former, p->former_n);
	doc_u64(d, "refused_addresses", p->refused);
	doc_u64(d, "heirs", p->heirs);
	doc_bool(d, "done", is_done);
	if (g->check.texts != NULL)
		put_check(d, &g->check);
	doc_u64(d, "deleted_by_push", g->bound.n > 0 ? g->bound.n - 1 : 0);
	if (is_done)
		put_by_hand(d, g);
	json_out_print(d);
}

void
print_erase_done(const struct erase *g)
{
	struct str address;

	if (g->check.texts != NULL)
		print_erase_check(&g->check, false);
	if (g->bound.n > 1)
		puts("the next 'flowstory push' deletes their contact in DailyStory");
	if (g->lost > 0)
		puts("until then push/lost.json keeps the address by which it is found: no answer "
		     "told its id");
	for (uint32_t i = 1; i < g->gather.owned.n; i++)
		if (erase_by_hand(g, i, &address))
			printf("delete the contact %.*s in DailyStory by hand\n", STR_ARG(address));
}

/* ---- Tombstones */

static void
put_tombstone(struct doc *list, const struct tombstone *x)
{
	struct doc *d = doc_in_object(list, NULL);

	doc_text(d, "hash", x->customer);
	tombstones_put(d, x);
}

static void
print_tombstone(const struct tombstone *x)
{
	struct buf when = { 0 };

	timestamp_format(&when, x->at);
	printf("%.*s  %.*s  %5llu %5llu %5llu  %.12s -> %.12s\n", HASH_SHOWN, x->customer.p,
	    STR_ARG(buf_view(&when)), (unsigned long long)x->records,
	    (unsigned long long)x->order_records, (unsigned long long)x->pages,
	    x->head_before.n > 0 ? x->head_before.p : "-",
	    x->head_after.n > 0 ? x->head_after.p : "-");
	buf_release(&when);
}

void
print_erase_list(const struct tombstones *t, bool is_json)
{
	struct doc *d;

	if (is_json) {
		d = doc_array();
		for (size_t i = 0; i < t->n; i++)
			put_tombstone(d, &t->list[i]);
		json_out_print(d);
		return;
	}
	if (t->n > 0)
		puts("hash              erased at             recs orders pages  chain of diffs");
	for (size_t i = 0; i < t->n; i++)
		print_tombstone(&t->list[i]);
}
