/* desk.h -- for the tests of the books: a place of their own, and a clock that stands still. */
#ifndef TESTS_PUSH_DESK_H
#define TESTS_PUSH_DESK_H

#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/dir.h"
#include "base/file.h"
#include "base/host.h"
#include "base/timestamp.h"

#define NOW (20000 * TIMESTAMP_DAY)

static inline int64_t
desk_now(void *context)
{
	(void)context;
	return NOW;
}

static inline void
desk_note(void *context, enum note_level level, const char *text)
{
	(void)context;
	(void)level;
	(void)text;
}

static const struct host desk_host = { .now = desk_now, .ticks = desk_now, .note = desk_note };

struct desk {
	char dir[64];
	struct err e;
	struct arena a;
};

static inline struct desk
desk_new(void)
{
	struct desk d = { .dir = "/tmp/flowstory-push-XXXXXX", .e = ERR_INIT };

	cr_assert(mkdtemp(d.dir) != NULL);
	return d;
}

static inline void
desk_end(struct desk *d)
{
	cr_expect(dir_remove(d->dir, &d->e) == 0, "%s", d->e.msg);
	arena_release(&d->a);
}

static inline char *
desk_path(struct desk *d, const char *name)
{
	return file_join(&d->a, d->dir, name);
}

static inline struct str
desk_load(struct desk *d, const char *name)
{
	struct str text;

	cr_assert(file_load(&d->a, desk_path(d, name), 1 << 20, &text, &d->e) == 0, "%s", d->e.msg);
	return text;
}

#endif /* TESTS_PUSH_DESK_H */
