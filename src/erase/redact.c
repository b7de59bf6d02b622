#include "erase/redact.h"

#include "base/num.h"
#include "erase/redact_order.h"
#include "record/field.h"

/* A part of a record's text that is replaced. */
struct cut {
	uint32_t at, len;
	bool is_name;
};

static const struct record_settings lenient = { .completed_n = 0 };

void
redact_ready(struct redactor *g)
{
	if (g->is_ready)
		return;
	schema_init(&g->schema);
	g->reader.schema = &g->schema;
	g->reader.settings = &lenient;
	g->reader.unknown.words = &g->words;
	g->is_ready = true;
}

/* ---- Whose a record is */

static bool
first_id(struct arena *a, const struct json *j, const char *const *chain, struct str *out)
{
	for (; *chain != NULL; chain++) {
		enum field_state state = field_id(a, j, json_find(j, 0, str_c(*chain)), out);

		if (state != FIELD_IS_ABSENT)
			return state == FIELD_IS_READ;
	}
	return false;
}

bool
redact_id(struct arena *a, const struct json *j, bool is_order, struct str *out)
{
	static const char *const order[] = { "id", "_id", "orderId", NULL };
	static const char *const customer[] = { "id", "_id", NULL };

	return first_id(a, j, is_order ? order : customer, out);
}

bool
redact_buyer(struct arena *a, const struct json *j, struct str *out)
{
	static const char *const buyer[] = { "customerId", NULL };

	return first_id(a, j, buyer, out);
}

/* ---- Values that tell of them */

static bool
tells(struct redactor *g, struct str text)
{
	return g->search != NULL && search_has_telling(g->search, text);
}

bool
redact_tells(struct redactor *g, struct str text)
{
	return tells(g, text);
}

static void
cut(struct redactor *g, uint32_t node, bool is_name)
{
	const struct json_node *n = &g->json.nodes[node];
	struct cut c = { n->at, n->len, is_name };

	buf_add(&g->cuts, &c, sizeof(c));
}

static void mark(
    struct redactor *g, uint32_t node, enum schema_object object, bool is_free, bool is_theirs);

/* ${is_free}: no field is read from what the member holds, or the order is theirs. */
static void
mark_member(struct redactor *g, uint32_t name, uint32_t value, enum schema_object object,
    bool is_free, bool is_theirs)
{
	enum schema_field f = SCHEMA_UNKNOWN;
	struct schema_inside inside = { SCHEMA_OBJECTS, false };

	if (object != SCHEMA_OBJECTS)
		f = schema_match(&g->schema, object, json_text(&g->arena, &g->json, name));
	if (f < SCHEMA_FIELDS)
		inside = schema_inside(f);
	if (f == SCHEMA_UNKNOWN && tells(g, json_raw(&g->json, name)))
		cut(g, name, true);
	if (is_theirs && object == SCHEMA_ITEM)
		is_free = true;
	if (is_theirs && f == SCHEMA_FIELD_BUDTENDER)
		is_free = true;
	if (is_free || f >= SCHEMA_FIELDS)
		mark(g, value, SCHEMA_OBJECTS, true, is_theirs);
	else if (inside.object != SCHEMA_OBJECTS)
		mark(g, value, inside.object, false, is_theirs);
}

static void
mark(struct redactor *g, uint32_t node, enum schema_object object, bool is_free, bool is_theirs)
{
	const struct json *j = &g->json;
	const struct json_node *n = j->nodes;

	if (n[node].kind == JSON_ARRAY) {
		for (uint32_t i = node + 1; i < n[node].next; i = n[i].next)
			mark(g, i, object, is_free, is_theirs);
	} else if (n[node].kind == JSON_OBJECT) {
		for (uint32_t i = node + 1; i < n[node].next; i = n[n[i].next].next)
			mark_member(g, i, n[i].next, object, is_free, is_theirs);
	} else if (is_free && tells(g, json_raw(j, node))) {
		cut(g, node, false);
	}
}

/* The record without what was marked. */
static void
put_rest(struct redactor *g, struct str text, struct buf *out)
{
	const struct cut *cuts = (const void *)g->cuts.p;
	size_t n = g->cuts.n / sizeof(*cuts), from = 0;

	for (size_t i = 0; i < n; i++) {
		buf_add(out, text.p + from, cuts[i].at - from);
		if (cuts[i].is_name)
			buf_printf(out, "\"erased %zu\"", i + 1);
		else
			buf_z(out, "null");
		from = cuts[i].at + cuts[i].len;
	}
	buf_add(out, text.p + from, text.n - from);
}

