#include "timemachine/verify_snapshots.h"

#include <errno.h>
#include <stdlib.h>

#include "account/account.h"
#include "base/arena.h"
#include "base/file.h"
#include "bases/pruned.h"
#include "delta/diff_file.h"
#include "json/read.h"
#include "lib/gz.h"
#include "snapshot/store.h"

#define FILE_LIMIT (UINT64_C(1) << 40)
#define DIFF_SUFFIX ".jsonl.gz"

struct account_reader {
	struct arena *a;
	const char *account;
	const struct verify_state *state;
	struct verify_snapshot *list;
	size_t n;
	struct pruned_snapshot *pruned;
	size_t pruned_n;
	struct arena scratch; /* of the snapshot in hand */
	struct gz_reader *gz;
	struct buf text, packed;
	struct json json;
	struct err *e;
};

/* Every id that any of the five names, once. */
static int
list_ids(struct account_reader *g)
{
	const char *diffs = file_join(g->a, g->account, "diffs");
	const char *exports = file_join(g->a, g->account, "exports");
	struct err ignored = ERR_INIT;
	struct str *ids[3], *all;
	size_t n[3], total = g->state->n;

	if (store_list(g->a, g->account, &ids[0], &n[0], g->e) < 0 ||
	    account_ids(g->a, diffs, STR(DIFF_SUFFIX), &ids[1], &n[1], g->e) < 0 ||
	    account_ids(g->a, exports, STR(""), &ids[2], &n[2], g->e) < 0)
		return -1;
	/* if it is damaged, verify_bases tells of it */
	if (pruned_load(g->a, g->account, &g->pruned, &g->pruned_n, &ignored) < 0)
		g->pruned_n = 0;
	all = arena_array(g->a, total + n[0] + n[1] + n[2] + g->pruned_n, sizeof(*all));
	for (size_t i = 0; i < g->state->n; i++)
		all[i] = g->state->list[i].id;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < n[i]; k++)
			all[total++] = ids[i][k];
	for (size_t i = 0; i < g->pruned_n; i++)
		all[total++] = g->pruned[i].id;
	g->list = arena_zero(g->a, total, sizeof(*g->list));
	if (total > 0)
		qsort(all, total, sizeof(*all), str_order);
	for (size_t i = 0; i < total; i++)
		if (i == 0 || !str_eq(all[i - 1], all[i]))
			g->list[g->n++].id = all[i];
	return 0;
}

/* One file need not name another one's digest. */
static void
expect(struct verify_file *x, struct str sha256)
{
	if (sha256.n == SHA256_HEX && x->expected_n < VERIFY_EXPECTED_MAX)
		x->expected[x->expected_n++] = sha256;
}

static struct str
member_text(struct account_reader *g, const char *name)
{
	return str_copy(g->a, json_find_text(&g->scratch, &g->json, 0, name));
}

static void
set_unsound(struct verify_file *x, const char *what, uint64_t at)
{
	err_set(&x->why, ERR_FAILED, "%s", what);
	err_byte(&x->why, at);
	x->is_sound = false;
}

/* The file's bytes in scratch; false if there is none or it cannot be read. */
static bool
load_part(struct account_reader *g, struct verify_file *x, struct str *text)
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

/* Reads ${text} as an object that names the snapshot; else it is not sound, as ${what} says. */
static bool
read_object(struct account_reader *g, const struct verify_snapshot *v, struct verify_file *x,
    struct str text, const char *what, const char *others)
{
	struct json_fault fault = { what, 0 };

	if (!json_read(&g->json, text, &fault) || g->json.nodes[0].kind != JSON_OBJECT)
		set_unsound(x, fault.what, fault.at);
	else if (!str_eq(member_text(g, "snapshot"), v->id))
		set_unsound(x, others, 0);
	return x->is_sound;
}

