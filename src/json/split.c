#include "json/split.h"

#include <stdlib.h>

#include "base/arena.h"
#include "json/read.h"

static const char cut_short[] = "the page ends before its brackets close";
static const char cut_in_string[] = "the page ends inside a string";

struct page {
	struct split *s;
	struct str text;
	size_t at;        /* the next byte to read */
	uint32_t index;   /* of the next element */
	struct json name; /* scratch */
	struct err *e;
};

static int
fault(const struct page *g, size_t at, const char *what)
{
	err_set(g->e, ERR_DAMAGED, "%s", what);
	err_byte(g->e, at);
	return -1;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* An element lies in these bytes, or a null, or nothing. */
static void
add(struct page *g, size_t from, size_t to)
{
	struct split *s = g->s;
	uint32_t index = g->index++;

	while (from < to && is_space(g->text.p[from]))
		from++;
	while (to > from && is_space(g->text.p[to - 1]))
		to--;
	if (to - from == 4 && memcmp(g->text.p + from, "null", 4) == 0)
		return;
	s->records = mem_grow(s->records, s->n, &s->cap, sizeof(*s->records));
	s->records[s->n++] = (struct split_record){
		.at = (uint32_t)from,
		.len = (uint32_t)(to - from),
		.index = index,
	};
}

static void
skip_space(struct page *g)
{
	while (g->at < g->text.n && is_space(g->text.p[g->at]))
		g->at++;
}

static int
skip_container(struct page *g)
{
	struct skip_walk *w = &g->s->walk;

	skip_start(w, g->text, g->at, false, g->s->way);
	if (skip_next(w, g->e) < 0)
		return -1;
	g->at = w->at + 1;
	return 0;
}

static size_t
known_end(const struct page *g, size_t from)
{
	const struct split *s = g->s;

	return s->known_end == NULL ? 0 : s->known_end(s->known, s, from);
}

static int
read_list(struct page *g)
{
	struct skip_walk *w = &g->s->walk;
	size_t from = g->at + 1;
	uint32_t first = g->index;
	bool is_walking = true;
	int rc;

	skip_start(w, g->text, g->at, true, g->s->way);
	for (;;) {
		size_t end = known_end(g, from);

		if (end == 0) {
			if (!is_walking)
				skip_resume(w, g->text, from, g->s->way);
			rc = skip_next(w, g->e);
			if (rc <= 0)
				break;
		}
		is_walking = end == 0;
		end = is_walking ? w->at : end;
		if (g->index + 1 >= SPLIT_RECORDS)
			return fault(g, end, "more than 1048576 records");
		add(g, from, end);
		from = end + 1;
	}
	if (rc < 0)
		return -1;
	g->at = from;
	skip_space(g);
	if (g->index > first || g->at < w->at)
		add(g, from, w->at);
	g->at = w->at + 1;
	return 0;
}

static bool
next_is(struct page *g, char c)
{
	skip_space(g);
	return g->at < g->text.n && g->text.p[g->at] == c;
}

static int
missing(const struct page *g, const char *what)
{
	return fault(g, g->at, g->at == g->text.n ? cut_short : what);
}

static int
expect(struct page *g, char c, const char *what)
{
	if (!next_is(g, c))
		return missing(g, what);
	g->at++;
	return 0;
}

static int
skip_string(struct page *g)
{
	for (g->at++; g->at < g->text.n && g->text.p[g->at] != '"'; g->at++)
		g->at += g->text.p[g->at] == '\\';
	if (g->at >= g->text.n)
		return fault(g, g->text.n, cut_in_string);
	g->at++;
	return 0;
}

/* Neither string nor container; whether it is a value is not asked here. */
static int
skip_word(struct page *g)
{
	size_t from = g->at;

	while (g->at < g->text.n && memchr("{}[],:\"", g->text.p[g->at], 7) == NULL)
		g->at++;
	while (g->at > from && is_space(g->text.p[g->at - 1]))
		g->at--;
	return g->at > from ? 0 : missing(g, "no value after a name");
}

static int
skip_value(struct page *g)
{
	if (next_is(g, '"'))
		return skip_string(g);
	if (next_is(g, '[') || next_is(g, '{'))
		return skip_container(g);
	return skip_word(g);
}

/* The value of a member that holds records. */
static int
read_records(struct page *g)
{
	size_t from;

	if (next_is(g, '['))
		return read_list(g);
	from = g->at;
	if (skip_value(g) < 0)
		return -1;
	if (!str_eq(str_of(g->text.p + from, g->at - from), STR("null")))
		add(g, from, g->at);
	return 0;
}

/* An object as a page. */
struct body {
	const char *const *members;
	size_t best; /* the member in members whose records are in hand */
	const char *mark;
	bool is_marked;
};

static int
read_name(struct page *g, struct str *name)
{
	size_t from;

	if (!next_is(g, '"'))
		return missing(g, "no name in quotes");
	from = g->at;
	if (skip_string(g) < 0)
		return -1;
	*name = str_of(g->text.p + from, g->at - from);
	return 0;
}

/* The member's place in members, or that of the NULL at their end. */
static size_t
rank(struct page *g, struct body *v, struct str name)
{
	struct json_fault bad;
	size_t i = 0;

	/* a name at fault names nothing we know */
	if (!json_read(&g->name, name, &bad)) {
		while (v->members[i] != NULL)
			i++;
		return i;
	}
	if (v->mark != NULL && json_is(&g->name, 0, str_c(v->mark)))
		v->is_marked = true;
	while (v->members[i] != NULL && !json_is(&g->name, 0, str_c(v->members[i])))
		i++;
	return i;
}

static int
read_member(struct page *g, struct body *v)
{
	struct str name = { 0 };
	size_t member;

	if (read_name(g, &name) < 0 || expect(g, ':', "no ':' after a name") < 0)
		return -1;
	member = rank(g, v, name);
	if (v->members[member] == NULL || member > v->best)
		return skip_value(g);
	if (member < v->best) {
		v->best = member;
		g->s->n = 0;
		g->index = 0;
	}
	return read_records(g);
}

static int
read_object(struct page *g, struct body *v)
{
	size_t from = g->at++;

	while (v->members[v->best] != NULL)
		v->best++;
	if (!next_is(g, '}')) {
		if (read_member(g, v) < 0)
			return -1;
		while (next_is(g, ',')) {
			g->at++;
			if (read_member(g, v) < 0)
				return -1;
		}
	}
	if (expect(g, '}', "no ',' or '}' after a value") < 0)
		return -1;
	if (v->members[v->best] == NULL && !v->is_marked)
		add(g, from, g->at);
	return 0;
}

static int
read_page(struct page *g, struct body *v)
{
	int rc;

	if (g->text.n >= UINT32_MAX)
		return fault(g, 0, "the page has 4 GiB or more");
	if (next_is(g, '['))
		rc = read_list(g);
	else if (next_is(g, '{'))
		rc = read_object(g, v);
	else
		return fault(g, g->at, "no JSON container");
	skip_space(g);
	if (rc == 0 && g->at < g->text.n)
		return fault(g, g->at, "bytes after the end");
	return rc;
}

int
split_page(struct split *s, struct str text, const char *const *members, const char *empty_mark,
    struct err *e)
{
	struct page g = { .s = s, .text = text, .e = e };
	struct body v = { .members = members, .mark = empty_mark };
	int rc;

	s->n = 0;
	rc = read_page(&g, &v);
	s->elements = g.index;
	if (rc < 0)
		s->n = 0;
	json_release(&g.name);
	return rc;
}

void
split_part(struct split *s, struct str text, uint32_t first)
{
	struct err ignored = ERR_INIT;
	struct page g = { .s = s, .text = text, .index = first, .e = &ignored };

	s->n = 0;
	(void)!read_list(&g);
}

static int
order_index(const void *key, const void *record)
{
	uint32_t x = *(const uint32_t *)key, y = ((const struct split_record *)record)->index;

	return x < y ? -1 : x > y;
}

const struct split_record *
split_find(const struct split *s, uint32_t index)
{
	if (s->n == 0)
		return NULL;
	return bsearch(&index, s->records, s->n, sizeof(*s->records), order_index);
}

void
split_release(struct split *s)
{
	mem_free(s->records);
	skip_release(&s->walk);
	*s = (struct split){ 0 };
}
