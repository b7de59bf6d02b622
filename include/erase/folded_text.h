/* folded_text.h -- texts of folded history: loaded, line by line, and linked where nothing changes.
 */
#ifndef ERASE_FOLDED_TEXT_H
#define ERASE_FOLDED_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct gz_reader;

#define FOLDED_DIFF ".jsonl.gz"

/* A file that was loaded; zero-initialisable, used again for the next. */
struct folded_text {
	struct buf text; /* inflated */
	/* its own */
	struct gz_reader *gz;
	struct arena stored;
};

/* folded_text_load(t, path, e): gzip is inflated, another file is as it is. */
int folded_text_load(struct folded_text *t, const char *path, struct err *e) ERR_MUST;

/* folded_text_lines(text, fn, context, e): each line, without its end. */
typedef int folded_text_fn(void *context, struct str line, struct err *e);
int folded_text_lines(struct str text, folded_text_fn *fn, void *context, struct err *e) ERR_MUST;

/* folded_text_link(from, to, e): another name of the same file.  folded_text_link_tree: of every
 * file below; directories are made. */
int folded_text_link(const char *from, const char *to, struct err *e) ERR_MUST;
int folded_text_link_tree(
    struct arena *a, const char *from, const char *to, struct err *e) ERR_MUST;

void folded_text_release(struct folded_text *t);

#endif /* ERASE_FOLDED_TEXT_H */
