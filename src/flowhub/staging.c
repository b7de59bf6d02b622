#include "flowhub/staging.h"

#include "base/file.h"
#include "base/timestamp.h"
#include "lib/sha256.h"
#include "snapshot/known_pages.h"
#include "snapshot/page.h"
#include "snapshot/page_pack.h"

#define JOURNAL "journal-"
#define PART "part-"
#define JOURNAL_LIMIT (UINT64_C(1) << 26)
#define TOOL "flowstory " FLOWSTORY_VERSION

static bool
is_staging(struct str name, int64_t *taken_at)
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
		if (is_staging(names[i], taken_at))
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
		if (is_staging(names[i], &when) && when != kept)
			rc = dir_remove(file_join(&a, dir, str_z(&a, names[i])), e);
	arena_release(&a);
	return rc;
}

int
staging_begin(
    struct staging *s, const char *account, int64_t taken_at, bool has_journal, struct err *e)
{
	struct buf name = { 0 };
	char *snapshots;

	*s = (struct staging){
		.account = account, .taken_at = taken_at, .has_journal = has_journal
	};
	buf_z(&name, STAGING_PREFIX);
	timestamp_format_id(&name, taken_at);
	s->name = str_copy(&s->arena, buf_view(&name));
	buf_release(&name);
	snapshots = file_join(&s->arena, account, "snapshots");
	s->dir = file_join(&s->arena, snapshots, str_z(&s->arena, s->name));
	if (dir_make_all(snapshots, e) < 0)
		return -1;
	return dir_make(s->dir, e);
}

void
staging_know(struct staging *s, const struct known_pages *earlier, const struct page_filter *filter)
{
	s->earlier = earlier;
	s->filter = filter;
}

void
staging_disclaim(struct staging *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		s->pages[i].scope = (struct scope){ .kind = SCOPE_UPDATED };
}

void
staging_add(struct staging *s, const struct manifest_page *page)
{
	s->pages = mem_grow(s->pages, s->n, &s->cap, sizeof(*s->pages));
	s->pages[s->n++] = *page;
}

static struct str
time_text(struct staging *s, int64_t us)
{
	struct buf b = { 0 };
	struct str text;

	timestamp_format(&b, us);
	text = str_copy(&s->arena, buf_view(&b));
	buf_release(&b);
	return text;
}

/* The page with its texts in our own memory. */
static struct manifest_page
copy_page(struct staging *s, const struct manifest_page *p)
{
	struct manifest_page out = *p;

	out.path = str_copy(&s->arena, p->path);
	out.location = str_copy(&s->arena, p->location);
	out.request = str_copy(&s->arena, p->request);
	out.scope.detail = str_copy(&s->arena, p->scope.detail);
	return out;
}

/* The records of a page that was redacted. */
static uint64_t
count_records(struct str text, enum resource resource)
{
	struct page_reader page = { .text = text };
	struct err ignored = ERR_INIT;
	uint64_t n = page_scan(&page, resource, &ignored) == 0 ? page.scan.n : 0;

	page_reader_release(&page);
	return n;
}

/* The body as it is stored: who was erased is not in it. */
static int
pack_body(struct staging *s, struct str body, struct manifest_page *page, struct err *e)
{
	struct buf redacted = { 0 };
	uint64_t n;
	int rc = page_filter_page(s->filter, page->resource, body, &redacted, &n, e);

	if (rc == 0 && n > 0) {
		body = buf_view(&redacted);
		page->redacted = n;
		page->records = count_records(body, page->resource);
	}
	buf_reset(&s->stored);
	if (rc == 0)
		page_pack(body, page->resource, &s->stored);
	buf_release(&redacted);
	return rc;
}

/* The same page of an earlier snapshot gets a second name. */
static bool
is_known(const struct staging *s, const struct manifest_page *p, const char *path)
{
	return s->earlier != NULL &&
	       known_pages_link(s->earlier, s->account, p->sha256, buf_view(&s->stored), path);
}

