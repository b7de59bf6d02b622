/* Goal: the limit of the machine: only inflate the pages of a snapshot, with libdeflate, on as many
 * threads as asked for.  Usage: inflate DIR THREADS; prints "bytes seconds" (wall, files read
 * beforehand). */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <libdeflate.h>

#define PAGE_LIMIT ((size_t)1 << 26) /* bytes of text */

struct page {
	unsigned char *p;
	size_t n;
	size_t size; /* inflated */
};

struct work {
	struct page *pages;
	size_t n;
	atomic_size_t next;
	atomic_size_t failed;
};

static void *
got(void *p)
{
	if (p == NULL) {
		fputs("inflate: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static int
load(struct page *g, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (f == NULL || fstat(fileno(f), &st) != 0)
		return -1;
	g->n = (size_t)st.st_size;
	g->p = got(malloc(g->n + 1));
	if (fread(g->p, 1, g->n, f) != g->n)
		return -1;
	return fclose(f);
}

static int
is_page(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 8 && strcmp(d->d_name + n - 8, ".json.gz") == 0;
}

/* All members of a page, one behind the other. */
static int
inflate(struct libdeflate_decompressor *d, struct page *g, unsigned char *out)
{
	size_t at = 0, taken, size;

	g->size = 0;
	while (at < g->n) {
		if (libdeflate_gzip_decompress_ex(d, g->p + at, g->n - at, out + g->size,
		        PAGE_LIMIT - g->size, &taken, &size) != LIBDEFLATE_SUCCESS)
			return -1;
		at += taken;
		g->size += size;
	}
	return 0;
}

static void *
run(void *argument)
{
	struct work *w = argument;
	struct libdeflate_decompressor *d = got(libdeflate_alloc_decompressor());
	unsigned char *out = got(malloc(PAGE_LIMIT)); /* what is not used is not touched */
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n)
		if (inflate(d, &w->pages[i], out) < 0)
			atomic_fetch_add(&w->failed, 1);
	free(out);
	libdeflate_free_decompressor(d);
	return NULL;
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int
measure(struct work *w, size_t threads)
{
	pthread_t *list = got(calloc(threads, sizeof(*list)));
	int64_t start = now_us();
	size_t bytes = 0;

	for (size_t i = 1; i < threads; i++)
		if (pthread_create(&list[i], NULL, run, w) != 0)
			return -1;
	run(w);
	for (size_t i = 1; i < threads; i++)
		pthread_join(list[i], NULL);
	start = now_us() - start;
	for (size_t i = 0; i < w->n; i++)
		bytes += w->pages[i].size;
	printf("%zu %lld.%06lld\n", bytes, (long long)start / 1000000, (long long)start % 1000000);
	return atomic_load(&w->failed) == 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct work w = { 0 };
	struct dirent **names;
	int n;

	if (argc != 3 || (n = scandir(argv[1], &names, is_page, alphasort)) < 0) {
		fputs("usage: inflate DIR THREADS\n", stderr);
		return 2;
	}
	w.pages = got(calloc((size_t)n + 1, sizeof(*w.pages)));
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], names[i]->d_name);
		if (load(&w.pages[i], path) != 0) {
			fprintf(stderr, "inflate: cannot read %s\n", path);
			return 1;
		}
		w.n++;
	}
	return measure(&w, (size_t)strtoul(argv[2], NULL, 10)) == 0 ? 0 : 1;
}
