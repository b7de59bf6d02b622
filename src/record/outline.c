#include "record/outline.h"

#include "base/arena.h"

/* A tape whose fields are noted. */
struct tracing {
	const struct schema *schema;
	struct outline *o;
	struct schema_unknown *unknown;
	struct arena names; /* decoded ones */
};

static void trace_object(
    struct tracing *g, enum schema_object object, uint32_t node, struct schema_slots *slots);

/* An element of a list that is looked into, at its place in it. */
static void
trace_element(struct tracing *g, enum schema_object object, uint32_t node, uint32_t index)
{
	uint8_t kind = g->o->tape.nodes[node].kind;
	struct schema_slots unread;

	if (object == SCHEMA_ITEM && kind != JSON_NULL) {
		struct outline_item *item = outline_item(g->o, node, index);

		if (kind == JSON_OBJECT)
			trace_object(g, object, node, &item->slots);
	} else if (kind == JSON_OBJECT) {
		trace_object(g, object, node, &unread);
	}
}

static void
trace_inside(struct tracing *g, struct schema_inside inside, uint32_t node)
{
	const struct json *j = &g->o->tape;
	uint32_t index = 0;

	if (inside.object == SCHEMA_OBJECTS)
		return;
	if (!inside.listed && j->nodes[node].kind == JSON_OBJECT)
		trace_object(g, inside.object, node, &g->o->totals);
	if (!inside.listed || j->nodes[node].kind != JSON_ARRAY)
		return;
	for (uint32_t i = node + 1; i < j->nodes[node].next; i = j->nodes[i].next)
		trace_element(g, inside.object, i, index++);
}

static void
trace_object(
    struct tracing *g, enum schema_object object, uint32_t node, struct schema_slots *slots)
{
	const struct json *j = &g->o->tape;

	*slots = (struct schema_slots){ 0 };
	for (uint32_t i = node + 1, value; i < j->nodes[node].next; i = j->nodes[value].next) {
		struct str name = json_text(&g->names, j, i);
		enum schema_field f = schema_match(g->schema, object, name);

		value = j->nodes[i].next;
		if (f < SCHEMA_FIELDS) {
			slots->at[f] = value;
			trace_inside(g, schema_inside(f), value);
		} else if (f == SCHEMA_UNKNOWN) {
			schema_note(g->unknown, schema_path_number(g->unknown, object, name));
		}
	}
}

bool
outline_strict(struct outline *o, const struct schema *schema, enum schema_object object,
    struct str text, struct schema_unknown *unknown, struct json_fault *f)
{
	struct tracing g = { .schema = schema, .o = o, .unknown = unknown };

	outline_begin(o, text);
	unknown->n = 0;
	if (!json_read(&o->tape, text, f))
		return false;
	if (o->tape.nodes[0].kind != JSON_OBJECT) {
		*f = (struct json_fault){ "no object", 0 };
		return false;
	}
	trace_object(&g, object, 0, &o->own);
	arena_release(&g.names);
	return true;
}

void
outline_release(struct outline *o)
{
	json_release(&o->tape);
	mem_free(o->items);
	*o = (struct outline){ 0 };
}