int
staging_put(struct staging *s, const struct manifest_page *page, int64_t now, struct str body,
    struct err *e)
{
	struct manifest_page kept = copy_page(s, page);
	char *path = file_join(&s->arena, s->dir, str_z(&s->arena, page->path));

	if (pack_body(s, body, &kept, e) < 0)
		return -1;
	kept.fetched_at = time_text(s, now);
	kept.bytes = s->stored.n;
	kept.sha256 = str_copy(&s->arena, str_c(sha256_of(buf_view(&s->stored)).hex));
	if (!is_known(s, &kept, path) && file_write(path, buf_view(&s->stored), e) < 0)
		return -1;
	staging_add(s, &kept);
	return 0;
}

static int
remove_file(struct staging *s, struct str name, struct err *e)
{
	return dir_remove(file_join(&s->arena, s->dir, str_z(&s->arena, name)), e);
}

static struct str
part_name(struct staging *s, uint64_t page)
{
	return str_printf(&s->arena, PART "%06llu.json", (unsigned long long)page);
}

/* The pages in [from, s->n) are no read under way, or none any more. */
static int
forget_parts(struct staging *s, size_t from, struct err *e)
{
	for (size_t i = from; s->has_journal && i < s->n; i++)
		if (remove_file(s, part_name(s, s->pages[i].page), e) < 0)
			return -1;
	return 0;
}

int
staging_drop(struct staging *s, size_t from, struct err *e)
{
	if (forget_parts(s, from, e) < 0)
		return -1;
	while (s->n > from)
		if (remove_file(s, s->pages[--s->n].path, e) < 0)
			return -1;
	return 0;
}

int
staging_drop_location(struct staging *s, struct str location, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct manifest_page *p = &s->pages[i];

		if (p->resource != RESOURCE_ORDERS || !str_eq(p->location, location))
			s->pages[kept++] = *p;
		else if (remove_file(s, p->path, e) < 0)
			return -1;
	}
	s->n = kept;
	return 0;
}

static void
format_manifest(
    const struct staging *s, size_t from, struct str source, struct str finished_at, struct buf *b)
{
	struct manifest m = { .taken_at = s->taken_at,
		.finished_at = finished_at,
		.tool = STR(TOOL),
		.source = source,
		.pages = s->pages + from,
		.n = s->n - from };

	manifest_format(&m, b);
}

/* The pages from that one on in a manifest of their own.  It is no more durable than they are:
 * after a power cut the digests tell. */
static int
save_pages(struct staging *s, size_t from, struct str name, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	format_manifest(s, from, s->source, STR(""), &b);
	rc = file_write(file_join(&s->arena, s->dir, str_z(&s->arena, name)), buf_view(&b), e);
	buf_release(&b);
	return rc;
}

int
staging_save_page(struct staging *s, struct err *e)
{
	if (!s->has_journal)
		return 0;
	return save_pages(s, s->n - 1, part_name(s, s->pages[s->n - 1].page), e);
}

int
staging_save_read(struct staging *s, size_t from, struct err *e)
{
	if (!s->has_journal)
		return 0;
	if (save_pages(s, from, str_printf(&s->arena, JOURNAL "%06u.json", ++s->saved_reads), e) <
	    0)
		return -1;
	return forget_parts(s, from, e);
}

static bool
load_saved(struct staging *s, struct str name, struct manifest *m)
{
	struct str id =
	    str_of(s->name.p + strlen(STAGING_PREFIX), s->name.n - strlen(STAGING_PREFIX));
	char *path = file_join(&s->arena, s->dir, str_z(&s->arena, name));
	struct err ignored = ERR_INIT;
	struct str text;

	return file_load(&s->arena, path, JOURNAL_LIMIT, &text, &ignored) == 0 &&
	       manifest_parse(&s->arena, id, text, m, &ignored) == 0 &&
	       str_eq(m->source, s->source);
}

