/* Goal: who is left out is named with the setting that does so for good, and is news once. */
#include <criterion/criterion.h>

#include "flowhub/left_out.h"

#define IDS(...) ((const struct str[]){ __VA_ARGS__ })

/* The last note of each test. */
static void
keep_note(void *context, enum note_level level, const char *text)
{
	struct buf *b = context;

	cr_expect(level == NOTE_WARNING);
	buf_reset(b);
	buf_z(b, text);
}

static size_t
report(struct left_out *o, const struct str *ids, size_t n, struct hints *hints, struct buf *said)
{
	const struct host host = { .context = said, .note = keep_note };

	return left_out_report(o, ids, n, &host, hints);
}

Test(left_out, the_setting_names_all_others)
{
	struct arena a = { 0 };
	struct left_out o = { 0 };
	struct hints hints = { 0 };
	struct buf said = { 0 };
	struct err why = ERR_INIT;

	(void)!err_set(&why, ERR_FAILED, "status 404");
	left_out_add(&a, &o, STR("L2"), 404, &why);
	report(&o, IDS(STR("L1"), STR("L2"), STR("L\"3")), 3, &hints, &said);
	cr_expect(str_eq(buf_view(&said),
	              STR("location L2 is left out of this snapshot: status 404; to leave it out "
	                  "for good, set \"locations\": [\"L1\",\"L\\\"3\"] in flowstory.json")),
	    "%.*s", STR_ARG(buf_view(&said)));
	cr_expect(left_out_has(&o, STR("L2")) && !left_out_has(&o, STR("L1")));
	hints_release(&hints);
	buf_release(&said);
	arena_release(&a);
}

Test(left_out, a_setting_too_long_for_a_line_is_described)
{
	struct arena a = { 0 };
	struct left_out o = { 0 };
	struct hints hints = { 0 };
	struct buf said = { 0 };
	struct err why = ERR_INIT;
	struct str ids[50];

	for (size_t i = 0; i < 50; i++)
		ids[i] = str_printf(&a, "location-%zu", i);
	(void)!err_set(&why, ERR_FAILED, "status 404");
	left_out_add(&a, &o, ids[7], 404, &why);
	report(&o, ids, 50, &hints, &said);
	cr_expect(str_ends(buf_view(&said), STR("name only the others in 'locations' in "
	                                        "flowstory.json")),
	    "%.*s", STR_ARG(buf_view(&said)));
	hints_release(&hints);
	buf_release(&said);
	arena_release(&a);
}

Test(left_out, another_answer_is_news_the_same_one_is_not)
{
	static const struct {
		long status;
		size_t news;
	} hours[] = { { 404, 1 }, { 404, 0 }, { 403, 1 }, { 403, 0 }, { 404, 1 } };
	struct hints hints = { 0 };
	struct buf said = { 0 };

	for (size_t i = 0; i < sizeof(hours) / sizeof(hours[0]); i++) {
		struct arena a = { 0 };
		struct left_out o = { 0 };
		struct err why = ERR_INIT;

		(void)!err_set(&why, ERR_FAILED, "refused");
		left_out_add(&a, &o, STR("L2"), hours[i].status, &why);
		cr_expect(report(&o, IDS(STR("L1"), STR("L2")), 2, &hints, &said) == hours[i].news,
		    "hour %zu", i);
		hints_complete(&hints);
		arena_release(&a);
	}
	hints_release(&hints);
	buf_release(&said);
}
