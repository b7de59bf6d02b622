#include "timemachine/verify_snapshots.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "account/account.h"
#include "delta/diff_file.h"
#include "snapshot/store.h"
#include "lib/gz.h"

#define FILE_LIMIT (UINT64_C(1) << 40)
#define MANIFEST_LIMIT (UINT64_C(1) << 28)
#define DIFF_SUFFIX ".jsonl.gz"

struct gathering {
	struct arena *a;
	const char *account;
	struct verify_snapshots *list;
	size_t n, cap;
	struct arena scratch;
	struct gz_reader *gz;
	struct buf text, packed;
	struct json json;
	struct err *e;
};

static void
add_id(struct gathering *g, struct str id)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 64 : 2 * g->cap;
		g->list = mem_resize(g->list, g->cap, sizeof(*g->list));
	}
	g->list[g->n++] = (struct verify_snapshots){ .id = id };
}

static int
add_names(struct gathering *g, const char *sub, struct str suffix)
{
	struct str *ids;
	size_t n;

	if (account_ids(g->a, file_join(g->a, g->account, sub), suffix, &ids, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_id(g, ids[i]);
	return 0;
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct verify_snapshots *)x)->id, ((const struct verify_snapshots *)y)->id);
}

static int
list_ids(struct gathering *g, const struct verify_state *claims)
{
	struct str *ids;
	size_t n, kept = 0;

	if (store_list(g->a, g->account, &ids, &n, g->e) < 0 ||
	    add_names(g, "diffs", STR(DIFF_SUFFIX)) < 0 || add_names(g, "exports", STR("")) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_id(g, ids[i]);
	for (size_t i = 0; i < claims->n; i++)
		add_id(g, claims->list[i].id);
	if (g->n > 0)
		qsort(g->list, g->n, sizeof(*g->list), by_id);
	for (size_t i = 0; i < g->n; i++)
		if (kept == 0 || !str_eq(g->list[kept - 1].id, g->list[i].id))
			g->list[kept++] = g->list[i];
	g->n = kept;
	return 0;
}

/* A claim of one file about another; nothing claimed is no claim. */
static void
claim(struct verify_file *x, struct str sha256)
{
	if (sha256.n == SHA256_HEX && x->claims_n < CLAIMS_MAX)
		x->claims[x->claims_n++] = sha256;
}

static struct str
member(struct gathering *g, const char *name)
{
	uint32_t i = json_find(&g->json, 0, str_c(name));

	return i != 0 && g->json.nodes[i].kind == JSON_STRING
	           ? str_copy(g->a, json_text(&g->scratch, &g->json, i))
	           : (struct str){ 0 };
}

static void
unsound(struct verify_file *x, const char *what, uint64_t at)
{
	err_set(&x->why, ERR_FAILED, "%s", what);
	err_byte(&x->why, at);
	x->is_sound = false;
}

/* The file's bytes in scratch; false if there is none or it cannot be read. */
static bool
load(struct gathering *g, struct verify_file *x, struct str *text)
{
	char *path = file_join(&g->scratch, g->account, str_z(&g->scratch, x->file));

	x->why = (struct err)ERR_INIT;
	if (file_load(&g->scratch, path, FILE_LIMIT, text, &x->why) == 0) {
		x->is_there = x->is_sound = true;
		return true;
	}
	x->is_there = x->why.sys != ENOENT && x->why.sys != ENOTDIR;
	return false;
}

static void
look_at_manifest(struct gathering *g, struct verify_snapshots *v)
{
	struct verify_file *x = &v->parts[PART_MANIFEST];
	struct str text;

	if (!load(g, x, &text))
		return;
	x->sha256 = str_copy(g->a, str_c(sha256_of(text).hex));
	if (manifest_parse(g->a, v->id, str_copy(g->a, text), &v->manifest, &x->why) < 0)
		x->is_sound = false;
}

/* Bits that gzip does not use may be flipped and nothing else would show it;
 * another compressor's file looks all different. */
static bool
is_nearly_ours(struct gathering *g, struct str stored)
{
	size_t unlike = 0;

	buf_reset(&g->packed);
	diff_file_pack(buf_view(&g->text), &g->packed);
	if (g->packed.n != stored.n)
		return false;
	for (size_t i = 0; i < stored.n; i++)
		unlike += g->packed.p[i] != stored.p[i];
	return unlike > 0 && unlike <= 4;
}

static void
read_head(struct gathering *g, struct verify_snapshots *v)
{
	struct verify_file *x = &v->parts[PART_DIFF];
	struct verify_snapshots *before;
	struct str text = buf_view(&g->text);
	const char *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	struct json_fault fault = { "its first line is not one of a diff", 0 };

	if (end == NULL || !json_read(&g->json, str_of(text.p, (size_t)(end - text.p)), &fault) ||
	    g->json.nodes[0].kind != JSON_OBJECT) {
		unsound(x, fault.what, fault.at);
		return;
	}
	if (!str_eq(member(g, "snapshot"), v->id)) {
		unsound(x, "it is the diff of another snapshot", 0);
		return;
	}
	claim(&v->parts[PART_MANIFEST], member(g, "manifest_sha256"));
	v->previous = member(g, "previous");
	before = v;
	while (before > g->list && str_cmp(before->id, v->previous) > 0)
		before--;
	if (v->previous.n == 0)
		return;
	v->lacks_previous = !str_eq(before->id, v->previous);
	if (v->lacks_previous)
		return;
	before->is_followed = true;
	claim(&before->parts[PART_DIFF], member(g, "previous_diff_sha256"));
}

static void
look_at_diff(struct gathering *g, struct verify_snapshots *v)
{
	struct verify_file *x = &v->parts[PART_DIFF];
	struct str stored;

	if (!load(g, x, &stored))
		return;
	if (gz_inflate(g->gz, stored, FILE_LIMIT, &g->text, &x->why) < 0) {
		x->is_sound = false;
		return;
	}
	x->sha256 = str_copy(g->a, str_c(sha256_of(buf_view(&g->text)).hex));
	read_head(g, v);
	if (x->is_sound && is_nearly_ours(g, stored))
		unsound(x,
		    "bits that gzip does not look at are not as they "
		    "were written; what it holds is whole",
		    0);
}

static void
look_at_export(struct gathering *g, struct verify_snapshots *v)
{
	struct verify_file *x = &v->parts[PART_EXPORT];
	struct json_fault fault = { "it is no export's manifest", 0 };
	struct str text;

	if (!load(g, x, &text))
		return;
	x->sha256 = str_copy(g->a, str_c(sha256_of(text).hex));
	v->export_text = str_copy(g->a, text);
	if (!json_read(&g->json, v->export_text, &fault) || g->json.nodes[0].kind != JSON_OBJECT) {
		unsound(x, fault.what, fault.at);
		return;
	}
	if (!str_eq(member(g, "snapshot"), v->id)) {
		unsound(x, "it is the manifest of another export", 0);
		return;
	}
	claim(&v->parts[PART_MANIFEST], member(g, "snapshot_manifest_sha256"));
	claim(&v->parts[PART_DIFF], member(g, "diff_sha256"));
}

static void
look_at(struct gathering *g, struct verify_snapshots *v, const struct verify_state *claims)
{
	struct verify_file *x = v->parts;

	x[PART_MANIFEST].file = str_printf(g->a, "snapshots/%.*s/manifest.json", STR_ARG(v->id));
	x[PART_DIFF].file = str_printf(g->a, "diffs/%.*s" DIFF_SUFFIX, STR_ARG(v->id));
	x[PART_EXPORT].file = str_printf(g->a, "exports/%.*s/manifest.json", STR_ARG(v->id));
	v->state_claim = verify_state_find(claims, v->id);
	if (v->state_claim != NULL) {
		claim(&x[PART_MANIFEST], v->state_claim->manifest_sha256);
		claim(&x[PART_DIFF], v->state_claim->diff_sha256);
		claim(&x[PART_EXPORT], v->state_claim->export_sha256);
	}
	look_at_manifest(g, v);
	look_at_diff(g, v);
	look_at_export(g, v);
	arena_reset(&g->scratch);
}

/* A diff alone is what a killed run leaves behind. */
static bool
is_applied(const struct verify_snapshots *v, const struct verify_state *claims)
{
	if (claims->is_there)
		return v->state_claim != NULL;
	return v->is_followed || v->parts[PART_EXPORT].is_there;
}

int
verify_snapshots_gather(struct arena *a, const char *account, const struct verify_state *claims,
    struct verify_snapshots **list, size_t *n, struct err *e)
{
	struct gathering g = { .a = a, .account = account, .e = e };
	int rc = list_ids(&g, claims);

	g.gz = gz_reader_new();
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		look_at(&g, &g.list[i], claims);
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		g.list[i].is_applied = is_applied(&g.list[i], claims);
	*n = g.n;
	*list = arena_zero(a, g.n + 1, sizeof(**list));
	if (rc == 0 && g.n > 0)
		memcpy(*list, g.list, g.n * sizeof(*g.list));
	mem_free(g.list);
	gz_reader_free(g.gz);
	buf_release(&g.text);
	buf_release(&g.packed);
	json_release(&g.json);
	arena_release(&g.scratch);
	return rc;
}

static enum finding_kind
kind_of(const struct verify_snapshots *v, enum part part)
{
	if (part == PART_DIFF)
		return FINDING_DIFF;
	if (part == PART_EXPORT)
		return FINDING_RECORD;
	return v->is_applied ? FINDING_SNAPSHOT : FINDING_PENDING;
}

/* Whether anybody claims what the file is; all may be silent. */
static bool
is_claimed(const struct verify_file *x)
{
	for (size_t i = 0; i < x->claims_n; i++)
		if (str_eq(x->claims[i], x->sha256))
			return true;
	return x->claims_n == 0;
}

static void
judge_missing(const struct verify_snapshots *v, enum part part, struct findings *f)
{
	const struct verify_file *x = &v->parts[part];

	if (v->is_applied || x->claims_n > 0)
		finding_add(f, kind_of(v, part), x->file, "it is missing");
}

static void
judge(struct verify_snapshots *v, enum part part, struct findings *f)
{
	struct verify_file *x = &v->parts[part];
	enum finding_kind kind = kind_of(v, part);

	if (!x->is_there) {
		judge_missing(v, part, f);
		return;
	}
	if (part == PART_DIFF && v->lacks_previous)
		finding_add(f, kind, x->file,
		    "it follows the diff of %.*s, of which nothing is left", STR_ARG(v->previous));
	if (!x->is_sound) {
		finding_error(f, kind, x->file, &x->why);
		return;
	}
	/* After a rebuild that was interrupted old and new stand side by side,
	 * until the next run. */
	x->is_right = is_claimed(x) || (part != PART_MANIFEST && !v->is_applied);
	if (!x->is_right) {
		finding_add(f, kind, x->file,
		    "it is not the file it was: its sha256 is %.*s, that of "
		    "the one that was written is %.*s",
		    STR_ARG(x->sha256), STR_ARG(x->claims[0]));
		return;
	}
	/* Others know the file again: it is the state that remembers wrongly.
	 */
	if (v->state_claim != NULL && x->claims_n > 0 && !str_eq(x->claims[0], x->sha256))
		finding_add(f, FINDING_STATE, STR("state/data.mdb"),
		    "it gives another sha256 for %.*s than every file does", STR_ARG(x->file));
}

void
verify_snapshots_judge(struct verify_snapshots *list, size_t n, struct findings *f)
{
	for (size_t i = 0; i < n; i++)
		for (int part = 0; part < PARTS; part++)
			judge(&list[i], (enum part)part, f);
}
