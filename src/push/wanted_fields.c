#include "push/wanted_fields.h"

static void
put_member(struct buf *b, struct str key, struct str value)
{
	if (b->p[b->n - 1] != '{')
		buf_char(b, ',');
	buf_json(b, key);
	buf_char(b, ':');
	buf_json(b, value);
}

static size_t
put_members(struct buf *b, const struct wanted_field *list, size_t n, bool extended)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i].is_unsent || list[i].is_extended != extended)
			continue;
		put_member(b, list[i].key, list[i].value);
		count++;
	}
	return count;
}

void
wanted_fields_body(struct buf *b, const struct wanted_field *list, size_t n, struct str dsid)
{
	size_t at;

	buf_char(b, '{');
	if (dsid.n > 0)
		put_member(b, STR("dsId"), dsid);
	(void)put_members(b, list, n, false);
	at = b->n;
	if (b->p[b->n - 1] != '{')
		buf_char(b, ',');
	buf_z(b, "\"extendedProperties\":{");
	if (put_members(b, list, n, true) > 0)
		buf_char(b, '}');
	else
		b->n = at;
	buf_char(b, '}');
}

size_t
wanted_fields_rest(struct arena *a, const struct wanted_field *list, size_t n, bool taken_alone,
    bool clears_mobile, struct wanted_field **out)
{
	size_t left_out = 0;

	*out = arena_array(a, n, sizeof(**out));
	for (size_t i = 0; i < n; i++) {
		struct wanted_field *f = &(*out)[i];
		bool is_mobile = str_eq(list[i].key, STR("mobilePhone"));

		*f = list[i];
		if (!f->is_changed || f->value.n == 0 || (taken_alone && !f->is_taken) ||
		    (!is_mobile && !str_eq(f->key, STR("email"))))
			continue;
		left_out++;
		if (is_mobile && clears_mobile)
			f->value = STR("");
		else
			f->is_changed = !(f->is_unsent = true);
	}
	return left_out;
}

static struct journal_field *
hashes(struct arena *a, struct books *books, const struct wanted_field *list, size_t n,
    bool begun_alone, size_t *out)
{
	struct journal_field *fields = arena_array(a, n, sizeof(*fields));

	*out = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_sent = !list[i].is_unsent, is_changed = list[i].is_changed;

		if (begun_alone ? is_sent && is_changed : is_sent || is_changed)
			fields[(*out)++] = (struct journal_field){ .key = list[i].key,
				.hash = books_hash(books, list[i].key, list[i].value) };
	}
	return fields;
}

struct journal_field *
wanted_fields_begun(
    struct arena *a, struct books *books, const struct wanted_field *list, size_t n, size_t *out)
{
	return hashes(a, books, list, n, true, out);
}

struct journal_field *
wanted_fields_hashes(
    struct arena *a, struct books *books, const struct wanted_field *list, size_t n, size_t *out)
{
	return hashes(a, books, list, n, false, out);
}
