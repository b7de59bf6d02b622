#include "delta/merge.h"

#include <endian.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/sort.h"
#include "delta/bulk_write.h"
#include "lib/kv.h"
#include "state/state.h"

#define AHEAD 16
#define PICKED 64 /* ids that tell what most begin with */

struct merging {
	struct str prefix;               /* what most ids begin with */
	atomic_size_t forms[SEEN_FORMS]; /* how many of each count */
};

/* The length of what both begin with. */
static size_t
common_length(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/* The bytes after the common prefix; an id without it comes before or after all others. */
static uint64_t
rough_id(const void *context, const struct seen *s)
{
	struct str prefix = ((const struct merging *)context)->prefix;
	struct str id = seen_id(s);
	size_t n = id.n < prefix.n ? id.n : prefix.n;
	int c = n == 0 ? 0 : memcmp(id.p, prefix.p, n);
	uint64_t key = 0;

	if (c != 0 || id.n < prefix.n)
		return c > 0 ? UINT64_MAX : 0;
	n = id.n - prefix.n < sizeof(key) ? id.n - prefix.n : sizeof(key);
	memcpy(&key, id.p + prefix.n, n);
	return be64toh(key);
}

/* A later copy of the id came after this one.  Copies lie at multiples of SEEN_ALIGN, so an entry
 * has a bit to spare for that. */
static const struct seen *
superseded(const struct seen *s)
{
	return (const void *)((const char *)s + 1);
}

static bool
is_superseded(const struct seen *s)
{
	return ((uintptr_t)s & 1) != 0;
}

static const struct seen *
copy_of(const struct seen *s)
{
	return (const void *)((const char *)s - 1);
}

/* By id; entries that a later copy supersedes are marked. */
static void
sort_ids(void *context, const struct seen **list, size_t n)
{
	struct merging *m = context;
	const struct seen **was = mem_alloc(n * sizeof(*was));
	struct str *ids = mem_alloc(n * sizeof(*ids));
	uint32_t *order = mem_alloc(n * sizeof(*order));
	size_t forms[SEEN_FORMS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			seen_prefetch(list[i + AHEAD]);
		was[i] = list[i];
		ids[i] = seen_id(list[i]);
	}
	sort_texts(ids, n, order);
	for (size_t i = 0; i < n; i++) {
		bool is_last = i + 1 == n || !str_eq(ids[order[i]], ids[order[i + 1]]);

		list[i] = is_last ? was[order[i]] : superseded(was[order[i]]);
		if (is_last)
			forms[list[i]->form]++;
	}
	for (size_t i = 0; i < SEEN_FORMS; i++)
		atomic_fetch_add(&m->forms[i], forms[i]);
	mem_free(was);
	mem_free(ids);
	mem_free(order);
}

static struct str
common_prefix(const struct seen *const *all, size_t n)
{
	struct str prefix = n > 0 ? seen_id(all[0]) : STR("");

	for (size_t i = 0; n > 0 && i < PICKED; i++)
		prefix.n = common_length(prefix, seen_id(all[(n - 1) / PICKED * i]));
	return prefix;
}

/* Sorting keeps the copies of an id in the manifest's order. */
int
merge_copies(const struct seen **all, size_t n, size_t jobs, struct merged *out, struct err *e)
{
	struct merging merging = { .prefix = common_prefix(all, n) };
	static const struct bulk_order by = { rough_id, sort_ids };
	size_t last = 0;
	int rc;

	*out = (struct merged){ .seen = mem_alloc(n * sizeof(*out->seen)) };
	rc = bulk_write_sort(&by, &merging, all, out->seen, n, jobs, e);
	mem_free(all);
	for (size_t i = 0; i < SEEN_FORMS; i++) {
		out->forms[i] = merging.forms[i];
		last += out->forms[i];
	}
	if (rc < 0)
		return -1;
	out->superseded = mem_alloc((n - last) * sizeof(*out->superseded));
	for (size_t i = 0; i < n; i++)
		if (is_superseded(out->seen[i]))
			out->superseded[out->superseded_n++] = copy_of(out->seen[i]);
		else
			out->seen[out->n++] = out->seen[i];
	return 0;
}

int
merge_pages(const struct read_page *pages, const struct manifest *m, enum entity entity,
    size_t jobs, struct merged *out, struct err *e)
{
	const struct seen **all;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < m->n; i++)
		n += read_page_holds(m->pages[i].resource, entity) ? pages[i].n : 0;
	all = mem_alloc(n * sizeof(*all));
	for (size_t i = 0; i < m->n; i++) {
		const struct seen *s = pages[i].copies;

		if (!read_page_holds(m->pages[i].resource, entity))
			continue;
		for (size_t k = 0; k < pages[i].n; k++) {
			all[at++] = s;
			s = seen_following(s);
		}
	}
	return merge_copies(all, n, jobs, out, e);
}

