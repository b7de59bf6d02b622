#include "record/full_name.h"

#include "base/arena.h"

/* What stands between two commas. */
struct part {
	struct str *words; /* in the name's list of words */
	size_t n;
	bool is_behind; /* nothing but suffixes, after a comma */
};

struct name {
	struct part *parts; /* the first always, others if they are not empty */
	size_t n;
	size_t kept;    /* the first part that is no suffix after a comma */
	size_t words_n; /* of all such parts */
};

static bool
is_suffix(struct str word)
{
	static const char *const suffixes[] = { "jr", "sr", "ii", "iii", "iv", "v", "md", "do",
		"phd", "dds", "dvm", "esq" };
	char plain[4];
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '.')
			continue;
		if (n == sizeof(plain))
			return false;
		plain[n++] = word.p[i];
	}
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (str_eq_nocase(str_of(plain, n), str_c(suffixes[i])))
			return true;
	return false;
}

static bool
is_all_suffixes(const struct part *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!is_suffix(p->words[i]))
			return false;
	return true;
}

/* The next word's end, a comma's place, or the text's end. */
static size_t
word_end(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ',' && str_space(str_from(s, n)) == 0)
		n++;
	return n;
}

/* Parts and their words in the order of the text. */
static void
take_apart(struct arena *a, struct str text, struct name *out)
{
	struct str *words = arena_array(a, text.n / 2 + 1, sizeof(*words));
	struct part *last;
	size_t n, space;

	/* but for the first a part has a word and a comma */
	*out = (struct name){ .parts = arena_zero(a, text.n / 2 + 2, sizeof(*out->parts)) };
	last = &out->parts[out->n++];
	last->words = words;
	while (text.n > 0) {
		if (text.p[0] == ',') {
			if (out->n == 1 || last->n > 0) {
				words = last->words + last->n;
				last = &out->parts[out->n++];
				last->words = words;
			}
			text = str_from(text, 1);
		} else if ((space = str_space(text)) > 0) {
			text = str_from(text, space);
		} else {
			n = word_end(text);
			last->words[last->n++] = str_of(text.p, n);
			text = str_from(text, n);
		}
	}
	if (out->n > 1 && last->n == 0)
		out->n--;
}

/* Say which parts are suffixes, but not of all of them. */
static void
find_behind(struct name *x)
{
	bool has_other = x->parts[0].n > 0;

	for (size_t i = 1; i < x->n; i++) {
		x->parts[i].is_behind = is_all_suffixes(&x->parts[i]);
		has_other = has_other || !x->parts[i].is_behind;
	}
	if (!has_other && x->n > 1) {
		x->parts[1].is_behind = false;
		x->kept = 1;
	}
	for (size_t i = 0; i < x->n; i++)
		if (!x->parts[i].is_behind)
			x->words_n += x->parts[i].n;
}

static void
add_word(struct buf *b, struct str word)
{
	if (b->n > 0)
		buf_char(b, ' ');
	buf_str(b, word);
}

static void
add_words(struct buf *b, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_word(b, words[i]);
}

/* Suffixes at the end of what is kept are cut.
 * Returns: the part they stood in; ${n} is how many. */
static size_t
cut_end(struct name *x, size_t *n)
{
	size_t last = x->n - 1;
	struct part *p;

	while (last > 0 && x->parts[last].is_behind)
		last--;
	p = &x->parts[last];
	*n = 0;
	while (p->n > 0 && x->words_n > 1 && is_suffix(p->words[p->n - 1])) {
		p->n--;
		x->words_n--;
		++*n;
	}
	return last;
}

/* All suffixes in the order in which they stood. */
static void
add_suffixes(struct buf *b, const struct name *x, size_t last, size_t end_n)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct part *p = &x->parts[i];

		if (p->is_behind)
			add_words(b, p->words, p->n);
		if (i == last)
			add_words(b, p->words + p->n, end_n);
	}
}

/* What is kept after the first part; its parts stay parted by commas. */
static void
add_first(struct buf *b, const struct name *x, size_t from)
{
	for (size_t i = from; i < x->n; i++) {
		const struct part *p = &x->parts[i];

		if (p->is_behind || p->n == 0)
			continue;
		if (b->n > 0)
			buf_char(b, ',');
		add_words(b, p->words, p->n);
	}
}

void
full_name_split(struct arena *a, struct str name, struct str *first, struct str *last)
{
	struct buf one = { 0 }, two = { 0 };
	struct name x;
	const struct part *kept;
	size_t at, end_n;

	take_apart(a, name, &x);
	find_behind(&x);
	at = cut_end(&x, &end_n);
	kept = &x.parts[x.kept];
	add_first(&one, &x, x.kept + 1);
	if (one.n > 0) {
		add_words(&two, kept->words, kept->n);
	} else if (kept->n > 0) {
		add_word(&one, kept->words[0]);
		add_words(&two, kept->words + 1, kept->n - 1);
	}
	add_suffixes(&two, &x, at, end_n);
	*first = one.n > 0 ? str_copy(a, buf_view(&one)) : (struct str){ 0 };
	*last = two.n > 0 ? str_copy(a, buf_view(&two)) : (struct str){ 0 };
	buf_release(&one);
	buf_release(&two);
}
