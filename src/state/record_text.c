#include "state/record_text.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pool.h"
#include "snapshot/page.h"
#include "snapshot/page_blocks.h"
#include "state/page_cache.h"

struct worker {
	struct page_reader reader;
	struct page_blocks blocks;
	struct arena keep;
};

/* What is wanted of one page lies side by side: a run of the sorted list. */
struct job {
	const char *account;
	bool is_known; /* a hash proves a text */
	struct wanted_record **sorted;
	size_t *starts; /* one more than there are pages */
	struct worker *workers;
};

struct record_text_place
record_text_place(const struct source_page *p, uint32_t index)
{
	const struct applied_page *page = &p->page;
	const struct origin *o = &p->origin;

	if (p->is_pruned)
		return (struct record_text_place){ "bases", o->base, o->path, o->sha256,
			o->resource, o->index };
	return (struct record_text_place){ "snapshots", p->snapshot, page->path, page->sha256,
		page->resource, index };
}

static int
compare_pages(const struct record_text_place *a, const struct record_text_place *b)
{
	int c = strcmp(a->top, b->top);

	if (c == 0)
		c = str_cmp(a->id, b->id);
	return c != 0 ? c : str_cmp(a->path, b->path);
}

static int
by_page(const void *x, const void *y)
{
	const struct wanted_record *p = *(struct wanted_record *const *)x;
	const struct wanted_record *q = *(struct wanted_record *const *)y;
	const struct record_text_place a = record_text_place(p->from, p->index);
	const struct record_text_place b = record_text_place(q->from, q->index);
	int c = compare_pages(&a, &b);

	return c != 0 ? c : a.index < b.index ? -1 : a.index > b.index;
}

static bool
same_page(const struct wanted_record *p, const struct wanted_record *q)
{
	const struct record_text_place a = record_text_place(p->from, p->index);
	const struct record_text_place b = record_text_place(q->from, q->index);

	return compare_pages(&a, &b) == 0;
}

static int
restore(struct err *e)
{
	return err_advise(e, "It was applied before: restore it from a backup.");
}

/* Proved by its digest. */
static int
open_page(struct page_reader *r, const char *account, const struct source_page *p, struct err *e)
{
	const struct record_text_place at = record_text_place(p, 0);

	if (record_text_is_gone(p)) {
		err_set(e, ERR_FAILED, "the version was pruned with snapshot %.*s",
		    STR_ARG(p->snapshot));
		return restore(e);
	}
	if ((p->is_pruned ? page_open_folded : page_open)(
	        r, account, at.id, at.path, at.sha256, e) < 0)
		return restore(e);
	return 0;
}

/* Where the record lies in its block if nothing but a comma is between two texts. */
static bool
span_of(struct str lengths, uint32_t first, uint32_t index, uint32_t *at, uint32_t *n)
{
	struct unpack u = unpack_of(lengths);
	uint64_t sum = 0, len = 0;

	for (uint32_t i = 0; i <= index && !u.bad; i++) {
		sum += i > first ? len + 1 : 0;
		len = unpack_u64(&u);
	}
	*at = (uint32_t)sum;
	*n = (uint32_t)len;
	return !u.bad && first <= index && sum < PAGE_LIMIT && len < PAGE_LIMIT;
}

static bool
take_span(struct worker *w, const struct wanted_record *r, uint32_t index, struct str *text)
{
	uint32_t at, n;

	return span_of(r->from->lengths, page_blocks_first(&w->blocks, index), index, &at, &n) &&
	       page_blocks_bytes(&w->blocks, index, at, n, text) &&
	       hash_eq(hash_of(*text), *r->hash);
}

