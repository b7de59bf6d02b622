#include "flowhub/staging.h"

#include "base/file.h"
#include "base/timestamp.h"
#include "lib/sha256.h"
#include "lib/gz.h"

#define LEVEL 6
#define JOURNAL "journal-"
#define JOURNAL_LIMIT (UINT64_C(1) << 26)
#define TOOL "flowstory " FLOWSTORY_VERSION

static bool
is_draft(struct str name, int64_t *taken_at)
{
	struct str prefix = STR(STAGING_PREFIX);

	return str_starts(name, prefix) &&
	       timestamp_parse_id(str_of(name.p + prefix.n, name.n - prefix.n), taken_at);
}

int
staging_find(const char *account, int64_t *taken_at, struct err *e)
{
	struct arena a = { 0 };
	struct str *names;
	size_t n;
	int found = 0;
	int rc = dir_list(&a, file_join(&a, account, "snapshots"), &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (is_draft(names[i], taken_at))
			found = 1; /* sorted: the last is the newest */
	arena_release(&a);
	return rc < 0 ? -1 : found;
}

int
staging_clean(const char *account, int64_t kept, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "snapshots");
	struct str *names;
	size_t n;
	int64_t when;
	int rc = dir_list(&a, dir, &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (is_draft(names[i], &when) && when != kept)
			rc = dir_remove(file_join(&a, dir, str_z(&a, names[i])), e);
	arena_release(&a);
	return rc;
}

int
staging_begin(
    struct staging *d, const char *account, int64_t taken_at, bool has_journal, struct err *e)
{
	struct buf name = { 0 };
	char *snapshots;

	*d = (struct staging){
		.account = account, .taken_at = taken_at, .has_journal = has_journal
	};
	buf_z(&name, STAGING_PREFIX);
	timestamp_format_id(&name, taken_at);
	d->name = str_copy(&d->arena, buf_view(&name));
	buf_release(&name);
	snapshots = file_join(&d->arena, account, "snapshots");
	d->dir = file_join(&d->arena, snapshots, str_z(&d->arena, d->name));
	if (dir_make_all(snapshots, e) < 0)
		return -1;
	return dir_make(d->dir, e);
}

void
staging_keep(struct staging *d, const struct manifest_page *page)
{
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 64 : 2 * d->cap;
		d->pages = mem_resize(d->pages, d->cap, sizeof(*d->pages));
	}
	d->pages[d->n++] = *page;
}

/* The page with its texts in the draft's own memory. */
static struct manifest_page
copy_page(struct staging *d, const struct manifest_page *p)
{
	struct manifest_page out = *p;

	out.path = str_copy(&d->arena, p->path);
	out.location = str_copy(&d->arena, p->location);
	out.request = str_copy(&d->arena, p->request);
	out.fetched_at = str_copy(&d->arena, p->fetched_at);
	out.scope.detail = str_copy(&d->arena, p->scope.detail);
	return out;
}

int
staging_put(struct staging *d, const struct manifest_page *page, struct str body, struct err *e)
{
	struct manifest_page kept = copy_page(d, page);
	struct file_out f = FILE_OUT_INIT;
	int rc;

	buf_reset(&d->stored);
	gz_deflate(body, LEVEL, &d->stored);
	kept.bytes = d->stored.n;
	kept.sha256 = str_copy(&d->arena, str_c(sha256_of(buf_view(&d->stored)).hex));
	/* Made durable by staging_commit, all at once. */
	rc = file_create(&f, file_join(&d->arena, d->dir, str_z(&d->arena, page->path)), e);
	if (rc == 0)
		rc = file_put(&f, d->stored.p, d->stored.n, e);
	if (rc == 0)
		rc = file_close(&f, e);
	if (rc < 0) {
		file_abandon(&f);
		return -1;
	}
	staging_keep(d, &kept);
	return 0;
}

static int
remove_file(struct staging *d, struct str name, struct err *e)
{
	return dir_remove(file_join(&d->arena, d->dir, str_z(&d->arena, name)), e);
}

