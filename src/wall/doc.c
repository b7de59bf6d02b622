#include "wall/doc.h"

#include <assert.h>

#include <cjson/cJSON.h>

#include "base/arena.h"

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

static void
print(const struct doc *d, bool lines, struct buf *b)
{
	char *text =
	    mem_got(cJSON_PrintBuffered((const cJSON *)d, 4096, lines));

	buf_z(b, text);
	cJSON_free(text);
}

void
doc_print(const struct doc *d, struct buf *b)
{
	print(d, true, b);
	buf_char(b, '\n');
}

void
doc_print_line(const struct doc *d, struct buf *b)
{
	print(d, false, b);
}