/* All that is wanted of the page, each text with the hash it must have; false: read it whole. */
static bool
take_blocks(struct worker *w, struct wanted_record **list, size_t n)
{
	struct str text;

	/* the last of a block first, for a block is read up to the record */
	for (size_t k = n; k-- > 0;) {
		struct wanted_record *r = list[k];
		uint32_t index = record_text_place(r->from, r->index).index;

		if (!take_span(w, r, index, &text) &&
		    (!page_blocks_record(&w->blocks, index, &text) ||
		        !hash_eq(hash_of(text), *r->hash)))
			return false;
		r->text = str_copy(&w->keep, text);
	}
	return true;
}

/* The same out of the file, which nobody has proved. */
static bool
take_known(struct worker *w, const char *account, const struct source_page *p,
    struct wanted_record **list, size_t n)
{
	const struct record_text_place at = record_text_place(p, 0);
	struct arena a = { 0 };
	struct str path;
	bool ok;

	if (record_text_is_gone(p))
		return false;
	path = str_printf(&a, "%s/%s/%.*s/%.*s", account, at.top, STR_ARG(at.id), STR_ARG(at.path));
	ok = page_blocks_open(&w->blocks, str_z(&a, path)) && take_blocks(w, list, n);
	page_blocks_close(&w->blocks);
	arena_release(&a);
	return ok;
}

/* The same out of the page that was opened. */
static bool
take_opened(struct worker *w, struct wanted_record **list, size_t n)
{
	bool ok = page_blocks_view(&w->blocks, w->reader.stored) && take_blocks(w, list, n);

	page_blocks_close(&w->blocks);
	return ok;
}

static int
take_whole(struct worker *w, const struct source_page *p, struct wanted_record **list, size_t n,
    struct err *e)
{
	const struct record_text_place at = record_text_place(p, 0);
	struct str text;

	if (page_inflate(&w->reader, at.path, e) < 0 || page_scan(&w->reader, at.resource, e) < 0)
		return restore(e);
	for (size_t k = 0; k < n; k++) {
		struct wanted_record *r = list[k];
		uint32_t index = record_text_place(r->from, r->index).index;

		if (!page_record(&w->reader, index, &text)) {
			err_set(e, ERR_DAMAGED, "a record is not where it was read");
			err_file(e, w->reader.name);
			return err_record(e, index);
		}
		r->text = str_copy(&w->keep, text);
	}
	return 0;
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct worker *w = &job->workers[worker];
	struct wanted_record **list = &job->sorted[job->starts[i]];
	size_t n = job->starts[i + 1] - job->starts[i];
	const struct source_page *p = list[0]->from;
	bool has_hashes = true;

	for (size_t k = 0; k < n; k++)
		has_hashes = has_hashes && list[k]->hash != NULL;
	if (has_hashes && job->is_known && take_known(w, job->account, p, list, n))
		return 0;
	if (open_page(&w->reader, job->account, p, e) < 0)
		return -1;
	if (has_hashes && take_opened(w, list, n))
		return 0;
	return take_whole(w, p, list, n, e);
}

static int
read_texts(struct arena *a, struct job job, struct wanted_record *list, size_t n, size_t jobs,
    struct err *e)
{
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
		page_blocks_release(&job.workers[i].blocks);
		arena_release(&job.workers[i].keep);
	}
	return rc;
}

int
record_text_read(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e)
{
	return read_texts(a, (struct job){ .account = account }, list, n, jobs, e);
}

int
record_text_known(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e)
{
	return read_texts(
	    a, (struct job){ .account = account, .is_known = true }, list, n, jobs, e);
}

static int
find_lengths(struct arena *a, struct state *s, struct source_page *out, struct err *e)
{
	const struct applied_page *p = &out->page;
	const struct manifest_page page = {
		.path = p->path, .sha256 = p->sha256, .resource = p->resource
	};
	struct buf key = { 0 };
	int rc = page_cache_lengths(s->txn, page_cache_key(&key, &page), &out->lengths, e);

	out->lengths = str_copy(a, out->lengths);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
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
	if (find_origin(a, s, at, out, e) < 0)
		return -1;
	return out->is_pruned ? 0 : find_lengths(a, s, out, e);
}
