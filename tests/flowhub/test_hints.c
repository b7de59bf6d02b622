/* Goal: what the next fetch may use comes back from the disk, and a damaged file holds nothing. */
#include <criterion/criterion.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "flowhub/hints.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW (20000 * TIMESTAMP_DAY)

static char *
make_place(void)
{
	char *place = strdup("/tmp/hints-XXXXXX");

	cr_assert(mkdtemp(place) != NULL);
	return place;
}

static void
remove_place(char *place)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(place, &e) == 0, "%s", e.msg);
	free(place);
}

Test(hints, come_back)
{
	char *place = make_place();
	struct hints h = { .silent_since = NOW - 5, .sized_at = TIMESTAMP_NONE }, back;
	struct err e = ERR_INIT;

	h.size[RESOURCE_ORDERS] = 250;
	h.sized_at = NOW - TIMESTAMP_HOUR;
	h.silent_since = NOW - 2 * TIMESTAMP_HOUR;
	hints_add_absent(&h, STR("gone"), NOW - TIMESTAMP_DAY);
	hints_add_absent(&h, STR("long gone"), NOW - 8 * TIMESTAMP_DAY);
	(void)intern_add(&h.waiting, STR("c1"));
	(void)intern_add(&h.told, STR("doubt: L1"));
	cr_assert(hints_save(&h, place, &e) == 0, "%s", e.msg);
	hints_load(&back, place, NOW);

	cr_expect(back.size[RESOURCE_ORDERS] == 250 && back.size[RESOURCE_CUSTOMERS] == 0);
	cr_expect(hints_is_absent(&back, STR("gone")) && !hints_is_absent(&back, STR("long gone")));
	cr_expect(intern_find(&back.waiting, STR("c1")) != 0 && back.waiting.n == 2);
	cr_expect(!hints_tell(&back, STR("doubt: L1")) && hints_tell(&back, STR("doubt: L2")));
	cr_expect(back.silent_since == h.silent_since);
	hints_release(&h);
	hints_release(&back);
	remove_place(place);
}

Test(hints, a_complete_fetch_turns_the_page)
{
	struct hints h = { .silent_since = NOW };

	(void)intern_add(&h.waiting, STR("c1"));
	(void)intern_add(&h.waiting, STR("c2"));
	(void)intern_add(&h.later, STR("c2"));
	cr_expect(hints_tell(&h, STR("L1: 404")));
	hints_complete(&h);

	cr_expect(
	    intern_find(&h.waiting, STR("c1")) == 0 && intern_find(&h.waiting, STR("c2")) != 0);
	cr_expect(h.silent_since == TIMESTAMP_NONE);
	cr_expect(!hints_tell(&h, STR("L1: 404")));
	hints_complete(&h);
	hints_complete(&h); /* one without anything to report */
	cr_expect(hints_tell(&h, STR("L1: 404")));
	hints_release(&h);
}

Test(hints, a_damaged_file_holds_nothing)
{
	static const char *const texts[] = { "", "{", "[]", "{\"waiting\":7,\"told\":{}}",
		"{\"waiting\":[1,null,{}],\"told\":[[]],\"silent_since\":\"soon\"}" };
	char *place = make_place();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct arena a = { 0 };
		struct err e = ERR_INIT;
		struct hints h;

		cr_assert(file_save(file_join(&a, place, ".fetch.json"), str_c(texts[i]), &e) == 0);
		hints_load(&h, place, NOW);
		cr_expect(h.waiting.n <= 1 && h.told.n <= 1, "row %zu", i);
		cr_expect(h.silent_since == TIMESTAMP_NONE, "row %zu", i);
		hints_release(&h);
		arena_release(&a);
	}
	remove_place(place);
}
