#include "bases/fold_reader.h"

#include "base/file.h"
#include "bases/fold_writer.h"
#include "lib/gz.h"
#include "lib/sha256.h"

#define ORIGINS_LIMIT (UINT64_C(1) << 28)
#define MEMORY_LIMIT (UINT64_C(1) << 40)
#define PIECE (UINT64_C(1) << 18) /* of memory.jsonl.gz, packed */

int
fold_reader_open(struct fold_reader *r, const char *account, struct str name, struct err *e)
{
	*r = (struct fold_reader){ .account = account, .gz = gz_reader_new() };
	return fold_manifest_load(&r->a, account, name, &r->m, e);
}

bool
fold_reader_resource(struct str path, enum resource *out)
{
	*out = str_starts(path, STR("orders-")) ? RESOURCE_ORDERS : RESOURCE_CUSTOMERS;
	return *out == RESOURCE_ORDERS || str_starts(path, STR("customers-"));
}

/* The error is about this file. */
static int
name_file(struct fold_reader *r, const struct fold_file *f, struct err *e)
{
	struct str name =
	    str_printf(&r->scratch, "bases/%.*s/%.*s", STR_ARG(r->m.name), STR_ARG(f->path));

	return err_file(e, str_z(&r->scratch, name));
}

static int
fail(struct fold_reader *r, const struct fold_file *f, const char *what, struct err *e)
{
	err_set(e, ERR_DAMAGED, "%s", what);
	return name_file(r, f, e);
}

/* The bytes of a file of the base, proved. */
static int
load_file(struct fold_reader *r, struct arena *a, const struct fold_file *f, struct str *out,
    struct err *e)
{
	struct str path =
	    str_printf(a, "%s/bases/%.*s/%.*s", r->account, STR_ARG(r->m.name), STR_ARG(f->path));

	if (file_load(a, str_z(a, path), MEMORY_LIMIT, out, e) < 0) {
		e->kind = ERR_DAMAGED;
		return name_file(r, f, e);
	}
	if (!str_eq(str_c(sha256_of(*out).hex), f->sha256))
		return fail(r, f, "its sha256 is not the one in the base's manifest", e);
	return 0;
}

/* Returns 1 with the next page and its origins, 0 if there is none. */
static int
next_page(struct fold_reader *r, struct err *e)
{
	enum resource resource = RESOURCE_CUSTOMERS;
	const struct fold_file *page = NULL, *origins;
	struct str stored;

	while (r->next_file < r->m.n && page == NULL) {
		page = &r->m.files[r->next_file++];
		if (!fold_reader_resource(page->path, &resource))
			page = NULL;
	}
	r->page = page;
	if (page == NULL)
		return 0;
	r->pages++;
	arena_reset(&r->scratch);
	origins =
	    fold_manifest_find(&r->m, str_printf(&r->scratch, "origins-%04zu.jsonl.gz", r->pages));
	if (origins == NULL)
		return fail(r, page, "nothing says where its records were read", e);
	if (page_load_folded(&r->reader, r->account, r->m.name, page->path, page->sha256, e) < 0 ||
	    page_scan(&r->reader, resource, e) < 0 ||
	    load_file(r, &r->scratch, origins, &stored, e) < 0)
		return -1;
	if (gz_inflate(r->gz, stored, ORIGINS_LIMIT, &r->origins, e) < 0)
		return name_file(r, origins, e);
	if (r->reader.scan.n != page->records || page->records != origins->records)
		return fail(r, page, "it does not have as many records as the manifest says", e);
	r->index = 0;
	r->origin_at = 0;
	return 1;
}

/* The next line of a text; false at its end. */
static bool
next_line(struct str text, size_t *at, struct str *line)
{
	const char *end;

	if (*at >= text.n)
		return false;
	end = memchr(text.p + *at, '\n', text.n - *at);
	if (end == NULL)
		return false;
	*line = str_of(text.p + *at, (size_t)(end - text.p) - *at);
	*at += line->n + 1;
	return true;
}

int
fold_reader_record(struct fold_reader *r, struct fold_record *out, struct err *e)
{
	struct str line;
	int rc = 1;

	r->index++;
	while (rc > 0 && (r->page == NULL || r->index >= r->page->records))
		rc = next_page(r, e);
	if (rc <= 0)
		return rc;
	arena_reset(&r->scratch);
	if (!next_line(buf_view(&r->origins), &r->origin_at, &line) ||
	    !fold_record_read(&r->scratch, line, out) ||
	    !page_record(&r->reader, r->index, &out->text))
		return fail(r, r->page, "the origin of one of its records cannot be read", e);
	return 1;
}

static int
begin_memory(struct fold_reader *r, struct err *e)
{
	const struct fold_file *f = fold_manifest_find(&r->m, STR(FOLD_MEMORY));

	if (f == NULL)
		return err_set(e, ERR_DAMAGED, "the base has no memory.jsonl.gz");
	r->stream = gz_stream_new(MEMORY_LIMIT);
	return load_file(r, &r->packed, f, &r->stored, e);
}

/* The next piece of the text after what is left of it.  Returns 1, 0 at the end, -1. */
static int
next_piece(struct fold_reader *r, struct err *e)
{
	size_t n = r->stored.n < PIECE ? r->stored.n : PIECE;
	struct str left = str_from(buf_view(&r->memory), r->line_at);

	if (n == 0)
		return gz_stream_end(r->stream, e);
	if (left.n > 0)
		memmove(r->memory.p, left.p, left.n);
	r->memory.n = left.n;
	r->line_at = 0;
	if (gz_stream_put(r->stream, r->stored.p, n, &r->memory, e) < 0)
		return -1;
	r->stored = str_from(r->stored, n);
	return 1;
}

int
fold_reader_line(struct fold_reader *r, struct str *line, struct err *e)
{
	int rc = 1;

	if (r->stream == NULL && begin_memory(r, e) < 0)
		return -1;
	while (!next_line(buf_view(&r->memory), &r->line_at, line)) {
		rc = next_piece(r, e);
		if (rc <= 0)
			break;
	}
	if (rc < 0)
		return name_file(r, fold_manifest_find(&r->m, STR(FOLD_MEMORY)), e);
	return rc;
}

void
fold_reader_release(struct fold_reader *r)
{
	page_reader_release(&r->reader);
	gz_reader_free(r->gz);
	buf_release(&r->origins);
	buf_release(&r->memory);
	arena_release(&r->a);
	arena_release(&r->scratch);
	arena_release(&r->packed);
	gz_stream_free(r->stream);
}