/* Page after page of one list, from its first one on. */
static void
add_part(struct staging *s, const struct manifest *m)
{
	const struct manifest_page *first = &s->part[0], *p = &m->pages[0];

	if (m->n != 1 || p->page != s->part_n + 1)
		return;
	if (s->part_n == 0 ||
	    (p->resource == first->resource && str_eq(p->location, first->location) &&
	        p->scope.kind == first->scope.kind && p->scope.from == first->scope.from &&
	        p->scope.to == first->scope.to))
		s->part[s->part_n++] = *p;
}

int
staging_saved_reads(struct staging *s, struct manifest **list, size_t *n, struct err *e)
{
	struct str *names;
	size_t names_n;

	*n = 0;
	if (dir_list(&s->arena, s->dir, &names, &names_n, e) < 0)
		return -1;
	*list = arena_zero(&s->arena, names_n, sizeof(**list));
	s->part = arena_zero(&s->arena, names_n + 1, sizeof(*s->part));
	for (size_t i = 0; i < names_n; i++) {
		struct manifest m;

		if (str_starts(names[i], STR(JOURNAL)))
			*n += load_saved(s, names[i], &(*list)[*n]);
		else if (str_starts(names[i], STR(PART)) && load_saved(s, names[i], &m))
			add_part(s, &m);
	}
	s->saved_reads = (unsigned)names_n;
	return 0;
}

static bool
has_page(const struct manifest_page *pages, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(pages[i].path, name))
			return true;
	return false;
}

static bool
is_page(const struct staging *s, struct str name)
{
	return has_page(s->pages, s->n, name) || has_page(s->part, s->part_n, name);
}

/* ${journals}: saved reads too. */
static int
sweep(struct staging *s, bool journals, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_list(&s->arena, s->dir, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool is_journal =
		    str_starts(names[i], STR(JOURNAL)) || str_starts(names[i], STR(PART));

		if (is_journal ? !journals : is_page(s, names[i]))
			continue;
		if (remove_file(s, names[i], e) < 0)
			return -1;
	}
	return 0;
}

int
staging_sweep(struct staging *s, struct err *e)
{
	return sweep(s, false, e);
}

int
staging_commit(struct staging *s, struct str source, int64_t now, struct err *e)
{
	struct buf b = { 0 }, id = { 0 };
	char *final;
	int rc;

	s->part_n = 0;
	rc = s->has_journal ? sweep(s, true, e) : 0;
	timestamp_format_id(&id, s->taken_at);
	final = file_join(&s->arena, file_join(&s->arena, s->account, "snapshots"),
	    str_z(&s->arena, buf_view(&id)));
	buf_release(&id);
	format_manifest(s, 0, source, time_text(s, now), &b);
	if (rc == 0)
		rc = dir_sync(s->dir, e);
	if (rc == 0)
		rc = file_save(file_join(&s->arena, s->dir, "manifest.json"), buf_view(&b), e);
	if (rc == 0)
		rc = dir_rename(s->dir, final, e);
	buf_release(&b);
	return rc;
}

void
staging_interrupted(const struct staging *s, bool is_kept, uint64_t expected, struct err *e)
{
	if (!is_kept) {
		err_set(e, ERR_INTERRUPTED, "interrupted: nothing of this fetch was kept");
		err_advise(e, "No snapshot was made; everything else is unchanged.");
		return;
	}
	if (expected > s->n)
		err_set(e, ERR_INTERRUPTED, "interrupted: %zu of about %zu pages kept", s->n,
		    (size_t)expected);
	else
		err_set(
		    e, ERR_INTERRUPTED, "interrupted: %zu page%s kept", s->n, s->n == 1 ? "" : "s");
	err_advise(e, "'flowstory fetch' continues from there.");
}

void
staging_release(struct staging *s)
{
	buf_release(&s->stored);
	mem_free(s->pages);
	arena_release(&s->arena);
	*s = (struct staging){ 0 };
}

void
staging_discard(struct staging *s)
{
	struct err ignored = ERR_INIT;

	if (s->dir != NULL)
		(void)!dir_remove(s->dir, &ignored);
	staging_release(s);
}
