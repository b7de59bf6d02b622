#include "reader.h"

#include "base/arena.h"
#include "json/fault.h"

#define SLUG_MAX 64

static const char segment_shape[] = "A segment is {\"name\":...,\"slug\":...,\"where\":rule}.";
static const char *const segment_keys[] = { "name", "slug", "where", NULL };

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
	return reader_fault(
	    rd, reader_at(rd, node), segment_shape, "a name must be text, not empty");
}

static int
read_slug(struct reader *rd, uint32_t node, struct segment *s)
{
	uint32_t other;

	if (reader_kind(rd, node) == JSON_STRING)
		s->slug = reader_text(rd, node);
	if (!is_slug(s->slug))
		return reader_fault(rd, reader_at(rd, node),
		    "It becomes the name of a file, such as spent-more-than-100.",
		    "a slug is 1 to 64 of the characters a-z, 0-9 and -");
	if (reader_find_slug(rd, s->slug, &other))
		return reader_fault(rd, reader_at(rd, node), "Give each segment a slug of its own.",
		    "the slug '%.*s' is used twice", STR_ARG(s->slug));
	rd->set->n++;
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
			return reader_fault(
			    rd, reader_at(rd, node), "Split the file.", "more than 1024 segments");
		*s = (struct segment){ 0 };
		if (j->nodes[node].kind != JSON_OBJECT)
			return reader_fault(
			    rd, reader_at(rd, node), segment_shape, "a segment must be an object");
		if (reader_keys(rd, node, segment_keys, segment_shape) != 0 ||
		    read_name(rd, json_find(j, node, STR("name")), s) != 0 ||
		    read_slug(rd, json_find(j, node, STR("slug")), s) != 0)
			return -1;
		node = j->nodes[node].next;
	}
	return 0;
}

/* x.csv, x-entered.csv and x-left.csv are files of x, so no other segment may be called so. */
static int
check_files(struct reader *rd)
{
	static const struct str tails[] = { { "-entered", 8 }, { "-left", 5 } };
	uint32_t node = 1, other;

	for (size_t i = 0; i < 2 * rd->set->n; i++) {
		struct str slug = rd->set->list[i / 2].slug, tail = tails[i % 2];

		if (str_ends(slug, tail) &&
		    reader_find_slug(rd, str_of(slug.p, slug.n - tail.n), &other))
			return reader_fault(rd,
			    reader_at(rd, json_find(&rd->json, node, STR("slug"))),
			    "Give one of the two another slug.",
			    "the slug '%.*s' is the name of a file of the segment '%.*s'",
			    STR_ARG(slug), STR_ARG(rd->set->list[other].slug));
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

		if (parse_rule(rd, where, &rd->set->list[i]) != 0)
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

	/* Text without escapes is borrowed from the file's. */
	text = str_copy(rd->a, text);
	rd->json.text = text;
	if (!json_read(&rd->json, text, &f)) {
		const struct fault x = fault_explain(text, &f);

		rd->json.text = text;
		return reader_fault(rd, x.at, x.advice, "%s", x.what);
	}
	if (reader_kind(rd, 0) != JSON_ARRAY)
		return reader_fault(
		    rd, reader_at(rd, 0), segment_shape, "the file must be an array of segments");
	room = rd->json.nodes[0].count < SEGMENT_MAX ? rd->json.nodes[0].count : SEGMENT_MAX;
	rd->set->list = arena_zero(rd->a, room, sizeof(*rd->set->list));
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
