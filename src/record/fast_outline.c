#include "record/fast_outline.h"

#include <endian.h>

#include "base/arena.h"
#include "base/swar.h"
#include "json/token.h"
#include "record/outline.h"

#define ROOM 32 /* a name with its quotes and colon */

/* A name as it stands in the text, and what it was found to mean. */
struct name {
	char text[ROOM];                  /* "name": */
	uint64_t bit;                     /* its own in its place */
	struct name *next[2];             /* what followed it last, and before that */
	struct fast_outline_place *below; /* of objects in its value; may be NULL */
	uint32_t mask;                    /* a bit for each byte of the text */
	uint32_t unknown;                 /* SCHEMA_UNKNOWN: the number of its path */
	uint8_t n;
	uint8_t field;  /* enum schema_field */
	bool listed;    /* what is looked into is a list */
	uint8_t inside; /* enum schema_object; SCHEMA_OBJECTS: nothing */
};

/* All objects at one place, say order/totals, and their names. */
struct fast_outline_place {
	struct name *names; /* [0] is the brace that opens */
	uint32_t n;
	enum schema_object object; /* SCHEMA_OBJECTS: nothing in it is read */
};

/* A text while it is read.  Its last byte is a brace, which ends whatever value comes before. */
struct scan {
	struct fast_outline *f;
	const struct schema *schema;
	struct outline *o;
	struct schema_unknown *unknown;
	const char *begin, *last;
	unsigned depth;
};

/* Whether the name stands at p. */
static inline bool
spells(const struct name *n, const char *p, const char *last)
{
#ifdef __SSE2__
	__m128i low, high;
	unsigned same;

	if (last - p >= ROOM) {
		low = _mm_cmpeq_epi8(
		    _mm_loadu_si128((const void *)p), _mm_loadu_si128((const void *)n->text));
		high = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(p + 16)),
		    _mm_loadu_si128((const void *)(n->text + 16)));
		same = (unsigned)_mm_movemask_epi8(low) | (unsigned)_mm_movemask_epi8(high) << 16;
		return (~same & n->mask) == 0;
	}
#endif
	return last - p >= n->n && memcmp(p, n->text, n->n) == 0;
}

static struct fast_outline_place *
add_place(struct fast_outline *f, enum schema_object object)
{
	struct fast_outline_place *place;
	struct name *brace;

	if (f->n == FAST_OUTLINE_PLACES)
		return NULL;
	place = &f->places[f->n++];
	*place = (struct fast_outline_place){ .object = object, .n = 1 };
	place->names = mem_zero(FAST_OUTLINE_NAMES + 1, sizeof(*place->names));
	brace = &place->names[0];
	*brace = (struct name){ .text = "{", .n = 1, .mask = 1, .bit = 1 };
	brace->next[0] = brace->next[1] = brace;
	return place;
}

/* The first places are those of the records themselves. */
static struct fast_outline_place *
place_of(struct fast_outline *f, enum schema_object object)
{
	if (f->n == 0) {
		f->places = mem_zero(FAST_OUTLINE_PLACES, sizeof(*f->places));
		add_place(f, SCHEMA_CUSTOMER);
		add_place(f, SCHEMA_ORDER);
	}
	return &f->places[object == SCHEMA_ORDER];
}

/* A name that was never seen at this place, with its quotes and colon; the brace if it cannot be
 * kept. */
static struct name *
add_name(struct scan *r, struct fast_outline_place *place, struct str spelt)
{
	struct str text = str_of(spelt.p + 1, spelt.n - 3);
	enum schema_field field = SCHEMA_IGNORED;
	struct schema_inside inside = { SCHEMA_OBJECTS, false };
	struct name *name = &place->names[place->n];

	if (place->n > FAST_OUTLINE_NAMES || spelt.n > ROOM)
		return place->names;
	if (place->object != SCHEMA_OBJECTS)
		field = schema_match(r->schema, place->object, text);
	if (field < SCHEMA_FIELDS)
		inside = schema_inside(field);
	*name = (struct name){
		.bit = UINT64_C(1) << place->n++,
		.next = { place->names, place->names },
		.mask = UINT32_MAX >> (ROOM - spelt.n),
		.n = (uint8_t)spelt.n,
		.field = (uint8_t)field,
		.listed = inside.listed,
		.inside = (uint8_t)inside.object,
	};
	if (field == SCHEMA_UNKNOWN)
		name->unknown = schema_path_number(r->unknown, place->object, text);
	memcpy(name->text, spelt.p, spelt.n);
	return name;
}

