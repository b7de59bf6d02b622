#include "rule_internal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"

#define SLUG_MAX 64
#define SHOWN_MAX 80

static const char segment_shape[] = "a segment is {\"name\":...,\"slug\":...,\"where\":rule}";
static const char *const segment_keys[] = { "name", "slug", "where" };

struct str
segment_builtin(void)
{
	return STR("[{\"name\":\"Customers that haven't ordered in past 60 days\","
	           "\"slug\":\"not-ordered-60-days\",\"where\":{\"all\":["
	           "{\"field\":\"fh_total_orders\",\"op\":\">=\",\"value\":1},"
	           "{\"field\":\"fh_last_orderdate\",\"op\":\"<\","
	           "\"value\":\"-60d\"}]}},"
	           "{\"name\":\"New customers in past 30 days\","
	           "\"slug\":\"new-30-days\",\"where\":"
	           "{\"field\":\"first_order_date\",\"op\":\">=\","
	           "\"value\":\"-30d\"}},"
	           "{\"name\":\"Customers that have ordered more than once\","
	           "\"slug\":\"ordered-more-than-once\",\"where\":"
	           "{\"field\":\"fh_total_orders\",\"op\":\">\",\"value\":1}},"
	           "{\"name\":\"Customers that have spent more than $100\","
	           "\"slug\":\"spent-more-than-100\",\"where\":"
	           "{\"field\":\"fh_total_spent\",\"op\":\">\",\"value\":100}}]");
}

