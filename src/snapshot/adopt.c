#include "snapshot/adopt.h"

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "base/timestamp.h"
#include "snapshot/known_pages.h"
#include "snapshot/page.h"
#include "json/split.h"
#include "lib/sha256.h"
#include "lib/gz.h"

#define LEVEL 6 /* of a page that was redacted */

struct adopting {
	struct arena *a;
	struct arena file; /* as stored, one at a time */
	const struct adoption *x;
	struct gz_reader *gz;
	struct buf inflated;
	struct split scan;
	struct json json;
	bool is_single;    /* the file at hand is one record, which says nothing of others */
	char *dir;         /* hidden, until it is renamed */
	unsigned count[4]; /* pages so far, by resource */
	const char *account;
	struct known_pages known;
	struct buf packed; /* a page that was redacted */
	struct manifest_page *pages;
	struct adopted *told;
	size_t n; /* of both */
	struct err *e;
};

/* Names that only records of one kind have. */
static const struct {
	const char *member;
	enum resource resource;
} distinctive[] = {
	{ "itemsInCart", RESOURCE_ORDERS },
	{ "orderStatus", RESOURCE_ORDERS },
	{ "totals", RESOURCE_ORDERS },
	{ "customerId", RESOURCE_ORDERS },
	{ "completedOn", RESOURCE_ORDERS },
	{ "orderId", RESOURCE_ORDERS },
	{ "importId", RESOURCE_LOCATIONS },
	{ "locationName", RESOURCE_LOCATIONS },
	{ "isLoyal", RESOURCE_CUSTOMERS },
	{ "loyaltyPoints", RESOURCE_CUSTOMERS },
	{ "birthDate", RESOURCE_CUSTOMERS },
	{ "email", RESOURCE_CUSTOMERS },
	{ "phone", RESOURCE_CUSTOMERS },
	{ "name", RESOURCE_CUSTOMERS },
	{ "firstName", RESOURCE_CUSTOMERS },
};

/* By a name in one of the first valid records. */
static bool
find_by_records(struct adopting *g, struct str text, enum resource *out)
{
	struct json_fault fault;

	for (size_t i = 0; i < g->scan.n; i++) {
		const struct split_record *r = &g->scan.records[i];

		if (!json_read(&g->json, str_of(text.p + r->at, r->len), &fault) ||
		    g->json.nodes[0].kind != JSON_OBJECT)
			continue;
		for (size_t k = 0; k < sizeof(distinctive) / sizeof(distinctive[0]); k++) {
			if (json_find(&g->json, 0, str_c(distinctive[k].member)) == 0)
				continue;
			*out = distinctive[k].resource;
			return true;
		}
	}
	return false;
}

/* Whether the body is an object with such a member: an object without a list is one record, with
 * its empty mark none. */
static bool
has_member(struct adopting *g, struct str text, const char *name)
{
	const char *const none[] = { NULL };
	struct err ignored = ERR_INIT;

	return split_page(&g->scan, text, none, name, &ignored) == 0 && g->scan.n == 0 &&
	       str_trim(text).p[0] == '{';
}

/* A body that is one record, or holds it under a name, not in a list. */
static bool
is_single(const struct adopting *g, struct str text)
{
	size_t at = g->scan.n == 1 ? g->scan.records[0].at : 0;

	if (g->scan.n != 1)
		return false;
	while (at > 0 && strchr(" \t\r\n", text.p[at - 1]) != NULL)
		at--;
	return at == 0 || text.p[at - 1] == ':';
}

/* "name" : [ somewhere; what is null, or a number, is no list. */
static bool
opens_list(struct str text, const char *name)
{
	static const char blank[] = " \t\r\n";
	char quoted[32];
	size_t n = (size_t)snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	const char *end = text.p + text.n, *at = text.p;

	while ((at = memmem(at, (size_t)(end - at), quoted, n)) != NULL) {
		at += n;
		while (at < end && memchr(blank, *at, 4) != NULL)
			at++;
		if (at == end || *at++ != ':')
			continue;
		while (at < end && memchr(blank, *at, 4) != NULL)
			at++;
		if (at < end && *at == '[')
			return true;
	}
	return false;
}

