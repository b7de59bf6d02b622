#include "push/answer.h"

#include "http/retry.h"
#include "json/read.h"
#include "record/normalize.h"

#define MESSAGE_MOST 300
#define ID_LEAST 16
#define ID_MOST 40
#define DIGITS_MASKED 6

/* ---- Masking */

static bool
is_word(char c)
{
	return (unsigned char)c > ' ' && strchr("\"'<>(),;:", c) == NULL;
}

static size_t
word_length(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && is_word(s.p[at + n]))
		n++;
	return n;
}

static bool
is_address(struct str word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.n; i++)
		digits += ascii_digit(word.p[i]);
	return memchr(word.p, '@', word.n) != NULL || digits >= DIGITS_MASKED;
}

/* At a bound of characters. */
static struct str
cut(struct str s)
{
	size_t i = 0, n = 0;

	while (i < s.n && n < MESSAGE_MOST) {
		size_t step = utf8_len(s.p + i, s.n - i);

		i += step > 0 ? step : 1;
		n++;
	}
	return str_of(s.p, i);
}

struct str
answer_mask(struct arena *a, struct str s)
{
	struct buf b = { 0 };
	struct str out;

	s = str_clean(a, s);
	for (size_t i = 0; i < s.n;) {
		size_t n = word_length(s, i);

		if (n > 0 && is_address(str_of(s.p + i, n)))
			buf_z(&b, "***");
		else
			buf_add(&b, s.p + i, n > 0 ? n : 1);
		i += n > 0 ? n : 1;
	}
	out = str_copy(a, cut(buf_view(&b)));
	buf_release(&b);
	return utf8_valid(out) ? out : STR("(not text)");
}

/* ---- Reading */

static bool
is_id(struct str id, enum answer_shape shape)
{
	size_t least = shape == ANSWER_CONTACT ? ID_LEAST : 1;

	for (size_t i = 0; i < id.n; i++)
		if (!ascii_digit(id.p[i]) && ascii_lower(id.p[i]) == ascii_upper(id.p[i]) &&
		    (shape == ANSWER_CONTACT || id.p[i] != '-'))
			return false;
	return id.n >= least && id.n <= ID_MOST;
}

static void
read_id(struct arena *a, const struct json *j, struct answer *out)
{
	uint32_t response = json_find(j, 0, STR("Response")), id;

	if (response == 0 || j->nodes[response].kind != JSON_OBJECT)
		return;
	id = json_find(j, response, STR("id"));
	if (id != 0 && j->nodes[id].kind == JSON_STRING)
		out->id = str_copy(a, json_text(a, j, id));
	else if (id != 0 && j->nodes[id].kind == JSON_NUMBER)
		out->id = str_copy(a, json_raw(j, id));
	out->is_deleted = str_eq_nocase(json_find_text(a, j, response, "status"), STR("Deleted"));
}

/* Returns: 1 Status is true, 0 it is false, -1 the body is none of theirs. */
static int
read_body(struct arena *a, struct str body, struct answer *out)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	int rc = -1;

	if (json_read(&j, body, &ignored) && j.nodes[0].kind == JSON_OBJECT) {
		uint32_t status = json_find(&j, 0, STR("Status"));

		if (status != 0 && j.nodes[status].kind == JSON_TRUE)
			rc = 1;
		else if (status != 0 && j.nodes[status].kind == JSON_FALSE)
			rc = 0;
		out->message = answer_mask(a, json_find_text(a, &j, 0, "Message"));
		read_id(a, &j, out);
	}
	json_release(&j);
	return rc;
}

static bool
is_rejection(long status, bool is_known)
{
	return status == 400 || status == 409 || status == 422 || (status == 404 && is_known);
}

static enum answer_class
classify(enum http_fault fault, long status, bool is_known)
{
	if (fault == HTTP_UNTRUSTED)
		return ANSWER_FAILED;
	if (status == 401 || status == 403)
		return ANSWER_TOKEN;
	if (fault != HTTP_FINE || retry_is_temporary(fault, status) || status == 425)
		return ANSWER_UNKNOWN;
	if (status >= 200 && status < 300)
		return ANSWER_ACKED;
	return is_rejection(status, is_known) ? ANSWER_REJECTED : ANSWER_FAILED;
}

void
answer_read(struct arena *a, enum http_fault fault, long status, struct str body, bool is_known,
    enum answer_shape shape, struct answer *out)
{
	int says;

	*out = (struct answer){ .class = classify(fault, status, is_known), .status = status };
	if (out->class != ANSWER_ACKED && out->class != ANSWER_REJECTED)
		return;
	says = read_body(a, body, out);
	if (out->class == ANSWER_REJECTED)
		return;
	if (says < 0)
		out->class = ANSWER_UNKNOWN;
	else if (says == 0)
		out->class = ANSWER_REJECTED;
	else if (shape != ANSWER_ANY && !is_id(out->id, shape))
		out->class = ANSWER_UNKNOWN;
}

struct str
answer_value(struct arena *a, const struct json *j, uint32_t contact, struct str key)
{
	uint32_t custom = json_find(j, contact, STR("extendedProperties"));
	uint32_t i = json_find(j, contact, key);

	if (i == 0 && custom != 0 && j->nodes[custom].kind == JSON_OBJECT)
		i = json_find(j, custom, key);
	if (i == 0 || j->nodes[i].kind == JSON_NULL)
		return STR("");
	return j->nodes[i].kind == JSON_STRING ? json_text(a, j, i) : json_raw(j, i);
}

struct str
answer_plain(struct arena *a, struct str key, struct str value)
{
	struct str text = str_clean(a, value), same = { 0 };
	unsigned ignored = 0;

	if (str_eq(key, STR("email")))
		same = normalize_email(a, text, NULL, 0, &ignored);
	if (str_eq(key, STR("mobilePhone")))
		same = normalize_mobile(a, text, &ignored);
	return same.n > 0 ? same : value;
}
