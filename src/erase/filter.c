#include "erase/filter.h"

#include "record/email.h"
#include "record/phone.h"
#include "snapshot/page.h"

static bool
is_erased(void *context, struct str customer)
{
	const struct filter *f = context;

	return tombstones_find(&f->tombstones, customer) != NULL;
}

static enum redact_fate
fate(void *context, struct str id)
{
	const struct filter *f = context;
	const struct tombstone *t = tombstones_find(&f->tombstones, id);

	if (t == NULL)
		return REDACT_NOT;
	return t->orders == ORDERS_REMOVE ? REDACT_REMOVE : REDACT_GUEST;
}

/* A customer who is not erased themselves. */
static void
look_at_address(struct filter *f, struct str text)
{
	struct redactor *r = &f->redactor;
	const struct phone_rules rules = { .is_abroad = false };
	struct record_fault fault;
	enum drop_reason why;
	struct customer c;
	struct str email, mobile;

	arena_reset(&r->arena);
	if (!record_read_customer(&r->reader, &r->arena, text, &c, &fault) || is_erased(f, c.id))
		return;
	email = email_read(&r->arena, c.email, NULL, 0, &why);
	mobile = phone_read(&r->arena, c.phone, &rules, &why);
	if (tombstones_has_address(&f->tombstones, TOMBSTONE_EMAIL, email) ||
	    tombstones_has_address(&f->tombstones, TOMBSTONE_MOBILE, mobile))
		(void)intern_add(&f->returned, c.id);
}

static int
redact(void *context, enum resource resource, struct str text, struct buf *out, uint64_t *n,
    struct err *e)
{
	struct filter *f = context;
	struct page_reader page = { .text = text, .scan = f->scan };
	int rc = page_scan(&page, resource, e);

	f->scan = page.scan;
	if (rc < 0)
		return -1;
	redact_ready(&f->redactor);
	for (size_t i = 0; resource != RESOURCE_ORDERS && i < f->scan.n; i++)
		look_at_address(f, str_of(text.p + f->scan.records[i].at, f->scan.records[i].len));
	*n = redact_page(&f->redactor, resource, text, &f->scan, out);
	f->redacted += *n;
	return 0;
}

int
filter_open(struct filter *f, const char *account, struct err *e)
{
	*f = (struct filter){ 0 };
	f->redactor.fate = fate;
	f->redactor.context = f;
	f->page = (struct page_filter){ f, is_erased, redact };
	return tombstones_load(&f->tombstones, account, e);
}

const struct page_filter *
filter_pages(const struct filter *f)
{
	return f->tombstones.n > 0 ? &f->page : NULL;
}

void
filter_release(struct filter *f)
{
	tombstones_release(&f->tombstones);
	redact_release(&f->redactor);
	split_release(&f->scan);
	intern_release(&f->returned);
}