/* The manifest of a snapshot that was folded is kept with others. */
static void
read_packed(struct account_reader *g, struct verify_snapshot *v)
{
	const struct pruned_snapshot *p = pruned_find(g->pruned, g->pruned_n, v->id);
	struct verify_file *x = &v->parts[PART_MANIFEST];

	if (p == NULL || x->is_there)
		return;
	v->is_pruned = x->is_there = x->is_sound = true;
	x->file = STR(PRUNED_FILE);
	x->sha256 = p->sha256;
}

static void
read_manifest(struct account_reader *g, struct verify_snapshot *v)
{
	struct verify_file *x = &v->parts[PART_MANIFEST];
	struct str text;

	if (!load_part(g, x, &text)) {
		read_packed(g, v);
		return;
	}
	x->sha256 = str_copy(g->a, str_c(sha256_of(text).hex));
	if (manifest_parse(g->a, v->id, str_copy(g->a, text), &v->manifest, &x->why) < 0)
		x->is_sound = false;
}

/* Our own compression but for a few bytes: bits that gzip does not use were flipped, and nothing
 * else would show it.  Another compressor's file looks all different. */
static bool
is_altered(struct account_reader *g, struct str stored)
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
read_first_line(struct account_reader *g, struct verify_snapshot *v)
{
	struct str text = buf_view(&g->text);
	const char *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	const char *what = "its first line is not that of a diff";
	struct verify_file *x = &v->parts[PART_DIFF];
	struct verify_snapshot *before = v;

	if (end == NULL)
		set_unsound(x, what, 0);
	if (end == NULL || !read_object(g, v, x, str_of(text.p, (size_t)(end - text.p)), what,
	                       "it is the diff of another snapshot"))
		return;
	expect(&v->parts[PART_MANIFEST], member_text(g, "manifest_sha256"));
	v->previous = member_text(g, "previous");
	if (v->previous.n == 0)
		return;
	while (before > g->list && str_cmp(before->id, v->previous) > 0)
		before--;
	v->lacks_previous = !str_eq(before->id, v->previous);
	if (v->lacks_previous)
		return;
	before->is_followed = true;
	expect(&before->parts[PART_DIFF], member_text(g, "previous_diff_sha256"));
}

static void
read_diff(struct account_reader *g, struct verify_snapshot *v)
{
	struct verify_file *x = &v->parts[PART_DIFF];
	struct str stored;

	if (!load_part(g, x, &stored))
		return;
	if (gz_inflate(g->gz, stored, FILE_LIMIT, &g->text, &x->why) < 0) {
		x->is_sound = false;
		return;
	}
	x->sha256 = str_copy(g->a, str_c(sha256_of(buf_view(&g->text)).hex));
	read_first_line(g, v);
	if (x->is_sound && is_altered(g, stored))
		set_unsound(x, "gzip header or padding was altered; the contents are intact", 0);
}

static void
read_export(struct account_reader *g, struct verify_snapshot *v)
{
	struct verify_file *x = &v->parts[PART_EXPORT];
	struct str text;

	if (!load_part(g, x, &text))
		return;
	x->sha256 = str_copy(g->a, str_c(sha256_of(text).hex));
	v->export_text = str_copy(g->a, text);
	if (!read_object(g, v, x, v->export_text, "it is not an export's manifest",
	        "it is the manifest of another export"))
		return;
	expect(&v->parts[PART_MANIFEST], member_text(g, "snapshot_manifest_sha256"));
	expect(&v->parts[PART_DIFF], member_text(g, "diff_sha256"));
}

static void
read_snapshot(struct account_reader *g, struct verify_snapshot *v)
{
	struct verify_file *x = v->parts;

	x[PART_MANIFEST].file = str_printf(g->a, "snapshots/%.*s/manifest.json", STR_ARG(v->id));
	x[PART_DIFF].file = str_printf(g->a, "diffs/%.*s" DIFF_SUFFIX, STR_ARG(v->id));
	x[PART_EXPORT].file = str_printf(g->a, "exports/%.*s/manifest.json", STR_ARG(v->id));
	v->in_state = verify_state_find(g->state, v->id);
	if (v->in_state != NULL) {
		expect(&x[PART_MANIFEST], v->in_state->manifest_sha256);
		expect(&x[PART_DIFF], v->in_state->diff_sha256);
		expect(&x[PART_EXPORT], v->in_state->export_sha256);
	}
	read_manifest(g, v);
	read_diff(g, v);
	read_export(g, v);
	arena_reset(&g->scratch);
}

