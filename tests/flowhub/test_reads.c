/* Goal: what a fetch noted is taken only while it would come out the same again. */
#include "flowhub/reads.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"

#define NOW (20000 * TIMESTAMP_DAY + 5 * TIMESTAMP_HOUR)
#define DAYS 40
#define ID "20241004T040000Z"

static const struct flowhub_settings settings = {
	.history_start = { "2024-08-25", 10 },
	.deep_every = TIMESTAMP_DAY,
	.full_orders_every = 7 * TIMESTAMP_DAY,
	.full_customers_every = TIMESTAMP_DAY,
	.window_days = 7,
};

struct fixture {
	char dir[64];
	struct arena a;
	struct err e;
	struct coverage c;
	struct reads r;
};

/* Everything was read an hour ago. */
static void
begin(struct fixture *f)
{
	*f = (struct fixture){ .dir = "/tmp/flowstory-reads-XXXXXX",
		.e = ERR_INIT,
		.c = { .is_loaded = true,
		    .as_of = NOW,
		    .first = 20000 - DAYS,
		    .days = DAYS,
		    .customers_all = NOW - TIMESTAMP_HOUR,
		    .newest = NOW - TIMESTAMP_HOUR,
		    .doubts_of = NOW - TIMESTAMP_HOUR,
		    .doubts = 2,
		    .n = 1 } };
	cr_assert(mkdtemp(f->dir) != NULL);
	cr_assert(dir_make(file_join(&f->a, f->dir, "snapshots"), &f->e) == 0);
	f->c.locations = arena_zero(&f->a, 1, sizeof(*f->c.locations));
	f->c.locations[0].id = STR("L1");
	f->c.locations[0].proved = arena_array(&f->a, DAYS, sizeof(int64_t));
	for (size_t i = 0; i < DAYS; i++)
		f->c.locations[0].proved[i] = NOW - TIMESTAMP_HOUR;
	reads_of(&f->c, f->dir, &settings, &f->r);
}

static void
end(struct fixture *f)
{
	cr_expect(dir_remove(f->dir, &f->e) == 0, "%s", f->e.msg);
	arena_release(&f->a);
}

Test(reads, what_coverage_says)
{
	struct fixture f;

	begin(&f);
	cr_expect(f.r.is_known && f.r.is_fetched && f.r.doubts == 2);
	cr_expect(f.r.newest == NOW - TIMESTAMP_HOUR);
	cr_expect(f.r.next_customers == NOW - TIMESTAMP_HOUR + TIMESTAMP_DAY);
	cr_expect(f.r.next_orders == NOW - TIMESTAMP_HOUR + 7 * TIMESTAMP_DAY);
	f.c.n = 0;
	reads_of(&f.c, f.dir, &settings, &f.r);
	cr_expect(f.r.is_known && !f.r.is_fetched);
	f.c.is_loaded = false;
	reads_of(&f.c, f.dir, &settings, &f.r);
	cr_expect(!f.r.is_known && !reads_holds(&f.r, f.dir, &settings, NOW));
	end(&f);
}

Test(reads, holds_for_the_rest_of_the_day)
{
	struct fixture f;

	begin(&f);
	cr_expect(reads_holds(&f.r, f.dir, &settings, NOW));
	cr_expect(reads_holds(&f.r, f.dir, &settings, 20001 * TIMESTAMP_DAY - 1));
	cr_expect(!reads_holds(&f.r, f.dir, &settings, 20001 * TIMESTAMP_DAY));
	cr_expect(!reads_holds(&f.r, f.dir, &settings, NOW - 1), "a clock that was set back");
	end(&f);
}

Test(reads, each_setting_it_follows_from_ends_it)
{
	struct fixture f;
	struct flowhub_settings s;

	begin(&f);
#define EXPECT_END(member, value)                                                                  \
	s = settings;                                                                              \
	s.member = value;                                                                          \
	cr_expect(!reads_holds(&f.r, f.dir, &s, NOW), #member)
	EXPECT_END(history_start, STR("2024-08-24"));
	EXPECT_END(deep_every, 2 * TIMESTAMP_DAY);
	EXPECT_END(full_orders_every, TIMESTAMP_DAY);
	EXPECT_END(full_customers_every, 7 * TIMESTAMP_DAY);
	EXPECT_END(window_days, 8);
	EXPECT_END(limit_dir, STR("/limit"));
	EXPECT_END(client_id, STR("other"));
#undef EXPECT_END
	s = settings;
	s.timeout_s = 7;
	cr_expect(reads_holds(&f.r, f.dir, &s, NOW), "what has no part in it");
	end(&f);
}

Test(reads, what_comes_or_goes_ends_it)
{
	struct timespec later[] = { { .tv_sec = 4 }, { .tv_sec = 4, .tv_nsec = 1 } };
	struct fixture f;
	char *dir;

	begin(&f);
	dir = file_join(&f.a, f.dir, "snapshots");
	cr_assert(dir_make(file_join(&f.a, dir, ID), &f.e) == 0);
	cr_assert(file_save(file_join(&f.a, dir, ID "/manifest.json"), STR("{}"), &f.e) == 0);
	cr_assert(utimensat(AT_FDCWD, dir, later, 0) == 0);
	cr_expect(!reads_holds(&f.r, f.dir, &settings, NOW));
	reads_of(&f.c, f.dir, &settings, &f.r);
	cr_expect(!reads_holds(&f.r, f.dir, &settings, NOW), "it came during the fetch");
	f.c.ids = 1;
	reads_of(&f.c, f.dir, &settings, &f.r);
	cr_expect(reads_holds(&f.r, f.dir, &settings, NOW));
	later[1].tv_nsec++;
	cr_assert(utimensat(AT_FDCWD, dir, later, 0) == 0);
	cr_expect(!reads_holds(&f.r, f.dir, &settings, NOW), "a nanosecond later");
	end(&f);
}
