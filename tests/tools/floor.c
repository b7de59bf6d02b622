/* Goal: what a first run cannot do without, each part alone: inflating the pages of a snapshot, the
 * digests of their files, where their records lie, and writing as many bytes as it leaves.
 *
 * Usage: floor inflate|digest|structure SNAPSHOT THREADS
 *        floor write BYTES FILE
 * Prints "bytes seconds".  Files are read beforehand; of several threads that take page after page
 * the time is the mean of what each one's processor took, without what another part needs
 * (structure needs inflated text).  Of writing it is the wall's, until the bytes are on the disk.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/dir.h"
#include "base/file.h"
#include "base/num.h"
#include "json/split.h"
#include "lib/gz.h"
#include "lib/sha256.h"
#include "snapshot/page.h"

#define THREADS_MOST 64
#define PIECE ((size_t)1 << 20)

enum part {
	PART_INFLATE,
	PART_DIGEST,
	PART_STRUCTURE
};
static const char *const parts[] = { "inflate", "digest", "structure" };

struct work {
	enum part part;
	struct str *names; /* of pages */
	struct str *pages; /* as they are stored */
	size_t n;
	atomic_size_t next;
	atomic_ullong bytes, ns;
};

static unsigned long long
now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (unsigned long long)t.tv_sec * 1000000000 + (unsigned long long)t.tv_nsec;
}

static int
fail(const struct err *e)
{
	fprintf(stderr, "floor: %s\n", e->msg);
	exit(1);
}

static void
inflate(struct gz_reader *gz, struct str page, struct buf *out)
{
	struct err e = ERR_INIT;

	if (gz_inflate(gz, page, PAGE_LIMIT, out, &e) < 0)
		fail(&e);
}

static void
split(struct split *s, struct str name, struct str text)
{
	static const char *const customers[] = { "customers", "data", NULL };
	static const char *const orders[] = { "orders", "data", NULL };
	struct err e = ERR_INIT;

	if (split_page(s, text, str_starts(name, STR("orders")) ? orders : customers, NULL, &e) < 0)
		fail(&e);
}

static void *
run(void *argument)
{
	struct work *w = argument;
	struct gz_reader *gz = gz_reader_new();
	struct split records = { 0 };
	struct buf text = { 0 };
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n) {
		unsigned long long begun;

		if (w->part == PART_STRUCTURE)
			inflate(gz, w->pages[i], &text);
		begun = now_ns(CLOCK_THREAD_CPUTIME_ID);
		if (w->part == PART_INFLATE)
			inflate(gz, w->pages[i], &text);
		else if (w->part == PART_DIGEST)
			(void)sha256_of(w->pages[i]);
		else
			split(&records, w->names[i], buf_view(&text));
		atomic_fetch_add(&w->ns, now_ns(CLOCK_THREAD_CPUTIME_ID) - begun);
		atomic_fetch_add(&w->bytes, w->part == PART_DIGEST ? w->pages[i].n : text.n);
	}
	split_release(&records);
	buf_release(&text);
	gz_reader_free(gz);
	return NULL;
}

static void
print(unsigned long long bytes, unsigned long long ns)
{
	printf("%llu %llu.%09llu\n", bytes, ns / 1000000000, ns % 1000000000);
}

static void
load(struct arena *a, const char *dir, struct work *w)
{
	struct err e = ERR_INIT;
	struct str *names;
	size_t n;

	if (dir_list(a, dir, &names, &n, &e) < 0)
		fail(&e);
	w->names = arena_array(a, n, sizeof(*w->names));
	w->pages = arena_array(a, n, sizeof(*w->pages));
	for (size_t i = 0; i < n; i++) {
		if (!page_is_gzip(names[i]) || str_starts(names[i], STR("locations")))
			continue;
		w->names[w->n] = names[i];
		if (file_load(a, file_join(a, dir, str_z(a, names[i])), PAGE_LIMIT,
		        &w->pages[w->n++], &e) < 0)
			fail(&e);
	}
}

static int
measure(enum part part, const char *dir, size_t threads)
{
	struct work w = { .part = part };
	pthread_t list[THREADS_MOST];
	struct arena a = { 0 };

	load(&a, dir, &w);
	for (size_t i = 1; i < threads; i++)
		if (pthread_create(&list[i], NULL, run, &w) != 0)
			return 1;
	run(&w);
	for (size_t i = 1; i < threads; i++)
		pthread_join(list[i], NULL);
	print(atomic_load(&w.bytes), atomic_load(&w.ns) / threads);
	arena_release(&a);
	return 0;
}

/* Into a new file, with what it takes to have it on the disk. */
static int
write_bytes(uint64_t bytes, const char *path)
{
	char *piece = mem_alloc(PIECE);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), rc = fd < 0;
	unsigned long long begun;

	memset(piece, 'x', PIECE);
	begun = now_ns(CLOCK_MONOTONIC);
	for (uint64_t at = 0; rc == 0 && at < bytes; at += PIECE) {
		size_t n = bytes - at < PIECE ? (size_t)(bytes - at) : PIECE;

		rc = write(fd, piece, n) != (ssize_t)n;
	}
	rc = rc || fdatasync(fd) != 0;
	print(bytes, now_ns(CLOCK_MONOTONIC) - begun);
	mem_free(piece);
	close(fd);
	return rc;
}

int
main(int argc, char **argv)
{
	uint64_t n;

	if (argc == 4 && strcmp(argv[1], "write") == 0 && num_u64(str_c(argv[2]), &n))
		return write_bytes(n, argv[3]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (argc == 4 && strcmp(argv[1], parts[i]) == 0 && num_u64(str_c(argv[3]), &n) &&
		    n > 0 && n <= THREADS_MOST)
			return measure((enum part)i, argv[2], (size_t)n);
	fputs("usage: floor inflate|digest|structure SNAPSHOT THREADS\n"
	      "       floor write BYTES FILE\n",
	    stderr);
	return 2;
}