/* Of a record there is now the last copy with another text and the last place of the known text:
 * what came later counts. */
static void
drop_superseded(struct merged *m, struct text_index *k)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct seen *s = m->seen[i];

		if (i + AHEAD < m->n)
			seen_prefetch(m->seen[i + AHEAD]);
		if (s->form != SEEN_TEXT ||
		    text_index_supersede(k, seen_known(s).ordinal, s->page, s->index))
			m->seen[kept++] = s;
	}
	m->forms[SEEN_TEXT] -= m->n - kept;
	m->n = kept;
}

static bool
is_moved(const struct text_index *k, const uint32_t *locations, size_t ordinal)
{
	uint64_t mark = text_index_mark(k, ordinal);

	return k->entity == ENTITY_ORDER && mark >= TEXT_INDEX_SEEN &&
	       k->texts[ordinal].location != locations[text_index_mark_page(mark)];
}

/* Returns how many moved. */
static size_t
count_marks(struct text_index *k, const uint32_t *locations)
{
	size_t moved = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (is_moved(k, locations, i))
			moved++;
		else if (text_index_mark(k, i) >= TEXT_INDEX_SEEN)
			k->unchanged++;
		else if (text_index_mark(k, i) == TEXT_INDEX_UNSEEN)
			k->unseen++;
	}
	return moved;
}

static const struct seen *
moved_copy(struct arena *a, struct str id, uint64_t mark)
{
	struct seen head = {
		.page = text_index_mark_page(mark),
		.form = SEEN_MOVED,
	};
	struct buf b = { 0 };
	void *s;

	seen_add(&b, &head, id, (struct str){ 0 }, (struct str){ 0 }, NULL);
	s = arena_copy(a, b.p, b.n);
	buf_release(&b);
	return s;
}

/* A known text has no copy, but an order that was read under another location needs one: its row is
 * brought up to date. */
static int
add_moved(struct arena *a, struct merged *m, const struct text_index *k, const uint32_t *locations,
    size_t moved, struct kv_txn *t, struct err *e)
{
	struct kv_cursor *c = kv_all(t, TABLE_ORDERS, e);
	size_t ordinal = 0;
	struct str id, row;
	int rc;

	m->seen = mem_resize(m->seen, m->n + moved, sizeof(*m->seen));
	for (; (rc = kv_next(c, &id, &row, e)) > 0; ordinal++)
		if (is_moved(k, locations, ordinal))
			m->seen[m->n++] = moved_copy(a, id, text_index_mark(k, ordinal));
	kv_cursor_close(c);
	m->forms[SEEN_MOVED] += moved;
	return rc;
}

int
merge_known(struct arena *a, struct merged *m, struct text_index *k, const uint32_t *locations,
    struct kv_txn *t, struct err *e)
{
	size_t moved;

	drop_superseded(m, k);
	moved = count_marks(k, locations);
	return moved > 0 ? add_moved(a, m, k, locations, moved, t, e) : 0;
}
