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

/* A string of nothing, once it is cleaned; what is plain is clean. */
static bool
is_blank(struct arena *a, const struct json_node *n, struct str text)
{
	return n->kind == JSON_STRING && !n->plain && str_clean(a, text).n == 0;
}

/* 7.0 is 7: equal numbers are no change, so they have to give the same text. */
static struct str
without_zero_fraction(struct str s)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] == '0')
		n--;
	return n > 0 && n < s.n && s.p[n - 1] == '.' ? str_of(s.p, n - 1) : s;
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
		*out = without_zero_fraction(json_raw(j, node));
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

/* The same of a field that is no text, where control characters alone are nothing. */
static enum field_state
value_text(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	enum field_state s = plain_text(a, j, node, out);

	if (s == FIELD_IS_READ && is_blank(a, &j->nodes[node], *out)) {
		*out = (struct str){ 0 };
		s = FIELD_IS_ABSENT;
	}
	return s;
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
field_date(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	enum field_state s = value_text(a, j, node, out);

	if (s == FIELD_IS_READ && j->nodes[node].kind != JSON_STRING) {
		*out = (struct str){ 0 };
		s = FIELD_IS_UNREADABLE;
	}
	return s;
}

enum field_state
field_id(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	enum field_state s = plain_text(a, j, node, out);
	bool is_number = s == FIELD_IS_READ && j->nodes[node].kind == JSON_NUMBER;

	if (s == FIELD_IS_READ && (out->n > ID_MAX || (is_number && !id_is_integer(*out)))) {
		*out = (struct str){ 0 };
		s = FIELD_IS_UNREADABLE;
	}
	return s;
}

/* One of the words that say yes or no. */
static enum tri
word_tri(struct str s)
{
	static const struct {
		const char *word;
		enum tri means;
	} words[] = {
		{ "true", TRI_TRUE },
		{ "false", TRI_FALSE },
		{ "yes", TRI_TRUE },
		{ "no", TRI_FALSE },
		{ "y", TRI_TRUE },
		{ "n", TRI_FALSE },
		{ "1", TRI_TRUE },
		{ "0", TRI_FALSE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_nocase(s, str_c(words[i].word)))
			return words[i].means;
	return TRI_ABSENT;
}

/* By its value: equal numbers say the same. */
static enum tri
number_tri(struct str s)
{
	if (decimal_same(s, STR("1")))
		return TRI_TRUE;
	return decimal_same(s, STR("0")) ? TRI_FALSE : TRI_ABSENT;
}

enum field_state
field_bool(struct arena *a, const struct json *j, uint32_t node, enum tri *out)
{
	enum json_kind kind = (enum json_kind)j->nodes[node].kind;
	enum field_state s;
	struct str text;

	*out = TRI_ABSENT;
	if (node != 0 && (kind == JSON_TRUE || kind == JSON_FALSE)) {
		*out = kind == JSON_TRUE ? TRI_TRUE : TRI_FALSE;
		return FIELD_IS_READ;
	}
	s = value_text(a, j, node, &text);
	if (s != FIELD_IS_READ)
		return s;
	*out = kind == JSON_NUMBER ? number_tri(text) : word_tri(text);
	return *out == TRI_ABSENT ? FIELD_IS_UNREADABLE : FIELD_IS_READ;
}

enum field_state
field_decimal(struct arena *a, const struct json *j, uint32_t node, struct str *out)
{
	struct str text;
	enum field_state s = value_text(a, j, node, &text);

	*out = (struct str){ 0 };
	if (s == FIELD_IS_READ && !decimal_plain(a, text, out))
		return FIELD_IS_UNREADABLE;
	return s;
}

/* Digits at the front. */
static size_t
digits_len(struct str s)
{
	size_t n = 0;

	while (n < s.n && ascii_digit(s.p[n]))
		n++;
	return n;
}

/* The whole dollars at the front of s, without the commas between groups of three digits, after
 * what is in b.
 * Returns: their length in s, or 0 if the groups are none. */
static size_t
take_groups(struct buf *b, struct str s)
{
	size_t at = digits_len(s);

	buf_add(b, s.p, at);
	if (at == s.n || s.p[at] != ',')
		return at;
	if (at < 1 || at > 3)
		return 0;
	while (at < s.n && s.p[at] == ',') {
		struct str group = str_from(s, at + 1);

		if (digits_len(group) != 3)
			return 0;
		buf_add(b, group.p, 3);
		at += 4;
	}
	return at;
}

/* Money as people write it to the number it means: "-$1,234.50" is "-1234.50". */
static bool
plain_money(struct buf *b, struct str s)
{
	bool has_sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
	size_t whole;

	if (has_sign) {
		buf_char(b, s.p[0]);
		s = str_from(s, 1);
	}
	if (s.n > 0 && s.p[0] == '$') {
		/* only a minus stands before it */
		if (has_sign && b->p[0] == '+')
			return false;
		s = str_from(s, 1);
		if (!has_sign && s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
			buf_char(b, s.p[0]);
			s = str_from(s, 1);
		}
	}
	whole = take_groups(b, s);
	if (whole == 0)
		return false;
	buf_str(b, str_from(s, whole));
	return true;
}

static bool
read_money(struct str text, int64_t *cents)
{
	struct buf b = { 0 };
	bool ok = plain_money(&b, text) && money_parse(buf_view(&b), cents);

	buf_release(&b);
	return ok;
}

enum field_state
field_money(struct arena *a, const struct json *j, uint32_t node, int64_t *cents)
{
	struct str text;
	enum field_state s = value_text(a, j, node, &text);
	bool ok;

	*cents = 0;
	if (s != FIELD_IS_READ)
		return s;
	/* nearly all of it is a plain number */
	ok = money_parse(text, cents);
	if (!ok && j->nodes[node].kind == JSON_STRING)
		ok = read_money(text, cents);
	return ok ? FIELD_IS_READ : FIELD_IS_UNREADABLE;
}

enum field_state
field_time(struct arena *a, const struct json *j, uint32_t node, int64_t *us)
{
	struct str text;
	enum field_state s = field_date(a, j, node, &text);

	*us = TIMESTAMP_NONE;
	if (s == FIELD_IS_READ && !timestamp_parse_wide(text, us))
		return FIELD_IS_UNREADABLE;
	return s;
}
