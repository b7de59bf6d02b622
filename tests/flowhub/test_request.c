/* Goal: calls are spelled as Flowhub reads them, and an id is one step of a
 * path. */
#include <criterion/criterion.h>

#include "base/timestamp.h"
#include "flowhub/request.h"

static void
expect(struct buf *b, const char *want)
{
	cr_expect(str_eq(buf_view(b), str_c(want)), "%.*s", (int)b->n, b->p);
	buf_reset(b);
}

Test(request, pages)
{
	struct request orders = { RESOURCE_ORDERS, STR("L 1/2"), day_of(2026, 11, 19),
		day_of(2026, 11, 24) };
	struct request all = { .resource = RESOURCE_CUSTOMERS, .from = DAY_NONE };
	struct request updated = { .resource = RESOURCE_CUSTOMERS, .from = day_of(2026, 11, 22) };
	struct buf b = { 0 };

	request_page(&b, &orders, 2, 500);
	expect(&b, "/v1/orders/findByLocationId/L%201%2F2?"
	           "created_after=2026-11-19&created_before=2026-11-24&"
	           "order_by=asc&page=2&page_size=500");
	request_page(&b, &all, 1, 500);
	expect(&b, "/v1/customers/?order_by=asc&page=1&page_size=500");
	request_page(&b, &updated, 1, 50);
	expect(&b, "/v1/customers/?order_by=asc&page=1&page_size=50&"
	           "updated_after=2026-11-22");
	buf_release(&b);
}

Test(request, a_page_is_read_back)
{
	struct request orders = { RESOURCE_ORDERS, STR("&page=9"), day_of(2026, 11, 19),
		day_of(2026, 11, 24) };
	struct buf b = { 0 };
	uint64_t page, size;

	request_page(&b, &orders, 12, 62);
	cr_expect(request_read_page(buf_view(&b), &page, &size) && page == 12 && size == 62);
	cr_expect(!request_read_page(STR("/v1/customers/a?&page=1"), &page, &size));
	cr_expect(!request_read_page(STR("/v1/customers/?x&page=0&page_size=5"), &page, &size));
	cr_expect(!request_read_page(STR(""), &page, &size));
	buf_release(&b);
}

Test(request, an_id_cannot_leave_its_place)
{
	struct buf b = { 0 };

	request_customer(&b, STR("../../v0/x?y#z"));
	expect(&b, "/v1/customers/%2E%2E%2F%2E%2E%2Fv0%2Fx%3Fy%23z");
	request_customer(&b, STR("a7bb-0_~9"));
	expect(&b, "/v1/customers/a7bb-0_~9");
	buf_release(&b);
}

Test(request, a_file_name_is_never_too_long)
{
	struct buf b = { 0 };
	char id[241];

	request_name(&b, STR("a/../b"));
	cr_expect(str_eq(buf_view(&b), STR("a%2F%2E%2E%2Fb")));
	memset(id, '/', sizeof(id));
	for (size_t n = 1; n <= 240; n++) {
		buf_reset(&b);
		request_name(&b, str_of(id, n));
		cr_expect(b.n <= 180, "%zu bytes for %zu", b.n, n);
	}
	cr_expect(str_starts(buf_view(&b), STR("sha256-")));
	buf_release(&b);
}
