#include "lib/json_writer.h"

#include <assert.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"

/* A struct doc is a cJSON under a name of ours; nothing else is behind it. */
static struct doc *
doc_of(cJSON *item)
{
	return (struct doc *)mem_got(item);
}

static cJSON *
item_of(struct doc *d)
{
	return (cJSON *)d;
}

struct doc *
doc_object(void)
{
	return doc_of(cJSON_CreateObject());
}

struct doc *
doc_array(void)
{
	return doc_of(cJSON_CreateArray());
}

void
doc_free(struct doc *d)
{
	cJSON_Delete(item_of(d));
}

static struct doc *
add(struct doc *d, const char *name, struct doc *value)
{
	assert(cJSON_IsArray(item_of(d)) == (name == NULL));
	if (name == NULL)
		cJSON_AddItemToArray(item_of(d), item_of(value));
	else
		cJSON_AddItemToObjectCS(item_of(d), name, item_of(value));
	return value;
}

/* ${json} is ended here and released. */
static void
add_json(struct doc *d, const char *name, struct buf *json)
{
	buf_char(json, '\0');
	add(d, name, doc_of(cJSON_CreateRaw(json->p)));
	buf_release(json);
}

/* As raw text, because cJSON's own strings end at the first NUL. */
void
doc_text(struct doc *d, const char *name, struct str s)
{
	struct buf json = { 0 };

	buf_json(&json, s);
	add_json(d, name, &json);
}

void
doc_u64(struct doc *d, const char *name, uint64_t v)
{
	struct buf json = { 0 };

	buf_u64(&json, v);
	add_json(d, name, &json);
}

void
doc_i64(struct doc *d, const char *name, int64_t v)
{
	struct buf json = { 0 };

	buf_i64(&json, v);
	add_json(d, name, &json);
}

/* As text, in which nothing has to be escaped. */
static void
add_formatted(struct doc *d, const char *name, void (*format)(struct buf *b, int64_t v), int64_t v)
{
	struct buf json = { 0 };

	buf_char(&json, '"');
	format(&json, v);
	buf_char(&json, '"');
	add_json(d, name, &json);
}

void
doc_time(struct doc *d, const char *name, int64_t us)
{
	add_formatted(d, name, timestamp_format, us);
}

void
doc_money(struct doc *d, const char *name, int64_t cents)
{
	add_formatted(d, name, money_format, cents);
}

void
doc_bool(struct doc *d, const char *name, bool v)
{
	add(d, name, doc_of(cJSON_CreateBool(v)));
}

void
doc_null(struct doc *d, const char *name)
{
	add(d, name, doc_of(cJSON_CreateNull()));
}

void
doc_text_or_null(struct doc *d, const char *name, struct str s)
{
	if (s.n > 0)
		doc_text(d, name, s);
	else
		doc_null(d, name);
}

void
doc_time_or_null(struct doc *d, const char *name, int64_t us)
{
	if (us != TIMESTAMP_NONE)
		doc_time(d, name, us);
	else
		doc_null(d, name);
}

void
doc_raw(struct doc *d, const char *name, struct str json)
{
	struct buf copy = { 0 };

	buf_str(&copy, json);
	add_json(d, name, &copy);
}

struct doc *
doc_in_object(struct doc *d, const char *name)
{
	return add(d, name, doc_object());
}

struct doc *
doc_in_array(struct doc *d, const char *name)
{
	return add(d, name, doc_array());
}

void
doc_texts(struct doc *d, const char *name, const struct str *list, size_t n)
{
	struct doc *texts = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		doc_text(texts, NULL, list[i]);
}

static void
indent(struct buf *b, int level)
{
	buf_char(b, '\n');
	for (int i = 0; i < level; i++)
		buf_z(b, "  ");
}

/* Whether an array holds scalars alone; such a list stays on one line. */
static bool
is_flat(const cJSON *list)
{
	for (const cJSON *x = list->child; x != NULL; x = x->next)
		if (cJSON_IsArray(x) || cJSON_IsObject(x))
			return false;
	return cJSON_IsArray(list);
}

static void
print_scalar(const cJSON *x, struct buf *b)
{
	if (cJSON_IsRaw(x))
		buf_z(b, x->valuestring);
	else if (cJSON_IsBool(x))
		buf_z(b, cJSON_IsTrue(x) ? "true" : "false");
	else
		buf_z(b, "null");
}

/* cJSON's own layout has no line for each element, which is how people compare such files. */
static void
print_value(const cJSON *x, int level, struct buf *b)
{
	bool is_object = cJSON_IsObject(x), flat = is_flat(x);

	if (!is_object && !cJSON_IsArray(x)) {
		print_scalar(x, b);
		return;
	}
	buf_char(b, is_object ? '{' : '[');
	for (const cJSON *y = x->child; y != NULL; y = y->next) {
		if (!flat)
			indent(b, level + 1);
		if (is_object) {
			buf_json(b, str_c(y->string));
			buf_z(b, ": ");
		}
		print_value(y, level + 1, b);
		if (y->next != NULL)
			buf_z(b, flat ? ", " : ",");
	}
	if (!flat && x->child != NULL)
		indent(b, level);
	buf_char(b, is_object ? '}' : ']');
}

void
doc_print(const struct doc *d, struct buf *b)
{
	print_value((const cJSON *)d, 0, b);
	buf_char(b, '\n');
}

void
doc_print_line(const struct doc *d, struct buf *b)
{
	char *text = mem_got(cJSON_PrintBuffered((const cJSON *)d, 4096, false));

	buf_z(b, text);
	cJSON_free(text);
}

int
doc_save(struct doc *d, const char *dir, const char *name, struct err *e)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	int rc;

	doc_print(d, &b);
	doc_free(d);
	rc = file_save(file_join(&a, dir, name), buf_view(&b), e);
	buf_release(&b);
	arena_release(&a);
	return rc;
}

void
doc_version(struct buf *b)
{
	buf_printf(b, "cJSON %s\n", cJSON_Version());
}
