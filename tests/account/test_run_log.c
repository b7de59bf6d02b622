/* Goal: what runs leave behind comes back, whatever befell the file, and it never grows for ever.
 */
#include "account/run_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"

struct fixture {
	char dir[64];
	struct arena a;
	struct err e;
	struct run_log_entry *list;
	size_t n;
};

static void
begin(struct fixture *g)
{
	*g = (struct fixture){ .dir = "/tmp/flowstory-runs-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
}

static void
end(struct fixture *g)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	arena_release(&g->a);
}

static void
add(struct fixture *g, const struct run_log_entry *x)
{
	cr_assert(run_log_add(g->dir, x, &g->e) == 0, "%s", g->e.msg);
}

static void
load(struct fixture *g)
{
	cr_assert(run_log_load(&g->a, g->dir, &g->list, &g->n, &g->e) == 0, "%s", g->e.msg);
}

/* Other bytes than the program wrote. */
static void
spoil(struct fixture *g, const char *text)
{
	FILE *f = fopen(file_join(&g->a, g->dir, "runs.jsonl"), "a");

	cr_assert(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
expect_reads(const struct reads *found, const struct reads *said)
{
	cr_expect(found->is_known && found->as_of == said->as_of);
	cr_expect(found->newest == said->newest && found->doubts == said->doubts);
	cr_expect(found->is_fetched == said->is_fetched);
	cr_expect(found->next_customers == said->next_customers);
	cr_expect(found->next_orders == said->next_orders);
	cr_expect(found->settings == said->settings && found->changed == said->changed);
}

Test(run_log, there_is_none_at_first)
{
	struct fixture g;

	begin(&g);
	load(&g);
	cr_expect(g.n == 0);
	end(&g);
}

Test(run_log, what_is_added_comes_back)
{
	const struct run_log_entry said = { .at = 1795431600000000,
		.command = STR("run"),
		.status = 75,
		.is_silent = true,
		.duration = 1234,
		.calls = 5,
		.retries = 4,
		.unknown_left = 3,
		.waiting_left = 2,
		.has_disk = true,
		.used = 1000,
		.free = RUN_LOG_NUMBER_MOST,
		.reads = { .is_known = true,
		    .as_of = 1795431600000000,
		    .newest = 1795428000000000,
		    .doubts = 6,
		    .is_fetched = true,
		    .next_customers = 1795518000000000,
		    .next_orders = TIMESTAMP_NONE,
		    .settings = UINT32_MAX,
		    .changed = INT64_MAX } };
	const struct run_log_entry bare = {
		.at = 1795435200000000, .command = STR("fetch"), .snapshot = STR("20261123T120000Z")
	};
	struct fixture g;
	struct stat st;

	begin(&g);
	add(&g, &said);
	add(&g, &bare);
	load(&g);
	cr_assert(g.n == 2);
	cr_expect(g.list[0].at == said.at && str_eq(g.list[0].command, said.command));
	cr_expect(g.list[0].status == 75 && g.list[0].is_silent && g.list[0].duration == 1234);
	cr_expect(g.list[0].calls == 5 && g.list[0].retries == 4);
	cr_expect(g.list[0].unknown_left == 3 && g.list[0].waiting_left == 2);
	cr_expect(g.list[0].has_disk && g.list[0].used == 1000);
	cr_expect(g.list[0].free == RUN_LOG_NUMBER_MOST);
	expect_reads(&g.list[0].reads, &said.reads);
	cr_expect(!g.list[1].reads.is_known);
	cr_expect(run_log_reads(g.list, 2) == &g.list[0].reads && run_log_reads(g.list, 0) == NULL);
	cr_expect(str_eq(g.list[1].snapshot, bare.snapshot) && g.list[1].status == 0);
	cr_expect(!g.list[1].is_silent && !g.list[1].has_disk && g.list[1].stopped.n == 0);
	cr_expect(stat(file_join(&g.a, g.dir, "runs.jsonl"), &st) == 0);
	cr_expect((st.st_mode & 0777) == 0600);
	end(&g);
}

Test(run_log, what_became_of_a_push_comes_back)
{
	const struct run_log_push push = { .status = 3,
		.snapshot = "20261123T120000Z",
		.is_partial = true,
		.is_early = true,
		.is_spent = true,
		.duration = 21300,
		.calls = 104,
		.retries = 2,
		.acked = 101,
		.rejected = 1,
		.pending = 7,
		.limited = 6,
		.held = 5,
		.contacts = RUN_LOG_NUMBER_MOST,
		.oldest = 1795431600000000,
		.letters = { { "refused", 2 }, { "same-contact", 1 } },
		.letters_n = 2 };
	const struct run_log_push bare = { .status = 75 };
	const struct run_log_check check = { .n = { 100, 1, 2, 3, 4, 5, 6 } };
	const struct run_log_entry said[] = {
		{ .at = 1795431600000000, .command = STR("push"), .status = 3, .push = &push },
		{ .at = 1795431600000000, .command = STR("run"), .calls = 9, .push = &bare },
		{ .at = 1795431600000000, .command = STR("run") },
		{ .at = 1795431600000000, .command = STR("push"), .check = &check },
	};
	const struct run_log_push *x;
	struct fixture g;

	begin(&g);
	for (size_t i = 0; i < 4; i++)
		add(&g, &said[i]);
	load(&g);

	cr_assert(g.n == 4 && g.list[3].check != NULL && g.list[3].push == NULL);
	cr_expect(memcmp(g.list[3].check, &check, sizeof(check)) == 0);
	cr_expect(g.list[0].check == NULL && g.list[2].check == NULL);
	cr_assert(g.list[0].push != NULL && g.list[1].push != NULL);
	cr_expect(g.list[2].push == NULL);
	cr_expect(run_log_is_push(&g.list[0]) && !run_log_is_push(&g.list[1]));
	x = g.list[0].push;
	cr_expect(x->status == 3 && strcmp(x->snapshot, push.snapshot) == 0);
	cr_expect(x->is_partial && x->is_early && x->is_spent && x->duration == 21300);
	cr_expect(x->calls == 104 && x->retries == 2 && x->acked == 101 && x->rejected == 1);
	cr_expect(x->pending == 7 && x->limited == 6 && x->held == 5);
	cr_expect(x->contacts == RUN_LOG_NUMBER_MOST && x->oldest == push.oldest);
	cr_assert(x->letters_n == 2 && run_log_push_letters(x) == 3);
	cr_expect(strcmp(x->letters[0].name, "refused") == 0 && x->letters[0].n == 2);
	x = g.list[1].push;
	cr_expect(x->status == 75 && x->snapshot[0] == '\0' && x->letters_n == 0);
	cr_expect(!x->is_partial && !x->is_early && !x->is_spent && x->oldest == 0);
	cr_expect(x->calls == 0 && x->pending == 0 && x->contacts == 0 && g.list[1].calls == 9);
	end(&g);
}

/* What is written into a page is nothing that somebody else put into the file. */
Test(run_log, of_a_push_only_what_the_program_writes_is_read)
{
	struct fixture g;

	begin(&g);
	spoil(&g,
	    "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"push\":{\"status\":0,\"snapshot\":"
	    "\"<b>\",\"partial\":1,\"acked\":\"5\",\"oldest\":\"soon\",\"letters\":{\"<b>\":1,"
	    "\"Refused\":2,\"a-very-long-reason-that-nobody-has\":3,\"oth\\u0065r\":4,\"refused\":-"
	    "1,"
	    "\"same-contact\":5}}}\n"
	    "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"push\":[1]}\n"
	    "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"push\":{\"status\":256}}\n"
	    "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"push\":{\"status\":0,\"letters\":"
	    "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}}}\n");
	load(&g);

	cr_assert(g.n == 4 && g.list[0].push != NULL && g.list[3].push != NULL);
	cr_expect(g.list[1].push == NULL && g.list[2].push == NULL);
	cr_expect(g.list[0].push->snapshot[0] == '\0' && !g.list[0].push->is_partial);
	cr_expect(g.list[0].push->acked == 0 && g.list[0].push->oldest == 0);
	cr_assert(g.list[0].push->letters_n == 1);
	cr_expect(strcmp(g.list[0].push->letters[0].name, "same-contact") == 0);
	cr_expect(g.list[3].push->letters_n == RUN_LOG_PUSH_REASONS);
	end(&g);
}

/* Whoever reads them adds and multiplies. */
Test(run_log, a_number_that_nobody_reaches_is_bounded)
{
	const struct run_log_push push = { .calls = UINT64_MAX,
		.duration = UINT64_MAX,
		.acked = RUN_LOG_NUMBER_MOST + 1,
		.pending = RUN_LOG_NUMBER_MOST - 1,
		.letters = { { "refused", UINT64_MAX } },
		.letters_n = 1 };
	const struct run_log_check check = { .n = { UINT64_MAX } };
	const struct run_log_entry said = { .at = 1795431600000000,
		.command = STR("run"),
		.calls = UINT64_MAX,
		.has_disk = true,
		.used = UINT64_MAX,
		.free = UINT64_MAX,
		.push = &push,
		.check = &check };
	const struct run_log_push *x;
	struct fixture g;

	begin(&g);
	add(&g, &said);
	load(&g);

	cr_assert(g.n == 1 && g.list[0].push != NULL && g.list[0].check != NULL);
	x = g.list[0].push;
	cr_expect(x->calls == RUN_LOG_NUMBER_MOST && x->duration == RUN_LOG_NUMBER_MOST);
	cr_expect(x->acked == RUN_LOG_NUMBER_MOST && x->pending == RUN_LOG_NUMBER_MOST - 1);
	cr_expect(x->letters[0].n == RUN_LOG_NUMBER_MOST);
	cr_expect(g.list[0].calls == RUN_LOG_NUMBER_MOST);
	cr_expect(g.list[0].used == RUN_LOG_NUMBER_MOST && g.list[0].free == RUN_LOG_NUMBER_MOST);
	cr_expect(g.list[0].check->n[0] == RUN_LOG_NUMBER_MOST);
	end(&g);
}

#define WRITERS 4
#define LINES 200

/* One that writes its lines; it ends with 0 if all could be written. */
static pid_t
start_writer(struct fixture *g, unsigned number)
{
	pid_t pid = fork();

	cr_assert(pid >= 0);
	for (unsigned i = 0; pid == 0 && i < LINES; i++)
		if (run_log_add(g->dir,
		        &(struct run_log_entry){ .at = 1795431600000000,
		            .command = STR("push"),
		            .duration = 1 + number * LINES + i },
		        &g->e) < 0)
			_exit(1);
	if (pid == 0)
		_exit(0);
	return pid;
}

/* A push ends while a run is at work, and just then the file is cut. */
Test(run_log, of_several_writers_no_line_is_lost)
{
	bool is_there[1 + WRITERS * LINES] = { 0 };
	struct buf many = { 0 };
	size_t found = 0;
	struct fixture g;
	struct stat st;
	int status;

	begin(&g);
	while (many.n < RUN_LOG_MOST - 4096)
		buf_z(&many, "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0}\n");
	buf_char(&many, '\0');
	spoil(&g, many.p);
	buf_release(&many);
	for (unsigned i = 0; i < WRITERS; i++)
		start_writer(&g, i);
	while (wait(&status) > 0)
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	load(&g);

	for (size_t i = 0; i < g.n; i++)
		if (run_log_is_push(&g.list[i]) && g.list[i].duration <= WRITERS * LINES)
			is_there[g.list[i].duration] = true;
	for (size_t i = 1; i <= WRITERS * LINES; i++)
		found += is_there[i];
	cr_expect(stat(file_join(&g.a, g.dir, "runs.jsonl"), &st) == 0);
	cr_expect((uint64_t)st.st_size < RUN_LOG_MOST, "it was never cut");
	cr_expect(found == WRITERS * LINES, "%zu", found);
	end(&g);
}

/* A torn line is lost alone: the next one begins a line of its own. */
Test(run_log, lines_that_cannot_be_read_are_passed_over)
{
	const struct run_log_entry x = { .at = 1795431600000000, .command = STR("run") };
	struct fixture g;

	begin(&g);
	spoil(&g,
	    "\n[]\nno JSON at all, but long\n{\"at\":\"2026-11-23T04:00:00Z\"}\n"
	    "{\"at\":\"soon\",\"status\":0}\n{\"at\":\"2026-11-23T04:00:00Z\",\"status\":999}\n"
	    "{\"at\":\"2026-11-23T04:0");
	add(&g, &x);
	add(&g, &x);
	load(&g);
	cr_expect(g.n == 2, "%zu", g.n);
	end(&g);
}

Test(run_log, the_breaker_is_that_of_the_newest_stop)
{
	struct run_log_entry list[] = { { .stopped = STR("20261123T040000Z") }, { .status = 75 },
		{ .stopped = STR("20261124T040000Z") }, { .status = 5 } };

	cr_expect(run_log_is_stopped(list, 4, STR("20261124T040000Z")));
	cr_expect(!run_log_is_stopped(list, 4, STR("20261123T040000Z")));
	cr_expect(!run_log_is_stopped(list, 2, STR("20261124T040000Z")));
	cr_expect(!run_log_is_stopped(NULL, 0, STR("20261124T040000Z")));
}

Test(run_log, a_large_one_loses_its_older_half)
{
	struct run_log_entry x = { .at = 1795431600000000, .command = STR("run") };
	struct fixture g;
	struct stat st;

	begin(&g);
	for (size_t i = 0; i < 2 * RUN_LOG_MOST / 100; i++)
		spoil(&g, "{\"at\":\"2026-11-23T04:00:00Z\",\"command\":\"run\",\"status\":0}\n");
	add(&g, &x);
	cr_expect(stat(file_join(&g.a, g.dir, "runs.jsonl"), &st) == 0);
	cr_expect((uint64_t)st.st_size < RUN_LOG_MOST && (st.st_mode & 0777) == 0600);
	load(&g);
	cr_assert(g.n > 10000, "%zu", g.n);
	cr_expect(g.list[g.n - 1].at == x.at && g.list[0].at != x.at);
	end(&g);
}

Test(run_log, what_is_no_file_is_said)
{
	struct run_log_entry x = { .at = 1795431600000000, .command = STR("run") };
	struct fixture g;

	begin(&g);
	cr_assert(dir_make(file_join(&g.a, g.dir, "runs.jsonl"), &g.e) == 0);
	cr_expect(run_log_add(g.dir, &x, &g.e) == -1);
	cr_expect(run_log_load(&g.a, g.dir, &g.list, &g.n, &g.e) == -1);
	end(&g);
}

/* A note whose newest snapshot could not be read is one; without a key it is none. */
Test(run_log, what_a_note_may_lack)
{
	struct run_log_entry x = { .at = 1795431600000000,
		.reads = {
		    .is_known = true, .as_of = 1795431600000000, .newest = TIMESTAMP_NONE } };
	struct fixture g;

	begin(&g);
	add(&g, &x);
	x.reads.newest = x.reads.as_of;
	x.reads.doubts = 3;
	add(&g, &x);
	x.reads.changed = -1;
	add(&g, &x);
	spoil(&g, "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"reads\":{\"changed\":\"1\"}}\n");
	spoil(&g, "{\"at\":\"2026-11-23T04:00:00Z\",\"status\":0,\"reads\":[\"changed\"]}\n");
	load(&g);
	cr_assert(g.n == 5);
	x.reads.changed = 0;
	x.reads.next_customers = x.reads.next_orders = TIMESTAMP_NONE;
	expect_reads(&g.list[1].reads, &x.reads);
	x.reads.newest = TIMESTAMP_NONE;
	x.reads.doubts = 0;
	expect_reads(&g.list[0].reads, &x.reads);
	for (size_t i = 2; i < 5; i++)
		cr_expect(!g.list[i].reads.is_known, "line %zu", i);
	end(&g);
}

#define MINUTE (INT64_C(60) * 1000000)

Test(run_log, the_last_ones_alone)
{
	const int64_t first = 1795431600000000;
	static const int sinces[] = { 0, 1, 400, 499 };
	struct fixture g;

	begin(&g);
	run_log_tail(&g.a, g.dir, 0, &g.list, &g.n);
	cr_expect(g.n == 0);
	for (int i = 0; i < 500; i++)
		add(&g, &(struct run_log_entry){ .at = first + i * MINUTE, .status = i % 100 });
	spoil(&g, "{\"at\":\"20");
	for (size_t k = 0; k < 4; k++) {
		int since = sinces[k];

		run_log_tail(&g.a, g.dir, first + since * MINUTE, &g.list, &g.n);
		cr_expect(g.n >= (size_t)(500 - since) && g.n <= 500, "%zu of %d", g.n, since);
		cr_expect(since < 400 || g.n < 200, "%zu of %d", g.n, since);
		for (size_t i = 0; i < g.n; i++)
			cr_expect(g.list[i].status == (int)((500 - g.n + i) % 100), "line %zu", i);
	}
	end(&g);
}
