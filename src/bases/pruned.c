#include "bases/pruned.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "bases/fold_manifest.h"
#include "json/read.h"
#include "lib/gz.h"
#include "lib/sha256.h"

#define LIMIT (UINT64_C(1) << 36)
#define MANIFEST_LIMIT (UINT64_C(1) << 30)
#define LEVEL 6

static int
fail(const char *what, struct err *e)
{
	err_set(e, ERR_DAMAGED, "%s", what);
	err_file(e, PRUNED_FILE);
	return err_advise(e, "Restore it from a backup.");
}

static bool
read_line(struct arena *a, struct str line, struct pruned_snapshot *out)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool ok = json_read(&j, line, &fault) && j.nodes[0].kind == JSON_OBJECT;

	*out = (struct pruned_snapshot){ .line = line };
	if (ok) {
		out->id = str_copy(a, json_find_text(a, &j, 0, "id"));
		out->sha256 = str_copy(a, json_find_text(a, &j, 0, "sha256"));
	}
	json_release(&j);
	return ok && out->id.n > 0 && out->sha256.n == SHA256_HEX;
}

static int
read_lines(
    struct arena *a, struct str text, struct pruned_snapshot **list, size_t *n, struct err *e)
{
	struct buf found = { 0 };
	int rc = 0;

	while (rc == 0 && text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		struct pruned_snapshot x;

		if (end == NULL || !read_line(a, str_of(text.p, (size_t)(end - text.p)), &x)) {
			rc = fail("a line that is not a pruned snapshot", e);
			break;
		}
		buf_add(&found, &x, sizeof(x));
		text = str_from(text, x.line.n + 1);
	}
	*list = buf_list(&found, a, sizeof(**list), n);
	return rc;
}

int
pruned_load(
    struct arena *a, const char *account, struct pruned_snapshot **list, size_t *n, struct err *e)
{
	struct err why = ERR_INIT;
	struct gz_reader *gz;
	struct buf text = { 0 };
	struct str stored;
	int rc = 0;

	*list = NULL;
	*n = 0;
	if (file_load(a, file_join(a, account, PRUNED_FILE), LIMIT, &stored, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return err_file(e, PRUNED_FILE);
	}
	gz = gz_reader_new();
	if (gz_inflate(gz, stored, LIMIT, &text, e) < 0)
		rc = err_file(e, PRUNED_FILE);
	gz_reader_free(gz);
	if (rc == 0)
		rc = read_lines(a, str_copy(a, buf_view(&text)), list, n, e);
	buf_release(&text);
	return rc;
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct pruned_snapshot *)x)->id, ((const struct pruned_snapshot *)y)->id);
}

const struct pruned_snapshot *
pruned_find(const struct pruned_snapshot *list, size_t n, struct str id)
{
	const struct pruned_snapshot want = { .id = id };

	return n == 0 ? NULL : bsearch(&want, list, n, sizeof(*list), by_id);
}

int
pruned_manifest(
    struct arena *a, const struct pruned_snapshot *p, struct manifest *out, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text = { 0 };
	uint32_t at = 0;

	if (json_read(&j, p->line, &fault))
		at = json_find(&j, 0, STR("manifest"));
	if (at != 0)
		text = json_raw(&j, at);
	json_release(&j);
	return manifest_parse(a, p->id, text, out, e);
}

static bool
is_gone(struct arena *a, const char *account, struct str id)
{
	return !file_exists(
	    str_z(a, str_printf(a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(id))));
}

static int
check_list(struct arena *a, const char *account, struct err *e)
{
	struct pruned_snapshot *list;
	struct str start;
	size_t n;

	if (pruned_load(a, account, &list, &n, e) < 0 ||
	    fold_manifest_start(a, account, &start, e) < 0)
		return -1;
	while (n > 0 && !is_gone(a, account, list[n - 1].id))
		n--;
	if (n == 0 || str_cmp(list[n - 1].id, start) <= 0)
		return 0;
	err_set(e, ERR_DAMAGED, "there is no base that stands for snapshot %.*s, which was pruned",
	    STR_ARG(list[n - 1].id));
	err_file(e, "bases");
	return err_advise(e, "Restore bases/ from a backup: history begins there.");
}

int
pruned_check(const char *account, struct err *e)
{
	struct arena a = { 0 };
	int rc = check_list(&a, account, e);

	arena_release(&a);
	return rc;
}

int
pruned_line(struct buf *b, struct str id, struct str sha256, struct str manifest, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	int rc = 0;

	buf_z(b, "{\"id\":");
	buf_json(b, id);
	buf_z(b, ",\"sha256\":");
	buf_json(b, sha256);
	buf_z(b, ",\"manifest\":");
	if (json_read(&j, manifest, &fault))
		json_compact(b, &j, 0);
	else
		rc = err_set(e, ERR_DAMAGED, "the manifest of %.*s cannot be read", STR_ARG(id));
	buf_char(b, '}');
	json_release(&j);
	return rc;
}

static int
make_line(
    struct arena *a, const char *account, struct str id, struct pruned_snapshot *out, struct err *e)
{
	struct str path = str_printf(a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(id)),
	           text;
	struct buf b = { 0 };
	int rc;

	if (file_load(a, str_z(a, path), MANIFEST_LIMIT, &text, e) < 0)
		return -1;
	out->id = id;
	out->sha256 = str_copy(a, str_c(sha256_of(text).hex));
	rc = pruned_line(&b, id, out->sha256, text, e);
	out->line = str_copy(a, buf_view(&b));
	buf_release(&b);
	return rc;
}

int
pruned_write(const char *path, const struct pruned_snapshot *list, size_t n, struct err *e)
{
	struct buf text = { 0 }, packed = { 0 };
	int rc;

	for (size_t i = 0; i < n; i++) {
		buf_str(&text, list[i].line);
		buf_char(&text, '\n');
	}
	gz_deflate(buf_view(&text), LEVEL, &packed);
	rc = file_save(path, buf_view(&packed), e);
	buf_release(&text);
	buf_release(&packed);
	return rc;
}

int
pruned_add(const char *account, const struct str *ids, size_t n, struct err *e)
{
	struct arena a = { 0 };
	struct pruned_snapshot *list;
	struct buf all = { 0 };
	size_t known;
	int rc = pruned_load(&a, account, &list, &known, e);

	for (size_t i = 0; rc == 0 && i < known; i++)
		buf_add(&all, &list[i], sizeof(*list));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct pruned_snapshot x;

		if (pruned_find(list, known, ids[i]) != NULL)
			continue;
		rc = make_line(&a, account, ids[i], &x, e);
		buf_add(&all, &x, sizeof(x));
	}
	list = buf_list(&all, &a, sizeof(*list), &known);
	if (known > 1)
		qsort(list, known, sizeof(*list), by_id);
	if (rc == 0)
		rc = pruned_write(file_join(&a, account, PRUNED_FILE), list, known, e);
	arena_release(&a);
	return rc;
}
