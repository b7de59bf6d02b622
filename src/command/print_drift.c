#include "command/print_drift.h"

#include <stdio.h>

#include "command/json_out.h"
#include "command/message.h"
#include "command/print_table.h"
#include "lib/json_writer.h"
#include "push/check_note.h"

#define ULL(n) ((unsigned long long)(n))

static const struct print_table_column columns[] = {
	{ .heading = "field", .width = -32 },
	{ .heading = "same", .width = 8 },
	{ .heading = "case", .width = 8 },
	{ .heading = "changed", .width = 8 },
	{ .heading = "not cleared", .width = 12 },
	{ 0 },
};

static void
print_text(const struct push_check *d)
{
	print_table_headings(columns);
	for (size_t i = 0; i < d->n; i++) {
		const struct push_check_field *f = &d->fields[i];
		const struct print_table_cell cells[] = { CELL_TEXT(f->key),
			CELL(f->n[PUSH_CHECK_SAME]), CELL(f->n[PUSH_CHECK_CASE]),
			CELL(f->n[PUSH_CHECK_CHANGED]), CELL(f->n[PUSH_CHECK_NOT_CLEARED]) };

		print_table_row(columns, NULL, cells);
	}
}

static void
print_json(const struct push_check *d)
{
	struct doc *out = doc_object(), *fields;

	doc_u64(out, "contacts", d->contacts);
	doc_u64(out, "deleted", d->deleted);
	doc_u64(out, "opted_out", d->opted_out);
	doc_u64(out, "unknown", d->unknown);
	doc_u64(out, "repaired", d->repaired);
	fields = doc_in_array(out, "fields");
	for (size_t i = 0; i < d->n; i++) {
		struct doc *x = doc_in_object(fields, NULL);

		doc_text(x, "field", d->fields[i].key);
		for (size_t k = 0; k < PUSH_CHECK_COUNT; k++)
			doc_u64(x, check_note_name((enum push_check_kind)k), d->fields[i].n[k]);
	}
	json_out_print(out);
}

void
print_drift(const struct options *o, const struct push_check *d, bool json)
{
	if (json)
		print_json(d);
	else
		print_text(d);
	say(o, SAY_INFO,
	    "compared %llu contact%s: %llu deleted in DailyStory, %llu opted out there, %llu "
	    "without "
	    "an answer",
	    ULL(d->contacts), say_plural(d->contacts), ULL(d->deleted), ULL(d->opted_out),
	    ULL(d->unknown));
	if (d->repaired > 0)
		say(o, SAY_INFO, "%llu contact%s will be sent again by the next push",
		    ULL(d->repaired), say_plural(d->repaired));
}
