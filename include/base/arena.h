/* arena.h -- memory that is given back all at once.
 *
 * An arena belongs to a phase (a run, a snapshot, a page, a record) and is
 * passed first to whatever allocates into it; nothing in it is freed alone.
 * Out of memory ends the process with one message and status 1: the disk
 * only changes by rename and commit, so stopping anywhere is safe.
 * Threads: one arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Zero-initialisable: struct arena a = {0}; is an empty arena. */
struct arena {
	struct arena_chunk *head; /* the chunk in use, linked to older ones */
	size_t used;              /* bytes used in head */
};

struct arena_mark {
	struct arena_chunk *head;
	size_t used;
};

/* arena_alloc(a, size): size bytes, aligned to 16, not zeroed; never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* arena_array(a, count, size): the same for an array; overflow is checked. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* arena_zero(a, count, size): the same, zeroed. */
void *arena_zero(struct arena *a, size_t count, size_t size);

/* arena_copy(a, p, n): a copy of n bytes, aligned to 16. */
void *arena_copy(struct arena *a, const void *p, size_t n);
/* arena_bytes(a, p, n): an unaligned copy of n bytes (text); 1-byte aligned.  Without p only the
 * room. */
char *arena_bytes(struct arena *a, const void *p, size_t n);

/* arena_mark, arena_back: everything allocated since the mark is given back. */
struct arena_mark arena_mark(const struct arena *a);
void arena_back(struct arena *a, struct arena_mark m);

/* arena_reset: empty, but the newest chunk is kept for reuse. */
void arena_reset(struct arena *a);

/* arena_release: everything back to the system; the arena is empty again. */
void arena_release(struct arena *a);

/* xmalloc and friends for what outlives phases: never NULL, or the process ends. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *p, size_t count, size_t size);
void mem_free(void *p);

/* mem_ahead(size): small allocations of the main thread soon come to ${size} bytes: they lie in
 * large pages. Advice; costs no memory before it is used. */
void mem_ahead(size_t size);

/* mem_got(p): what a library allocated; NULL is out of memory like any other. */
void *mem_got(void *p);

#endif /* BASE_ARENA_H */
