/* Goal: an arena gives aligned, separate memory and takes it back as marked. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Fill p with bytes that only the n-th object has. */
static void
stamp(unsigned char *p, size_t size, size_t n)
{
	memset(p, (int)(n % 251), size);
}

static bool
is_stamped(const unsigned char *p, size_t size, size_t n)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] != n % 251)
			return false;
	return true;
}

Test(arena, objects_are_aligned_and_do_not_overlap)
{
	enum {
		OBJECTS = 3000
	};
	struct arena a = { 0 };
	unsigned char *p[OBJECTS];

	for (size_t i = 0; i < OBJECTS; i++) {
		p[i] = arena_alloc(&a, i);
		cr_assert_not_null(p[i]);
		cr_expect_eq((uintptr_t)p[i] % 16, 0u, "object %zu", i);
		stamp(p[i], i, i);
	}

	for (size_t i = 0; i < OBJECTS; i++)
		cr_expect(is_stamped(p[i], i, i), "object %zu", i);
	arena_release(&a);
}

Test(arena, sizes_around_a_chunk_are_no_special_case)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4080, 4095, 4096, 4097, 8192, 65536,
		4194303, 4194304, 4194305, 9000000, 1 };
	struct arena a = { 0 };
	unsigned char *p[COUNT(sizes)];

	for (size_t i = 0; i < COUNT(sizes); i++) {
		p[i] = arena_alloc(&a, sizes[i]);
		stamp(p[i], sizes[i], i);
	}

	for (size_t i = 0; i < COUNT(sizes); i++)
		cr_expect(is_stamped(p[i], sizes[i], i), "size %zu", sizes[i]);
	arena_release(&a);
}

Test(arena, zero_is_zero_in_used_memory_too)
{
	struct arena a = { 0 };
	struct arena_mark m = arena_mark(&a);
	unsigned char *p;

	memset(arena_alloc(&a, 1000), 0xff, 1000);
	arena_back(&a, m);
	memset(arena_alloc(&a, 1000), 0xff, 1000);
	arena_reset(&a);
	p = arena_zero(&a, 100, 10);

	cr_expect(is_stamped(p, 1000, 0), "all bytes are zero");
	arena_release(&a);
}

Test(arena, bytes_copies_and_needs_no_source_for_nothing)
{
	struct arena a = { 0 };
	char text[] = "abc";
	char *copy = arena_bytes(&a, text, 3);

	text[0] = 'x';

	cr_expect_eq(memcmp(copy, "abc", 3), 0, "the copy stands alone");
	cr_expect_not_null(arena_bytes(&a, NULL, 0));
	cr_expect_eq((uintptr_t)arena_alloc(&a, 8) % 16, 0u, "aligned again after bytes");
	arena_release(&a);
}

Test(arena, back_gives_back_to_the_mark_and_no_further)
{
	struct arena a = { 0 };
	unsigned char *kept = arena_alloc(&a, 100);

	stamp(kept, 100, 7);
	for (size_t round = 0; round < 1000; round++) {
		struct arena_mark m = arena_mark(&a);

		for (size_t i = 1; i < 40; i++)
			stamp(arena_alloc(&a, 1 + i * round % 5000), 1, 200);
		arena_back(&a, m);
		cr_assert_eq(a.head, m.head, "round %zu", round);
		cr_assert_eq(a.used, m.used, "round %zu", round);
	}

	cr_expect(is_stamped(kept, 100, 7), "what was before the mark stays");
	arena_release(&a);
}

Test(arena, marks_nest)
{
	struct arena a = { 0 };
	struct arena_mark outer = arena_mark(&a), inner;
	unsigned char *between;

	between = arena_alloc(&a, 5000);
	stamp(between, 5000, 3);
	inner = arena_mark(&a);
	arena_alloc(&a, 100000);
	arena_back(&a, inner);

	cr_expect(is_stamped(between, 5000, 3), "the inner one took no more");
	arena_back(&a, outer);
	cr_expect_null(a.head, "the outer one took all");
}

Test(arena, reset_keeps_one_chunk_and_release_none)
{
	struct arena a = { 0 };

	arena_reset(&a);
	cr_expect_null(a.head, "nothing to keep");
	for (size_t i = 0; i < 100; i++)
		arena_alloc(&a, 10000);
	arena_reset(&a);
	cr_expect_not_null(a.head, "the newest is kept");
	cr_expect_eq(a.used, 0u, "and empty");
	stamp(arena_alloc(&a, 10000), 10000, 1);
	arena_release(&a);
	cr_expect_null(a.head, "nothing is kept");
	arena_release(&a);
	cr_expect_null(a.head, "twice is harmless");
}

Test(arena, mem_never_gives_null_even_for_nothing)
{
	unsigned char *p = mem_alloc(0);
	unsigned char *q = mem_zero(0, 8);
	unsigned char *r = mem_zero(10, 10);

	cr_expect_not_null(p);
	cr_expect_not_null(q);
	cr_expect(is_stamped(r, 100, 0), "zeroed");
	p = mem_resize(p, 4, 25);
	stamp(p, 100, 9);
	p = mem_resize(p, 300, 1);
	cr_expect(is_stamped(p, 100, 9), "what was there stays");
	p = mem_resize(p, 0, 16);
	cr_expect_not_null(p);
	mem_free(p);
	mem_free(q);
	mem_free(r);
	mem_free(NULL);
}

static void
overflow_array(void)
{
	struct arena a = { 0 };

	arena_array(&a, SIZE_MAX / 2, 3);
}

static void
overflow_zero(void)
{
	struct arena a = { 0 };

	arena_zero(&a, SIZE_MAX / 8 + 1, 8);
}

static void
overflow_chunk(void)
{
	struct arena a = { 0 };

	arena_alloc(&a, SIZE_MAX - 3);
}

static void
overflow_resize(void)
{
	mem_resize(NULL, SIZE_MAX / 2, 4);
}

/* The status of a child that runs ${f}, and what it writes to stderr. */
static int
run_child(void (*f)(void), char *text, size_t cap)
{
	int ends[2], status = 0;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		f();
		_exit(99);
	}
	close(ends[1]);
	while (n + 1 < cap && (got = read(ends[0], text + n, cap - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(arena, too_much_memory_ends_the_process_with_one_line)
{
	static void (*const cases[])(
	    void) = { overflow_array, overflow_zero, overflow_chunk, overflow_resize };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256];
		int status = run_child(cases[i], text, sizeof(text));

		cr_expect_eq(status, 1, "case %zu: status %d", i, status);
		cr_expect_str_eq(text, "flowstory: out of memory\n", "case %zu: %s", i, text);
	}
}

Test(arena, lists_grow)
{
	struct arena a = { 0 };
	size_t in_arena = 0, by_place = 0;
	uint32_t *grown = NULL, *reached = NULL;

	for (uint32_t i = 0; i < 5000; i++) {
		grown = arena_grow(&a, grown, i, &in_arena, sizeof(*grown));
		grown[i] = i;
	}
	for (uint32_t i = 0; i < 5000; i++)
		cr_assert(grown[i] == i, "%u", i);
	reached = mem_reach(reached, 7, &by_place, sizeof(*reached));
	reached[7] = 7;
	reached = mem_reach(reached, 4999, &by_place, sizeof(*reached));
	cr_assert(by_place > 4999);
	for (uint32_t i = 0; i < by_place; i++)
		cr_assert(reached[i] == (i == 7 ? 7 : 0), "%u", i);
	mem_free(reached);
	arena_release(&a);
}
