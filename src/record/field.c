#include "record/field.h"

#include "base/num.h"
#include "base/timestamp.h"

/* A string decoded and trimmed; nearly all need neither. */
static struct str
string_text(struct arena *a, const struct json *j, uint32_t node)
{
	const struct json_node *n = &j->nodes[node];
	struct str raw = str_of(j->text.p + n->at + 1, n->len - 2);

	if (n->plain && raw.n > 0 && raw.p[0] != ' ' && raw.p[raw.n - 1] != ' ')
		return raw;
	return str_trim(json_text(a, j, node));
}

/* The field's own text, trimmed: of a string decoded, of a number its digits. */
static inline enum field_state
plain_text(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	*out = (struct str){ 0 };
	if (node == 0)
		return FIELD_IS_ABSENT;
	switch ((enum json_kind)j->nodes[node].kind) {
	case JSON_NULL:
		return FIELD_IS_ABSENT;
	case JSON_NUMBER:
		*out = json_raw(j, node);
		return FIELD_IS_READ;
	case JSON_STRING:
		*out = string_text(a, j, node);
		return out->n == 0 ? FIELD_IS_ABSENT : FIELD_IS_READ;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return FIELD_IS_UNREADABLE;
}

enum field_state
field_text(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	enum field_state s = plain_text(a, j, node, out);

	/* plain text and digits are clean */
	if (s == FIELD_IS_READ && j->nodes[node].kind == JSON_STRING && !j->nodes[node].plain) {
		*out = str_clean(a, *out);
		if (out->n == 0)
			s = FIELD_IS_ABSENT;
	}
	return s;
}

enum field_state
field_id(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	enum field_state s = plain_text(a, j, node, out);

	if (s == FIELD_IS_READ &&
	    (out->n > ID_MAX || (j->nodes[node].kind == JSON_NUMBER && !id_is_integer(*out))))
		s = FIELD_IS_UNREADABLE;
	return s;
}

enum field_state
field_bool(struct arena *a, const struct json *j, uint32_t node, enum tri *out)
{
	struct str text;

	*out = TRI_ABSENT;
	if (node == 0 || j->nodes[node].kind == JSON_NULL)
		return FIELD_IS_ABSENT;
	if (j->nodes[node].kind == JSON_TRUE)
		*out = TRI_TRUE;
	else if (j->nodes[node].kind == JSON_FALSE)
		*out = TRI_FALSE;
	else if (j->nodes[node].kind == JSON_STRING) {
		text = str_trim(json_text(a, j, node));
		if (text.n == 0)
			return FIELD_IS_ABSENT;
		if (str_eq_nocase(text, STR("true")))
			*out = TRI_TRUE;
		else if (str_eq_nocase(text, STR("false")))
			*out = TRI_FALSE;
	}
	return *out == TRI_ABSENT ? FIELD_IS_UNREADABLE : FIELD_IS_READ;
}

enum field_state
field_decimal(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	struct str text;
	enum field_state s = plain_text(a, j, node, &text);

	*out = (struct str){ 0 };
	if (s == FIELD_IS_READ && !decimal_plain(a, text, out))
		return FIELD_IS_UNREADABLE;
	return s;
}

enum field_state
field_money(struct arena *a, const struct json *j, uint32_t node, int64_t *cents)
{
	struct str text;
	enum field_state s = plain_text(a, j, node, &text);

	*cents = 0;
	if (s == FIELD_IS_READ && !money_parse(text, cents))
		return FIELD_IS_UNREADABLE;
	return s;
}

enum field_state
field_time(struct arena *a, const struct json *j, uint32_t node, int64_t *us)
{
	struct str text;
	enum field_state s = plain_text(a, j, node, &text);

	*us = TIMESTAMP_NONE;
	if (s == FIELD_IS_READ &&
	    (j->nodes[node].kind != JSON_STRING || !timestamp_parse(text, us)))
		return FIELD_IS_UNREADABLE;
	return s;
}
