#include "delta/complete.h"

#include <stdlib.h>

#include "base/arena.h"

/* Of one page.  Pages with the same scope are those of one read: no window has the bounds of
 * SCOPE_ALL. */
struct page_scope {
	struct complete_scope scope;
	bool has_nameless;
};

static int
by_place(const void *x, const void *y)
{
	const struct complete_scope *a = &((const struct page_scope *)x)->scope;
	const struct complete_scope *b = &((const struct page_scope *)y)->scope;

	if (a->location != b->location)
		return a->location < b->location ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

/* The bounds of the scope; false if a read of it did not have to hold anything. */
static bool
find_bounds(const struct scope *s, enum entity entity, struct complete_scope *out)
{
	bool is_window = s->kind == SCOPE_CREATED && entity == ENTITY_ORDER;

	if (s->kind == SCOPE_ALL) {
		out->from = INT64_MIN;
		out->last = INT64_MAX;
		return true;
	}
	if (!is_window || s->from >= s->to)
		return false;
	out->from = s->from;
	out->last = s->to - 1;
	return true;
}

/* Those of all pages that have one, in ${list}: how many. */
static size_t
collect(struct page_scope *list, const struct read_snapshot *in, const struct read_source *source,
    enum entity entity)
{
	const struct manifest *m = source->run->manifest;
	enum resource resource = entity == ENTITY_CUSTOMER ? RESOURCE_CUSTOMERS : RESOURCE_ORDERS;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		struct complete_scope scope = { .location = source->locations[i] };

		if (m->pages[i].resource == resource &&
		    find_bounds(&m->pages[i].scope, entity, &scope))
			list[n++] = (struct page_scope){ scope, in->pages[i].has_nameless };
	}
	return n;
}

/* They come by location and time: those that overlap or touch become one. */
static void
join(struct complete_scopes *p, const struct complete_scope *next)
{
	struct complete_scope *end = p->n > 0 ? &p->list[p->n - 1] : NULL;

	if (end == NULL || end->location != next->location ||
	    (next->from > end->last && next->from - 1 > end->last))
		p->list[p->n++] = *next;
	else if (end->last < next->last)
		end->last = next->last;
}

static struct complete_scopes
find(struct arena *a, const struct read_snapshot *in, const struct read_source *source,
    enum entity entity, bool is_doubtful)
{
	size_t most = source->run->manifest->n, n;
	struct complete_scopes p = { .entity = entity };
	struct arena_mark mark;
	struct page_scope *list;

	p.list = arena_array(a, most, sizeof(*p.list));
	mark = arena_mark(a);
	list = arena_array(a, most, sizeof(*list));
	n = collect(list, in, source, entity);
	qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0, next; i < n; i = next) {
		bool is_sound = true;

		for (next = i; next < n && by_place(&list[i], &list[next]) == 0; next++)
			is_sound = is_sound && !list[next].has_nameless;
		if (is_sound || is_doubtful)
			join(&p, &list[i].scope);
	}
	arena_back(a, mark);
	return p;
}

struct complete_scopes
complete_find(struct arena *a, const struct read_snapshot *in, const struct read_source *source,
    enum entity entity)
{
	return find(a, in, source, entity, false);
}

struct complete_scopes
complete_find_doubtful(struct arena *a, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity)
{
	return find(a, in, source, entity, true);
}

bool
complete_cover(const struct complete_scopes *p, uint32_t location, int64_t created)
{
	size_t low = 0, high = p->n; /* the first that does not end before it */

	if (p->entity == ENTITY_CUSTOMER)
		return p->n > 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct complete_scope *at = &p->list[mid];

		if (at->location < location || (at->location == location && at->last < created))
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->n && p->list[low].location == location && p->list[low].from <= created;
}

bool
complete_is_whole(const struct complete_scope *p)
{
	return p->from == INT64_MIN && p->last == INT64_MAX;
}
