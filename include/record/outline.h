/* outline.h -- where the values that are read lie in one record.
 *
 * record.c interprets fields from an outline alone, whichever way it was made: strictly, from the
 * tape of the JSON reader, or by the fast path (fast_outline.h).
 */
#ifndef RECORD_OUTLINE_H
#define RECORD_OUTLINE_H

#include <stdint.h>

#include "base/arena.h"
#include "json/read.h"
#include "record/schema.h"

/* An element of an order's list of items; null ones are left out. */
struct outline_item {
	uint32_t node;
	uint32_t index;            /* its place in the list, null ones counted */
	struct schema_slots slots; /* empty if it is no object */
};

/* Zero-initialisable; reused by the next record.  Its nodes may be those of wanted values only:
 * then their next and count mean nothing. */
struct outline {
	struct json tape;           /* node 0 is the record */
	struct schema_slots own;    /* the record's own members */
	struct schema_slots totals; /* empty if there is no such object */
	struct outline_item *items;
	uint32_t items_n;
	size_t items_cap;
};

/* outline_begin(o, text): empty, for a record of this text. */
static inline void
outline_begin(struct outline *o, struct str text)
{
	o->tape.text = text;
	o->tape.n = 0;
	o->own = o->totals = (struct schema_slots){ 0 };
	o->items_n = 0;
}

/* outline_item(o, node, index): one more item, its slots empty; valid until the next. */
static inline struct outline_item *
outline_item(struct outline *o, uint32_t node, uint32_t index)
{
	struct outline_item *item;

	o->items = mem_grow(o->items, o->items_n, &o->items_cap, sizeof(*o->items));
	item = &o->items[o->items_n++];
	*item = (struct outline_item){ .node = node, .index = index };
	return item;
}

/*
 * outline_strict(o, schema, object, text, unknown, f):
 * Read the text strictly and note where its fields lie; unknown ones in the order of the text.
 * Returns: true, or false with ${f} filled: no valid JSON, or no object.
 */
bool outline_strict(struct outline *o, const struct schema *schema, enum schema_object object,
    struct str text, struct schema_unknown *unknown, struct json_fault *f);

void outline_release(struct outline *o);

#endif /* RECORD_OUTLINE_H */
