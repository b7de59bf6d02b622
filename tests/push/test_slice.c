/* Goal: a push stops when more than 5 % of at least 40 answers are rejections. */
#include <criterion/criterion.h>

#include "push/slice.h"

static const struct {
	uint64_t acked, rejected;
	bool is_spent;
} pushes[] = {
	{ 0, 0, false },
	{ 0, 39, false }, /* too few to say */
	{ 0, 40, true },
	{ 37, 2, false },
	{ 38, 2, false }, /* 5 % is not more than 5 % */
	{ 37, 3, true },
	{ 40, 0, false },
	{ 949, 51, true },
	{ 950, 50, false },
	{ 95001, 4999, false },
	{ 94999, 5001, true },
};

Test(slice, the_budget_of_rejections)
{
	for (size_t i = 0; i < sizeof(pushes) / sizeof(*pushes); i++)
		cr_expect(slice_is_spent(pushes[i].acked, pushes[i].rejected) == pushes[i].is_spent,
		    "%ju rejected, %ju acked", (uintmax_t)pushes[i].rejected,
		    (uintmax_t)pushes[i].acked);
}