/* The name at p, looked for among all of the place; the brace if it cannot be kept. */
static struct name *
search(struct scan *r, struct fast_outline_place *place, const char *p)
{
	const char *quote;

	if (*p != '"')
		return place->names;
	quote = token_plain_end(p + 1, r->last);
	if (quote[0] != '"' || quote[1] != ':')
		return place->names;
	for (uint32_t i = 1; i < place->n; i++)
		if (spells(&place->names[i], p, r->last))
			return &place->names[i];
	return add_name(r, place, str_of(p, (size_t)(quote + 2 - p)));
}

/* The same, found quickly where two names take turns. */
static struct name *
find_name(struct scan *r, struct fast_outline_place *place, struct name *before, const char *p)
{
	struct name *found = before->next[1];

	if (!spells(found, p, r->last))
		found = search(r, place, p);
	if (found != place->names) {
		before->next[1] = before->next[0];
		before->next[0] = found;
	}
	return found;
}

/* A value that was read. */
struct value {
	const char *end; /* NULL: for the strict reader */
	uint32_t form;   /* enum json_kind and flags */
};
#define ESCAPED 0x100
#define PLAIN 0x200

static const struct value none = { NULL, 0 };

static struct value
read_rest(const char *p, const char *last)
{
	struct token_string t;

	if (!token_string_rest(&t, p, last))
		return none;
	return (struct value){ t.at, JSON_STRING | (t.escaped ? ESCAPED : 0) };
}

static inline struct value
read_string(const char *p, const char *last)
{
	const char *end = token_plain_end(p + 1, last);

	if (*end == '"')
		return (struct value){ end + 1, JSON_STRING | PLAIN };
	return read_rest(end, last);
}

/* Digits p begins with, at most 8. */
static inline unsigned
count_digits(const char *p)
{
	uint64_t d = le64toh(swar_load(p)) ^ SWAR_EACH('0');
	/* a carry only reaches bytes after one that is no digit */
	uint64_t other = ((d + SWAR_EACH(0x76)) | d) & SWAR_EACH(0x80);

	return other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
}

static inline bool
ends_value(char c)
{
	return c == ',' || c == '}' || c == ']';
}

/* Most numbers have a few digits before a point and after it. */
static inline struct value
read_number(const char *from, const char *last)
{
	const char *p = from;
	unsigned n, more;

	if (last - p >= 24) {
		n = count_digits(p);
		if (*p != '0' || n == 1) {
			p += n;
			if (ends_value(*p))
				return (struct value){ p, JSON_NUMBER };
			more = *p == '.' ? count_digits(p + 1) : 0;
			p += more + 1;
			if (more > 0 && ends_value(*p))
				return (struct value){ p, JSON_NUMBER };
		}
	}
	return (struct value){ token_number_end(from, last), JSON_NUMBER };
}

static inline struct value
read_word(const char *p, const char *last)
{
	if (last - p >= 4 && memcmp(p, "null", 4) == 0)
		return (struct value){ p + 4, JSON_NULL };
	if (last - p >= 4 && memcmp(p, "true", 4) == 0)
		return (struct value){ p + 4, JSON_TRUE };
	if (last - p >= 5 && memcmp(p, "false", 5) == 0)
		return (struct value){ p + 5, JSON_FALSE };
	return none;
}

static const char *read_object(
    struct scan *r, struct fast_outline_place *place, const char *p, struct schema_slots *slots);
static struct value read_container(struct scan *r, struct name *name, const char *p);

static inline struct value
read_value(struct scan *r, struct name *name, const char *p)
{
	if (*p == '"')
		return read_string(p, r->last);
	if (ascii_digit(*p) || *p == '-')
		return read_number(p, r->last);
	if (*p == '{' || *p == '[')
		return read_container(r, name, p);
	return read_word(p, r->last);
}

/* The place of objects in this name's value, made when the first is seen. */
static struct fast_outline_place *
place_below(struct scan *r, struct name *name)
{
	if (name->below == NULL)
		name->below = add_place(r->f, (enum schema_object)name->inside);
	return name->below;
}

