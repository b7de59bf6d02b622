#include "bases/fold_writer.h"

#include <unistd.h>

#include "lib/gz.h"
#include "lib/sha256.h"
#include "snapshot/page_pack.h"

#define LEVEL 6
#define PIECE (UINT64_C(1) << 20) /* of memory.jsonl.gz, a gzip member each */

int
fold_writer_begin(struct fold_writer *w, struct err *e)
{
	w->memory = (struct file_out)FILE_OUT_INIT;
	w->memory_sha = sha256_new();
	return file_create(&w->memory, file_join(&w->a, w->dir, FOLD_MEMORY), e);
}

/* A file that was damaged since must not be handed on. */
static bool
link_before(struct fold_writer *w, const struct fold_file *f, const char *to)
{
	const struct fold_file *was =
	    w->before == NULL ? NULL : fold_manifest_find(w->before, f->path);
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str text;
	char *from;
	bool ok;

	if (was == NULL || !str_eq(was->sha256, f->sha256))
		return false;
	from = file_join(&a, w->before_dir, str_z(&a, f->path));
	ok = file_load(&a, from, f->bytes, &text, &ignored) == 0 &&
	     str_eq(text, buf_view(&w->packed)) && link(from, to) == 0;
	arena_release(&a);
	return ok;
}

/* A whole file, as it lies in w->packed. */
static int
put_file(struct fold_writer *w, struct str name, uint64_t records, struct err *e)
{
	char *path = file_join(&w->a, w->dir, str_z(&w->a, name));
	struct fold_file f = { .path = name, .records = records };

	f.bytes = w->packed.n;
	f.sha256 = str_copy(&w->a, str_c(sha256_of(buf_view(&w->packed)).hex));
	buf_add(&w->files, &f, sizeof(f));
	if (link_before(w, &f, path))
		return 0;
	return file_write(path, buf_view(&w->packed), e);
}

static struct str
page_name(struct fold_writer *w)
{
	unsigned page = (unsigned)w->pages_of_month;

	if (w->entity == ENTITY_CUSTOMER)
		return str_printf(&w->a, "customers-%04u.json.gz", page);
	return str_printf(
	    &w->a, "orders-%04d-%02d-%04u.json.gz", 1970 + w->month / 12, w->month % 12 + 1, page);
}

static int
end_page(struct fold_writer *w, struct err *e)
{
	uint64_t records = w->records;

	if (records == 0)
		return 0;
	w->records = 0;
	w->pages++;
	w->pages_of_month++;
	buf_z(&w->page, "]}");
	buf_reset(&w->packed);
	page_pack(buf_view(&w->page),
	    w->entity == ENTITY_ORDER ? RESOURCE_ORDERS : RESOURCE_CUSTOMERS, &w->packed);
	buf_reset(&w->page);
	if (put_file(w, page_name(w), records, e) < 0)
		return -1;
	buf_reset(&w->packed);
	gz_deflate(buf_view(&w->origins), LEVEL, &w->packed);
	buf_reset(&w->origins);
	return put_file(w, str_printf(&w->a, "origins-%04zu.jsonl.gz", w->pages), records, e);
}

int
fold_writer_record(struct fold_writer *w, const struct fold_record *r, struct err *e)
{
	bool is_other = r->entity != w->entity || r->month != w->month;

	if ((is_other || w->records >= FOLD_RECORDS || w->page.n >= FOLD_BYTES) &&
	    end_page(w, e) < 0)
		return -1;
	if (is_other)
		w->pages_of_month = 0;
	w->entity = r->entity;
	w->month = r->month;
	if (w->records++ == 0)
		buf_z(&w->page, r->entity == ENTITY_ORDER ? "{\"orders\":[" : "{\"customers\":[");
	else
		buf_char(&w->page, ',');
	buf_str(&w->page, r->text);
	fold_record_write(&w->origins, r);
	return 0;
}

static int
flush_lines(struct fold_writer *w, struct err *e)
{
	if (w->lines.n == 0 && w->memory.size > 0)
		return 0;
	buf_reset(&w->packed);
	gz_deflate(buf_view(&w->lines), LEVEL, &w->packed);
	buf_reset(&w->lines);
	sha256_add(w->memory_sha, w->packed.p, w->packed.n);
	return file_put(&w->memory, w->packed.p, w->packed.n, e);
}

int
fold_writer_line(struct fold_writer *w, struct str line, struct err *e)
{
	buf_str(&w->lines, line);
	w->lines_n++;
	return w->lines.n < PIECE ? 0 : flush_lines(w, e);
}

static int
end_memory(struct fold_writer *w, struct err *e)
{
	struct fold_file f = { .path = STR(FOLD_MEMORY), .records = w->lines_n };
	struct sha256 sha256;

	if (flush_lines(w, e) < 0)
		return -1;
	f.bytes = w->memory.size;
	if (file_close(&w->memory, e) < 0)
		return -1;
	sha256 = sha256_done(w->memory_sha);
	w->memory_sha = NULL;
	f.sha256 = str_copy(&w->a, str_c(sha256.hex));
	buf_add(&w->files, &f, sizeof(f));
	return 0;
}

int
fold_writer_end(struct fold_writer *w, struct fold_manifest *m, struct err *e)
{
	struct buf text = { 0 };
	int rc;

	if (end_page(w, e) < 0 || end_memory(w, e) < 0)
		return -1;
	m->files = buf_list(&w->files, &w->a, sizeof(*m->files), &m->n);
	fold_manifest_format(m, &text);
	rc = file_write(file_join(&w->a, w->dir, "manifest.json"), buf_view(&text), e);
	buf_release(&text);
	return rc;
}

void
fold_writer_release(struct fold_writer *w)
{
	if (w->memory.path != NULL)
		file_abandon(&w->memory);
	if (w->memory_sha != NULL)
		(void)sha256_done(w->memory_sha);
	buf_release(&w->files);
	buf_release(&w->page);
	buf_release(&w->origins);
	buf_release(&w->packed);
	buf_release(&w->lines);
	arena_release(&w->a);
}
