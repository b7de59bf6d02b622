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

struct page {
	unsigned char *p;
	size_t n;
	size_t size; /* inflated */
};

struct work {
	struct page *pages;
	size_t n;
	size_t largest;
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

/* The size of a member's text stands in its last four bytes. */
static size_t
promised(const struct page *g)
{
	uint32_t size = 0;

	for (size_t i = 1; i <= 4 && g->n >= 18; i++)
		size = size << 8 | g->p[g->n - i];
	return size;
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
	g->size = promised(g);
	return fclose(f);
}

static int
is_page(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 8 && strcmp(d->d_name + n - 8, ".json.gz") == 0;
}

static void *
run(void *argument)
{
	struct work *w = argument;
	struct libdeflate_decompressor *d = got(libdeflate_alloc_decompressor());
	unsigned char *out = got(malloc(w->largest + 1));
	size_t i, size;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n) {
		const struct page *g = &w->pages[i];

		if (libdeflate_gzip_decompress(d, g->p, g->n, out, g->size, &size) !=
		    LIBDEFLATE_SUCCESS)
			atomic_fetch_add(&w->failed, 1);
	}
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
		if (w.pages[i].size > w.largest)
			w.largest = w.pages[i].size;
		w.n++;
	}
	return measure(&w, (size_t)strtoul(argv[2], NULL, 10)) == 0 ? 0 : 1;
}
