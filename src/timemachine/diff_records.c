#include "timemachine/diff_records.h"

#include <stdio.h>

#include "base/arena.h"
#include "json/read.h"
#include "record/compare.h"

#define PATH_WIDTH 32
#define VALUE_MOST 200 /* bytes of a value shown to people */

static struct str
side(struct arena *a, struct buf *b, const struct json *j, uint32_t node)
{
	if (node == COMPARE_ABSENT)
		return (struct str){ 0 };
	buf_reset(b);
	json_compact(b, j, node);
	return str_of(arena_bytes(a, b->p, b->n), b->n);
}

int
diff_records_texts(
    struct arena *a, struct str before, struct str after, struct diff_records *out, struct err *e)
{
	struct json x = JSON_INIT, y = JSON_INIT;
	struct json_fault fault;
	struct change *list;
	struct buf b = { 0 };
	int rc = 0;

	*out = (struct diff_records){ 0 };
	if (!json_read(&x, before, &fault) || !json_read(&y, after, &fault)) {
		rc = err_set(e, ERR_DAMAGED, "a record is no JSON any more");
	} else {
		list = compare_list(a, &x, &y, &out->n);
		out->list = arena_array(a, out->n, sizeof(*out->list));
		for (size_t i = 0; i < out->n; i++)
			out->list[i] = (struct diff_records_line){ list[i].path,
				side(a, &b, &x, list[i].before), side(a, &b, &y, list[i].after) };
	}
	json_release(&x);
	json_release(&y);
	buf_release(&b);
	return rc;
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

void
diff_records_json(struct buf *b, const struct diff_records *c)
{
	buf_char(b, '[');
	for (size_t i = 0; i < c->n; i++) {
		const struct diff_records_line *l = &c->list[i];

		buf_z(b, i == 0 ? "{\"path\":" : ",{\"path\":");
		buf_json(b, l->path);
		if (l->before.p != NULL) {
			buf_z(b, ",\"before\":");
			buf_str(b, l->before);
		}
		if (l->after.p != NULL) {
			buf_z(b, ",\"after\":");
			buf_str(b, l->after);
		}
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

/* Cut between characters; nothing in it steers a terminal. */
static void
print_value(struct arena *a, struct str v)
{
	size_t n;

	if (v.p == NULL) {
		printf("nothing");
		return;
	}
	v = str_clean(a, v);
	n = v.n;
	if (n > VALUE_MOST) {
		n = VALUE_MOST;
		while (n > 0 && ((unsigned char)v.p[n] & 0xc0) == 0x80)
			n--;
	}
	printf("%.*s%s", (int)n, v.p, n < v.n ? "..." : "");
}

void
diff_records_text(const struct diff_records *c, int indent)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		struct str path = str_clean(&a, c->list[i].path);

		printf("%*s%-*.*s  ", indent, "", PATH_WIDTH, STR_ARG(path));
		print_value(&a, c->list[i].before);
		printf(" -> ");
		print_value(&a, c->list[i].after);
		putchar('\n');
		arena_reset(&a);
	}
	arena_release(&a);
}
