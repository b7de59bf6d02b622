#include "delta/field_changes.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pool.h"
#include "json/read.h"
#include "record/compare.h"
#include "state/record_text.h"

/* Earlier versions that are in memory together; a batch ends with a page. */
#define BATCH 4096

struct worker {
	struct json before, after;
	struct arena scratch, keep;
	struct buf out;
};

/* Changes by the place of the version before, and those versions. */
struct batch {
	struct field_change **list;
	struct wanted_record *before;
	struct worker *workers;
};

static int
by_place(const void *x, const void *y)
{
	const struct place *a = &(*(struct field_change *const *)x)->before;
	const struct place *b = &(*(struct field_change *const *)y)->before;

	if (a->snapshot != b->snapshot)
		return a->snapshot < b->snapshot ? -1 : 1;
	if (a->page != b->page)
		return a->page < b->page ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static bool
is_same_page(const struct place *a, const struct place *b)
{
	return a->snapshot == b->snapshot && a->page == b->page;
}

static int
compare_record(void *context, size_t worker, size_t i, struct err *e)
{
	const struct batch *batch = context;
	struct worker *w = &batch->workers[worker];
	struct field_change *c = batch->list[i];
	struct json_fault fault;
	struct change *list;
	size_t n;

	if (!json_read(&w->before, batch->before[i].text, &fault) ||
	    !json_read(&w->after, c->text, &fault))
		return err_set(
		    e, ERR_DAMAGED, "the previous version of a record is not valid JSON");
	arena_reset(&w->scratch);
	list = compare_list(&w->scratch, &w->before, &w->after, &n);
	if (n == 0)
		return 0;
	buf_reset(&w->out);
	compare_write(&w->out, list, n, &w->before, &w->after);
	c->changes = str_of(arena_bytes(&w->keep, w->out.p, w->out.n), w->out.n);
	return 0;
}

static int
find_sources(struct arena *a, struct state *s, const struct batch *batch, size_t n, struct err *e)
{
	struct source_page *page = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct place *at = &batch->list[i]->before;

		if (i == 0 || page->is_pruned || !is_same_page(&batch->list[i - 1]->before, at)) {
			page = arena_alloc(a, sizeof(*page));
			if (record_text_source(a, s, *at, page, e) < 0)
				return -1;
		}
		batch->before[i] = (struct wanted_record){
			.from = page, .index = at->index, .hash = &batch->list[i]->hash
		};
	}
	return 0;
}

static int
compare_batch(struct state *s, const struct run *run, struct batch *batch, size_t n, struct err *e)
{
	struct arena a = { 0 };
	int rc;

	batch->before = arena_array(&a, n, sizeof(*batch->before));
	rc = find_sources(&a, s, batch, n, e);
	if (rc == 0)
		rc = record_text_known(&a, run->account, batch->before, n, run->jobs, e);
	if (rc == 0)
		rc = pool_run(run->jobs, n, compare_record, batch, e);
	arena_release(&a);
	return rc;
}

int
field_changes_make(struct arena *a, struct state *s, const struct run *run,
    struct field_change *list, size_t n, struct err *e)
{
	struct field_change **sorted = arena_array(a, n, sizeof(*sorted));
	struct worker *workers = mem_zero(run->jobs, sizeof(*workers));
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &list[i];
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t from = 0, to; rc == 0 && from < n; from = to) {
		struct batch batch = { .list = sorted + from, .workers = workers };

		to = n - from < BATCH ? n : from + BATCH;
		while (to < n && is_same_page(&sorted[to - 1]->before, &sorted[to]->before))
			to++;
		rc = compare_batch(s, run, &batch, to - from, e);
	}
	for (size_t i = 0; i < n; i++)
		list[i].changes = str_copy(a, list[i].changes);
	for (size_t i = 0; i < run->jobs; i++) {
		json_release(&workers[i].before);
		json_release(&workers[i].after);
		arena_release(&workers[i].scratch);
		arena_release(&workers[i].keep);
		buf_release(&workers[i].out);
	}
	mem_free(workers);
	return rc;
}