static bool
cut_values(
    struct redactor *g, struct str text, enum schema_object object, bool is_theirs, struct buf *out)
{
	buf_reset(&g->cuts);
	mark(g, 0, object, false, is_theirs);
	if (g->cuts.n > 0)
		put_rest(g, text, out);
	return g->cuts.n > 0;
}

/* The object that a place lies in; SCHEMA_OBJECTS: no field is read from there. Returns: false if
 * the place is that of a field that is read. */
static bool
find_object(struct redactor *g, struct str path, enum schema_object *object)
{
	while (path.n > 0 && *object != SCHEMA_OBJECTS) {
		struct str step = str_from(path, 1);
		const char *end = step.n == 0 ? NULL : memchr(step.p, '/', step.n);
		enum schema_field f;
		uint64_t position;

		if (end != NULL)
			step.n = (size_t)(end - step.p);
		path = str_from(path, step.n + 1);
		if (num_u64(step, &position))
			continue;
		f = schema_match(&g->schema, *object, step);
		if (f < SCHEMA_FIELDS && schema_inside(f).object == SCHEMA_OBJECTS)
			return false;
		*object = f < SCHEMA_FIELDS ? schema_inside(f).object : SCHEMA_OBJECTS;
	}
	return true;
}

bool
redact_change(struct redactor *g, bool is_order, struct str path, struct str text, struct buf *out)
{
	enum schema_object object = is_order ? SCHEMA_ORDER : SCHEMA_CUSTOMER;
	struct json_fault ignored;

	if (!tells(g, text))
		return false;
	redact_ready(g);
	arena_reset(&g->arena);
	if (!find_object(g, path, &object) || !json_read(&g->json, text, &ignored))
		return false;
	buf_reset(&g->cuts);
	mark(g, 0, object, object == SCHEMA_OBJECTS, false);
	if (g->cuts.n > 0)
		put_rest(g, text, out);
	return g->cuts.n > 0;
}

/* ---- One record */

/* An order as a guest sale; what may stay can still hold their address. */
static void
put_guest(struct redactor *g, struct buf *out)
{
	struct json_fault ignored;
	struct str kept;

	buf_reset(&g->kept);
	redact_order(&g->arena, &g->json, &g->kept);
	kept = buf_view(&g->kept);
	if (!tells(g, kept) || !json_read(&g->json, kept, &ignored) ||
	    !cut_values(g, kept, SCHEMA_ORDER, true, out))
		buf_str(out, kept);
}

/* It is quarantined, and goes on to be: without an id it proves no absence, with one the record
 * counts as there. */
static void
put_unreadable(const struct record_fault *f, struct buf *out)
{
	buf_char(out, '{');
	if (f != NULL && f->has_id) {
		buf_z(out, "\"id\":");
		buf_json(out, f->id);
	}
	buf_char(out, '}');
}

static bool
is_readable(struct redactor *g, bool is_order, struct str text, struct record_fault *f)
{
	struct customer customer;
	struct order order;

	g->reader.taken_at = g->taken_at;
	*f = (struct record_fault){ 0 };
	return is_order ? record_read_order(&g->reader, &g->arena, text, &order, f)
	                : record_read_customer(&g->reader, &g->arena, text, &customer, f);
}

static enum redact_kind
redact_other(struct redactor *g, bool is_order, struct str text, struct buf *out)
{
	struct record_fault f;

	if (!tells(g, text))
		return REDACTED_NOTHING;
	if (!is_readable(g, is_order, text, &f)) {
		put_unreadable(&f, out);
		return REDACTED_UNREADABLE;
	}
	return cut_values(g, text, is_order ? SCHEMA_ORDER : SCHEMA_CUSTOMER, false, out)
	           ? REDACTED_VALUES
	           : REDACTED_NOTHING;
}

