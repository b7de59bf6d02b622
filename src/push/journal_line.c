#include "push/journal_line.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/hash.h"

#define HASH_DIGITS 16

static const char *const ops[] = {
#define X(op, name) [op] = name,
	JOURNAL_OPS(X)
#undef X
};

static const char *const results[] = {
	[JOURNAL_ACKED] = "acked", [JOURNAL_REJECTED] = "rejected", [JOURNAL_UNKNOWN] = "unknown"
};

/* What stands in front of the checksum's digits, and after them. */
static const struct str crc_name = { ",\"crc\":\"", 8 };
static const struct str crc_end = { "\"}", 2 };

const char *
journal_line_op(enum journal_op op)
{
	return ops[op];
}

void
journal_line_hash(struct buf *b, uint64_t hash)
{
	buf_printf(b, "%016jx", (uintmax_t)hash);
}

bool
journal_line_parse_hash(struct str s, uint64_t *hash)
{
	*hash = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (ascii_digit(c))
			*hash = *hash << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*hash = *hash << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	return s.n == HASH_DIGITS;
}

/* ---- Writing */

static void
put_text(struct buf *b, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(b, ",\"%s\":", name);
	buf_json(b, value);
}

static void
put_number(struct buf *b, const char *name, uint64_t value)
{
	buf_printf(b, ",\"%s\":", name);
	buf_u64(b, value);
}

static void
put_fields(struct buf *b, const struct journal_line *x)
{
	buf_z(b, ",\"fields\":{");
	for (size_t i = 0; i < x->fields_n; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_json(b, x->fields[i].key);
		buf_z(b, ":\"");
		journal_line_hash(b, x->fields[i].hash);
		buf_char(b, '"');
	}
	buf_char(b, '}');
}

void
journal_line_write(struct buf *b, const struct journal_line *x)
{
	size_t from = b->n;
	uint64_t crc;

	buf_z(b, "{\"n\":");
	buf_u64(b, x->n);
	buf_z(b, ",\"at\":\"");
	timestamp_format(b, x->at);
	buf_char(b, '"');
	put_text(b, "fh_id", x->fh_id);
	put_text(b, "op", str_c(ops[x->op]));
	put_text(b, "result", str_c(results[x->result]));
	put_text(b, "dsid", x->dsid);
	put_text(b, "body", x->body);
	put_fields(b, x);
	put_text(b, "snapshot", x->snapshot);
	put_text(b, "since", x->since);
	put_text(b, "segment", x->segment);
	put_number(b, "http", x->http);
	put_number(b, "try", x->tries);
	put_number(b, "ms", x->ms);
	put_text(b, "reason", x->reason);
	put_text(b, "message", x->message);
	if (x->count > 0)
		put_number(b, "count", x->count);
	put_text(b, "salt", x->salt);
	crc = hash_64(str_of(b->p + from, b->n - from));
	buf_str(b, crc_name);
	journal_line_hash(b, crc);
	buf_str(b, crc_end);
	buf_char(b, '\n');
}

/* ---- Reading */

static bool
is_sound(struct str text)
{
	size_t tail = crc_name.n + HASH_DIGITS + crc_end.n;
	struct str end;
	uint64_t crc;

	if (text.n < tail)
		return false;
	end = str_from(text, text.n - tail);
	return str_starts(end, crc_name) && str_ends(end, crc_end) &&
	       journal_line_parse_hash(str_of(end.p + crc_name.n, HASH_DIGITS), &crc) &&
	       crc == hash_64(str_of(text.p, text.n - tail));
}

static bool
find_word(struct str word, const char *const *words, unsigned n, unsigned *out)
{
	for (*out = 0; *out < n; ++*out)
		if (str_eq(word, str_c(words[*out])))
			return true;
	return false;
}

static uint64_t
find_number(const struct json *j, const char *name)
{
	uint32_t i = json_find(j, 0, str_c(name));
	uint64_t n = 0;

	return i != 0 && num_u64(json_raw(j, i), &n) ? n : 0;
}

static bool
read_fields(struct arena *a, const struct json *j, struct journal_line *out)
{
	uint32_t object = json_find(j, 0, STR("fields"));
	const struct json_node *n = j->nodes;
	struct journal_field *list;

	if (object == 0)
		return true;
	if (n[object].kind != JSON_OBJECT)
		return false;
	list = arena_array(a, n[object].count, sizeof(*list));
	for (uint32_t i = object + 1; i < n[object].next; i = n[n[i].next].next) {
		struct journal_field *f = &list[out->fields_n++];

		f->key = json_text(a, j, i);
		if (n[n[i].next].kind != JSON_STRING ||
		    !journal_line_parse_hash(json_text(a, j, n[i].next), &f->hash))
			return false;
	}
	out->fields = list;
	return true;
}

static bool
read_members(struct arena *a, const struct json *j, struct journal_line *out)
{
	struct str at = json_find_text(a, j, 0, "at");
	unsigned op, result;

	if (!find_word(json_find_text(a, j, 0, "op"), ops, JOURNAL_OP_COUNT, &op) ||
	    !find_word(json_find_text(a, j, 0, "result"), results, JOURNAL_RESULT_COUNT, &result) ||
	    !timestamp_parse(at, &out->at))
		return false;
	out->n = find_number(j, "n");
	out->op = (enum journal_op)op;
	out->result = (enum journal_result)result;
	out->fh_id = json_find_text(a, j, 0, "fh_id");
	out->dsid = json_find_text(a, j, 0, "dsid");
	out->body = json_find_text(a, j, 0, "body");
	out->snapshot = json_find_text(a, j, 0, "snapshot");
	out->since = json_find_text(a, j, 0, "since");
	out->segment = json_find_text(a, j, 0, "segment");
	out->http = find_number(j, "http");
	out->tries = find_number(j, "try");
	out->ms = find_number(j, "ms");
	out->reason = json_find_text(a, j, 0, "reason");
	out->message = json_find_text(a, j, 0, "message");
	out->count = find_number(j, "count");
	out->salt = json_find_text(a, j, 0, "salt");
	return out->n > 0 && read_fields(a, j, out);
}

bool
journal_line_read(struct arena *a, struct str text, struct journal_line *out)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	bool is_ours;

	*out = (struct journal_line){ 0 };
	if (!is_sound(text))
		return false;
	j.repeats_names = true;
	is_ours = json_read(&j, text, &ignored) && j.nodes[0].kind == JSON_OBJECT &&
	          read_members(a, &j, out);
	json_release(&j);
	return is_ours;
}
