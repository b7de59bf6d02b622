#include "record/compare.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "record/schema.h"

/* The path from the record to where the comparison stands. */
struct step {
	const struct step *up;
	const struct json *names; /* the tape of the name, NULL: a position */
	uint32_t at;              /* node of the name, or the position */
};

struct comparison {
	struct arena *a;
	const struct json *before;
	const struct json *after;
	struct arena scratch;
	struct buf path;
	struct buf found; /* struct change after struct change */
};

static void
write_path(struct comparison *c, const struct step *step)
{
	if (step == NULL)
		return;
	write_path(c, step->up);
	buf_char(&c->path, '/');
	if (step->names == NULL) {
		buf_u64(&c->path, step->at);
		return;
	}
	json_pointer(&c->path, json_text(&c->scratch, step->names, step->at));
}

static void
add_change(struct comparison *c, const struct step *step, uint32_t before, uint32_t after)
{
	struct change change = { .before = before, .after = after };
	struct arena_mark m = arena_mark(&c->scratch);

	buf_reset(&c->path);
	write_path(c, step);
	arena_back(&c->scratch, m);
	change.path = str_copy(c->a, buf_view(&c->path));
	buf_add(&c->found, &change, sizeof(change));
}

static void compare(struct comparison *c, const struct step *step, uint32_t before, uint32_t after);

static void
compare_arrays(struct comparison *c, const struct step *up, uint32_t before, uint32_t after)
{
	const struct json_node *x = c->before->nodes, *y = c->after->nodes;
	uint32_t x_count = x[before].count, y_count = y[after].count;
	struct step step = { .up = up };
	uint32_t b = before + 1, a = after + 1;

	for (uint32_t i = 0; i < x_count || i < y_count; i++) {
		step.at = i;
		if (i >= y_count) {
			add_change(c, &step, b, COMPARE_ABSENT);
			b = x[b].next;
		} else if (i >= x_count) {
			add_change(c, &step, COMPARE_ABSENT, a);
			a = y[a].next;
		} else {
			compare(c, &step, b, a);
			b = x[b].next;
			a = y[a].next;
		}
	}
}

static int
order_names(const void *a, const void *b, void *context)
{
	const struct json *const *j = context;

	return json_cmp(*j, *(const uint32_t *)a, *j, *(const uint32_t *)b);
}

/* The names from the one at from to the end of its object, sorted. */
static uint32_t *
sort_names(struct comparison *c, const struct json *j, uint32_t from, uint32_t end, size_t *n)
{
	uint32_t *names;
	size_t count = 0;

	for (uint32_t i = from; i < end; i = j->nodes[i + 1].next)
		count++;
	names = arena_array(&c->scratch, count, sizeof(*names));
	*n = 0;
	for (uint32_t i = from; i < end; i = j->nodes[i + 1].next)
		names[(*n)++] = i;
	qsort_r(names, count, sizeof(*names), order_names, &j);
	return names;
}

/* Compare members by sorted names: those of one side alone are differences,
 * those of both are compared. */
static void
merge_members(struct comparison *c, const struct step *up, const uint32_t *x, size_t x_n,
    const uint32_t *y, size_t y_n)
{
	size_t i = 0, k = 0;

	while (i < x_n || k < y_n) {
		struct step step = { .up = up };
		int order;

		if (i == x_n || k == y_n)
			order = i == x_n ? 1 : -1;
		else
			order = json_cmp(c->before, x[i], c->after, y[k]);
		step.names = order <= 0 ? c->before : c->after;
		step.at = order <= 0 ? x[i] : y[k];
		if (order < 0)
			add_change(c, &step, x[i++] + 1, COMPARE_ABSENT);
		else if (order > 0)
			add_change(c, &step, COMPARE_ABSENT, y[k++] + 1);
		else
			compare(c, &step, x[i++] + 1, y[k++] + 1);
	}
}

static void
compare_objects(struct comparison *c, const struct step *up, uint32_t before, uint32_t after)
{
	const struct json_node *x = c->before->nodes, *y = c->after->nodes;
	uint32_t x_end = x[before].next, y_end = y[after].next;
	uint32_t b = before + 1, a = after + 1;
	struct arena_mark m = arena_mark(&c->scratch);
	uint32_t *x_names, *y_names;
	size_t x_n, y_n;

	/* versions of one record nearly always agree in the order of names */
	while (b < x_end && a < y_end && json_cmp(c->before, b, c->after, a) == 0) {
		struct step step = { .up = up, .names = c->before, .at = b };

		compare(c, &step, b + 1, a + 1);
		b = x[b + 1].next;
		a = y[a + 1].next;
	}
	if (b == x_end && a == y_end)
		return;
	x_names = sort_names(c, c->before, b, x_end, &x_n);
	y_names = sort_names(c, c->after, a, y_end, &y_n);
	merge_members(c, up, x_names, x_n, y_names, y_n);
	arena_back(&c->scratch, m);
}

/* Two values of one kind that are no containers mean the same. */
static bool
same_scalar(const struct comparison *c, uint32_t before, uint32_t after)
{
	switch ((enum json_kind)c->before->nodes[before].kind) {
	case JSON_NUMBER:
		return decimal_same(json_raw(c->before, before), json_raw(c->after, after));
	case JSON_STRING:
		return json_cmp(c->before, before, c->after, after) == 0;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return true;
}

static void
compare(struct comparison *c, const struct step *step, uint32_t before, uint32_t after)
{
	uint8_t kind = c->before->nodes[before].kind;

	/* the same bytes are the same value: most of a record ends here */
	if (str_eq(json_raw(c->before, before), json_raw(c->after, after)))
		return;
	if (kind != c->after->nodes[after].kind)
		add_change(c, step, before, after);
	else if (kind == JSON_ARRAY)
		compare_arrays(c, step, before, after);
	else if (kind == JSON_OBJECT)
		compare_objects(c, step, before, after);
	else if (!same_scalar(c, before, after))
		add_change(c, step, before, after);
}

static int
order_changes(const void *a, const void *b)
{
	return str_cmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

struct change *
compare_list(struct arena *a, const struct json *before, const struct json *after, size_t *n)
{
	struct comparison c = { .a = a, .before = before, .after = after };
	struct change *list;

	compare(&c, NULL, 0, 0);
	*n = c.found.n / sizeof(*list);
	list = arena_array(a, *n, sizeof(*list));
	if (*n > 0) {
		memcpy(list, c.found.p, c.found.n);
		qsort(list, *n, sizeof(*list), order_changes);
	}
	arena_release(&c.scratch);
	buf_release(&c.path);
	buf_release(&c.found);
	return list;
}

static void
write_side(struct buf *b, const char *name, const struct json *j, uint32_t node)
{
	if (node == COMPARE_ABSENT)
		return;
	buf_z(b, name);
	json_compact(b, j, node);
}

void
compare_write(struct buf *b, const struct change *list, size_t n, const struct json *before,
    const struct json *after)
{
	buf_char(b, '[');
	for (size_t i = 0; i < n; i++) {
		buf_z(b, i == 0 ? "{\"path\":" : ",{\"path\":");
		buf_json(b, list[i].path);
		write_side(b, ",\"before\":", before, list[i].before);
		write_side(b, ",\"after\":", after, list[i].after);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}
