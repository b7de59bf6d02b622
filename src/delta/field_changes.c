#include "delta/field_changes.h"

#include <stdlib.h>

#include "base/arena.h"
#include "json/read.h"
#include "base/pool.h"
#include "record/compare.h"
#include "state/state.h"
#include "snapshot/page.h"

/* The revisions whose versions before lie in one page. */
struct old_page {
	struct str snapshot; /* its id */
	struct applied_page page;
	struct field_change **list;
	size_t n;
};

struct worker {
	struct page_reader reader;
	struct json before, after;
	struct arena scratch;
	struct arena *keep;
	struct buf out;
};

struct job {
	const char *account;
	struct old_page *pages;
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

static int
compare(struct worker *w, struct field_change *v, struct err *e)
{
	struct json_fault fault;
	struct change *list;
	struct str before;
	size_t n;

	if (!page_record(&w->reader, v->before.index, &before) ||
	    !json_read(&w->before, before, &fault) || !json_read(&w->after, v->raw, &fault)) {
		err_set(e, ERR_DAMAGED, "the version before of a record is not where it was read");
		err_file(e, w->reader.name);
		return err_record(e, v->before.index);
	}
	arena_reset(&w->scratch);
	list = compare_list(&w->scratch, &w->before, &w->after, &n);
	if (n == 0)
		return 0;
	buf_reset(&w->out);
	compare_write(&w->out, list, n, &w->before, &w->after);
	v->changes = str_of(arena_bytes(w->keep, w->out.p, w->out.n), w->out.n);
	return 0;
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct worker *w = &job->workers[worker];
	const struct old_page *p = &job->pages[i];

	if (page_load(&w->reader, job->account, p->snapshot, p->page.path, p->page.sha256, e) < 0 ||
	    page_scan(&w->reader, p->page.resource, e) < 0)
		return err_advise(e, "It was applied before: restore it from a backup.");
	for (size_t k = 0; k < p->n; k++)
		if (compare(w, p->list[k], e) < 0)
			return -1;
	return 0;
}

/* Everything about the page that the threads need, out of the state. */
static int
describe(struct arena *a, struct state *s, const struct field_change *first, struct old_page *out,
    struct err *e)
{
	struct applied applied;
	int rc = state_applied(s, first->before.snapshot, &applied, e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a snapshot is missing");
	if (state_page(s, first->before.snapshot, first->before.page, &out->page, e) < 0)
		return -1;
	out->snapshot = str_copy(a, applied.id);
	out->page.path = str_copy(a, out->page.path);
	out->page.sha256 = str_copy(a, out->page.sha256);
	return 0;
}

static int
group(struct arena *a, struct state *s, struct field_change **sorted, size_t n, struct job *job,
    size_t *pages_n, struct err *e)
{
	job->pages = arena_zero(a, n, sizeof(*job->pages));
	*pages_n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct place *at = &sorted[i]->before;
		struct old_page *p;

		if (i == 0 || sorted[i - 1]->before.page != at->page ||
		    sorted[i - 1]->before.snapshot != at->snapshot) {
			p = &job->pages[(*pages_n)++];
			p->list = &sorted[i];
			if (describe(a, s, sorted[i], p, e) < 0)
				return -1;
		}
		job->pages[*pages_n - 1].n++;
	}
	return 0;
}

static void
release_workers(struct job *job, size_t jobs)
{
	for (size_t i = 0; i < jobs; i++) {
		page_reader_release(&job->workers[i].reader);
		json_release(&job->workers[i].before);
		json_release(&job->workers[i].after);
		arena_release(&job->workers[i].scratch);
		buf_release(&job->workers[i].out);
	}
}

int
field_changes_make(struct arena *a, struct state *s, const char *account, struct field_change *list,
    size_t n, size_t jobs, struct err *e)
{
	struct field_change **sorted = arena_array(a, n, sizeof(*sorted));
	struct job job = { .account = account };
	struct arena *keeps;
	size_t pages_n;
	int rc;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &list[i];
	qsort(sorted, n, sizeof(*sorted), by_place);
	if (group(a, s, sorted, n, &job, &pages_n, e) < 0)
		return -1;
	job.workers = arena_zero(a, jobs, sizeof(*job.workers));
	keeps = arena_zero(a, jobs, sizeof(*keeps));
	for (size_t i = 0; i < jobs; i++)
		job.workers[i].keep = &keeps[i];
	rc = pool_run(jobs, pages_n, page_piece, &job, e);
	for (size_t i = 0; i < n; i++)
		list[i].changes = str_copy(a, list[i].changes);
	release_workers(&job, jobs);
	for (size_t i = 0; i < jobs; i++)
		arena_release(&keeps[i]);
	return rc;
}
