/* arena.h -- memory that is given back all at once.
 *
 * An arena belongs to a phase: a run, a snapshot, a page, a record.  It is the
 * first parameter of whatever allocates into it, and nothing in it is freed
 * alone.
 *
 * No call here ever returns NULL.  Out of memory, the process ends with one message
 * and status 1.  That is safe anywhere: the disk only changes by rename and commit.
 *
 * Threads: an arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
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

/* arena_alloc(a, size): ${size} bytes, aligned to 16, not zeroed. */
void *arena_alloc(struct arena *a, size_t size);

/* arena_array(a, count, size): the same for an array; overflow is checked. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* arena_zero(a, count, size): the same, zeroed. */
void *arena_zero(struct arena *a, size_t count, size_t size);

/* arena_copy(a, p, n): a copy of n bytes, aligned to 16. */
void *arena_copy(struct arena *a, const void *p, size_t n);

/* arena_bytes(a, p, n): a copy of n bytes of text, not aligned.  ${p} NULL: only the room. */
char *arena_bytes(struct arena *a, const void *p, size_t n);

/* arena_grow(a, list, n, cap, size): the list of ${n} elements with room for one more; where there
 * is none, it is copied to where ${cap} is twice as large.  For list = arena_grow(a, list, n, &cap,
 * sizeof(*list)). */
void *arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t size);

/* arena_mark, arena_back: everything allocated since the mark is given back. */
struct arena_mark arena_mark(const struct arena *a);
void arena_back(struct arena *a, struct arena_mark m);

/* arena_reset: empty, but the newest chunk is kept for reuse. */
void arena_reset(struct arena *a);

/* arena_release: everything back to the system; the arena is empty again. */
void arena_release(struct arena *a);

/* Memory that outlives phases: malloc and its like, but never NULL. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *p, size_t count, size_t size);
void mem_free(void *p);

/* mem_grow(list, n, cap, size): the list of ${n} elements with room for one more; where there is
 * none, ${cap} doubles.  For list = mem_grow(list, n, &cap, sizeof(*list)). */
void *mem_grow(void *list, size_t n, size_t *cap, size_t size);

/* mem_reach(list, i, cap, size): the list with room for the element ${i}; new elements are zero. */
void *mem_reach(void *list, size_t i, size_t *cap, size_t size);

/* mem_ahead(size): advice that small allocations of the main thread will soon add up to ${size}
 * bytes, so that they are put on large pages.  Costs no memory until it is used. */
void mem_ahead(size_t size);

/* mem_alloc_lent(size): as mem_alloc, for the main thread and much memory that is soon given back:
 * its small allocations then take it over, which costs less than pages that nobody has touched. */
void *mem_alloc_lent(size_t size);

/* mem_unwatched(begins): what a library allocates between a beginning and its end it may forget: a
 * sanitizer that looks for such memory leaves it out. */
void mem_unwatched(bool begins);

/* mem_out(): out of memory: the process says so in one line and exits 1. */
_Noreturn void mem_out(void);

/* mem_got(p): what a library allocated; if that is NULL, as mem_out. */
void *mem_got(void *p);

#endif /* BASE_ARENA_H */
