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

/* What the directory is called, "snapshots" or "bases" aside: no base is read beside the snapshot
 * of its name. */
static struct str
dir_of(const struct source_page *p)
{
	return p->is_pruned ? p->origin.base : p->snapshot;
}

static struct str
path_of(const struct source_page *p)
{
	return p->is_pruned ? p->origin.path : p->page.path;
}

static uint32_t
index_of(const struct wanted_record *r)
{
	return r->from->is_pruned ? r->from->origin.index : r->index;
}

static int
by_page(const void *x, const void *y)
{
	const struct wanted_record *a = *(struct wanted_record *const *)x;
	const struct wanted_record *b = *(struct wanted_record *const *)y;
	int c = a->from->is_pruned - b->from->is_pruned;

	if (c == 0)
		c = str_cmp(dir_of(a->from), dir_of(b->from));
	if (c == 0)
		c = str_cmp(path_of(a->from), path_of(b->from));
	return c != 0 ? c : index_of(a) < index_of(b) ? -1 : index_of(a) > index_of(b);
}

static bool
same_page(const struct wanted_record *a, const struct wanted_record *b)
{
	return a->from->is_pruned == b->from->is_pruned &&
	       str_eq(dir_of(a->from), dir_of(b->from)) &&
	       str_eq(path_of(a->from), path_of(b->from));
}

static int
load_page(struct page_reader *r, const char *account, const struct source_page *p, struct err *e)
{
	int rc;

	if (record_text_is_gone(p))
		return err_set(e, ERR_FAILED, "the version was pruned with snapshot %.*s",
		    STR_ARG(p->snapshot));
	if (p->is_pruned)
		rc = page_load_folded(
		    r, account, p->origin.base, p->origin.path, p->origin.sha256, e);
	else
		rc = page_load(r, account, p->snapshot, p->page.path, p->page.sha256, e);
	if (rc == 0)
		rc = page_scan(r, p->is_pruned ? p->origin.resource : p->page.resource, e);
	return rc < 0 ? err_advise(e, "It was applied before: restore it from a backup.") : 0;
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct worker *w = &job->workers[worker];
	const struct source_page *p = job->sorted[job->starts[i]]->from;

	if (load_page(&w->reader, job->account, p, e) < 0)
		return -1;
	for (size_t k = job->starts[i]; k < job->starts[i + 1]; k++) {
		struct wanted_record *r = job->sorted[k];
		struct str text;

		if (!page_record(&w->reader, index_of(r), &text)) {
			err_set(e, ERR_DAMAGED, "a record is not where it was read");
			err_file(e, w->reader.name);
			return err_record(e, index_of(r));
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

/* What the base has in place of the page. */
static int
find_origin(
    struct arena *a, struct state *s, struct place at, struct source_page *out, struct err *e)
{
	struct origins_base base;
	struct origin *x = &out->origin;
	int rc = origins_base(s, &base, e);

	out->is_pruned = rc > 0 && at.snapshot <= base.number;
	if (rc < 0 || !out->is_pruned)
		return rc < 0 ? -1 : 0;
	rc = origins_find(s, at, x, e);
	x->base = str_copy(a, x->base);
	x->path = str_copy(a, x->path);
	x->sha256 = str_copy(a, x->sha256);
	return rc < 0 ? -1 : 0;
}

int
record_text_source(
    struct arena *a, struct state *s, struct place at, struct source_page *out, struct err *e)
{
	struct applied applied;

	*out = (struct source_page){ .is_pruned = false };
	if (state_applied_must(s, at.snapshot, &applied, e) < 0)
		return -1;
	out->snapshot = str_copy(a, applied.id);
	if (state_page(s, at.snapshot, at.page, &out->page, e) < 0)
		return -1;
	out->page.path = str_copy(a, out->page.path);
	out->page.sha256 = str_copy(a, out->page.sha256);
	out->page.location = str_copy(a, out->page.location);
	return find_origin(a, s, at, out, e);
}
