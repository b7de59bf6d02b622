/* Goal: what looks like a mistake is stopped, and nothing else. */
#include <criterion/criterion.h>

#include "push/push_judge.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	uint64_t there, bound, in_field, gone, opt_outs;
	bool stops;
} plans[] = {
	{ 1000, 1000, 0, 0, 0, false },
	{ 1000, 1000, 200, 0, 0, false }, /* a fifth is not more than a fifth */
	{ 1000, 1000, 201, 0, 0, true },
	{ 1000, 1000, 0, 201, 0, true },
	{ 1000, 1000, 0, 0, 201, true },
	{ 1000, 1000, 150, 150, 150, false }, /* no one thing is */
	{ 120, 120, 99, 99, 99, false },      /* of few, many may change */
	{ 120, 120, 100, 0, 0, true },
	{ 1000, 0, 1000, 1000, 1000, false }, /* nothing was ever pushed */
	{ 0, 0, 0, 0, 0, false },
};

Test(push_judge, the_breaker)
{
	for (size_t i = 0; i < COUNT(plans); i++) {
		struct push_plan p = { .there = plans[i].there, .bound = plans[i].bound };
		struct err e = ERR_INIT;
		uint32_t field = intern_add(&p.fields.names, STR("fh_points"));

		p.fields.n = mem_reach(p.fields.n, field, &p.fields.cap, sizeof(*p.fields.n));
		p.fields.n[field] = plans[i].in_field;
		p.of_kind[PUSH_GONE_ITEM] = plans[i].gone;
		p.of_kind[PUSH_OPT_OUT] = plans[i].opt_outs;
		cr_expect((push_judge(&p, 20, &e) < 0) == plans[i].stops, "row %zu: %s", i, e.msg);
		cr_expect(!plans[i].stops || e.kind == ERR_BREAKER, "row %zu", i);
		push_plan_release(&p);
	}
}

Test(push_judge, what_was_never_sent_is_no_change)
{
	struct push_plan p = {
		.there = 500, .bound = 10, .of_kind[PUSH_GONE_ITEM] = 300, .first_gone = 201
	};
	struct err e = ERR_INIT;
	uint32_t other = intern_add(&p.fields.names, STR("fh_points"));
	uint32_t field = intern_add(&p.fields.names, STR("fh_gone"));
	uint32_t first = intern_add(&p.first.names, STR("fh_gone"));

	p.fields.n = mem_reach(p.fields.n, field, &p.fields.cap, sizeof(*p.fields.n));
	p.first.n = mem_reach(p.first.n, first, &p.first.cap, sizeof(*p.first.n));
	p.fields.n[other] = 100;
	p.fields.n[field] = 400;
	p.first.n[first] = 300;
	cr_expect(push_judge(&p, 20, &e) == 0, "%s", e.msg);
	p.first.n[first] = 299;
	cr_expect(push_judge(&p, 20, &e) < 0);
	cr_expect(strstr(e.msg, "101 of 500") != NULL, "%s", e.msg);
	p.fields.n[field] = 0;
	p.first.n[first] = 0;
	p.first_gone = 199;
	cr_expect(push_judge(&p, 20, &e) < 0);
	cr_expect(strstr(e.msg, "101 of 500 contacts would be gone") != NULL, "%s", e.msg);
	push_plan_release(&p);
}

Test(push_judge, the_breaker_names_the_field)
{
	struct push_plan p = { .there = 500, .bound = 500 };
	struct err e = ERR_INIT;
	uint32_t field = intern_add(&p.fields.names, STR("fh_seg_new_30_days"));

	p.fields.n = mem_reach(p.fields.n, field, &p.fields.cap, sizeof(*p.fields.n));
	p.fields.n[field] = 500;
	cr_assert(push_judge(&p, 20, &e) < 0);
	cr_expect(strstr(e.msg, "500 of 500") != NULL, "%s", e.msg);
	cr_expect(strstr(e.msg, "fh_seg_new_30_days") != NULL, "%s", e.msg);
	push_judge_stop(&e, false, 0, 500);
	cr_expect(strstr(e.msg, "nothing of this plan was sent: 500") != NULL, "%s", e.msg);
	cr_assert(push_judge(&p, 20, &e) < 0);
	push_judge_stop(&e, true, 3, 500);
	cr_expect(
	    strstr(e.msg, "were sent, 3 acknowledged and 500 pending: 500") != NULL, "%s", e.msg);
	cr_expect(e.kind == ERR_BREAKER && strstr(e.advice, "--accept-mass-change") != NULL);
	push_plan_release(&p);
}
