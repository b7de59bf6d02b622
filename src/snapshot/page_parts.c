#include "snapshot/page_parts.h"

#include "lib/gz.h"

/* Texts in a row that were expected and not there: others follow on them. */
#define MISSED 4

bool
page_parts_find(struct page_parts *p, const struct page_reader *r)
{
	struct str left = r->stored;
	size_t n = gz_blocks(left);

	p->n = p->texts_n = 0;
	while (p->n < n) {
		struct gz_block b = gz_block(r->stored, p->n);

		if (b.stored > left.n)
			return false;
		p->list = mem_grow(p->list, p->n, &p->cap, sizeof(*p->list));
		p->list[p->n++] = (struct page_part){
			.stored = str_of(left.p, b.stored),
			.hash = hash_of(str_of(left.p, b.stored)),
			.text = b.text,
		};
		left = str_from(left, b.stored);
	}
	return n > 0 && left.n == 0;
}

static bool
inflate(struct page_parts *p, struct page_reader *r)
{
	uint64_t size = 0;

	for (size_t i = 0; i < p->n; i++)
		size += p->list[i].text;
	if (size > PAGE_LIMIT)
		return false;
	if (r->gz == NULL)
		r->gz = gz_reader_new();
	buf_reset(&r->inflated);
	for (size_t i = 0; i < p->n; i++) {
		struct page_part *x = &p->list[i];

		x->at = (uint32_t)r->inflated.n;
		if (x->known == NULL && !gz_inflate_block(r->gz, x->stored, x->text, &r->inflated))
			return false;
	}
	r->text = buf_view(&r->inflated);
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* That record begins there, and as an element of a list: after its bracket or a comma.  An empty
 * place will not do: at the end of a list it is one only after another. */
static bool
is_element_at(const struct page_reader *r, size_t record, size_t at)
{
	const struct split_record *x = &r->scan.records[record];

	if (record >= r->scan.n || x->at != at || x->len == 0)
		return false;
	while (at > 0 && is_space(r->text.p[at - 1]))
		at--;
	return at > 0 && (r->text.p[at - 1] == '[' || r->text.p[at - 1] == ',');
}

/* Between that record and the next one there is a comma, and no more than space beside it. */
static bool
is_followed(const struct page_reader *r, size_t record)
{
	const struct split_record *x = &r->scan.records[record];
	size_t commas = 0;

	for (size_t at = (size_t)x->at + x->len; at < x[1].at; at++) {
		if (r->text.p[at] != ',' && !is_space(r->text.p[at]))
			return false;
		commas += r->text.p[at] == ',';
	}
	return commas == 1;
}

static bool
is_records_alone(const struct page_reader *r, size_t from, size_t to, size_t at, size_t end)
{
	if (from == to || !is_element_at(r, from, at) || !is_element_at(r, to, end))
		return false;
	for (size_t i = from; i < to; i++)
		if (!is_followed(r, i))
			return false;
	return true;
}

/* Where the parts lie among the records of the text; false if one was left out where no list goes
 * on.  ${left_out}: how many records were. */
static bool
place(struct page_parts *p, const struct page_reader *r, uint32_t *left_out)
{
	size_t record = 0;

	*left_out = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct page_part *x = &p->list[i];
		size_t end = i + 1 < p->n ? x[1].at : r->text.n, from = record;

		x->first = (uint32_t)record + *left_out;
		x->is_records_alone = x->known != NULL;
		if (x->known != NULL) {
			if (!is_element_at(r, record, x->at))
				return false;
			*left_out += x->records;
			continue;
		}
		while (record < r->scan.n && r->scan.records[record].at < end)
			record++;
		x->records = (uint32_t)(record - from);
		x->is_records_alone = is_records_alone(r, from, record, x->at, end);
	}
	return true;
}

/* The records of the part, before the one that follows on it. */
static void
left_out_at(struct split_record *next, const struct page_part *x)
{
	for (uint32_t k = 1; k <= x->records; k++)
		next[-(ptrdiff_t)k] =
		    (struct split_record){ .at = x->at, .index = next->index - k };
}

/* From the end on each record goes where it is in the page, after those that were left out. */
static void
spread(const struct page_parts *p, struct split *s, uint32_t left_out)
{
	size_t from = s->n, to = s->n + left_out;

	s->records = mem_resize(s->records, to, sizeof(*s->records));
	s->n = s->cap = to;
	for (size_t i = p->n; i-- > 0 && left_out > 0;) {
		const struct page_part *x = &p->list[i];

		if (x->known != NULL) {
			left_out_at(&s->records[to], x);
			to -= x->records;
			left_out -= x->records;
			continue;
		}
		for (uint32_t k = 0; k < x->records; k++) {
			s->records[--to] = s->records[--from];
			s->records[to].index += left_out;
		}
	}
}

