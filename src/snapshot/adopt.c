#include "snapshot/adopt.h"

#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "base/timestamp.h"
#include "snapshot/page.h"
#include "json/split.h"
#include "lib/sha256.h"
#include "lib/gz.h"

struct adopting {
	struct arena *a;
	struct arena file; /* as stored, one at a time */
	const struct adoption *x;
	struct gz_reader *gz;
	struct buf inflated;
	struct split scan;
	struct json json;
	char *dir;         /* hidden, until it is renamed */
	unsigned count[4]; /* files so far, by resource */
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

static int
find_resource(struct adopting *g, struct str text, enum resource *out)
{
	static const char *const lists[] = { "orders", "customers", "customer", "data", NULL };

	if (has_member(g, text, "orders"))
		*out = RESOURCE_ORDERS;
	else if (has_member(g, text, "customers"))
		*out = RESOURCE_CUSTOMERS;
	else if (has_member(g, text, "customer"))
		*out = RESOURCE_CUSTOMER;
	else {
		if (split_page(&g->scan, text, lists, NULL, g->e) < 0)
			return -1;
		if (!find_by_records(g, text, out))
			return err_set(g->e, ERR_USAGE,
			    "it cannot be told whether it holds customers or orders");
	}
	if (split_page(&g->scan, text, lists, "total", g->e) < 0)
		return -1;
	if (*out == RESOURCE_CUSTOMERS && is_single(g, text))
		*out = RESOURCE_CUSTOMER;
	return 0;
}

/* customers-0001.json.gz, orders-L1-2026-03-01-2026-03-09-0001.json: the names fetch gives. */
static struct str
page_name(struct adopting *g, enum resource resource, bool gzipped)
{
	const struct adoption *x = g->x;
	struct buf b = { 0 };
	struct str out;

	buf_z(&b, manifest_resource(resource));
	if (resource == RESOURCE_ORDERS) {
		if (x->location.n > 0) {
			buf_char(&b, '-');
			buf_str(&b, x->location);
		}
		if (x->kind == SCOPE_CREATED) {
			buf_char(&b, '-');
			day_format(&b, timestamp_day(x->from));
			buf_char(&b, '-');
			day_format(&b, timestamp_day(x->to));
		} else {
			buf_z(&b, x->kind == SCOPE_ALL ? "-all" : "-partial");
		}
	}
	buf_printf(&b, "-%04u.json%s", ++g->count[resource], gzipped ? ".gz" : "");
	out = str_copy(g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

static struct scope
scope_for(const struct adoption *x, enum resource resource)
{
	struct scope s = { .kind = x->kind };

	if (resource == RESOURCE_CUSTOMER)
		s.kind = SCOPE_ID;
	else if (x->kind == SCOPE_CREATED)
		s.from = x->from, s.to = x->to;
	return s;
}

/* A file that cannot be read is the caller's mistake here, not a damaged snapshot. */
static int
as_usage(struct err *e, const char *file)
{
	bool is_unread = e->kind == ERR_IO; /* the message names it already */

	e->kind = ERR_USAGE;
	if (is_unread)
		return err_advise(e, "Look at its name, and whether you may read it.");
	err_file(e, file);
	return err_advise(e, "A file must be a page as Flowhub's API gives it: "
	                     "one JSON body, plain or gzipped.");
}

static int
read_file(struct adopting *g, const char *file, struct str *stored, enum resource *resource)
{
	struct str text;

	arena_reset(&g->file);
	if (file_load(&g->file, file, PAGE_LIMIT, stored, g->e) < 0)
		return -1;
	text = *stored;
	if (gz_is(*stored)) {
		if (gz_inflate(g->gz, *stored, PAGE_LIMIT, &g->inflated, g->e) < 0)
			return -1;
		text = buf_view(&g->inflated);
	}
	return find_resource(g, text, resource);
}

static int
adopt_one(struct adopting *g, const char *file, struct manifest_page *out, struct adopted *told)
{
	struct str stored;

	if (read_file(g, file, &stored, &told->resource) < 0)
		return as_usage(g->e, file);
	told->path = page_name(g, told->resource, gz_is(stored));
	told->records = g->scan.n;
	*out = (struct manifest_page){
		.path = told->path,
		.resource = told->resource,
		.location = told->resource == RESOURCE_ORDERS ? g->x->location : STR(""),
		.scope = scope_for(g->x, told->resource),
		.page = g->count[told->resource],
		.records = told->records,
		.bytes = stored.n,
		.sha256 = str_copy(g->a, str_c(sha256_of(stored).hex)),
	};
	return file_save(file_join(g->a, g->dir, str_z(g->a, told->path)), stored, g->e);
}

static int
adopt_all(struct adopting *g, struct adopted *told)
{
	const struct adoption *x = g->x;
	struct manifest m = { .taken_at = x->taken_at,
		.finished_at = x->finished_at,
		.tool = STR("flowstory " FLOWSTORY_VERSION),
		.source = STR("adopted files"),
		.n = x->n };
	struct buf b = { 0 };
	int rc;

	m.pages = arena_zero(g->a, x->n, sizeof(*m.pages));
	for (size_t i = 0; i < x->n; i++)
		if (adopt_one(g, x->files[i], &m.pages[i], &told[i]) < 0)
			return -1;
	manifest_format(&m, &b);
	rc = file_save(file_join(g->a, g->dir, "manifest.json"), buf_view(&b), g->e);
	buf_release(&b);
	return rc;
}

int
adopt_files(struct arena *a, const char *account, const struct adoption *adoption,
    struct adopted *pages, struct err *e)
{
	struct adopting g = { .a = a, .x = adoption, .e = e };
	char *dir = file_join(a, account, "snapshots");
	struct buf id = { 0 };
	char *final;
	int rc;

	timestamp_format_id(&id, adoption->taken_at);
	final = file_join(a, dir, str_z(a, buf_view(&id)));
	g.dir = file_join(
	    a, dir, str_z(a, str_printf(a, ".%.*s.tmp-%ld", STR_ARG(id), (long)getpid())));
	buf_release(&id);
	if (dir_exists(final))
		return err_set(
		    e, ERR_USAGE, "there already is a snapshot of that time: '%s'", final);
	g.gz = gz_reader_new();
	rc = dir_make_all(dir, e);
	if (rc == 0)
		rc = dir_make(g.dir, e);
	if (rc == 0)
		rc = adopt_all(&g, pages);
	if (rc == 0)
		rc = dir_rename(g.dir, final, e);
	if (rc < 0) {
		struct err ignored = ERR_INIT;

		(void)!dir_remove(g.dir, &ignored);
	}
	gz_reader_free(g.gz);
	arena_release(&g.file);
	buf_release(&g.inflated);
	split_release(&g.scan);
	json_release(&g.json);
	return rc;
}
