#include "push/salvage.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "lib/gz.h"
#include "push/acked_file.h"
#include "push/journal.h"

#define FILE_LIMIT (UINT64_C(1) << 34)
#define MEMBER_LIMIT (UINT64_C(1) << 24) /* bytes of text */

/* A file that lines can be in. */
struct source {
	char *path;
	uint32_t number;
	bool is_packed;
};

struct reading {
	struct salvage *s;
	struct books *b;
	uint64_t stored; /* lines that the stored view holds */
	struct arena a;  /* of one line */
	struct err *e;
};

/* ---- Lines */

/* The first one of a packed file says how many calls were acknowledged. */
static bool
is_head(const struct journal_line *x)
{
	return x->op == JOURNAL_CHECK && x->fh_id.n == 0;
}

/* Lines of a packed file all have the number of the last one they stand for. */
static int
take(struct reading *g, const struct journal_line *x, bool is_packed)
{
	struct books *b = g->b;
	uint64_t last = b->last, acked = b->acked;

	g->s->is_anothers = g->s->is_anothers || !salt_is(&b->salt, x->salt);
	if (x->n <= g->stored)
		return 0;
	if (!is_packed && x->n > last + 1)
		g->s->missing += x->n - last - 1;
	if (books_take(b, x, g->e) < 0)
		return -1;
	if (last > x->n)
		b->last = last;
	if (is_packed)
		b->acked = is_head(x) ? x->count : acked;
	return b->view.changed > VIEW_FLUSH_ROWS ? view_flush(&b->view, g->e) : 0;
}

static int
take_lines(struct reading *g, struct str text, bool is_packed)
{
	int rc = 0;

	while (rc == 0 && text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);
		struct journal_line x;

		if (journal_line_read(&g->a, str_of(text.p, n), &x))
			rc = take(g, &x, is_packed);
		else
			g->s->damaged++;
		arena_reset(&g->a);
		text = str_from(text, end == NULL ? n : n + 1);
	}
	return rc;
}

static int
take_packed(struct reading *g, struct str packed)
{
	struct buf text = { 0 };
	size_t at = 0;
	int is_whole, rc = 0;

	while (rc == 0 && (is_whole = gz_rescue(packed, &at, MEMBER_LIMIT, &text)) >= 0) {
		g->s->damaged += is_whole == 0;
		rc = take_lines(g, buf_view(&text), true);
	}
	buf_release(&text);
	return rc;
}

static int
take_file(struct reading *g, const struct source *x)
{
	struct arena a = { 0 };
	struct str text;
	int rc = file_load(&a, x->path, FILE_LIMIT, &text, g->e);

	if (rc == 0)
		rc = x->is_packed ? take_packed(g, text) : take_lines(g, text, false);
	arena_release(&a);
	return rc;
}

/* ---- Files */

/* A packed file stands for the journal of its number, too. */
static int
order(const void *x, const void *y)
{
	const struct source *a = x, *b = y;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->is_packed > b->is_packed) - (a->is_packed < b->is_packed);
}

static int
list_sources(struct arena *a, const char *dir, struct source **list, size_t *n, struct err *e)
{
	struct str *names;
	size_t names_n;

	*n = 0;
	if (dir_list(a, dir, &names, &names_n, e) < 0)
		return -1;
	*list = arena_array(a, names_n, sizeof(**list));
	for (size_t i = 0; i < names_n; i++) {
		struct source *x = &(*list)[*n];

		x->is_packed = acked_file_name(names[i], &x->number);
		if (!x->is_packed &&
		    !journal_name(names[i], STR("journal-"), STR(".jsonl"), &x->number))
			continue;
		x->path = file_join(a, dir, str_z(a, names[i]));
		++*n;
	}
	if (*n > 0)
		qsort(*list, *n, sizeof(**list), order);
	return 0;
}

