#include "erase/search.h"

#include <string.h>

#include "base/pack.h"
#include "record/phone.h"

#define LEVELS 3       /* escapes inside escapes */
#define DIGITS_LEAST 7 /* of a phone */
#define DIGITS_MOST 15
#define BETWEEN 8 /* marks between two digits of a phone */
#define ID_LONG 8
#define ID_LEAST 5
#define NAME_LEAST 5
#define MED_LEAST 5
#define TEXT_LEAST 2

static bool
is_alnum(char c)
{
	return ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

static bool
is_word(char c)
{
	return is_alnum(c) || c == '_' || c == '-';
}

/* What an address goes on with in front.  Other marks that it may hold stand before addresses far
 * more often: "?u=ann@example.com". */
static bool
is_local(char c)
{
	return is_word(c) || c == '.' || c == '+';
}

/* ---- The texts */

static void
digits_of(struct buf *b, struct str text)
{
	buf_reset(b);
	for (size_t i = 0; i < text.n; i++)
		if (ascii_digit(text.p[i]))
			buf_char(b, text.p[i]);
	if (b->n == 11 && b->p[0] == '1') {
		memmove(b->p, b->p + 1, 10);
		b->n = 10;
	}
}

static bool
is_all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return true;
}

static bool
is_telling(enum search_kind kind, struct str s)
{
	switch (kind) {
	case SEARCH_ID:
		return s.n >= ID_LONG || (s.n >= ID_LEAST && !is_all_digits(s));
	case SEARCH_EMAIL:
		return s.n >= ID_LEAST && memchr(s.p, '@', s.n) != NULL;
	case SEARCH_PHONE:
		return s.n >= DIGITS_LEAST && s.n <= DIGITS_MOST;
	case SEARCH_MED_ID:
		return s.n >= MED_LEAST;
	case SEARCH_NAME:
		return s.n >= NAME_LEAST && memchr(s.p, ' ', s.n) != NULL;
	case SEARCH_TEXT:
		return s.n >= TEXT_LEAST;
	}
	return false;
}

void
search_add(struct search *s, enum search_kind kind, struct str text)
{
	if (kind == SEARCH_PHONE) {
		digits_of(&s->digits, text);
		text = buf_view(&s->digits);
	}
	if (!is_telling(kind, text))
		return;
	text = kind == SEARCH_ID ? str_copy(&s->arena, text) : str_lower(&s->arena, text);
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].kind == kind && str_eq(s->list[i].text, text))
			return;
	s->list = mem_grow(s->list, s->n, &s->cap, sizeof(*s->list));
	s->list[s->n++] = (struct search_text){ kind, str_copy(&s->arena, text) };
}

static bool
is_phone(struct str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		digits += ascii_digit(s.p[i]);
		if (!ascii_digit(s.p[i]) && strchr("+ ().-/", s.p[i]) == NULL)
			return false;
	}
	return digits >= DIGITS_LEAST && digits <= DIGITS_MOST;
}

void
search_add_given(struct search *s, struct str text)
{
	if (is_phone(text))
		search_add(s, SEARCH_PHONE, text);
	search_add(s, SEARCH_TEXT, text);
}

/* ---- Reading escapes */

