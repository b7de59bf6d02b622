#include "state/record_text.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pool.h"
#include "snapshot/page.h"

struct worker {
	struct page_reader reader;
	struct arena keep;
};

/* What is wanted of one page lies side by side: a run of the sorted list. */
struct job {
	const char *account;
	struct wanted_record **sorted;
	size_t *starts; /* one more than there are pages */
	struct worker *workers;
};

static int
by_page(const void *x, const void *y)
{
	const struct wanted_record *a = *(struct wanted_record *const *)x;
	const struct wanted_record *b = *(struct wanted_record *const *)y;
	int c = str_cmp(a->from->snapshot, b->from->snapshot);

	if (c == 0)
		c = str_cmp(a->from->page.path, b->from->page.path);
	return c != 0 ? c : a->index < b->index ? -1 : a->index > b->index;
}

static bool
same_page(const struct wanted_record *a, const struct wanted_record *b)
{
	return str_eq(a->from->snapshot, b->from->snapshot) &&
	       str_eq(a->from->page.path, b->from->page.path);
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct worker *w = &job->workers[worker];
	const struct source_page *p = job->sorted[job->starts[i]]->from;

	if (page_load(&w->reader, job->account, p->snapshot, p->page.path, p->page.sha256, e) < 0 ||
	    page_scan(&w->reader, p->page.resource, e) < 0)
		return err_advise(e, "It was applied before: restore it from a backup.");
	for (size_t k = job->starts[i]; k < job->starts[i + 1]; k++) {
		struct wanted_record *r = job->sorted[k];
		struct str text;

		if (!page_record(&w->reader, r->index, &text)) {
			err_set(e, ERR_DAMAGED, "a record is not where it was read");
			err_file(e, w->reader.name);
			return err_record(e, r->index);
		}
		r->text = str_copy(&w->keep, text);
	}
	return 0;
}

int
record_text_read(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e)
{
	struct job job = { .account = account };
	size_t pages = 0;
	int rc;

	job.sorted = arena_array(a, n, sizeof(*job.sorted));
	job.starts = arena_array(a, n + 1, sizeof(*job.starts));
	job.workers = arena_zero(a, jobs, sizeof(*job.workers));
	for (size_t i = 0; i < n; i++)
		job.sorted[i] = &list[i];
	if (n > 0)
		qsort(job.sorted, n, sizeof(*job.sorted), by_page);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !same_page(job.sorted[i - 1], job.sorted[i]))
			job.starts[pages++] = i;
	job.starts[pages] = n;
	rc = pool_run(jobs, pages, page_piece, &job, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		list[i].text = str_copy(a, list[i].text);
	for (size_t i = 0; i < jobs; i++) {
		page_reader_release(&job.workers[i].reader);
		arena_release(&job.workers[i].keep);
	}
	return rc;
}

int
record_text_source(
    struct arena *a, struct state *s, struct place at, struct source_page *out, struct err *e)
{
	struct applied applied;

	if (state_applied_must(s, at.snapshot, &applied, e) < 0)
		return -1;
	out->snapshot = str_copy(a, applied.id);
	if (state_page(s, at.snapshot, at.page, &out->page, e) < 0)
		return -1;
	out->page.path = str_copy(a, out->page.path);
	out->page.sha256 = str_copy(a, out->page.sha256);
	out->page.location = str_copy(a, out->page.location);
	return 0;
}
