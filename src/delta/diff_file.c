#include "delta/diff_file.h"

#include "base/arena.h"
#include "delta/diff_line.h"
#include "lib/gz.h"

/* Enough for deflate to find its repeats, little enough to hold. */
#define PIECE (UINT64_C(1) << 20)
#define LEVEL 1

static int
flush(struct diff_file *o, struct err *e)
{
	if (o->lines.n == 0)
		return 0;
	sha256_add(o->sha, o->lines.p, o->lines.n);
	if (o->parts.keep == FILE_NOWHERE) {
		buf_reset(&o->lines);
		return 0;
	}
	buf_reset(&o->packed);
	gz_deflate(buf_view(&o->lines), LEVEL, &o->packed);
	buf_reset(&o->lines);
	return file_put(&o->file, o->packed.p, o->packed.n, e);
}

static void
text_or_null(struct buf *b, struct str s)
{
	if (s.n == 0)
		buf_z(b, "null");
	else
		buf_json(b, s);
}

static void
first_line(struct buf *b, struct str snapshot, const struct diff_file_head *h)
{
	buf_z(b, "{\"type\":\"diff\",\"format\":1,\"snapshot\":");
	buf_json(b, snapshot);
	buf_z(b, ",\"previous\":");
	text_or_null(b, h->previous);
	buf_z(b, ",\"manifest_sha256\":");
	buf_json(b, h->manifest_sha256);
	buf_z(b, ",\"previous_diff_sha256\":");
	text_or_null(b, h->previous_diff_sha256);
	buf_z(b, "}\n");
}

/* Where the version before was first read. */
static int
find_previous(struct diff_file *o, struct place at, struct diff_line_parts *line, struct err *e)
{
	struct state *s = &o->before;
	struct applied applied;
	struct applied_page page;

	if (s->txn == NULL)
		s->txn = kv_begin(s->kv, false, e);
	if (s->txn == NULL)
		return -1;
	if (state_applied_must(s, at.snapshot, &applied, e) < 0 ||
	    state_page(s, at.snapshot, at.page, &page, e) < 0)
		return -1;
	line->previous_snapshot = applied.id;
	line->previous = (struct diff_line_place){ page.path, at.index };
	return 0;
}

static int
write_line(struct diff_file *o, enum entity entity, const struct delta_record *op, struct err *e)
{
	struct diff_line_parts line = {
		.entity = entity, .id = op->id, .op = delta_op_name(op->op), .changes = op->changes
	};

	if (op->seen != NULL)
		line.now =
		    (struct diff_line_place){ o->parts.run->manifest->pages[op->seen->page].path,
			    op->seen->index };
	if (op->op != DELTA_ADDED && find_previous(o, op->before, &line, e) < 0)
		return -1;
	diff_line_write(&o->lines, &line);
	return 0;
}

static void
add_counts(struct buf *b, const char *name, const uint64_t *counts)
{
	buf_printf(b, ",\"%s\":{", name);
	for (int i = 0; i < 4; i++)
		buf_printf(b, "%s\"%s\":%llu", i == 0 ? "" : ",", delta_op_name((enum delta_op)i),
		    (unsigned long long)counts[i]);
	buf_char(b, '}');
}

static void
last_line(struct buf *b, const struct diff_file_parts *p, const struct str *unknown, size_t n)
{
	buf_z(b, "{\"type\":\"end\"");
	add_counts(b, "customers", p->delta->counts[ENTITY_CUSTOMER]);
	add_counts(b, "orders", p->delta->counts[ENTITY_ORDER]);
	buf_z(b, ",\"quarantined\":");
	buf_u64(b, p->quarantined);
	buf_z(b, ",\"unknown_fields\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_json(b, unknown[i]);
	}
	buf_z(b, "]}\n");
}

/* All lines but the last. */
static int
write_ops(void *context, struct err *e)
{
	struct diff_file *o = context;
	struct delta_record op;

	first_line(&o->lines, o->parts.run->snapshot, &o->parts.head);
	for (size_t x = 0; x < ENTITIES; x++) {
		struct delta_walk w = { .d = o->parts.delta, .entity = (enum entity)x };

		while (delta_next(&w, &op) > 0) {
			if (write_line(o, w.entity, &op, e) < 0)
				return -1;
			if (o->lines.n >= PIECE && flush(o, e) < 0)
				return -1;
		}
	}
	return 0;
}

static int
create(struct diff_file *out, const char *account, struct str snapshot, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "diffs");
	struct str name = str_printf(&a, "%s/%.*s.jsonl.gz", dir, STR_ARG(snapshot));
	int rc = dir_make(dir, e);

	if (rc == 0)
		rc = file_create(&out->file, str_z(&a, name), e);
	arena_release(&a);
	return rc;
}

int
diff_file_begin(struct diff_file *out, const char *account, struct kv *kv,
    const struct diff_file_parts *parts, struct err *e)
{
	*out = (struct diff_file){ .parts = *parts, .file = FILE_OUT_INIT, .before = { .kv = kv } };
	if (parts->keep != FILE_NOWHERE && create(out, account, parts->run->snapshot, e) < 0)
		return -1;
	out->sha = sha256_new();
	pool_start(&out->task, parts->run->jobs, write_ops, out);
	return 0;
}

int
diff_file_end(struct diff_file *out, const struct str *unknown, size_t n, struct sha256 *sha256,
    struct err *e)
{
	if (pool_wait(&out->task, e) < 0)
		return -1;
	last_line(&out->lines, &out->parts, unknown, n);
	if (flush(out, e) < 0)
		return -1;
	*sha256 = sha256_done(out->sha);
	out->sha = NULL;
	kv_abort(out->before.txn);
	out->before.txn = NULL;
	return 0;
}

int
diff_file_commit(struct diff_file *out, struct err *e)
{
	if (out->parts.keep == FILE_NOWHERE)
		return 0;
	return out->parts.keep == FILE_DURABLE ? file_commit(&out->file, e)
	                                       : file_close(&out->file, e);
}

void
diff_file_pack(struct str text, struct buf *packed)
{
	size_t from = 0, at = 0;

	while (at < text.n) {
		const char *end = memchr(text.p + at, '\n', text.n - at);

		at = end == NULL ? text.n : (size_t)(end - text.p) + 1;
		if (at - from < PIECE && at < text.n)
			continue;
		gz_deflate(str_of(text.p + from, at - from), LEVEL, packed);
		from = at;
	}
}

void
diff_file_release(struct diff_file *out)
{
	struct err ignored = ERR_INIT;

	if (pool_wait(&out->task, &ignored) < 0)
		ignored.kind = ERR_NONE; /* the error was reported already */
	kv_abort(out->before.txn);
	file_abandon(&out->file);
	buf_release(&out->lines);
	buf_release(&out->packed);
	if (out->sha != NULL)
		(void)sha256_done(out->sha);
	out->sha = NULL;
}
