/* Goal: calls of all processes together are no closer than the interval, whatever dies or is
 * refused. */
#include "http/limit.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/dir.h"

#define URL STR("https://api.example.com/v1")
#define MS INT64_C(1000)
#define SECOND (1000 * MS)

/* A host whose sleep is time that passes; the first sleeps are as much longer, and meanwhile others
 * take three turns each time. */
struct clock {
	int64_t now;
	int64_t slept;
	int64_t late;
	int times; /* that it is late */
	struct limit *others;
};

static int64_t
ticks(void *context)
{
	struct clock *c = context;

	return c->now;
}

static void
sleep_us(void *context, int64_t us)
{
	struct clock *c = context, other = { .now = c->now };
	const struct host h = {
		.context = &other, .now = ticks, .ticks = ticks, .sleep = sleep_us
	};

	c->slept += us;
	c->now += us;
	if (c->times == 0)
		return;
	c->times--;
	c->now += c->late;
	for (int i = 0; i < 3; i++, other.now = c->now - us - c->late)
		limit_wait(c->others, &h);
}

static struct host
host_of(struct clock *c)
{
	return (struct host){ .context = c, .now = ticks, .ticks = ticks, .sleep = sleep_us };
}

struct place {
	char dir[64], file[128];
	struct limit l;
	struct clock c;
	struct host h;
	struct err e;
};

static void
setup(struct place *p)
{
	*p = (struct place){ .c = { .now = 1000 * SECOND }, .e = ERR_INIT };
	snprintf(p->dir, sizeof(p->dir), "/tmp/flowstory-limit-XXXXXX");
	cr_assert(mkdtemp(p->dir) != NULL);
	snprintf(p->file, sizeof(p->file), "%s/api.example.com", p->dir);
	p->h = host_of(&p->c);
	cr_assert(limit_set(p->dir, URL, 100 * MS, &p->e) == 0, "%s", p->e.msg);
	cr_assert(limit_open(&p->l, p->dir, URL, &p->e) == 0, "%s", p->e.msg);
}

static void
teardown(struct place *p)
{
	limit_close(&p->l);
	cr_assert(dir_remove(p->dir, &p->e) == 0);
}

/* How far apart the next two calls are. */
static int64_t
gap(struct place *p)
{
	int64_t first;

	limit_wait(&p->l, &p->h);
	first = p->c.now;
	limit_wait(&p->l, &p->h);
	return p->c.now - first;
}

Test(limit, without_a_directory_nothing_waits)
{
	struct limit none = { 0 };
	struct clock c = { .now = SECOND };
	const struct host h = host_of(&c);

	limit_wait(&none, &h);
	limit_slow(&none, 429, &h);
	limit_close(&none);
	cr_expect(c.slept == 0);
}

Test(limit, calls_are_an_interval_apart_and_a_pause_saves_nothing_up)
{
	struct place p;

	setup(&p);
	cr_expect(gap(&p) == 100 * MS);
	p.c.now += 10 * SECOND;
	cr_expect(gap(&p) == 100 * MS);
	teardown(&p);
}

Test(limit, a_refusal_doubles_the_interval_for_a_minute_and_a_tenth_a_minute_comes_back)
{
	static const int64_t after[] = { 200, 180, 162, 145, 131, 118, 106, 100, 100 };
	struct place p;

	setup(&p);
	limit_slow(&p.l, 429, &p.h);
	limit_slow(&p.l, 429, &p.h); /* of the same wave */
	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		int64_t found;

		p.c.now = (1030 + 60 * (int64_t)i) * SECOND;
		found = gap(&p) / MS;
		cr_expect(found == after[i], "minute %zu: %lld", i, (long long)found);
	}
	teardown(&p);
}

Test(limit, a_later_refusal_doubles_again_up_to_a_bound)
{
	struct place p;

	setup(&p);
	for (int i = 0; i < 20; i++) {
		limit_slow(&p.l, 429, &p.h);
		p.c.now += 6 * SECOND;
	}
	p.c.now += 20 * SECOND;
	cr_expect(gap(&p) == 6400 * MS, "%lld", (long long)gap(&p));
	teardown(&p);
}