static int
take_files(struct reading *g)
{
	struct arena a = { 0 };
	struct source *list;
	size_t n;
	int rc = list_sources(&a, g->b->dir, &list, &n, g->e);

	if (rc == 0 && n == 0 && g->stored == 0) {
		err_set(g->e, ERR_FAILED, "nothing was pushed yet: there is no journal in push/");
		rc = err_advise(g->e, "Run 'flowstory push'.");
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take_file(g, &list[i]);
	g->s->number = n == 0 ? 1 : list[n - 1].number + 1;
	arena_release(&a);
	return rc;
}

/* ---- The salt and the view */

static int
find_salt(struct salvage *s, struct books *b, struct err *e)
{
	int rc = salt_read(&b->salt, b->dir, e);

	s->has_salt = rc > 0;
	return rc != 0 ? (rc < 0 ? -1 : 0) : salt_make(&b->salt, e);
}

/* It is that of other books: to read lines none is needed. */
static int
replace_salt(struct salvage *s, struct books *b, struct err *e)
{
	s->has_salt = false;
	if (salt_make(&b->salt, e) < 0)
		return -1;
	books_ready(b);
	return 0;
}

static int
copy_table(struct view *to, struct view *from, enum view_table table, struct err *e)
{
	struct view_cursor c = view_all(from, table, e);
	struct str key, row;
	int rc;

	while ((rc = view_next(&c, &key, &row, e)) > 0) {
		view_put(to, table, key, row);
		if (to->changed > VIEW_FLUSH_ROWS && view_flush(to, e) < 0) {
			rc = -1;
			break;
		}
	}
	view_end(&c);
	return rc;
}

/* Of VIEW_META all else is of the files. */
static int
copy_whole(struct view *to, struct view *from, struct err *e)
{
	struct str row;
	int rc = view_get(from, VIEW_META, VIEW_WHOLE, &row, e);

	if (rc > 0)
		view_put(to, VIEW_META, VIEW_WHOLE, row);
	return rc < 0 ? -1 : 0;
}

/* The stored view holds lines that may be damaged by now.  That it is there at all says that it
 * can be read: it is closed by a transaction. */
static int
begin_with_stored(struct reading *g)
{
	struct books *b = g->b;
	struct view stored;
	int rc = view_open(&b->view, b->dir, false, g->e);

	if (rc == 0)
		rc = books_stored(b, g->e);
	if (rc > 0)
		g->s->is_anothers = !salt_is(&b->salt, str_c(b->stored_check));
	stored = b->view;
	b->view = (struct view){ 0 };
	if (rc >= 0 && view_open(&b->view, g->s->dir, true, g->e) < 0)
		rc = -1;
	for (unsigned i = VIEW_META + 1; rc > 0 && i < VIEW_COUNT; i++)
		rc = copy_table(&b->view, &stored, (enum view_table)i, g->e) < 0 ? -1 : 1;
	if (rc > 0)
		rc = copy_whole(&b->view, &stored, g->e) < 0 ? -1 : 1;
	g->stored = rc > 0 ? b->last : 0;
	if (rc == 0)
		b->last = b->acked = 0;
	view_close(&stored);
	return rc < 0 ? -1 : 0;
}

int
salvage_open(
    struct salvage *s, struct books *b, const char *account, const struct host *host, struct err *e)
{
	struct reading g = { .s = s, .b = b, .e = e };
	struct arena a = { 0 };
	int rc;

	*s = (struct salvage){ 0 };
	rc = books_begin(b, account, true, host, e);
	if (rc == 0)
		rc = find_salt(s, b, e);
	if (rc == 0) {
		struct str dir =
		    str_printf(&a, "%s/.rebuilt.tmp-%ld%c", b->dir, (long)getpid(), '\0');

		s->dir = mem_alloc(dir.n);
		memcpy(s->dir, dir.p, dir.n);
		rc = dir_make_quick(s->dir, e);
	}
	if (rc == 0)
		rc = begin_with_stored(&g);
	books_ready(b);
	if (rc == 0)
		rc = take_files(&g);
	if (rc == 0 && s->has_salt && s->is_anothers)
		rc = replace_salt(s, b, e);
	if (rc == 0)
		rc = view_flush(&b->view, e);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}

int
salvage_replace(struct salvage *s, struct books *b, struct err *e)
{
	struct arena a = { 0 };
	int rc = view_flush(&b->view, e);

	if (rc == 0)
		rc = acked_file_write(
		    b->dir, s->number, &b->view, b->last, b->acked, b->salt.check, e);
	/* Not in front of it: old lines would be compared by the new salt. */
	if (rc == 0 && !s->has_salt)
		rc = salt_save(&b->salt, b->dir, e);
	if (rc == 0)
		rc = dir_remove(file_join(&a, b->dir, "state"), e);
	if (rc == 0)
		acked_file_remove_older(b->dir, s->number);
	arena_release(&a);
	return rc;
}

void
salvage_close(struct salvage *s, struct books *b)
{
	struct err ignored = ERR_INIT;
	int rc;

	if (s->dir == NULL)
		return;
	view_close(&b->view);
	/* What cannot be removed is removed by the next push. */
	rc = dir_remove(s->dir, &ignored);
	(void)rc;
	mem_free(s->dir);
	*s = (struct salvage){ 0 };
}
