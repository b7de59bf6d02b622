#include "ledger/diff.h"

#include "base/arena.h"
#include "wall/gz.h"

/* Enough for deflate to find its repeats, little enough to hold. */
#define PIECE (UINT64_C(1) << 20)
#define LEVEL 6

static int
flush(struct diff_out *o, struct err *e)
{
	if (o->lines.n == 0)
		return 0;
	sha256_add(o->sha, o->lines.p, o->lines.n);
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
first_line(struct buf *b, const struct diff_head *h)
{
	buf_z(b, "{\"type\":\"diff\",\"format\":1,\"snapshot\":");
	buf_json(b, h->snapshot);
	buf_z(b, ",\"previous\":");
	text_or_null(b, h->previous);
	buf_z(b, ",\"manifest_sha256\":");
	buf_json(b, h->manifest_sha256);
	buf_z(b, ",\"previous_diff_sha256\":");
	text_or_null(b, h->previous_diff_sha256);
	buf_z(b, "}\n");
}

/* "previous": where the version before was first read. */
static int
add_previous(struct buf *b, struct state *s, struct place at, struct err *e)
{
	struct applied applied;
	struct known_page page;
	int rc = state_applied(s, at.snapshot, &applied, e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a snapshot is missing");
	if (state_page(s, at.snapshot, at.page, &page, e) < 0)
		return -1;
	buf_z(b, ",\"previous\":{\"snapshot\":");
	buf_json(b, applied.id);
	buf_z(b, ",\"page\":");
	buf_json(b, page.path);
	buf_z(b, ",\"index\":");
	buf_u64(b, at.index);
	buf_char(b, '}');
	return 0;
}

static int
op_line(struct buf *b, struct state *s, const struct manifest *m,
    enum entity entity, const struct delta_op *op, struct err *e)
{
	buf_z(b, entity == ENTITY_ORDER ? "{\"entity\":\"order\",\"id\":"
	                                : "{\"entity\":\"customer\",\"id\":");
	buf_json(b, op->id);
	buf_z(b, ",\"op\":\"");
	buf_z(b, op_name(op->op));
	buf_char(b, '"');
	if (op->seen != NULL) {
		buf_z(b, ",\"page\":");
		buf_json(b, m->pages[op->seen->page].path);
		buf_z(b, ",\"index\":");
		buf_u64(b, op->seen->index);
	}
	if (op->op != OP_ADDED && add_previous(b, s, op->before, e) < 0)
		return -1;
	if (op->op == OP_CHANGED) {
		buf_z(b, ",\"changes\":");
		buf_str(b, op->changes);
	}
	buf_z(b, "}\n");
	return 0;
}

static void
add_counts(struct buf *b, const char *name, const uint64_t *counts)
{
	buf_printf(b, ",\"%s\":{", name);
	for (int i = 0; i < 4; i++)
		buf_printf(b, "%s\"%s\":%llu", i == 0 ? "" : ",",
		    op_name((enum op)i), (unsigned long long)counts[i]);
	buf_char(b, '}');
}

static void
last_line(struct buf *b, const struct diff_parts *p)
{
	buf_z(b, "{\"type\":\"end\"");
	add_counts(b, "customers", p->delta->counts[ENTITY_CUSTOMER]);
	add_counts(b, "orders", p->delta->counts[ENTITY_ORDER]);
	buf_z(b, ",\"quarantined\":");
	buf_u64(b, p->quarantined);
	buf_z(b, ",\"unknown_fields\":[");
	for (size_t i = 0; i < p->unknown_n; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_json(b, p->unknown[i]);
	}
	buf_z(b, "]}\n");
}

static int
write_all(struct diff_out *o, struct state *s, const struct diff_parts *p,
    struct err *e)
{
	first_line(&o->lines, &p->head);
	for (size_t x = 0; x < ENTITIES; x++) {
		for (size_t i = 0; i < p->delta->ops_n[x]; i++) {
			if (op_line(&o->lines, s, p->manifest, (enum entity)x,
			        &p->delta->ops[x][i], e) < 0)
				return -1;
			if (o->lines.n >= PIECE && flush(o, e) < 0)
				return -1;
		}
	}
	last_line(&o->lines, p);
	return flush(o, e);
}

int
diff_write(struct diff_out *out, const char *account, struct state *s,
    const struct diff_parts *parts, struct sha256 *sha256, struct err *e)
{
	struct arena a = { 0 };
	char *dir = path_join(&a, account, "diffs");
	struct str name;
	int rc;

	*out = (struct diff_out){ .file = FILE_OUT_INIT };
	name = str_printf(
	    &a, "%s/%.*s.jsonl.gz", dir, STR_ARG(parts->head.snapshot));
	rc = dir_make(dir, e);
	if (rc == 0)
		rc = file_create(&out->file, str_z(&a, name), e);
	if (rc == 0) {
		out->sha = sha256_new();
		rc = write_all(out, s, parts, e);
	}
	if (rc == 0) {
		*sha256 = sha256_done(out->sha);
		out->sha = NULL;
	}
	arena_release(&a);
	return rc;
}

int
diff_commit(struct diff_out *out, struct err *e)
{
	return file_commit(&out->file, e);
}

void
diff_release(struct diff_out *out)
{
	file_abandon(&out->file);
	buf_release(&out->lines);
	buf_release(&out->packed);
	if (out->sha != NULL)
		(void)sha256_done(out->sha);
	out->sha = NULL;
}