static bool
holds_both(struct adopting *g, struct str text)
{
	return has_member(g, text, "customers") && has_member(g, text, "orders") &&
	       opens_list(text, "customers") && opens_list(text, "orders");
}

/* The records of one list, whatever stands beside it. */
static int
count_list(struct adopting *g, struct str text, enum resource kind)
{
	const char *const members[] = { manifest_resource(kind), NULL };

	return split_page(&g->scan, text, members, NULL, g->e);
}

static int
find_resource(struct adopting *g, struct str text, enum resource *out)
{
	static const char *const lists[] = { "orders", "customers", "customer", "data", NULL };

	bool is_named = has_member(g, text, "customers");

	*out = RESOURCE_CUSTOMERS;
	if (is_named && opens_list(text, "customers"))
		return count_list(g, text, *out);
	if (has_member(g, text, "orders"))
		*out = RESOURCE_ORDERS;
	else if (is_named)
		*out = RESOURCE_CUSTOMERS;
	else if (has_member(g, text, "customer"))
		*out = RESOURCE_CUSTOMER;
	else {
		if (split_page(&g->scan, text, lists, NULL, g->e) < 0)
			return -1;
		if (!find_by_records(g, text, out))
			return err_set(
			    g->e, ERR_USAGE, "cannot tell whether it holds customers or orders");
	}
	if (split_page(&g->scan, text, lists, "total", g->e) < 0)
		return -1;
	g->is_single = is_single(g, text);
	/* a page of one customer is not looked into under the list's name */
	if (*out == RESOURCE_CUSTOMERS && g->is_single && !is_named)
		*out = RESOURCE_CUSTOMER;
	return 0;
}

static struct scope
scope_for(const struct adopting *g, enum resource resource)
{
	const struct adoption *x = g->x;
	struct scope s = { .kind = x->kind };

	if (resource == RESOURCE_CUSTOMER || (x->kind == SCOPE_ALL && g->is_single))
		s.kind = SCOPE_ID;
	else if (x->kind == SCOPE_CREATED)
		s.from = x->from, s.to = x->to;
	return s;
}

