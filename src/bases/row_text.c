#include "bases/row_text.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/pack.h"
#include "bases/row_shape.h"
#include "json/read.h"

/* ---- Writing */

static bool
put_text(struct buf *b, struct str s)
{
	buf_json(b, s);
	return utf8_valid(s);
}

static void
put_hash(struct buf *b, struct unpack *u)
{
	uint64_t lo = unpack_fixed(u), hi = unpack_fixed(u);

	buf_printf(b, "\"%016llx%016llx\"", (unsigned long long)hi, (unsigned long long)lo);
}

static bool
put_texts(struct buf *b, struct str list)
{
	struct unpack u = unpack_of(list);
	bool ok = true;

	buf_char(b, '[');
	while (!u.bad && u.p < u.end) {
		if (b->p[b->n - 1] != '[')
			buf_char(b, ',');
		ok = put_text(b, unpack_text(&u)) && ok;
	}
	buf_char(b, ']');
	return ok && !u.bad;
}

static void
put_words(struct buf *b, struct unpack *u)
{
	uint64_t n = unpack_u64(u);

	buf_char(b, '[');
	for (uint64_t i = 0; i < n && !u->bad; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_u64(b, unpack_u64(u));
	}
	buf_char(b, ']');
}

static uint64_t
unpack_byte(struct unpack *u)
{
	if (u->p == u->end)
		u->bad = true;
	return u->bad ? 0 : *u->p++;
}

/* Returns false if the part cannot be said. */
static bool
put_part(struct buf *b, char kind, struct unpack *u)
{
	switch (kind) {
	case '1':
		buf_u64(b, unpack_byte(u));
		break;
	case '4':
		buf_u64(b, unpack_key_u32(u));
		break;
	case '8':
		buf_i64(b, unpack_key_i64(u));
		break;
	case 'v':
		buf_u64(b, unpack_u64(u));
		break;
	case 'z':
		buf_i64(b, unpack_i64(u));
		break;
	case 'f':
		buf_i64(b, (int64_t)unpack_fixed(u));
		break;
	case 'k':
		return put_text(b, unpack_key_text(u)) && !u->bad;
	case 't':
		return put_text(b, unpack_text(u)) && !u->bad;
	case 'r':
		return put_text(b, unpack_rest(u)) && !u->bad;
	case 'n':
		return put_texts(b, unpack_text(u)) && !u->bad;
	case 'h':
		put_hash(b, u);
		break;
	default:
		put_words(b, u);
		break;
	}
	return !u->bad;
}

static bool
put_parts(struct buf *b, const char *kinds, struct str packed)
{
	struct unpack u = unpack_of(packed);
	const char *again = NULL;

	buf_char(b, '[');
	for (const char *k = kinds;; k++) {
		if (*k == '*')
			again = ++k;
		if (again != NULL && (*k == '\0' || k == again)) {
			if (u.p == u.end)
				break;
			k = again;
		}
		if (*k == '\0')
			break;
		if (b->p[b->n - 1] != '[')
			buf_char(b, ',');
		if (!put_part(b, *k, &u))
			return false;
	}
	buf_char(b, ']');
	return !u.bad && u.p == u.end;
}

static void
put_hex(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++)
		buf_printf(b, "%02x", (unsigned char)s.p[i]);
	buf_char(b, '"');
}

void
row_text_write(struct buf *b, enum state_table table, struct str key, struct str row)
{
	const struct row_shape *s = row_shape_find(table, key);
	size_t begin;

	buf_printf(b, "[\"%s\",", table_names()[table]);
	begin = b->n;
	if (s != NULL && put_parts(b, s->key, key)) {
		buf_char(b, ',');
		if (put_parts(b, s->row, row)) {
			buf_z(b, "]\n");
			return;
		}
	}
	b->n = begin;
	put_hex(b, key);
	buf_char(b, ',');
	put_hex(b, row);
	buf_z(b, "]\n");
}

/* ---- Reading */

/* The parts of one list, taken off one by one. */
struct parts {
	const struct json *j;
	uint32_t at, left;
	bool bad;
	struct arena a;
};

static struct parts
parts_of(const struct json *j, uint32_t list)
{
	struct parts p = { .j = j, .at = list + 1, .left = j->nodes[list].count };

	p.bad = j->nodes[list].kind != JSON_ARRAY;
	return p;
}

static uint32_t
next_part(struct parts *p, enum json_kind kind)
{
	uint32_t at = p->at;

	if (p->bad || p->left == 0 || p->j->nodes[at].kind != kind) {
		p->bad = true;
		return 0;
	}
	p->at = p->j->nodes[at].next;
	p->left--;
	return at;
}

static uint64_t
take_u64(struct parts *p)
{
	uint32_t at = next_part(p, JSON_NUMBER);
	uint64_t v = 0;

	if (!p->bad && !num_u64(json_raw(p->j, at), &v))
		p->bad = true;
	return v;
}

static int64_t
take_i64(struct parts *p)
{
	uint32_t at = next_part(p, JSON_NUMBER);
	struct str s = p->bad ? STR("") : json_raw(p->j, at);
	bool is_negative = str_starts(s, STR("-"));
	uint64_t v = 0;

	if (p->bad || !num_u64(str_from(s, is_negative), &v) ||
	    v > (uint64_t)INT64_MAX + is_negative)
		p->bad = true;
	return (int64_t)(is_negative ? -v : v);
}