Test(limit, what_it_says)
{
	struct place p;
	struct limit_state *list;
	struct arena a = { 0 };
	size_t n;

	setup(&p);
	limit_wait(&p.l, &p.h);
	limit_slow(&p.l, 429, &p.h);
	p.c.now += 7 * SECOND;
	cr_assert(limit_list(&a, p.dir, &p.h, &list, &n, &p.e) == 0 && n == 1);
	cr_expect(str_eq(list[0].host, STR("api.example.com")));
	cr_expect(list[0].base == 100 * (uint64_t)MS && list[0].interval == 200 * (uint64_t)MS);
	cr_expect(list[0].calls == 1 && list[0].slowed == 1 && list[0].status == 429);
	cr_expect(list[0].ago == 7 * SECOND);
	arena_release(&a);
	teardown(&p);
}

/* A machine that was started again counts from 0: what was far ahead is of the clock before. */
Test(limit, a_time_of_another_clock_holds_nobody_up)
{
	struct place p;

	setup(&p);
	p.c.now = 90000 * SECOND;
	limit_wait(&p.l, &p.h);
	limit_slow(&p.l, 429, &p.h);
	p.c.now = 3 * SECOND;
	p.c.slept = 0;
	cr_expect(gap(&p) == 100 * MS);
	cr_expect(p.c.slept == 100 * MS, "%lld", (long long)p.c.slept);
	teardown(&p);
}

/* Who is woken late takes another turn, for others call at that moment; but not for ever. */
Test(limit, who_comes_late_is_not_beside_the_next)
{
	struct place p;

	setup(&p);
	p.c.others = &p.l;
	limit_wait(&p.l, &p.h); /* the next turn is at 1000.1 */
	p.c.late = 130 * MS;
	p.c.times = 1;
	limit_wait(&p.l, &p.h); /* up at 1000.23; 1000.2 to 1000.4 are the others' */
	cr_expect(p.c.now == 1000 * SECOND + 500 * MS, "%lld", (long long)p.c.now);
	p.c.late = 90 * MS;
	p.c.times = 1;
	limit_wait(&p.l, &p.h); /* 1000.69, for the turn of 1000.6 */
	cr_expect(p.c.now == 1000 * SECOND + 690 * MS, "%lld", (long long)p.c.now);
	p.c.late = 250 * MS;
	p.c.times = 100;
	limit_wait(&p.l, &p.h);
	cr_expect(p.c.times == 96, "%d", p.c.times);
	teardown(&p);
}

/* However long the interval is, as of one part of many, and however many wait. */
Test(limit, a_turn_that_is_far_ahead_is_waited_for)
{
	struct place p;

	setup(&p);
	cr_assert(limit_set(p.dir, URL, 1000 * SECOND, &p.e) == 0);
	cr_expect(gap(&p) == 1000 * SECOND, "%lld", (long long)gap(&p));
	cr_assert(limit_set(p.dir, URL, 7 * SECOND, &p.e) == 0);
	limit_wait(&p.l, &p.h);
	for (int i = 1; i < 200; i++) {
		struct clock c = { .now = p.c.now };
		const struct host h = host_of(&c);

		limit_wait(&p.l, &h);
		cr_assert(c.slept == i * 7 * SECOND, "%d: %lld", i, (long long)c.slept);
	}
	teardown(&p);
}

/* Somebody else's empty file does not become one for being looked at. */
Test(limit, looking_changes_nothing)
{
	struct place p;
	struct limit_state *list;
	struct arena a = { 0 };
	struct stat st;
	size_t n;
	char path[160], zeros[64] = "";

	setup(&p);
	for (size_t size = 0; size <= sizeof(zeros); size += sizeof(zeros)) {
		int fd;

		snprintf(path, sizeof(path), "%s/file-%zu", p.dir, size);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		cr_assert(fd >= 0 && write(fd, zeros, size) == (ssize_t)size);
		close(fd);
		cr_assert(limit_list(&a, p.dir, &p.h, &list, &n, &p.e) == 0);
		cr_expect(n == 1, "%zu", n);
		cr_expect(stat(path, &st) == 0 && st.st_size == (off_t)size);
	}
	arena_release(&a);
	teardown(&p);
}

