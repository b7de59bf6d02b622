#include "flowhub/request.h"

#include "base/num.h"
#include "base/timestamp.h"
#include "lib/sha256.h"

/* Of a file name's 255 bytes; the rest is for what stands before and after. */
#define NAME_MOST 180

static bool
is_plain(char c)
{
	char l = ascii_lower(c);

	return (l >= 'a' && l <= 'z') || ascii_digit(c) || c == '-' || c == '_' || c == '~';
}

/* An id must stay one step of a path, and one file name. */
static void
add_escaped(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_plain(s.p[i]))
			buf_char(b, s.p[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
}

void
request_name(struct buf *b, struct str s)
{
	size_t before = b->n;

	add_escaped(b, s);
	if (b->n - before <= NAME_MOST)
		return;
	b->n = before;
	buf_printf(b, "sha256-%s", sha256_of(s).hex);
}

static void
add_day(struct buf *b, const char *name, int32_t day)
{
	buf_z(b, name);
	day_format(b, day);
	buf_char(b, '&');
}

void
request_page(struct buf *b, const struct request *r, uint64_t page, uint64_t size)
{
	if (r->resource == RESOURCE_ORDERS) {
		buf_z(b, "/v1/orders/findByLocationId/");
		add_escaped(b, r->location);
		buf_char(b, '?');
		add_day(b, "created_after=", r->from);
		add_day(b, "created_before=", r->to);
	} else {
		buf_z(b, "/v1/customers/?");
	}
	buf_printf(b, "order_by=asc&page=%llu&page_size=%llu", (unsigned long long)page,
	    (unsigned long long)size);
	if (r->resource == RESOURCE_CUSTOMERS && r->from != DAY_NONE) {
		buf_z(b, "&updated_after=");
		day_format(b, r->from);
	}
}

/* The number after a parameter's name. */
static bool
read_number(struct str path, const char *name, uint64_t *n)
{
	const char *at = memmem(path.p, path.n, name, strlen(name));
	size_t begin, end;

	if (at == NULL)
		return false;
	begin = end = (size_t)(at - path.p) + strlen(name);
	while (end < path.n && ascii_digit(path.p[end]))
		end++;
	return num_u64(str_of(path.p + begin, end - begin), n);
}

bool
request_read_page(struct str path, uint64_t *page, uint64_t *size)
{
	return read_number(path, "&page=", page) && read_number(path, "&page_size=", size) &&
	       *page > 0 && *size > 0;
}

void
request_customer(struct buf *b, struct str id)
{
	buf_z(b, "/v1/customers/");
	add_escaped(b, id);
}