/* customers-0001.json.gz, orders-L1-2026-03-01-2026-03-09-0001.json: the names fetch gives. */
static struct str
page_name(struct adopting *g, enum resource resource, const struct scope *s, bool gzipped)
{
	struct buf b = { 0 };
	struct str out;

	buf_z(&b, manifest_resource(resource));
	if (resource == RESOURCE_ORDERS) {
		if (g->x->location.n > 0) {
			buf_char(&b, '-');
			buf_str(&b, g->x->location);
		}
		if (s->kind == SCOPE_CREATED) {
			buf_char(&b, '-');
			day_format(&b, timestamp_day(s->from));
			buf_char(&b, '-');
			day_format(&b, timestamp_day(s->to));
		} else {
			buf_z(&b, s->kind == SCOPE_ALL ? "-all" : "-partial");
		}
	}
	buf_printf(&b, "-%04u.json%s", ++g->count[resource], gzipped ? ".gz" : "");
	out = str_copy(g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

/* A file that cannot be read is the caller's mistake here, not a damaged snapshot. */
static int
as_usage(struct err *e, const char *file)
{
	bool is_unread = e->kind == ERR_IO; /* the message names it already */

	e->kind = ERR_USAGE;
	if (is_unread)
		return err_advise(e, "Check its name, and that you may read it.");
	err_file(e, file);
	if (e->advice[0] != '\0')
		return -1;
	return err_advise(e, "A file must be a page as Flowhub's API gives it: "
	                     "one JSON body, plain or gzipped.");
}

/* How other programs write text, by how it begins. */
static int
check_mark(struct str text, struct err *e)
{
	static const struct {
		struct str mark;
		const char *what, *advice;
	} marks[] = {
		{ { "\xef\xbb\xbf", 3 }, "it begins with a byte order mark",
		    "Save it as UTF-8 without a byte order mark (BOM)." },
		{ { "\xff\xfe", 2 }, "it is UTF-16, not UTF-8", "Save it as UTF-8." },
		{ { "\xfe\xff", 2 }, "it is UTF-16, not UTF-8", "Save it as UTF-8." },
		{ { "{\0", 2 }, "it is UTF-16, not UTF-8", "Save it as UTF-8." },
		{ { "[\0", 2 }, "it is UTF-16, not UTF-8", "Save it as UTF-8." },
		{ { "\0", 1 }, "it is not UTF-8 text", "Save it as UTF-8." },
		{ { "PK\x03\x04", 4 }, "it is a ZIP archive", "Unpack it first." },
		{ { "\x3c", 1 }, /* < */ "it is HTML or XML, not JSON",
		    "It may be a login page: export the file again." },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!str_starts(text, marks[i].mark))
			continue;
		err_set(e, ERR_USAGE, "%s", marks[i].what);
		return err_advise(e, "%s", marks[i].advice);
	}
	return 0;
}

static int
check_utf8(struct str text, struct err *e)
{
	size_t at = 0, len;

	if (utf8_valid(text))
		return 0;
	while ((len = utf8_len(text.p + at, text.n - at)) > 0)
		at += len;
	err_set(e, ERR_USAGE, "this is not UTF-8");
	err_byte(e, at);
	return err_advise(e, "Save the file as UTF-8.");
}

/* What is no page at all; where it could be one, its faults are told by place. */
static int
check_json(struct str text, struct err *e)
{
	struct str body = str_trim(text);

	if (body.n == 0)
		return err_set(e, ERR_USAGE, "it is empty");
	if (body.p[0] != '{' && body.p[0] != '[')
		return err_set(e, ERR_USAGE, "it is not JSON");
	return 0;
}

/* Whether it is one object and then another, instead of a list. */
static bool
is_lines(const struct err *e, struct str text)
{
	size_t at = e->at == ERR_NOWHERE ? text.n : (size_t)e->at;

	return at > 0 && at < text.n && text.p[at] == '{' && str_trim(text).p[0] == '{' &&
	       str_ends(str_trim(str_of(text.p, at)), STR("}"));
}

static int
recognise(struct adopting *g, struct str text, enum resource *kinds, size_t *n)
{
	*n = 1;
	g->is_single = false;
	if (check_mark(text, g->e) < 0 || check_utf8(text, g->e) < 0 || check_json(text, g->e) < 0)
		return -1;
	if (holds_both(g, text)) {
		kinds[0] = RESOURCE_CUSTOMERS;
		kinds[1] = RESOURCE_ORDERS;
		*n = 2;
		return 0;
	}
	if (find_resource(g, text, kinds) == 0)
		return 0;
	if (g->e->kind == ERR_DAMAGED && is_lines(g->e, text)) {
		err_set(g->e, ERR_USAGE, "it holds one record per line");
		err_advise(g->e, "Put a comma between the records and [ ] around all of them; 'jq "
		                 "-s .' does that.");
	}
	return -1;
}

/* The file as it is stored, and what its pages are. */
static int
read_file(struct adopting *g, const char *file, struct str *stored, struct str *text,
    enum resource *kinds, size_t *n)
{
	arena_reset(&g->file);
	if (file_load(&g->file, file, PAGE_LIMIT, stored, g->e) < 0)
		return -1;
	*text = *stored;
	if (gz_is(*stored)) {
		if (gz_inflate(g->gz, *stored, PAGE_LIMIT, &g->inflated, g->e) < 0)
			return -1;
		*text = buf_view(&g->inflated);
	}
	return recognise(g, *text, kinds, n);
}

/* The page without whoever was erased, packed as it was; ${stored} itself if it names nobody.
 * Returns: how many records were redacted; -1. */
static int64_t
redact(struct adopting *g, enum resource kind, struct str text, struct str *stored)
{
	struct buf out = { 0 };
	uint64_t n;
	int rc = page_filter_page(g->x->filter, kind, text, &out, &n, g->e);

	if (rc == 0 && n > 0) {
		buf_reset(&g->packed);
		if (gz_is(*stored))
			gz_deflate(buf_view(&out), LEVEL, &g->packed);
		else
			buf_str(&g->packed, buf_view(&out));
		*stored = buf_view(&g->packed);
	}
	buf_release(&out);
	return rc < 0 ? -1 : (int64_t)n;
}

static int
add_page(struct adopting *g, size_t file, enum resource kind, struct str text, struct str stored)
{
	struct adopted *told = &g->told[g->n];
	struct manifest_page *page = &g->pages[g->n++];
	struct scope scope = scope_for(g, kind);
	uint64_t records = g->scan.n;
	int64_t redacted = redact(g, kind, text, &stored);
	const char *to;

	if (redacted < 0)
		return -1;

	*told = (struct adopted){ .file = file,
		.path = page_name(g, kind, &scope, gz_is(stored)),
		.resource = kind,
		.records = records };
	*page = (struct manifest_page){
		.path = told->path,
		.resource = kind,
		.location = kind == RESOURCE_ORDERS ? g->x->location : STR(""),
		.scope = scope,
		.page = g->count[kind],
		.records = told->records,
		.redacted = (uint64_t)redacted,
		.bytes = stored.n,
		.sha256 = str_copy(g->a, str_c(sha256_of(stored).hex)),
	};
	to = file_join(g->a, g->dir, str_z(g->a, told->path));
	if (known_pages_link(&g->known, g->account, page->sha256, stored, to))
		return 0;
	return file_save(to, stored, g->e);
}

static int
adopt_one(struct adopting *g, size_t file)
{
	enum resource kinds[ADOPT_PAGES];
	const char *name = g->x->files[file];
	struct str stored, text;
	size_t n;

	if (read_file(g, name, &stored, &text, kinds, &n) < 0)
		return as_usage(g->e, name);
	for (size_t i = 0; i < n; i++) {
		if (n > 1 && count_list(g, text, kinds[i]) < 0)
			return as_usage(g->e, name);
		if (add_page(g, file, kinds[i], text, stored) < 0)
			return -1;
	}
	return 0;
}

/* Saving the manifest also makes the names of the pages before it durable. */
static int
adopt_all(struct adopting *g)
{
	const struct adoption *x = g->x;
	struct manifest m = { .taken_at = x->taken_at,
		.finished_at = x->finished_at,
		.tool = STR("flowstory " FLOWSTORY_VERSION),
		.source = STR("adopted files") };
	struct buf b = { 0 };
	int rc;

	g->pages = arena_zero(g->a, ADOPT_PAGES * x->n, sizeof(*g->pages));
	for (size_t i = 0; i < x->n; i++)
		if (adopt_one(g, i) < 0)
			return -1;
	m.pages = g->pages;
	m.n = g->n;
	manifest_format(&m, &b);
	rc = file_save(file_join(g->a, g->dir, "manifest.json"), buf_view(&b), g->e);
	buf_release(&b);
	return rc;
}

int
adopt_files(struct arena *a, const char *account, const struct adoption *adoption,
    struct adopted *pages, size_t *n, struct err *e)
{
	struct adopting g = { .account = account, .a = a, .x = adoption, .told = pages, .e = e };
	char *dir = file_join(a, account, "snapshots");
	struct buf id = { 0 };
	char *final;
	int rc;

	timestamp_format_id(&id, adoption->taken_at);
	final = file_join(a, dir, str_z(a, buf_view(&id)));
	g.dir = file_join(
	    a, dir, str_z(a, str_printf(a, ".%.*s.tmp-%ld", STR_ARG(id), (long)getpid())));
	buf_release(&id);
	if (dir_exists(final)) {
		err_set(e, ERR_USAGE, "there is already a snapshot of that time: '%s'", final);
		return err_advise(e, "Adopt all files of one time with one command, or give the "
		                     "time at which these were exported.");
	}
	g.gz = gz_reader_new();
	rc = dir_make_all(dir, e);
	if (rc == 0)
		rc = known_pages_load(&g.known, account, e);
	if (rc == 0)
		rc = dir_make(g.dir, e);
	if (rc == 0)
		rc = adopt_all(&g);
	if (rc == 0)
		rc = dir_rename(g.dir, final, e);
	if (rc < 0) {
		struct err ignored = ERR_INIT;

		(void)!dir_remove(g.dir, &ignored);
	}
	*n = g.n;
	known_pages_release(&g.known);
	gz_reader_free(g.gz);
	arena_release(&g.file);
	buf_release(&g.inflated);
	buf_release(&g.packed);
	split_release(&g.scan);
	json_release(&g.json);
	return rc;
}
