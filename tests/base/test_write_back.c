/* Goal: what is written meanwhile stays as it was written, and no file stands in the way. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/write_back.h"
#include "place.h"

TestSuite(write_back, .init = place_enter, .fini = place_leave);

#define PIECES 3000
#define PIECE 4096

/* Each piece has its number in every byte; they come in an order of their own, some twice. */
static void
write_pieces(int fd)
{
	char piece[PIECE];

	for (size_t i = 0; i < PIECES + PIECES / 3; i++) {
		size_t k = i * 7 % PIECES;

		memset(piece, (int)(k % 251), sizeof(piece));
		cr_assert_eq(pwrite(fd, piece, PIECE, (off_t)(k * PIECE)), PIECE);
	}
}

Test(write_back, what_is_written_meanwhile_stays)
{
	struct write_back w = { 0 };
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = { 0 };
	int fd = open("file", O_RDWR | O_CREAT, 0600);

	cr_assert_geq(fd, 0);
	write_back_begin(&w, fd);
	write_pieces(fd);
	cr_expect_eq(fdatasync(fd), 0);
	write_back_end(&w);
	write_back_end(&w);
	close(fd);
	cr_assert_eq(file_load(&a, "file", UINT64_MAX, &got, &e), 0, "%s", e.msg);
	cr_assert_eq(got.n, (size_t)PIECES * PIECE);
	for (size_t i = 0; i < got.n; i++)
		cr_assert_eq((unsigned char)got.p[i], i / PIECE % 251, "at %zu", i);
	arena_release(&a);
}

/* One that has nothing to write back, and one that is not open. */
Test(write_back, other_files_are_left_alone)
{
	struct write_back w = { 0 };
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	write_back_begin(&w, ends[1]);
	write_back_end(&w);
	close(ends[0]);
	close(ends[1]);
	write_back_begin(&w, ends[1]);
	write_back_end(&w);
}