/* A diff alone is what a killed run leaves behind. */
static bool
is_applied(const struct account_reader *g, const struct verify_snapshot *v)
{
	if (g->state->is_there)
		return v->in_state != NULL;
	return v->is_followed || v->is_pruned || v->parts[PART_EXPORT].is_there;
}

int
verify_snapshots_read(struct arena *a, const char *account, const struct verify_state *state,
    struct verify_snapshot **list, size_t *n, struct err *e)
{
	struct account_reader g = { .a = a, .account = account, .state = state, .e = e };
	int rc = list_ids(&g);

	g.gz = gz_reader_new();
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		read_snapshot(&g, &g.list[i]);
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		g.list[i].is_applied = is_applied(&g, &g.list[i]);
	*list = g.list;
	*n = g.n;
	gz_reader_free(g.gz);
	buf_release(&g.text);
	buf_release(&g.packed);
	json_release(&g.json);
	arena_release(&g.scratch);
	return rc;
}

static enum finding_kind
kind_of(const struct verify_snapshot *v, enum verify_part part)
{
	if (part == PART_DIFF)
		return FINDING_DIFF;
	if (part == PART_EXPORT)
		return FINDING_EXPORT;
	return v->is_applied ? FINDING_SNAPSHOT : FINDING_PENDING;
}

/* Where nobody gives a digest, any will do. */
static bool
is_expected(const struct verify_file *x)
{
	for (size_t i = 0; i < x->expected_n; i++)
		if (str_eq(x->expected[i], x->sha256))
			return true;
	return x->expected_n == 0;
}

/* ${lacks_diffs}: no older snapshot has a diff either, as after a prune of diffs. */
static void
check_file(struct verify_snapshot *v, enum verify_part part, bool lacks_diffs, struct findings *f)
{
	struct verify_file *x = &v->parts[part];
	enum finding_kind kind = kind_of(v, part);

	if (!x->is_there) {
		if (part == PART_DIFF && v->is_pruned && lacks_diffs)
			return;
		if (v->is_applied || x->expected_n > 0)
			finding_add(f, kind, x->file, "it is missing");
		return;
	}
	if (part == PART_DIFF && v->lacks_previous)
		finding_add(f, kind, x->file, "it follows the diff of %.*s, which no longer exists",
		    STR_ARG(v->previous));
	if (!x->is_sound) {
		finding_error(f, kind, x->file, &x->why);
		return;
	}
	/* After an interrupted rebuild old and new files stand side by side, until the next run. */
	x->is_right = is_expected(x) || (part != PART_MANIFEST && !v->is_applied);
	if (!x->is_right) {
		finding_add(f, kind, x->file, "file was modified: sha256 is %.*s, expected %.*s",
		    STR_ARG(x->sha256), STR_ARG(x->expected[0]));
		return;
	}
	/* The other files agree with this one: it is the state that is wrong. */
	if (v->in_state != NULL && x->expected_n > 0 && !str_eq(x->expected[0], x->sha256))
		finding_add(f, FINDING_STATE, STR("state/data.mdb"),
		    "it gives another sha256 for %.*s than the files do", STR_ARG(x->file));
}

void
verify_snapshots(struct verify_snapshot *list, size_t n, struct findings *f)
{
	bool lacks_diffs = true;

	for (size_t i = 0; i < n; i++) {
		lacks_diffs = lacks_diffs && !list[i].parts[PART_DIFF].is_there;
		for (int part = 0; part < PARTS; part++)
			check_file(&list[i], (enum verify_part)part, lacks_diffs, f);
	}
}
