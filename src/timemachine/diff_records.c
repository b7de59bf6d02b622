#include "timemachine/diff_records.h"

#include "base/arena.h"
#include "record/compare.h"

/* Moves what was written out of the buffer. */
static struct str
text_of(struct arena *a, struct buf *b)
{
	struct str s = str_of(arena_bytes(a, b->p, b->n), b->n);

	buf_reset(b);
	return s;
}

static struct str
side_text(struct arena *a, struct buf *b, const struct json *j, uint32_t node)
{
	if (node == COMPARE_ABSENT)
		return (struct str){ 0 };
	json_compact(b, j, node);
	return text_of(a, b);
}

static void
list_changes(struct arena *a, const struct json *x, const struct json *y, struct diff_records *out)
{
	struct change *list = compare_list(a, x, y, &out->n);
	struct buf b = { 0 };

	out->list = arena_array(a, out->n, sizeof(*out->list));
	for (size_t i = 0; i < out->n; i++) {
		struct diff_records_change *c = &out->list[i];

		c->path = list[i].path;
		c->before = side_text(a, &b, x, list[i].before);
		c->after = side_text(a, &b, y, list[i].after);
		compare_write(&b, &list[i], 1, x, y);
		c->json = text_of(a, &b);
		c->json = str_of(c->json.p + 1, c->json.n - 2); /* without its brackets */
	}
	buf_release(&b);
}

int
diff_records_texts(
    struct arena *a, struct str before, struct str after, struct diff_records *out, struct err *e)
{
	struct json x = JSON_INIT, y = JSON_INIT;
	struct json_fault fault;
	int rc = 0;

	*out = (struct diff_records){ 0 };
	if (json_read(&x, before, &fault) && json_read(&y, after, &fault))
		list_changes(a, &x, &y, out);
	else
		rc = err_set(e, ERR_DAMAGED, "a record is no longer valid JSON");
	json_release(&x);
	json_release(&y);
	return rc;
}

static struct str
raw_member(const struct json *j, uint32_t object, struct str name)
{
	uint32_t i = json_find(j, object, name);

	return i == 0 ? (struct str){ 0 } : json_raw(j, i);
}

void
diff_records_parse(struct arena *a, const struct json *j, uint32_t list, struct diff_records *out)
{
	*out = (struct diff_records){ 0 };
	if (list == 0 || j->nodes[list].kind != JSON_ARRAY)
		return;
	out->list = arena_array(a, j->nodes[list].count, sizeof(*out->list));
	for (uint32_t i = list + 1; i < j->nodes[list].next; i = j->nodes[i].next)
		if (j->nodes[i].kind == JSON_OBJECT)
			out->list[out->n++] = (struct diff_records_change){
				.path = json_find_text(a, j, i, "path"),
				.before = raw_member(j, i, STR("before")),
				.after = raw_member(j, i, STR("after")),
				.json = json_raw(j, i),
			};
}

/* ${below} is ${path} or lies below it. */
static bool
holds(struct str path, struct str below)
{
	return str_starts(below, path) && (below.n == path.n || below.p[path.n] == '/');
}

void
diff_records_keep(struct diff_records *c, struct str path)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (holds(path, c->list[i].path) || holds(c->list[i].path, path))
			c->list[kept++] = c->list[i];
	c->n = kept;
}

struct str
diff_records_json(struct arena *a, const struct diff_records *c)
{
	struct buf b = { 0 };
	struct str text;

	buf_char(&b, '[');
	for (size_t i = 0; i < c->n; i++) {
		buf_z(&b, i == 0 ? "" : ",");
		buf_str(&b, c->list[i].json);
	}
	buf_char(&b, ']');
	text = text_of(a, &b);
	buf_release(&b);
	return text;
}