static int
hex_value(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* So many hexadecimal digits; -1 if there are none. */
static int32_t
hex_number(struct str s, size_t at, size_t n)
{
	int32_t v = 0;

	if (at + n > s.n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int d = hex_value(s.p[at + i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

static void
put_utf8(struct buf *b, int32_t c)
{
	if (c < 0x80) {
		buf_char(b, (char)c);
	} else if (c < 0x800) {
		buf_char(b, (char)(0xc0 | c >> 6));
		buf_char(b, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buf_char(b, (char)(0xe0 | c >> 12));
		buf_char(b, (char)(0x80 | (c >> 6 & 63)));
		buf_char(b, (char)(0x80 | (c & 63)));
	} else {
		buf_char(b, (char)(0xf0 | c >> 18));
		buf_char(b, (char)(0x80 | (c >> 12 & 63)));
		buf_char(b, (char)(0x80 | (c >> 6 & 63)));
		buf_char(b, (char)(0x80 | (c & 63)));
	}
}

/* \uXXXX, two of them for one character.  Returns: the bytes taken, 0 none. */
static size_t
take_unicode(struct str s, size_t at, struct buf *out)
{
	int32_t c = hex_number(s, at + 2, 4), low;

	if (c < 0)
		return 0;
	if (c >= 0xd800 && c < 0xdc00 && at + 12 <= s.n && s.p[at + 6] == '\\' &&
	    s.p[at + 7] == 'u' && (low = hex_number(s, at + 8, 4)) >= 0xdc00 && low < 0xe000) {
		put_utf8(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		return 12;
	}
	/* half a pair is read as json/ reads it */
	put_utf8(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	return 6;
}

/* An escape at ${at}: what it means.  Returns: the bytes taken, 0 if it is none. */
static size_t
take_escape(struct str s, size_t at, struct buf *out)
{
	int32_t c;

	if (s.p[at] == '%') {
		c = hex_number(s, at + 1, 2);
		if (c < 0)
			return 0;
		buf_char(out, (char)c);
		return 3;
	}
	if (s.p[at] != '\\' || at + 1 >= s.n)
		return 0;
	if (s.p[at + 1] == 'u')
		return take_unicode(s, at, out);
	if (strchr("\"\\/", s.p[at + 1]) != NULL)
		buf_char(out, s.p[at + 1]);
	else if (strchr("bfnrt", s.p[at + 1]) != NULL)
		buf_char(out, ' ');
	else
		return 0;
	return 2;
}

static bool
has_escapes(struct str s)
{
	return memchr(s.p, '\\', s.n) != NULL || memchr(s.p, '%', s.n) != NULL;
}

/* ${text} without its escapes into s->plain; where each byte stood into s->places, which holds
 * where those of ${text} stand if it was read before.  Returns: whether there were any. */
static bool
read_escapes(struct search *s, struct str text, bool is_again)
{
	struct buf out = { 0 };
	size_t before = 0;

	buf_reserve(&out, text.n + 1);
	if (!is_again && s->places_cap < text.n + 1) {
		s->places_cap = text.n + 1;
		s->places = mem_resize(s->places, s->places_cap, sizeof(*s->places));
	}
	for (size_t i = 0; i < text.n;) {
		size_t n = take_escape(text, i, &out);
		uint32_t place = is_again ? s->places[i] : (uint32_t)i;

		if (n == 0) {
			buf_char(&out, text.p[i]);
			n = 1;
		}
		/* what is read is never longer than what stood there */
		while (before < out.n)
			s->places[before++] = place;
		i += n;
	}
	buf_release(&s->plain);
	s->plain = out;
	return out.n != text.n;
}

/* ---- Looking */

struct looking {
	struct search *s;
	struct str text;  /* as it is compared: ids */
	struct str lower; /* the same in lower case */
	enum search_form form;
	bool is_placed; /* s->places tells where a byte stood */
	search_found *found;
	void *context;
};

static void
tell(const struct looking *g, size_t which, size_t at)
{
	g->found(g->context, which, g->is_placed ? g->s->places[at] : at);
}

/* A page of one customer is called so. */
static bool
is_page_name(struct str text, size_t at)
{
	struct str begin = STR("customer-");

	return at >= begin.n && memcmp(text.p + at - begin.n, begin.p, begin.n) == 0;
}

/* Its length stands in front of it, as pack_text writes it. */
static bool
is_measured(const struct looking *g, size_t at, size_t n)
{
	size_t bytes = 1;
	struct unpack length;

	while (n >> 7 * bytes > 0)
		bytes++;
	if (g->form != SEARCH_FORM_ROW || at < bytes)
		return false;
	length = unpack_of(str_of(g->text.p + at - bytes, bytes));
	return unpack_u64(&length) == n;
}

/* Whether the text ends a longer one, or begins it. */
static bool
stands_alone(const struct looking *g, const struct search_text *x, size_t at, size_t n)
{
	bool has_before = at > 0, has_after = at + n < g->text.n;
	char before = has_before ? g->text.p[at - 1] : ' ';
	char after = has_after ? g->text.p[at + n] : ' ';

	if (x->kind == SEARCH_TEXT || is_measured(g, at, n))
		return true;
	if (x->kind == SEARCH_EMAIL)
		return !is_local(before) && !is_alnum(after) &&
		       !((after == '.' || after == '-') && at + n + 1 < g->text.n &&
		           is_alnum(g->text.p[at + n + 1]));
	if (x->kind == SEARCH_NAME)
		return !is_alnum(before) && !is_alnum(after);
	return (!is_word(before) || is_page_name(g->text, at)) && !is_word(after);
}

static void
look_for_bytes(const struct looking *g, size_t which)
{
	const struct search_text *x = &g->s->list[which];
	struct str in = x->kind == SEARCH_ID ? g->text : g->lower;
	const char *from = in.p, *end = in.p + in.n, *at;

	while (
	    from < end && (at = memmem(from, (size_t)(end - from), x->text.p, x->text.n)) != NULL) {
		if (stands_alone(g, x, (size_t)(at - in.p), x->text.n))
			tell(g, which, (size_t)(at - in.p));
		from = at + 1;
	}
}

/* Digits with marks between, from a first digit on: how many bytes hold those of ${want}; 0:
 * others. */
static size_t
match_digits(struct str in, size_t at, struct str want)
{
	size_t i = at, k = 0, marks = 0;

	while (i < in.n && k < want.n) {
		size_t mark;

		if (ascii_digit(in.p[i])) {
			if (in.p[i++] != want.p[k++])
				return 0;
			marks = 0;
		} else if ((mark = phone_between(str_from(in, i))) > 0 && ++marks <= BETWEEN) {
			i += mark;
		} else {
			return 0;
		}
	}
	return k == want.n ? i - at : 0;
}

/* No digit right in front, but the country code and what is dialled before one: "1", "00", "001".
 */
static bool
begins_number(struct str in, size_t at)
{
	size_t from = at;

	if (from > 0 && in.p[from - 1] == '1')
		from--;
	if (from > 1 && in.p[from - 1] == '0' && in.p[from - 2] == '0')
		from -= 2;
	return from == 0 || !ascii_digit(in.p[from - 1]);
}

static void
look_for_digits(const struct looking *g, size_t which)
{
	struct str want = g->s->list[which].text, in = g->text;
	const char *end = in.p + in.n;

	for (const char *p = in.p; p < end && (p = memchr(p, want.p[0], (size_t)(end - p))) != NULL;
	     p++) {
		size_t at = (size_t)(p - in.p), n;

		if (!begins_number(in, at))
			continue;
		n = match_digits(in, at, want);
		if (n > 0 && (at + n == in.n || !ascii_digit(in.p[at + n])))
			tell(g, which, at);
	}
}

static void
make_lower(struct search *s, struct str text)
{
	buf_reset(&s->lower);
	buf_reserve(&s->lower, text.n + 1);
	for (size_t i = 0; i < text.n; i++)
		s->lower.p[i] = ascii_lower(text.p[i]);
	s->lower.n = text.n;
}

static void
look(struct looking *g, struct str text)
{
	struct search *s = g->s;

	make_lower(s, text);
	g->text = text;
	g->lower = buf_view(&s->lower);
	for (size_t i = 0; i < s->n; i++)
		(s->list[i].kind == SEARCH_PHONE ? look_for_digits : look_for_bytes)(g, i);
}

void
search_run(
    struct search *s, struct str text, enum search_form form, search_found *found, void *context)
{
	struct looking g = { .s = s, .form = form, .found = found, .context = context };
	bool is_again = false;

	if (s->n == 0 || text.n == 0)
		return;
	look(&g, text);
	for (int level = 0; level < LEVELS && form == SEARCH_FORM_TEXT && has_escapes(text);
	     level++) {
		if (!read_escapes(s, text, is_again))
			return;
		is_again = g.is_placed = true;
		text = buf_view(&s->plain);
		look(&g, text);
	}
}

struct having {
	const struct search *s;
	bool has, has_telling;
};

static void
note(void *context, size_t which, size_t at)
{
	struct having *h = context;

	(void)at;
	h->has = true;
	h->has_telling = h->has_telling || h->s->list[which].kind != SEARCH_NAME;
}

bool
search_has(struct search *s, struct str text)
{
	struct having h = { .s = s };

	search_run(s, text, SEARCH_FORM_TEXT, note, &h);
	return h.has;
}

bool
search_has_telling(struct search *s, struct str text)
{
	struct having h = { .s = s };

	search_run(s, text, SEARCH_FORM_TEXT, note, &h);
	return h.has_telling;
}

void
search_release(struct search *s)
{
	mem_free(s->list);
	mem_free(s->places);
	buf_release(&s->plain);
	buf_release(&s->lower);
	buf_release(&s->digits);
	arena_release(&s->arena);
	*s = (struct search){ 0 };
}
