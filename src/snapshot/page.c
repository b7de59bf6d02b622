#include "snapshot/page.h"

#include <stdio.h>

#include "base/file.h"
#include "lib/gz.h"

/* Deflate grows what it cannot shrink: by 39 bytes a block of 32 KiB, the smallest there are
 * (page_pack.h), an 840th.  A file larger than this holds a page over the limit anyway. */
#define FILE_LIMIT (PAGE_LIMIT + (PAGE_LIMIT >> 9) + 4096)

static const char *const customers_in[] = { "customers", "data", NULL };
static const char *const customer_in[] = { "customer", "data", NULL };
static const char *const orders_in[] = { "orders", "data", NULL };
static const char *const nothing_in[] = { NULL };

static int
load_file(struct page_reader *r, const char *name, struct str *out, struct err *e)
{
	/* anything but a file, a pipe say, could keep us waiting for ever */
	if (!file_exists(name))
		return err_set(e, ERR_DAMAGED,
		    "the manifest names this page, "
		    "but it is not there");
	if (file_load(&r->file, name, FILE_LIMIT, out, e) == 0)
		return 0;
	if (e->kind == ERR_FAILED)
		return err_set(
		    e, ERR_DAMAGED, "it has more than %llu bytes", (unsigned long long)FILE_LIMIT);
	return -1;
}

bool
page_is_gzip(struct str path)
{
	return str_ends(path, STR(".gz"));
}

static int
inflate(struct page_reader *r, struct str path, struct err *e)
{
	if (!page_is_gzip(path) && !gz_is(r->stored)) {
		if (r->stored.n > PAGE_LIMIT)
			return err_set(e, ERR_DAMAGED, "it has more than %llu bytes",
			    (unsigned long long)PAGE_LIMIT);
		r->text = r->stored;
		return 0;
	}
	if (r->gz == NULL)
		r->gz = gz_reader_new();
	if (gz_inflate(r->gz, r->stored, PAGE_LIMIT, &r->inflated, e) < 0)
		return -1;
	r->text = buf_view(&r->inflated);
	return 0;
}

/* ${top}: what the directory of a snapshot or of a base lies in. */
static int
open_in(struct page_reader *r, const char *account, const char *top, struct str id, struct str path,
    struct str sha256, struct err *e)
{
	struct str name;
	struct sha256 found;

	arena_reset(&r->file);
	r->text = (struct str){ 0 };
	snprintf(r->name, sizeof(r->name), "%s/%.*s/%.*s", top, STR_ARG(id), STR_ARG(path));
	name = str_printf(&r->file, "%s/%s/%.*s/%.*s", account, top, STR_ARG(id), STR_ARG(path));
	if (load_file(r, str_z(&r->file, name), &r->stored, e) < 0)
		return err_file(e, r->name);
	found = sha256_of(r->stored);
	if (!str_eq(str_c(found.hex), sha256)) {
		err_set(e, ERR_DAMAGED, "its sha256 is %.12s..., the manifest says %.12s...",
		    found.hex, sha256.p);
		err_byte(e, 0);
		return err_file(e, r->name);
	}
	return 0;
}

int
page_open(struct page_reader *r, const char *account, struct str snapshot, struct str path,
    struct str sha256, struct err *e)
{
	return open_in(r, account, "snapshots", snapshot, path, sha256, e);
}

int
page_open_folded(struct page_reader *r, const char *account, struct str base, struct str path,
    struct str sha256, struct err *e)
{
	return open_in(r, account, "bases", base, path, sha256, e);
}

int
page_load_folded(struct page_reader *r, const char *account, struct str base, struct str path,
    struct str sha256, struct err *e)
{
	if (page_open_folded(r, account, base, path, sha256, e) < 0)
		return -1;
	return page_inflate(r, path, e);
}

int
page_inflate(struct page_reader *r, struct str path, struct err *e)
{
	return inflate(r, path, e) < 0 ? err_file(e, r->name) : 0;
}

int
page_load(struct page_reader *r, const char *account, struct str snapshot, struct str path,
    struct str sha256, struct err *e)
{
	if (page_open(r, account, snapshot, path, sha256, e) < 0)
		return -1;
	return page_inflate(r, path, e);
}

int
page_scan(struct page_reader *r, enum resource resource, struct err *e)
{
	const char *const *members = nothing_in;
	const char *empty_mark = NULL;
	int rc;

	if (resource == RESOURCE_CUSTOMERS)
		members = customers_in;
	else if (resource == RESOURCE_CUSTOMER)
		members = customer_in;
	else if (resource == RESOURCE_ORDERS)
		members = orders_in, empty_mark = "total";
	rc = split_page(&r->scan, r->text, members, empty_mark, e);
	if (rc < 0)
		return err_file(e, r->name);
	if (resource == RESOURCE_LOCATIONS)
		r->scan.n = 0;
	return 0;
}

bool
page_record(const struct page_reader *r, uint32_t index, struct str *out)
{
	const struct split_record *found = split_find(&r->scan, index);

	if (found != NULL)
		*out = str_of(r->text.p + found->at, found->len);
	return found != NULL;
}

void
page_reader_release(struct page_reader *r)
{
	arena_release(&r->file);
	gz_reader_free(r->gz);
	buf_release(&r->inflated);
	split_release(&r->scan);
	*r = (struct page_reader){ 0 };
}
