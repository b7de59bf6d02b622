#include "record/id.h"

#include <stddef.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct look {
	const char *p; /* the next byte */
	const char *end;
};

static bool
next_is(struct look *l, char c)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\n' || *l->p == '\r' || *l->p == '\t'))
		l->p++;
	return l->p < l->end && *l->p == c;
}

static bool
take(struct look *l, char c)
{
	if (!next_is(l, c))
		return false;
	l->p++;
	return true;
}

/* Go to the next of the bytes that matter: a quote, and in a string a
 * backslash, outside of one a bracket. */
static inline void
skip_plain(struct look *l, bool in_string)
{
#ifdef __SSE2__
	/* with this bit a square bracket looks like a curly one */
	const __m128i curly = _mm_set1_epi8(in_string ? 0 : 0x20);
	const __m128i first = _mm_set1_epi8(in_string ? '\\' : '{');
	const __m128i second = _mm_set1_epi8(in_string ? '\\' : '}');
	const __m128i quote = _mm_set1_epi8('"');

	for (; l->end - l->p >= 16; l->p += 16) {
		__m128i v = _mm_loadu_si128((const void *)l->p);
		__m128i d = _mm_or_si128(v, curly);
		__m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, quote),
		    _mm_or_si128(_mm_cmpeq_epi8(d, first), _mm_cmpeq_epi8(d, second)));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);

		if (mask != 0) {
			l->p += __builtin_ctz(mask);
			return;
		}
	}
#endif
	while (l->p < l->end && *l->p != '"' &&
	       (in_string ? *l->p != '\\' : (*l->p | 0x20) != '{' && (*l->p | 0x20) != '}'))
		l->p++;
}

/* Go from a quote to after the one that closes. */
static inline bool
skip_string(struct look *l, bool *escaped)
{
	*escaped = false;
	l->p++;
	for (;;) {
		skip_plain(l, true);
		if (l->p == l->end)
			return false;
		if (*l->p++ == '"')
			return true;
		*escaped = true;
		if (l->p == l->end)
			return false;
		l->p++;
	}
}

/* Which bracket closes which is the strict reader's question. */
static bool
skip_container(struct look *l)
{
	size_t depth = 0;
	bool escaped;

	do {
		skip_plain(l, false);
		if (l->p == l->end)
			return false;
		if (*l->p == '"') {
			if (!skip_string(l, &escaped))
				return false;
			continue;
		}
		depth += *l->p == '{' || *l->p == '[' ? 1 : (size_t)-1;
		l->p++;
	} while (depth > 0);
	return true;
}

static bool
ends_word(char c)
{
	switch (c) {
	case '{':
	case '}':
	case '[':
	case ']':
	case ',':
	case ':':
	case '"':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return true;
	default:
		return false;
	}
}

static struct str
take_word(struct look *l)
{
	const char *from = l->p;

	while (l->p < l->end && !ends_word(*l->p))
		l->p++;
	return str_of(from, (size_t)(l->p - from));
}

static bool
skip_value(struct look *l)
{
	bool escaped;

	if (next_is(l, '"'))
		return skip_string(l, &escaped);
	if (next_is(l, '{') || next_is(l, '['))
		return skip_container(l);
	return take_word(l).n > 0;
}

bool
id_is_integer(struct str s)
{
	size_t sign = s.n > 0 && s.p[0] == '-';

	for (size_t i = sign; i < s.n; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return s.n > sign;
}

/* The value as an id; empty where it is as good as missing.
 * Returns: false if it takes the strict reader to tell. */
static bool
take_id(struct look *l, struct str *id)
{
	const char *from;
	bool escaped;

	if (!next_is(l, '"')) {
		*id = take_word(l);
		if (str_eq(*id, STR("null")))
			id->n = 0;
		else if (!id_is_integer(*id))
			return false;
		return id->n <= ID_MAX;
	}
	from = l->p + 1;
	if (!skip_string(l, &escaped) || escaped)
		return false;
	*id = str_of(from, (size_t)(l->p - 1 - from));
	return id->n <= ID_MAX && str_trim(*id).n == id->n;
}

static bool
take_name(struct look *l, struct str *name)
{
	const char *from;
	bool escaped;

	if (!next_is(l, '"'))
		return false;
	from = l->p + 1;
	/* an escape could spell any name */
	if (!skip_string(l, &escaped) || escaped)
		return false;
	*name = str_of(from, (size_t)(l->p - 1 - from));
	return take(l, ':');
}

bool
id_peek(struct str record, bool is_order, struct str *id)
{
	static const struct str chain[] = { { "id", 2 }, { "_id", 3 }, { "orderId", 7 } };
	struct str found[3] = { { NULL, 0 } };
	size_t n = is_order ? 3 : 2;
	struct look l = { .p = record.p };

	if (record.n == 0)
		return false;
	l.end = record.p + record.n;
	if (!take(&l, '{'))
		return false;
	do {
		struct str name;
		size_t i = 0;

		if (!take_name(&l, &name))
			return false;
		while (i < n && !str_eq(name, chain[i]))
			i++;
		if (i == n ? !skip_value(&l) : !take_id(&l, &found[i]))
			return false;
		/* nothing that follows goes before the chain's first */
	} while (found[0].n == 0 && take(&l, ','));
	for (size_t i = 0; i < n; i++)
		if (found[i].n > 0) {
			*id = found[i];
			return true;
		}
	return false;
}
