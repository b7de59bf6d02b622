/* fast_outline.h -- fast path for records whose field order was seen before.
 *
 * Records of one API spell the same names in the same order.  What a name means (its field, that it
 * is unknown, what lies below it) and that it is sound is decided once, when it is first seen in an
 * object of its place.  From then on it is recognised by its bytes, and the name that followed it
 * last is tried first.  Values are judged by the rules of the strict reader.
 *
 * Whatever is unusual is left to the strict reader: white space, names with escapes or longer than
 * FAST_OUTLINE_NAME, more names or places than are kept, nesting over JSON_DEPTH, and anything that
 * is not sound.  So the answer is the strict reader's in any case, whatever was read before
 * (docs/decisions/0011-names-are-recognised.md).
 */
#ifndef RECORD_FAST_OUTLINE_H
#define RECORD_FAST_OUTLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "record/schema.h"

struct outline;

#define FAST_OUTLINE_NAME 29   /* bytes of a name */
#define FAST_OUTLINE_NAMES 63  /* of the objects of one place */
#define FAST_OUTLINE_PLACES 64 /* where in records objects lie */

struct fast_outline_place;

/* The names one thread has seen; zero-initialisable. */
struct fast_outline {
	struct fast_outline_place *places;
	uint32_t n;
};

/*
 * fast_outline_read(f, schema, object, text, o, unknown):
 * Outline a customer or an order.  All calls for one ${f} name the same ${schema} and words of
 * unknown fields.
 * Returns: true, ${o} and ${unknown} filled as by outline_strict, but with nodes of wanted values
 * only; false: only the strict reader can tell.
 */
bool fast_outline_read(struct fast_outline *f, const struct schema *schema,
    enum schema_object object, struct str text, struct outline *o, struct schema_unknown *unknown);

void fast_outline_release(struct fast_outline *f);

#endif /* RECORD_FAST_OUTLINE_H */