int
reader_fault(struct reader *rd, size_t at, const char *fmt, ...)
{
	unsigned line, column;
	char msg[sizeof(rd->e->msg)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(msg, sizeof(msg), fmt, args);
	va_end(args);
	json_place(rd->json.text, at, &line, &column);
	err_set(rd->e, ERR_SETTINGS, "%s", msg);
	err_file(rd->e, rd->file);
	return err_place(rd->e, line, column);
}

struct str
reader_shown(struct str s)
{
	return str_of(s.p, s.n < SHOWN_MAX ? s.n : SHOWN_MAX);
}

int
reader_fault_at(struct reader *rd, uint32_t node, const char *what, const char *advice)
{
	reader_fault(rd, rd->json.nodes[node].at, "%s", what);
	return err_advise(rd->e, "%s", advice);
}

int
reader_keys(struct reader *rd, uint32_t object, const char *const keys[3], const char *advice)
{
	uint32_t name = object + 1;

	for (uint32_t i = 0; i < rd->json.nodes[object].count; i++) {
		struct str key = reader_text(rd, name);

		if (!str_eq(key, str_c(keys[0])) && !str_eq(key, str_c(keys[1])) &&
		    !str_eq(key, str_c(keys[2]))) {
			reader_fault(rd, rd->json.nodes[name].at, "unknown key '%.*s'",
			    STR_ARG(reader_shown(key)));
			return err_advise(rd->e, "%s", advice);
		}
		name = rd->json.nodes[name + 1].next;
	}
	for (size_t k = 0; k < 3; k++) {
		if (json_find(&rd->json, object, str_c(keys[k])) != 0)
			continue;
		reader_fault(rd, rd->json.nodes[object].at, "'%s' is missing", keys[k]);
		return err_advise(rd->e, "%s", advice);
	}
	return 0;
}

bool
slug_find(const struct reader *rd, struct str slug, size_t *place)
{
	size_t low = 0, high = rd->set->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct str other = rd->set->list[rd->by_slug[mid]].slug;
		int order = str_cmp(slug, other);

		if (order == 0) {
			*place = mid;
			return true;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	*place = low;
	return false;
}

static bool
is_slug(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && s.p[i] != '-' && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n > 0 && s.n <= SLUG_MAX;
}

static int
read_name(struct reader *rd, uint32_t node, struct segment *s)
{
	if (reader_kind(rd, node) == JSON_STRING)
		s->name = reader_text(rd, node);
	if (str_trim(s->name).n > 0)
		return 0;
	return reader_fault_at(rd, node, "a name must be text, and not empty", segment_shape);
}

static int
read_slug(struct reader *rd, uint32_t node, struct segment *s)
{
	size_t place;
	uint32_t *slots = rd->by_slug;

	if (reader_kind(rd, node) == JSON_STRING)
		s->slug = reader_text(rd, node);
	if (!is_slug(s->slug))
		return reader_fault_at(rd, node,
		    "a slug is 1 to 64 of the characters a-z, 0-9 and -",
		    "it becomes the name of a file, such as "
		    "spent-more-than-100");
	if (slug_find(rd, s->slug, &place)) {
		reader_fault(
		    rd, rd->json.nodes[node].at, "the slug '%.*s' is used twice", STR_ARG(s->slug));
		return err_advise(rd->e, "give each segment a slug of its own");
	}
	memmove(slots + place + 1, slots + place, (rd->set->n - place) * sizeof(*slots));
	slots[place] = (uint32_t)rd->set->n++;
	return 0;
}

/* Names and slugs of all segments first: a rule may refer to a later one. */
static int
read_heads(struct reader *rd)
{
	const struct json *j = &rd->json;
	uint32_t node = 1;

	for (uint32_t i = 0; i < j->nodes[0].count; i++) {
		struct segment *s = &rd->set->list[i];

		if (i == SEGMENT_MAX)
			return reader_fault_at(
			    rd, node, "more than 1024 segments", "split the file");
		*s = (struct segment){ 0 };
		if (j->nodes[node].kind != JSON_OBJECT)
			return reader_fault_at(
			    rd, node, "a segment must be an object", segment_shape);
		if (reader_keys(rd, node, segment_keys, segment_shape) != 0 ||
		    read_name(rd, json_find(j, node, STR("name")), s) != 0 ||
		    read_slug(rd, json_find(j, node, STR("slug")), s) != 0)
			return -1;
		node = j->nodes[node].next;
	}
	return 0;
}

/* x.csv, x-entered.csv and x-left.csv are files of x: no other slug may ask for
 * one of them. */
static int
check_files(struct reader *rd)
{
	static const char *const tails[] = { "-entered", "-left" };
	uint32_t node = 1;

	for (size_t i = 0; i < 2 * rd->set->n; i++) {
		struct str slug = rd->set->list[i / 2].slug;
		struct str tail = str_c(tails[i % 2]);
		uint32_t at = json_find(&rd->json, node, STR("slug"));
		size_t place;

		if (str_ends(slug, tail) &&
		    slug_find(rd, str_of(slug.p, slug.n - tail.n), &place)) {
			reader_fault(rd, rd->json.nodes[at].at,
			    "the slug '%.*s' is that of a file of the segment "
			    "'%.*s'",
			    STR_ARG(slug), (int)(slug.n - tail.n), slug.p);
			return err_advise(rd->e, "give one of the two another slug");
		}
		if (i % 2 == 1)
			node = rd->json.nodes[node].next;
	}
	return 0;
}

static int
read_rules(struct reader *rd)
{
	uint32_t node = 1;

	for (size_t i = 0; i < rd->set->n; i++) {
		uint32_t where = json_find(&rd->json, node, STR("where"));

		if (rule_read(rd, where, &rd->set->list[i]) != 0)
			return -1;
		node = rd->json.nodes[node].next;
	}
	return 0;
}

static int
read_file(struct reader *rd, struct str text)
{
	struct json_fault f = { 0 };
	struct buf b = { 0 };
	size_t room;

	/* Text without escapes is borrowed from here, and has to stay. */
	text = str_copy(rd->a, text);
	rd->json.text = text;
	if (!json_read(&rd->json, text, &f)) {
		rd->json.text = text;
		return reader_fault(rd, f.at, "%s", f.what);
	}
	if (reader_kind(rd, 0) != JSON_ARRAY)
		return reader_fault_at(
		    rd, 0, "the file must be an array of segments", segment_shape);
	room = rd->json.nodes[0].count < SEGMENT_MAX ? rd->json.nodes[0].count : SEGMENT_MAX;
	rd->set->list = arena_zero(rd->a, room, sizeof(*rd->set->list));
	rd->by_slug = arena_array(rd->a, room, sizeof(*rd->by_slug));
	if (read_heads(rd) != 0 || check_files(rd) != 0 || read_rules(rd) != 0)
		return -1;
	json_compact(&b, &rd->json, 0);
	rd->set->text = str_copy(rd->a, buf_view(&b));
	buf_release(&b);
	return dependencies_order(rd);
}

int
segment_parse(
    struct arena *a, const char *file, struct str text, struct segment_set *out, struct err *e)
{
	struct reader rd = { .a = a, .file = file, .set = out, .e = e };
	int status;

	*out = (struct segment_set){ 0 };
	status = read_file(&rd, text);
	json_release(&rd.json);
	return status;
}