static struct str
take_text(struct parts *p)
{
	uint32_t at = next_part(p, JSON_STRING);

	return p->bad ? STR("") : json_text(&p->a, p->j, at);
}

static bool
unhex(struct buf *b, struct str s)
{
	for (size_t i = 0; i + 1 < s.n; i += 2) {
		unsigned v = 0;

		for (size_t k = i; k < i + 2; k++) {
			char c = s.p[k];

			if (!ascii_digit(c) && (c < 'a' || c > 'f'))
				return false;
			v = v << 4 | (unsigned)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
		}
		buf_char(b, (char)v);
	}
	return s.n % 2 == 0;
}

/* The digits are those of the greater half first, the bytes those of the lesser. */
static void
take_hash(struct parts *p, struct buf *b)
{
	struct str s = take_text(p);
	struct buf bytes = { 0 };

	if (s.n != 32 || !unhex(&bytes, s))
		p->bad = true;
	for (size_t i = bytes.n; i > 0; i--)
		buf_char(b, bytes.p[i - 1]);
	buf_release(&bytes);
}

/* A list within the list: of texts, or of words. */
static void
take_list(struct parts *p, struct buf *b, bool is_texts)
{
	uint32_t at = next_part(p, JSON_ARRAY);
	struct parts inner;
	struct buf list = { 0 };

	if (p->bad)
		return;
	inner = parts_of(p->j, at);
	if (!is_texts)
		pack_u64(b, inner.left);
	while (!inner.bad && inner.left > 0) {
		if (is_texts)
			pack_text(&list, take_text(&inner));
		else
			pack_u64(b, take_u64(&inner));
	}
	if (is_texts)
		pack_text(b, buf_view(&list));
	p->bad = inner.bad;
	buf_release(&list);
	arena_release(&inner.a);
}

static void
take_key_text(struct parts *p, struct buf *b)
{
	struct str s = take_text(p);

	if (s.n > UINT8_MAX)
		p->bad = true;
	else
		pack_key_text(b, s);
}

static void
take_small(struct parts *p, struct buf *b, uint64_t most)
{
	uint64_t v = take_u64(p);

	if (v > most)
		p->bad = true;
	else if (most == UINT8_MAX)
		buf_char(b, (char)v);
	else
		pack_key_u32(b, (uint32_t)v);
}

static void
take_part(struct parts *p, char kind, struct buf *b)
{
	switch (kind) {
	case '1':
		take_small(p, b, UINT8_MAX);
		break;
	case '4':
		take_small(p, b, UINT32_MAX);
		break;
	case '8':
		pack_key_i64(b, take_i64(p));
		break;
	case 'v':
		pack_u64(b, take_u64(p));
		break;
	case 'z':
		pack_i64(b, take_i64(p));
		break;
	case 'f':
		pack_fixed(b, (uint64_t)take_i64(p));
		break;
	case 'k':
		take_key_text(p, b);
		break;
	case 't':
		pack_text(b, take_text(p));
		break;
	case 'r':
		buf_str(b, take_text(p));
		break;
	case 'h':
		take_hash(p, b);
		break;
	default:
		take_list(p, b, kind == 'n');
		break;
	}
}

static bool
take_parts(const struct json *j, uint32_t list, const char *kinds, struct buf *b)
{
	struct parts p = parts_of(j, list);
	const char *again = NULL;

	for (const char *k = kinds; !p.bad; k++) {
		if (*k == '*')
			again = ++k;
		if (again != NULL && (*k == '\0' || k == again)) {
			if (p.left == 0)
				break;
			k = again;
		}
		if (*k == '\0')
			break;
		take_part(&p, *k, b);
	}
	arena_release(&p.a);
	return !p.bad && p.left == 0;
}

static bool
find_table(const struct json *j, uint32_t at, enum state_table *out)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (!json_is(j, at, str_c(table_names()[i])))
			continue;
		*out = (enum state_table)i;
		return true;
	}
	return false;
}

static bool
read_hex(struct row_text *x, const struct json *j, uint32_t key, uint32_t row)
{
	struct arena a = { 0 };
	bool ok = j->nodes[row].kind == JSON_STRING && unhex(&x->key, json_text(&a, j, key)) &&
	          unhex(&x->row, json_text(&a, j, row));

	arena_release(&a);
	return ok;
}

static bool
read_line(struct row_text *x, const struct json *j)
{
	const struct json_node *nodes = j->nodes;
	const struct row_shape *s;
	uint32_t key, row;

	if (nodes[0].kind != JSON_ARRAY || nodes[0].count != 3 || nodes[1].kind != JSON_STRING ||
	    !find_table(j, 1, &x->table))
		return false;
	key = nodes[1].next;
	row = nodes[key].next;
	if (nodes[key].kind == JSON_STRING)
		return read_hex(x, j, key, row);
	s = row_shape_of(x->table);
	if (s == NULL || !take_parts(j, key, s->key, &x->key))
		return false;
	s = row_shape_find(x->table, buf_view(&x->key));
	return take_parts(j, row, s->row, &x->row);
}

int
row_text_read(struct row_text *x, struct str line, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool ok;

	buf_reset(&x->key);
	buf_reset(&x->row);
	ok = json_read(&j, line, &fault) && read_line(x, &j);
	json_release(&j);
	return ok ? 0 : err_set(e, ERR_DAMAGED, "a line that is not a row of the state");
}

void
row_text_release(struct row_text *x)
{
	buf_release(&x->key);
	buf_release(&x->row);
}