enum redact_kind
redact_record(struct redactor *g, bool is_order, struct str text, struct buf *out)
{
	struct json_fault fault;
	struct str id = { 0 };
	enum redact_fate fate = REDACT_NOT;

	redact_ready(g);
	arena_reset(&g->arena);
	if (!json_read(&g->json, text, &fault) || g->json.nodes[0].kind != JSON_OBJECT) {
		if (!tells(g, text))
			return REDACTED_NOTHING;
		put_unreadable(NULL, out);
		return REDACTED_UNREADABLE;
	}
	if (is_order ? redact_buyer(&g->arena, &g->json, &id)
	             : redact_id(&g->arena, &g->json, false, &id))
		fate = g->fate(g->context, id);
	if (fate == REDACT_NOT)
		return redact_other(g, is_order, text, out);
	if (is_order && fate == REDACT_GUEST)
		put_guest(g, out);
	else
		buf_z(out, "null");
	return is_order ? REDACTED_ORDER : REDACTED_CUSTOMER;
}

/* ---- A page */

static void
note_record(struct redactor *g, uint32_t index, enum redact_kind kind)
{
	g->records = mem_grow(g->records, g->n, &g->cap, sizeof(*g->records));
	g->records[g->n++] = (struct redact_record){ index, kind };
}

/* A body that is one record by itself has to stay a list. */
static bool
is_body(struct str text, const struct split_record *r)
{
	for (uint32_t i = 0; i < r->at; i++)
		if (memchr(" \t\r\n", text.p[i], 4) == NULL)
			return false;
	return true;
}

/* The text with the records of one list redacted; ${out} is touched only if one is. */
static size_t
redact_list(
    struct redactor *g, bool is_order, struct str text, const struct split *scan, struct buf *out)
{
	size_t from = 0, before = g->n;

	for (size_t i = 0; i < scan->n; i++) {
		const struct split_record *r = &scan->records[i];
		enum redact_kind kind;

		buf_reset(&g->record);
		kind = redact_record(g, is_order, str_of(text.p + r->at, r->len), &g->record);
		if (kind == REDACTED_NOTHING)
			continue;
		note_record(g, r->index, kind);
		buf_add(out, text.p + from, r->at - from);
		if (str_eq(buf_view(&g->record), STR("null")) && is_body(text, r))
			buf_z(out, "[]");
		else
			buf_str(out, buf_view(&g->record));
		from = r->at + r->len;
	}
	if (g->n > before)
		buf_add(out, text.p + from, text.n - from);
	return g->n - before;
}

/* Finds the list of that name beside the one the page is read for. */
static bool
find_other(struct redactor *g, struct str text, const char *name)
{
	const char *const none[] = { NULL }, *const one[] = { name, NULL };
	struct err ignored = ERR_INIT;

	return split_page(&g->scan, text, none, name, &ignored) == 0 && g->scan.n == 0 &&
	       str_trim(text).n > 0 && str_trim(text).p[0] == '{' &&
	       split_page(&g->scan, text, one, NULL, &ignored) == 0;
}

/* A file that was adopted may hold customers and orders, and is a page of each. */
static size_t
redact_others(struct redactor *g, enum resource resource, struct str text, struct buf *out)
{
	static const char *const names[] = { "customers", "customer", "orders" };
	bool is_order = resource == RESOURCE_ORDERS;
	size_t first = is_order ? 0 : 2, end = is_order ? 2 : 3, n = 0;

	for (size_t i = first; i < end; i++) {
		struct buf next = { 0 };

		if (!find_other(g, text, names[i]) ||
		    redact_list(g, !is_order, text, &g->scan, &next) == 0) {
			buf_release(&next);
			continue;
		}
		n++;
		buf_release(out);
		*out = next;
		text = buf_view(out);
	}
	return n;
}

size_t
redact_page(struct redactor *g, enum resource resource, struct str text, const struct split *scan,
    struct buf *out)
{
	g->n = 0;
	if (resource == RESOURCE_LOCATIONS)
		return 0;
	if (redact_list(g, resource == RESOURCE_ORDERS, text, scan, out) > 0)
		text = buf_view(out);
	(void)redact_others(g, resource, text, out);
	return g->n;
}

void
redact_release(struct redactor *g)
{
	mem_free(g->records);
	arena_release(&g->arena);
	intern_release(&g->words);
	record_reader_release(&g->reader);
	json_release(&g->json);
	split_release(&g->scan);
	buf_release(&g->record);
	buf_release(&g->kept);
	buf_release(&g->cuts);
}