int
staging_drop(struct staging *d, size_t from, struct err *e)
{
	while (d->n > from)
		if (remove_file(d, d->pages[--d->n].path, e) < 0)
			return -1;
	return 0;
}

static void
format(
    const struct staging *d, size_t from, struct str source, struct str finished_at, struct buf *b)
{
	struct manifest m = { .taken_at = d->taken_at,
		.finished_at = finished_at,
		.tool = STR(TOOL),
		.source = source,
		.pages = d->pages + from,
		.n = d->n - from };

	manifest_format(&m, b);
}

int
staging_mark(struct staging *d, size_t from, struct err *e)
{
	struct str name;
	struct buf b = { 0 };
	int rc;

	if (!d->has_journal)
		return 0;
	name = str_printf(&d->arena, JOURNAL "%06u.json", ++d->journals);
	format(d, from, d->source, STR(""), &b);
	rc = file_save(file_join(&d->arena, d->dir, str_z(&d->arena, name)), buf_view(&b), e);
	buf_release(&b);
	return rc;
}

int
staging_journals(struct staging *d, struct manifest **list, size_t *n, struct err *e)
{
	struct str id =
	    str_of(d->name.p + strlen(STAGING_PREFIX), d->name.n - strlen(STAGING_PREFIX));
	struct str *names, text;
	size_t names_n;

	*n = 0;
	if (dir_list(&d->arena, d->dir, &names, &names_n, e) < 0)
		return -1;
	*list = arena_zero(&d->arena, names_n, sizeof(**list));
	for (size_t i = 0; i < names_n; i++) {
		struct err ignored = ERR_INIT;
		char *path = file_join(&d->arena, d->dir, str_z(&d->arena, names[i]));

		if (str_starts(names[i], STR(JOURNAL)) &&
		    file_load(&d->arena, path, JOURNAL_LIMIT, &text, &ignored) == 0 &&
		    manifest_parse(&d->arena, id, text, &(*list)[*n], &ignored) == 0 &&
		    str_eq((*list)[*n].source, d->source))
			(*n)++;
	}
	d->journals = (unsigned)names_n;
	return 0;
}

static bool
is_page(const struct staging *d, struct str name)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->pages[i].path, name))
			return true;
	return false;
}

/* ${journals}: those go as well. */
static int
sweep(struct staging *d, bool journals, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_list(&d->arena, d->dir, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool is_journal = str_starts(names[i], STR(JOURNAL));

		if (is_journal ? !journals : is_page(d, names[i]))
			continue;
		if (remove_file(d, names[i], e) < 0)
			return -1;
	}
	return 0;
}

int
staging_sweep(struct staging *d, struct err *e)
{
	return sweep(d, false, e);
}

int
staging_commit(struct staging *d, struct str source, struct str finished_at, struct err *e)
{
	struct buf b = { 0 }, id = { 0 };
	char *final;
	int rc = d->has_journal ? sweep(d, true, e) : 0;

	timestamp_format_id(&id, d->taken_at);
	final = file_join(&d->arena, file_join(&d->arena, d->account, "snapshots"),
	    str_z(&d->arena, buf_view(&id)));
	buf_release(&id);
	format(d, 0, source, finished_at, &b);
	if (rc == 0)
		rc = dir_sync(d->dir, e);
	if (rc == 0)
		rc = file_save(file_join(&d->arena, d->dir, "manifest.json"), buf_view(&b), e);
	if (rc == 0)
		rc = dir_rename(d->dir, final, e);
	buf_release(&b);
	return rc;
}

void
staging_release(struct staging *d)
{
	buf_release(&d->stored);
	mem_free(d->pages);
	arena_release(&d->arena);
	*d = (struct staging){ 0 };
}

void
staging_discard(struct staging *d)
{
	struct err ignored = ERR_INIT;

	if (d->dir != NULL)
		(void)!dir_remove(d->dir, &ignored);
	staging_release(d);
}