/* The walk over a page whose records may be expected. */
struct expecting {
	struct page_parts *p;
	struct str text;
	const struct page_expected *x;
	size_t part;  /* the next one */
	size_t first; /* where the part's first record begins */
	bool is_at_first, is_on;
	unsigned missed; /* texts in a row that were not there */
};

static void
note_text(struct page_parts *p, size_t at, size_t len, struct hash hash)
{
	p->texts = mem_grow(p->texts, p->texts_n, &p->texts_cap, sizeof(*p->texts));
	p->texts[p->texts_n++] = (struct page_text){ (uint32_t)at, (uint32_t)len, hash };
}

/* Whether a part begins there: its first record tells what to expect of the others. */
static bool
is_part_at(struct expecting *g, size_t from)
{
	bool found = false;

	for (; g->part < g->p->n && g->p->list[g->part].at <= from; g->part++)
		found = g->p->list[g->part].at == from;
	return found;
}

static void
take_first(struct expecting *g, const struct split *s)
{
	const struct split_record *x = s->n > 0 ? &s->records[s->n - 1] : NULL;
	struct hash hash;

	g->is_at_first = false;
	if (x == NULL || x->at != g->first)
		return;
	hash = hash_of(str_of(g->text.p + x->at, x->len));
	note_text(g->p, x->at, x->len, hash);
	g->is_on = g->x->begin(g->x->context, hash);
	g->missed = 0;
}

static size_t
known_end(void *context, const struct split *s, size_t from)
{
	struct expecting *g = context;
	struct page_text want;
	struct hash hash;

	if (is_part_at(g, from)) {
		g->is_at_first = true;
		g->is_on = false;
		g->first = from;
		return 0;
	}
	if (g->is_at_first)
		take_first(g, s);
	g->is_on = g->is_on && g->missed < MISSED && g->x->next(g->x->context, &want);
	g->missed++;
	if (!g->is_on || want.len == 0 || g->text.n - from <= want.len ||
	    g->text.p[from + want.len] != ',')
		return 0;
	hash = hash_of(str_of(g->text.p + from, want.len));
	if (!hash_eq(hash, want.hash))
		return 0;
	note_text(g->p, from, want.len, hash);
	g->missed = 0;
	return from + want.len;
}

static bool
scan(struct page_parts *p, struct page_reader *r, enum resource resource,
    const struct page_expected *expected)
{
	struct expecting g = { .p = p, .text = r->text, .x = expected };
	struct err ignored = ERR_INIT;
	int rc;

	p->texts_n = 0;
	if (expected != NULL) {
		r->scan.known_end = known_end;
		r->scan.known = &g;
	}
	rc = page_scan(r, resource, &ignored);
	r->scan.known_end = NULL;
	r->scan.known = NULL;
	return rc == 0;
}

bool
page_parts_read(struct page_parts *p, struct page_reader *r, enum resource resource,
    const struct page_expected *expected)
{
	struct split *s = &r->scan;
	uint32_t left_out;

	if (!inflate(p, r) || !scan(p, r, resource, expected) || !place(p, r, &left_out))
		return false;
	if (left_out == 0)
		return true;
	if (s->elements + (uint64_t)left_out >= SPLIT_RECORDS)
		return false;
	spread(p, s, left_out);
	return true;
}

bool
page_parts_hash(const struct page_parts *p, size_t *i, uint32_t at, uint32_t len, struct hash *out)
{
	while (*i < p->texts_n && p->texts[*i].at < at)
		++*i;
	if (*i == p->texts_n || p->texts[*i].at != at || p->texts[*i].len != len)
		return false;
	*out = p->texts[*i].hash;
	return true;
}

size_t
page_parts_byte(const struct page_parts *p, size_t at)
{
	size_t left_out = 0;

	for (size_t i = 0; i < p->n && p->list[i].at <= at; i++)
		left_out += p->list[i].known != NULL ? p->list[i].text : 0;
	return at + left_out;
}

void
page_parts_release(struct page_parts *p)
{
	mem_free(p->list);
	mem_free(p->texts);
	*p = (struct page_parts){ 0 };
}
