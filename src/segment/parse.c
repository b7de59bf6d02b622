#include "reader.h"

#include "base/arena.h"

static const char rule_shapes[] = "A rule is {\"all\":[...]}, {\"any\":[...]}, {\"not\":rule}, "
                                  "{\"segment\":slug} or {\"field\":...,\"op\":...,\"value\":...}.";

static const struct {
	const char *key;
	enum rule_kind kind;
} shapes[] = {
	{ "all", RULE_ALL },
	{ "any", RULE_ANY },
	{ "not", RULE_NOT },
	{ "segment", RULE_SEGMENT },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static const char *const comparison_keys[] = { "field", "op", "value", "within" };

/* "a b c" as "a, b, c". */
static struct str
listed(struct arena *a, struct str words)
{
	struct buf b = { 0 };
	struct str list;

	for (size_t i = 0; i < words.n; i++) {
		if (words.p[i] == ' ')
			buf_char(&b, ',');
		buf_char(&b, words.p[i]);
	}
	list = str_copy(a, buf_view(&b));
	buf_release(&b);
	return list;
}

static int
read_op(struct reader *rd, uint32_t node, struct rule *r)
{
	const struct rule_field *f = r->field;
	size_t at = reader_at(rd, node);
	struct str op, advice;
	bool known;

	if (reader_kind(rd, node) != JSON_STRING)
		return reader_fault(
		    rd, at, "Write it in quotes: \">=\".", "an operator must be text");
	op = reader_text(rd, node);
	known = rule_fields_op(op, &r->op);
	if (known && rule_fields_takes(f, r->op)) {
		r->accepts = rule_fields_accepts(r->op);
		return 0;
	}
	advice = str_printf(rd->a, "'%s' takes the operators %.*s.", f->name,
	    STR_ARG(listed(rd->a, rule_fields_ops(rd->a, f))));
	if (known)
		return reader_fault(rd, at, str_z(rd->a, advice),
		    "operator '%.*s' does not suit field '%s'", STR_ARG(op), f->name);
	return reader_fault(
	    rd, at, str_z(rd->a, advice), "unknown operator '%.*s'", STR_ARG(reader_shown(op)));
}

static int
read_field(struct reader *rd, uint32_t node, struct rule *r)
{
	struct str name, advice;
	const char *near;

	if (reader_kind(rd, node) != JSON_STRING)
		return reader_fault(rd, reader_at(rd, node),
		    "Write its name in quotes: \"fh_total_orders\".", "a field must be text");
	name = reader_text(rd, node);
	r->field = rule_fields_find(name);
	if (r->field != NULL)
		return 0;
	near = rule_fields_near(name);
	if (near != NULL)
		advice = str_printf(
		    rd->a, "Did you mean '%s'? 'flowstory fields' lists all of them.", near);
	else
		advice = str_printf(rd->a, "%s %.*s.",
		    str_starts(name, STR("fh_")) ? "The fields with fh_ are"
		                                 : "The fields are those with fh_, and",
		    STR_ARG(listed(rd->a, rule_fields_like(rd->a, name))));
	return reader_fault(rd, reader_at(rd, node), str_z(rd->a, advice), "unknown field '%.*s'",
	    STR_ARG(reader_shown(name)));
}

static int
read_comparison(struct reader *rd, uint32_t node, struct rule *r)
{
	const struct json *j = &rd->json;
	uint32_t within = json_find(j, node, STR("within"));

	r->kind = RULE_COMPARE;
	if (reader_keys(rd, node, comparison_keys, rule_shapes) != 0 ||
	    read_field(rd, json_find(j, node, STR("field")), r) != 0 ||
	    read_op(rd, json_find(j, node, STR("op")), r) != 0)
		return -1;
	if (value_read(rd, json_find(j, node, STR("value")), r) != 0)
		return -1;
	return within == 0 ? 0 : value_within(rd, within, r);
}

static int
read_reference(struct reader *rd, uint32_t node, struct rule *r)
{
	struct str slug;

	if (reader_kind(rd, node) != JSON_STRING)
		return reader_fault(rd, reader_at(rd, node), "Write {\"segment\":\"its-slug\"}.",
		    "a segment is named by its slug");
	slug = reader_text(rd, node);
	if (reader_find_slug(rd, slug, &r->segment))
		return 0;
	return reader_fault(rd, reader_at(rd, node), "Name the slug of a segment of this file.",
	    "no segment has the slug '%.*s'", STR_ARG(reader_shown(slug)));
}

/* The node after the key that says what kind of rule an object is, or 0: a comparison. */
static int
find_shape(struct reader *rd, uint32_t node, struct rule *r, uint32_t *inner)
{
	uint32_t first = node + 1, other;

	*inner = 0;
	for (size_t i = 0; i < SHAPES && *inner == 0; i++) {
		r->kind = shapes[i].kind;
		*inner = json_find(&rd->json, node, str_c(shapes[i].key));
	}
	if (*inner == 0 || rd->json.nodes[node].count == 1)
		return 0;
	other = first + 1 == *inner ? rd->json.nodes[*inner].next : first;
	return reader_fault(rd, reader_at(rd, other), rule_shapes,
	    "'%.*s' is not allowed beside '%.*s'", STR_ARG(reader_shown(reader_text(rd, other))),
	    STR_ARG(reader_text(rd, *inner - 1)));
}

static int read_rule(struct reader *rd, uint32_t node, struct rule **next);

static int
read_list(struct reader *rd, uint32_t node, struct rule **next)
{
	uint32_t at = node + 1;

	if (reader_kind(rd, node) != JSON_ARRAY)
		return reader_fault(rd, reader_at(rd, node), rule_shapes,
		    "'%.*s' must be an array of rules", STR_ARG(reader_text(rd, node - 1)));
	for (uint32_t i = 0; i < rd->json.nodes[node].count; i++) {
		if (read_rule(rd, at, next) != 0)
			return -1;
		at = rd->json.nodes[at].next;
	}
	return 0;
}

/* Recursive, no deeper than JSON_DEPTH. */
static int
read_rule(struct reader *rd, uint32_t node, struct rule **next)
{
	struct rule *r = *next;
	uint32_t inner;
	int status = 0;

	if (reader_kind(rd, node) != JSON_OBJECT)
		return reader_fault(
		    rd, reader_at(rd, node), rule_shapes, "a rule must be an object");
	if (rd->json.nodes[node].count == 0)
		return reader_fault(
		    rd, reader_at(rd, node), rule_shapes, "a rule must not be empty");
	*r = (struct rule){ .at = (uint32_t)reader_at(rd, node) };
	++*next;
	if (find_shape(rd, node, r, &inner) != 0)
		return -1;
	if (inner == 0)
		status = read_comparison(rd, node, r);
	else if (r->kind == RULE_NOT)
		status = read_rule(rd, inner, next);
	else if (r->kind == RULE_SEGMENT)
		status = read_reference(rd, inner, r);
	else
		status = read_list(rd, inner, next);
	r->size = (uint32_t)(*next - r);
	return status;
}

int
parse_rule(struct reader *rd, uint32_t node, struct segment *s)
{
	const struct json_node *nodes = rd->json.nodes;
	struct rule *list, *next;
	struct buf b = { 0 };
	size_t objects = 0;

	/* Every rule is one object, and no object is anything else. */
	for (uint32_t i = node; i < nodes[node].next; i++)
		objects += nodes[i].kind == JSON_OBJECT ? 1 : 0;
	list = next = arena_array(rd->a, objects, sizeof(*list));
	if (read_rule(rd, node, &next) != 0)
		return -1;
	s->where = list;
	json_canonical(rd->a, &b, &rd->json, node);
	s->source = str_copy(rd->a, buf_view(&b));
	buf_release(&b);
	return 0;
}
