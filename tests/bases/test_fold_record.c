/* Goal: the origin of a record is written and read again. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "bases/fold_record.h"

Test(fold_record, is_read_as_it_was_written)
{
	struct arena a = { 0 };
	struct fold_record x = { .entity = ENTITY_ORDER,
		.id = STR("o\"1"),
		.snapshot = STR("20260511T140000Z"),
		.page = STR("orders-0001.json.gz"),
		.index = 17,
		.page_sha256 = STR("ab"),
		.hash = { 1, UINT64_MAX },
		.location = STR("L1") };
	struct fold_record y;
	struct buf b = { 0 };

	fold_record_write(&b, &x);
	cr_assert(fold_record_read(&a, str_of(b.p, b.n - 1), &y));
	cr_expect(y.entity == ENTITY_ORDER && str_eq(y.id, x.id) && y.index == 17);
	cr_expect(str_eq(y.snapshot, x.snapshot) && str_eq(y.page, x.page));
	cr_expect(hash_eq(y.hash, x.hash) && str_eq(y.location, x.location));
	cr_expect(str_eq(y.page_sha256, x.page_sha256));
	buf_release(&b);
	arena_release(&a);
}

Test(fold_record, refuses_what_is_no_origin)
{
	static const char *const lines[] = { "", "[]", "{}", "{\"id\":\"a\"}",
		"{\"entity\":\"order\",\"id\":\"a\",\"snapshot\":\"s\",\"page\":\"p\",\"index\":-1,"
		"\"page_sha256\":\"\",\"text\":\"00000000000000000000000000000000\"}",
		"{\"entity\":\"order\",\"id\":\"a\",\"snapshot\":\"s\",\"page\":\"p\",\"index\":1,"
		"\"page_sha256\":\"\",\"text\":\"0000000000000000000000000000000g\"}" };
	struct arena a = { 0 };
	struct fold_record x;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_expect(!fold_record_read(&a, str_c(lines[i]), &x), "%s", lines[i]);
	arena_release(&a);
}