Test(limit, what_is_said_of_all_must_be_readable)
{
	struct place p;
	struct limit l = { 0 };
	char path[160];
	int fd;

	setup(&p);
	snprintf(path, sizeof(path), "%s/" LIMIT_OTHERS, p.dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	cr_assert(write(fd, "x", 1) == 1);
	close(fd);
	cr_expect(limit_open(&l, p.dir, STR("https://new.example"), &p.e) < 0 &&
	          p.e.kind == ERR_SETTINGS && l.page == NULL);
	cr_expect(limit_open(&l, p.dir, URL, &p.e) == 0);
	limit_close(&l);
	teardown(&p);
}

Test(limit, another_file_is_left_alone)
{
	static const char *const texts[] = { "something else", "x",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	struct place p;

	setup(&p);
	limit_close(&p.l);
	for (size_t i = 0; i < 3; i++) {
		int fd = open(p.file, O_WRONLY | O_TRUNC);
		struct stat st;

		cr_assert(write(fd, texts[i], strlen(texts[i])) > 0);
		close(fd);
		cr_expect(limit_open(&p.l, p.dir, URL, &p.e) < 0 && p.e.kind == ERR_SETTINGS);
		cr_expect(stat(p.file, &st) == 0 && (size_t)st.st_size == strlen(texts[i]));
	}
	teardown(&p);
}

Test(limit, a_new_host_gets_what_is_said_of_all)
{
	struct place p;

	setup(&p);
	limit_close(&p.l);
	cr_assert(limit_set(p.dir, STR(LIMIT_OTHERS), 25 * MS, &p.e) == 0);
	cr_assert(limit_open(&p.l, p.dir, STR("https://new.example"), &p.e) == 0);
	cr_expect(gap(&p) == 25 * MS);
	limit_close(&p.l);
	cr_assert(limit_open(&p.l, p.dir, URL, &p.e) == 0);
	cr_expect(gap(&p) == 100 * MS);
	teardown(&p);
}

Test(limit, names_of_hosts)
{
	static const char *const urls[] = { "https://a.example/x", "http://127.0.0.1:80",
		"https://../../etc", "" };
	static const char *const names[] = { "a.example", "127.0.0.1:80", "none", "none" };
	struct place p;

	setup(&p);
	limit_close(&p.l);
	for (size_t i = 0; i < 4; i++) {
		char path[160];

		cr_assert(limit_open(&p.l, p.dir, str_c(urls[i]), &p.e) == 0, "%s", p.e.msg);
		snprintf(path, sizeof(path), "%s/%s", p.dir, names[i]);
		cr_expect(access(path, F_OK) == 0, "%s", path);
		limit_close(&p.l);
	}
	teardown(&p);
}

#define PROCESSES 8
#define CALLS 200

/* All of them take turns at the same moment; what each got is told in shared memory. */
static void
take_turns(const char *dir, int64_t *turns)
{
	struct err e = ERR_INIT;
	struct limit l;

	if (limit_open(&l, dir, URL, &e) < 0)
		_exit(1);
	for (int i = 0; i < CALLS; i++) {
		struct clock c = { .now = 1000 * SECOND };
		const struct host h = host_of(&c);

		limit_wait(&l, &h);
		turns[i] = c.now;
	}
	_exit(0);
}

static int
compare(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

Test(limit, no_turn_is_given_twice)
{
	struct place p;
	size_t n = PROCESSES * CALLS;
	int64_t *turns = mmap(
	    NULL, n * sizeof(*turns), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	setup(&p);
	for (size_t i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			take_turns(p.dir, turns + i * CALLS);
	for (size_t i = 0; i < PROCESSES; i++) {
		int how;

		cr_assert(wait(&how) > 0 && how == 0);
	}
	qsort(turns, n, sizeof(*turns), compare);
	for (size_t i = 0; i < n; i++)
		cr_assert(turns[i] == 1000 * SECOND + (int64_t)i * 100 * MS, "turn %zu: %lld", i,
		    (long long)turns[i]);
	teardown(&p);
}
