#include "base/sort.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>

#include "base/arena.h"

#define FEW 48 /* a list that is sorted faster by hand than counted */
#define BYTES 8

static void
sort_few(struct sort_key *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_key k = list[i];
		size_t at = i;

		for (; at > 0 && list[at - 1].key > k.key; at--)
			list[at] = list[at - 1];
		list[at] = k;
	}
}

/* One pass: by the byte that begins at ${shift}. */
static void
scatter(const struct sort_key *from, struct sort_key *to, size_t n, unsigned shift)
{
	size_t place[256] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		place[from[i].key >> shift & 0xff]++;
	for (size_t i = 0; i < 256; i++) {
		size_t count = place[i];

		place[i] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[place[from[i].key >> shift & 0xff]++] = from[i];
}

void
sort_keys(struct sort_key *list, size_t n)
{
	struct sort_key *a = list, *b, *spare;
	uint64_t differ = 0;

	if (n <= FEW) {
		sort_few(list, n);
		return;
	}
	for (size_t i = 1; i < n; i++)
		differ |= list[i].key ^ list[0].key;
	if (differ == 0)
		return;
	b = spare = mem_alloc(n * sizeof(*spare));
	for (unsigned shift = 0; shift < 8 * BYTES; shift += 8) {
		struct sort_key *was = a;

		if ((differ >> shift & 0xff) == 0)
			continue;
		scatter(a, b, n, shift);
		a = b;
		b = was;
	}
	if (a != list)
		memcpy(list, a, n * sizeof(*list));
	mem_free(spare);
}

/* Bytes that all of them begin with: they say nothing of the order. */
static size_t
common_prefix(const struct str *texts, size_t n)
{
	size_t common = texts[0].n;

	for (size_t i = 1; i < n && common > 0; i++) {
		size_t k = 0;

		if (common > texts[i].n)
			common = texts[i].n;
		while (k < common && texts[i].p[k] == texts[0].p[k])
			k++;
		common = k;
	}
	return common;
}

static uint64_t
first_bytes(struct str s, size_t from)
{
	uint64_t v = 0;

	if (s.n > from)
		memcpy(&v, s.p + from, s.n - from < BYTES ? s.n - from : BYTES);
	return be64toh(v);
}

static int
by_text(const void *x, const void *y, void *context)
{
	const struct sort_key *a = x, *b = y;
	const struct str *texts = context;
	int c = str_cmp(texts[a->at], texts[b->at]);

	return c != 0 ? c : a->at < b->at ? -1 : a->at > b->at;
}

void
sort_texts(const struct str *texts, size_t n, uint32_t *order)
{
	struct sort_key *keys;
	size_t common, from = 0;

	assert(n <= UINT32_MAX);
	if (n == 0)
		return;
	common = common_prefix(texts, n);
	keys = mem_alloc(n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ first_bytes(texts[i], common), i };
	sort_keys(keys, n);
	/* those whose first bytes are the same are compared whole */
	for (size_t i = 1; i <= n; i++) {
		if (i < n && keys[i].key == keys[from].key)
			continue;
		if (i - from > 1)
			qsort_r(keys + from, i - from, sizeof(*keys), by_text,
			    (void *)(uintptr_t)texts);
		from = i;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)keys[i].at;
	mem_free(keys);
}