/* An object in the value of the name. */
static const char *
read_below(struct scan *r, struct name *name, const char *p)
{
	struct fast_outline_place *place = place_below(r, name);
	struct schema_slots unread;
	struct schema_slots *slots = &unread;
	struct json *j = &r->o->tape;

	if (place == NULL || *p != '{')
		return NULL;
	if (name->inside == SCHEMA_TOTALS)
		slots = &r->o->totals;
	if (name->inside == SCHEMA_ITEM) {
		/* a null among them is left to the strict reader */
		slots = &outline_item(r->o, j->n, r->o->items_n)->slots;
		*json_push(j) = (struct json_node){
			.at = (uint32_t)(p - r->begin),
			.kind = JSON_OBJECT,
		};
	}
	return read_object(r, place, p, slots);
}

static const char *
read_list(struct scan *r, struct name *name, const char *p)
{
	bool is_inside = name->inside != SCHEMA_OBJECTS;

	if (r->depth == JSON_DEPTH)
		return NULL;
	if (*++p == ']')
		return p + 1;
	r->depth++;
	for (;; p++) {
		p = is_inside ? read_below(r, name, p) : read_value(r, name, p).end;
		if (p == NULL || p > r->last || *p != ',')
			break;
	}
	r->depth--;
	return p != NULL && p <= r->last && *p == ']' ? p + 1 : NULL;
}

/* Where a list is looked into it has to be one, and an object an object. */
static struct value
read_container(struct scan *r, struct name *name, const char *p)
{
	bool is_list = *p == '[';

	if (name->inside != SCHEMA_OBJECTS && is_list != name->listed)
		return none;
	if (is_list)
		return (struct value){ read_list(r, name, p), JSON_ARRAY };
	return (struct value){ read_below(r, name, p), JSON_OBJECT };
}

/* Keep the value of a field that is read. */
static inline void
keep_value(struct scan *r, struct value v, const char *from, uint32_t *slot)
{
	struct json *j = &r->o->tape;

	*slot = j->n;
	*json_push(j) = (struct json_node){
		.at = (uint32_t)(from - r->begin),
		.len = (uint32_t)(v.end - from),
		.kind = (uint8_t)v.form,
		.escaped = (v.form & ESCAPED) != 0,
		.plain = (v.form & PLAIN) != 0,
	};
}

/* The object whose brace is at p.
 * Returns: after it, or NULL. */
static const char *
read_object(
    struct scan *r, struct fast_outline_place *place, const char *p, struct schema_slots *slots)
{
	struct name *name = place->names;
	uint64_t seen = name->bit;

	if (r->depth == JSON_DEPTH)
		return NULL;
	if (p < r->last && p[1] == '}')
		return p + 2;
	r->depth++;
	do {
		struct name *before = name;
		struct value v;

		if (++p > r->last)
			return NULL;
		name = before->next[0];
		if (!spells(name, p, r->last))
			name = find_name(r, place, before, p);
		/* the brace's bit is always set */
		if ((seen & name->bit) != 0)
			return NULL;
		seen |= name->bit;
		p += name->n;
		v = read_value(r, name, p);
		if (v.end == NULL || v.end > r->last)
			return NULL;
		if (name->field < SCHEMA_FIELDS)
			keep_value(r, v, p, &slots->at[name->field]);
		else if (name->field == SCHEMA_UNKNOWN)
			schema_note(r->unknown, name->unknown);
		p = v.end;
	} while (*p == ',');
	r->depth--;
	return *p == '}' ? p + 1 : NULL;
}

bool
fast_outline_read(struct fast_outline *f, const struct schema *schema, enum schema_object object,
    struct str text, struct outline *o, struct schema_unknown *unknown)
{
	struct scan r = {
		.f = f,
		.schema = schema,
		.o = o,
		.unknown = unknown,
	};

	if (text.n < 2 || text.n >= UINT32_MAX || text.p[0] != '{' || text.p[text.n - 1] != '}')
		return false;
	r.begin = text.p;
	r.last = text.p + text.n - 1;
	outline_begin(o, text);
	unknown->n = 0;
	*json_push(&o->tape) = (struct json_node){ .kind = JSON_OBJECT };
	return read_object(&r, place_of(f, object), text.p, &o->own) == r.last + 1;
}

void
fast_outline_release(struct fast_outline *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		mem_free(f->places[i].names);
	mem_free(f->places);
	*f = (struct fast_outline){ 0 };
}
