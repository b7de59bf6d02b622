#include "base/arena.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN 16

#ifndef __has_feature
#define __has_feature(x) 0
#endif

/*
 * Under AddressSanitizer every object gets a chunk of its own and exact size,
 * so that a step beyond it is seen.
 */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define ONE_EACH 1
void __lsan_disable(void);
void __lsan_enable(void);
#else
#define ONE_EACH 0
#endif

#define CHUNK_MIN ((size_t)4096)
#define CHUNK_MAX ((size_t)4 << 20)
#define GROW_FIRST 32 /* elements of a list that grows */
#define LARGE_PAGE ((size_t)2 << 20)
#define MAPPINGS 65536 /* of malloc at most, as it is unless it is told otherwise */

struct arena_chunk {
	struct arena_chunk *older;
	size_t size; /* of data */
	alignas(ALIGN) char data[];
};

_Noreturn void
mem_out(void)
{
	static const char text[] = "flowstory: out of memory\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n; /* there is nobody left to tell */
	_exit(1);
}

void *
mem_got(void *p)
{
	if (p == NULL)
		mem_out();
	return p;
}

/*
 * Every library, and the loader of one, allocates through these, so that none of them is ever told
 * that memory is out: few cope well (decision 0077).  A sanitizer has an allocator of its own.
 */
#if defined(__GLIBC__) && !ONE_EACH

/* Where the C library's own functions still are once their names are taken. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);

#define try_malloc __libc_malloc

/* A request for nothing may be answered with NULL, and realloc frees for one. */
static void *
got(void *p, size_t size)
{
	return size > 0 ? mem_got(p) : p;
}

void *
malloc(size_t size)
{
	return got(__libc_malloc(size), size);
}

void *
calloc(size_t count, size_t size)
{
	return got(__libc_calloc(count, size), count > 0 ? size : 0);
}

void *
realloc(void *p, size_t size)
{
	return got(__libc_realloc(p, size), size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	return got(__libc_memalign(align, size), size);
}

int
posix_memalign(void **out, size_t align, size_t size)
{
	if (align < sizeof(void *) || (align & (align - 1)) != 0)
		return EINVAL;
	*out = aligned_alloc(align, size);
	return 0;
}

#else
#define try_malloc malloc
#endif

/*
 * Reading a large block in any order walks the page tables at almost every step,
 * unless its pages are large too.  Advice only: a system without them ignores it.
 */
static void *
alloc_large(size_t size)
{
	void *p = NULL;

	if (size > SIZE_MAX - LARGE_PAGE || posix_memalign(&p, LARGE_PAGE, size) != 0)
		return NULL;
	(void)madvise(p, size & ~(LARGE_PAGE - 1), MADV_HUGEPAGE);
	return p;
}

/*
 * Grow the heap to ${size} at once, advise it as a whole, and keep what is given
 * back.  Setting one of malloc's bounds stops it from adjusting the other, so
 * both are set: what is larger than two large pages gets a mapping of its own.
 */
void
mem_ahead(size_t size)
{
	uintptr_t from, to;
	void *p;

	if (ONE_EACH)
		return;
	(void)mallopt(M_TRIM_THRESHOLD, (int)(2 * size));
	(void)mallopt(M_MMAP_THRESHOLD, (int)(size + LARGE_PAGE));
	p = try_malloc(size);
	(void)mallopt(M_MMAP_THRESHOLD, (int)(2 * LARGE_PAGE));
	from = ((uintptr_t)p + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
	to = ((uintptr_t)p + size) & ~(LARGE_PAGE - 1);
	if (p != NULL && from < to)
		(void)madvise((void *)from, to - from, MADV_HUGEPAGE);
	free(p);
}

/* The C library may answer a request for nothing with NULL. */
void *
mem_alloc(size_t size)
{
	if (size >= 2 * LARGE_PAGE && !ONE_EACH)
		return mem_got(alloc_large(size));
	return mem_got(malloc(size > 0 ? size : 1));
}

/* In the heap however large it is, and nothing of the heap goes back to the system from then on. */
void *
mem_alloc_lent(size_t size)
{
	void *p;

	if (ONE_EACH)
		return mem_alloc(size);
	(void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
	(void)mallopt(M_MMAP_MAX, 0);
	p = mem_alloc(size);
	(void)mallopt(M_MMAP_MAX, MAPPINGS);
	return p;
}

void *
mem_zero(size_t count, size_t size)
{
	return mem_got(count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1));
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_out();
	return mem_got(realloc(p, bytes > 0 ? bytes : 1));
}

void
mem_free(void *p)
{
	free(p);
}

void *
mem_grow(void *list, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return list;
	*cap = *cap == 0 ? GROW_FIRST : 2 * *cap;
	return mem_resize(list, *cap, size);
}

void *
mem_reach(void *list, size_t i, size_t *cap, size_t size)
{
	size_t old = *cap;

	if (i < old)
		return list;
	*cap = i < GROW_FIRST ? GROW_FIRST : 2 * i;
	list = mem_resize(list, *cap, size);
	memset((char *)list + old * size, 0, (*cap - old) * size);
	return list;
}

/* Chunks double, so that their number stays small whatever the phase holds. */
static void
add_chunk(struct arena *a, size_t need)
{
	size_t size = CHUNK_MIN;
	struct arena_chunk *chunk;

	if (a->head != NULL)
		size =
		    a->head->size < CHUNK_MAX / 2 ? a->head->size * 2 : CHUNK_MAX - sizeof(*chunk);
	if (size < need || ONE_EACH)
		size = need;
	if (size > SIZE_MAX - sizeof(*chunk))
		mem_out();
	chunk = mem_alloc(sizeof(*chunk) + size);
	chunk->older = a->head;
	chunk->size = size;
	a->head = chunk;
	a->used = 0;
}

static void *
allocate(struct arena *a, size_t size, size_t align)
{
	size_t at = (a->used + align - 1) & ~(align - 1);

	if (a->head == NULL || at > a->head->size || size > a->head->size - at || ONE_EACH) {
		add_chunk(a, size);
		at = 0;
	}
	a->used = at + size;
	return a->head->data + at;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return allocate(a, size, ALIGN);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_out();
	return allocate(a, bytes, ALIGN);
}

void *
arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p = arena_array(a, count, size);

	return memset(p, 0, count * size);
}

void *
arena_copy(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	return n > 0 ? memcpy(copy, p, n) : copy;
}

char *
arena_bytes(struct arena *a, const void *p, size_t n)
{
	char *copy = allocate(a, n, 1);

	if (n > 0 && p != NULL)
		memcpy(copy, p, n);
	return copy;
}

void *
arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	void *copy;

	if (n < *cap)
		return list;
	*cap = *cap == 0 ? GROW_FIRST : 2 * *cap;
	copy = arena_array(a, *cap, size);
	return n > 0 ? memcpy(copy, list, n * size) : copy;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->used };
}

static void
pop(struct arena *a)
{
	struct arena_chunk *older = a->head->older;

	free(a->head);
	a->head = older;
}

void
arena_back(struct arena *a, struct arena_mark m)
{
	while (a->head != m.head)
		pop(a);
	a->used = m.used;
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *kept = a->head;

	if (kept == NULL)
		return;
	a->head = kept->older;
	while (a->head != NULL)
		pop(a);
	kept->older = NULL;
	a->head = kept;
	a->used = 0;
}

void
arena_release(struct arena *a)
{
	arena_back(a, (struct arena_mark){ NULL, 0 });
}

void
mem_unwatched(bool begins)
{
#if ONE_EACH
	begins ? __lsan_disable() : __lsan_enable();
#else
	(void)begins;
#endif
}
