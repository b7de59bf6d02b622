#include "erase/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "account/settings_load.h"
#include "account/terms_history.h"
#include "base/file.h"
#include "base/intern.h"
#include "erase/check_lines.h"
#include "erase/check_orders.h"
#include "erase/check_page.h"
#include "erase/check_rows.h"
#include "erase/each_page.h"
#include "erase/rebuild.h"
#include "lib/gz.h"

#define PIECE ((size_t)16 << 20)
#define OVERLAP ((size_t)4096) /* a text that lies in two pieces is whole in one of them */
#define LIMIT (UINT64_C(1) << 40)

struct checking {
	struct check *c;
	struct arena scratch; /* of a file */
	struct check_page page;
	struct intern lists; /* suppression lists that any settings name, by their paths */
	struct buf key;      /* of the row of the state at hand */
	struct check_lines lines;
	struct buf piece, out;
	bool only_reaches; /* what is there is not read */
	struct err *e;
};

/* ---- What was found */

static void
add_place(struct check *c, const struct check_place *p)
{
	struct check_place place = *p;

	place.file = str_copy(&c->arena, p->file);
	c->list = mem_grow(c->list, c->n, &c->cap, sizeof(*c->list));
	c->list[c->n++] = place;
}

/* The place of a text in what is at hand. */
struct piece_at {
	struct checking *g;
	struct str file, text;
	uint64_t base;
	bool is_page;
	const char *table; /* of a row of the state; else NULL */
	bool is_key;
};

/* What told of it may have been cut off: then it was found in the piece before, too. */
static bool
is_seen(const struct piece_at *x, size_t at)
{
	return x->table == NULL && x->base > 0 && at < CHECK_ORDERS_FRONT;
}

static bool
is_orders(const struct piece_at *x, size_t at)
{
	return x->table == NULL ? check_orders_line(x->text, at)
	                        : check_orders_row(x->table, x->is_key, x->text);
}

static void
note(void *context, size_t which, size_t at)
{
	const struct piece_at *x = context;
	struct check *c = x->g->c;
	const struct check_place place = { which, x->file, -1, x->base + at };
	bool is_id = c->search->list[which].kind == SEARCH_ID;

	if (x->is_page) {
		check_page_add(&x->g->page, which, at);
		return;
	}
	if (is_id && (is_seen(x, at) || is_orders(x, at)))
		return;
	if (c->texts[which].places++ < CHECK_PLACES)
		add_place(c, &place);
}

static void
search_piece(struct checking *g, struct str file, struct str text, uint64_t base)
{
	struct piece_at x = { .g = g, .file = file, .text = text, .base = base };

	search_run(g->c->search, text, SEARCH_FORM_TEXT, note, &x);
}

/* ---- Files */

/* What has come so far is searched, but for its end, which is searched again with what follows. */
static void
take_piece(struct checking *g, struct str file, uint64_t *base)
{
	size_t kept = g->out.n > OVERLAP ? OVERLAP : g->out.n;

	search_piece(g, file, buf_view(&g->out), *base);
	memmove(g->out.p, g->out.p + g->out.n - kept, kept);
	*base += g->out.n - kept;
	g->out.n = kept;
}

static int
read_piece(struct checking *g, int fd, struct str file)
{
	ssize_t n;

	buf_reset(&g->piece);
	buf_reserve(&g->piece, PIECE);
	do
		n = read(fd, g->piece.p, PIECE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(g->e, errno, "cannot read '%.*s'", STR_ARG(file));
	g->piece.n = (size_t)n;
	return n > 0;
}

/* Returns: 1; 0 if it is no gzip, or damaged; -1. */
static int
search_gzip(struct checking *g, int fd, struct str file)
{
	struct gz_stream *s = gz_stream_new(LIMIT);
	struct err ignored = ERR_INIT;
	uint64_t base = 0;
	bool is_sound = true;
	int rc;

	buf_reset(&g->out);
	while ((rc = read_piece(g, fd, file)) > 0 && is_sound) {
		/* a little at a time: it may inflate a thousandfold */
		for (size_t i = 0; i < g->piece.n && is_sound; i += OVERLAP) {
			size_t n = g->piece.n - i < OVERLAP ? g->piece.n - i : OVERLAP;

			is_sound = gz_stream_put(s, g->piece.p + i, n, &g->out, &ignored) == 0;
			if (g->out.n >= PIECE)
				take_piece(g, file, &base);
		}
	}
	is_sound = is_sound && rc == 0 && gz_stream_end(s, &ignored) == 0;
	g->c->bytes += base + g->out.n;
	take_piece(g, file, &base);
	gz_stream_free(s);
	return rc < 0 ? -1 : is_sound;
}

static int
search_plain(struct checking *g, int fd, struct str file)
{
	uint64_t base = 0;
	int rc;

	buf_reset(&g->out);
	while ((rc = read_piece(g, fd, file)) > 0) {
		g->c->bytes += g->piece.n;
		buf_str(&g->out, buf_view(&g->piece));
		take_piece(g, file, &base);
	}
	return rc;
}

static bool
begins_as_gzip(int fd)
{
	char head[2];

	return pread(fd, head, 2, 0) == 2 && gz_is(str_of(head, 2));
}

static int
search_open(struct checking *g, int fd, struct str file)
{
	const struct check_place unread = { CHECK_UNREAD, file, -1, ERR_NOWHERE };
	int rc;

	if (!begins_as_gzip(fd))
		return search_plain(g, fd, file);
	rc = search_gzip(g, fd, file);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	add_place(g->c, &unread);
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_sys(g->e, errno, "cannot read '%.*s'", STR_ARG(file));
	return search_plain(g, fd, file);
}

/* A page of a snapshot: which record it is. */
static int
search_page(struct checking *g, struct str file)
{
	struct piece_at x = { .g = g, .file = file, .is_page = true };
	struct check_page *p = &g->page;

	if (!check_page_load(p, g->c->account, file))
		return 0;
	g->c->bytes += p->reader.text.n;
	search_run(g->c->search, p->reader.text, SEARCH_FORM_TEXT, note, &x);
	for (size_t i = 0; i < p->n; i++) {
		struct check_place place = { p->list[i].which, file, -1, p->list[i].at };
		struct check_text *t = &g->c->texts[place.which];

		bool is_shared, is_id;

		place.record = check_page_record(p, place.at);
		is_id = g->c->search->list[place.which].kind == SEARCH_ID;
		is_shared = check_page_is_shared(
		    p, &g->c->search->list[place.which], place.record, place.at);
		t->shared += is_shared;
		if (!(is_id && is_shared) && t->places++ < CHECK_PLACES)
			add_place(g->c, &place);
	}
	return 1;
}

/* Somebody else has the address, or was exported with it. */
static void
note_shared(void *context, size_t which, size_t at)
{
	struct checking *g = context;
	enum search_kind kind = g->c->search->list[which].kind;

	(void)at;
	g->c->texts[which].shared += kind == SEARCH_EMAIL || kind == SEARCH_PHONE;
}

static bool
is_gone(void *context, struct str id)
{
	const struct checking *g = context;

	return g->c->is_gone(g->c->context, id);
}

static uint64_t
count_found(const struct check *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->search->n; i++)
		n += c->texts[i].places;
	return n;
}

static int
search_file(struct checking *g, struct str file)
{
	char *path = file_join(&g->scratch, g->c->account, str_z(&g->scratch, file));
	uint64_t before = count_found(g->c);
	int fd, rc;

	if (g->only_reaches)
		return access(path, R_OK) == 0 ? 0 : err_sys(g->e, errno, "cannot open '%s'", path);
	g->c->files++;
	if (search_page(g, file) > 0)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_sys(g->e, errno, "cannot open '%s'", path);
	rc = search_open(g, fd, file);
	close(fd);
	if (g->c->is_gone != NULL && check_lines_are(file) && count_found(g->c) > before)
		check_lines_take(&g->lines, path, file);
	return rc;
}

/* ---- The account */

static bool
is_passed_over(const struct checking *g, struct str file)
{
	bool is_list = str_starts(file, STR("terms/")) && str_ends(file, STR(".suppress.txt"));

	if (str_eq(file, STR(".lock")) || str_eq(file, STR("erased.key")) ||
	    str_eq(file, STR("state/data.mdb")) || str_eq(file, STR("state/lock.mdb")))
		return true;
	if (g->c->passes_push && str_eq(file, STR("push")))
		return true;
	return g->c->is_final &&
	       (is_list || intern_find(&g->lists, file) != 0 || str_eq(file, STR(DERIVE_DIR)) ||
	           str_eq(file, STR("snapshots/" EACH_PAGE_ASIDE)));
}

static bool
lies_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* A directory behind a link is the account's, too; but for one that is walked anyway, or that the
 * account lies in. */
static bool
leads_out(const struct checking *g, const char *path)
{
	char to[PATH_MAX], account[PATH_MAX];

	return realpath(path, to) != NULL && realpath(g->c->account, account) != NULL &&
	       !lies_in(to, account) && !lies_in(account, to);
}

/* ${is_behind}: a link led there; those in it are not followed. */
static int walk(struct checking *g, struct str dir, bool is_behind);

static int
look_at(struct checking *g, struct str file, bool is_behind)
{
	const char *path = file_join(&g->scratch, g->c->account, str_z(&g->scratch, file));
	char to[PATH_MAX];
	ssize_t n = readlink(path, to, sizeof(to));
	bool is_link = n >= 0;
	struct stat st;

	search_piece(g, file, file, 0); /* the name */
	if (is_link)
		search_piece(g, file, str_of(to, (size_t)n), 0);
	if (stat(path, &st) != 0) {
		bool is_nothing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;

		return is_nothing ? 0 : err_sys(g->e, errno, "cannot open '%s'", path);
	}
	if (S_ISREG(st.st_mode))
		return search_file(g, file);
	if (!S_ISDIR(st.st_mode) || (is_link && (is_behind || !leads_out(g, path))))
		return 0;
	return walk(g, file, is_behind || is_link);
}

static int
walk(struct checking *g, struct str dir, bool is_behind)
{
	struct arena a = { 0 };
	char *path = file_join(&a, g->c->account, str_z(&a, dir));
	struct str *names;
	size_t n;
	int rc = dir_list(&a, path, &names, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct str file = str_printf(
		    &a, "%.*s%s%.*s", STR_ARG(dir), dir.n > 0 ? "/" : "", STR_ARG(names[i]));

		if (!is_passed_over(g, file))
			rc = look_at(g, file, is_behind);
		arena_reset(&g->scratch);
	}
	arena_release(&a);
	return rc;
}

static bool
is_row_of_others(struct checking *g, const char *table)
{
	return g->c->is_gone != NULL && str_eq(str_c(table), STR("exported")) &&
	       !g->c->is_gone(g->c->context, buf_view(&g->key));
}

static void
note_row(void *context, const char *table, bool is_key, struct str text, struct str part)
{
	struct checking *g = context;
	struct str file = str_printf(
	    &g->scratch, "state/data.mdb: table %s, a %s", table, is_key ? "key" : "row");
	struct piece_at x = { .g = g,
		.file = file,
		.text = text,
		.base = (uint64_t)(part.p - text.p),
		.table = table,
		.is_key = is_key };

	g->c->bytes += part.n;
	search_run(g->c->search, part, is_key ? SEARCH_FORM_KEY : SEARCH_FORM_ROW, note, &x);
	if (is_key) {
		buf_reset(&g->key);
		buf_str(&g->key, text);
	} else if (is_row_of_others(g, table)) {
		search_run(g->c->search, text, SEARCH_FORM_ROW, note_shared, g);
	}
	arena_reset(&g->scratch);
}

static void
add_list(struct checking *g, struct str path)
{
	while (str_starts(path, STR("./")))
		path = str_from(path, 2);
	(void)intern_add(&g->lists, path);
}

/* The list may lie in the account, and then is given as a path from there; also by settings of an
 * earlier time. */
static void
find_lists(struct checking *g)
{
	struct arena *a = &g->c->arena;
	char *dir = file_join(a, g->c->account, "terms");
	struct err ignored = ERR_INIT;
	struct settings s = { 0 };
	struct str *ids;
	size_t n;

	if (settings_load_file(&s, g->c->account, &ignored) == 0)
		add_list(g, s.suppress);
	settings_release(&s);
	if (account_ids(a, dir, STR(".json"), &ids, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct terms t = { 0 };

		if (terms_history_load(&t, g->c->account, ids[i], &ignored) > 0)
			add_list(g, t.settings.suppress);
		terms_release(&t);
	}
}

int
check_reach(const char *account, struct err *e)
{
	struct search nothing = { 0 };
	struct check c = { .account = account, .search = &nothing };
	struct checking g = { .c = &c, .only_reaches = true, .e = e };
	int rc = walk(&g, STR(""), false);

	arena_release(&g.scratch);
	return rc;
}

int
check_run(struct check *c, struct err *e)
{
	struct checking g = { .c = c, .e = e };
	int rc;

	c->texts = arena_zero(&c->arena, c->search->n + 1, sizeof(*c->texts));
	g.lines = (struct check_lines){ .search = c->search,
		.is_gone = is_gone,
		.found = note_shared,
		.context = &g,
		.folded = c->folded };
	find_lists(&g);
	rc = walk(&g, STR(""), false);
	if (rc == 0)
		rc = check_rows(c->account, note_row, &g, e);
	check_page_release(&g.page);
	check_lines_release(&g.lines);
	intern_release(&g.lists);
	buf_release(&g.key);
	buf_release(&g.piece);
	buf_release(&g.out);
	arena_release(&g.scratch);
	return rc;
}

/* What somebody else has, too, is theirs; an id is nobody else's, and its places are told apart. */
static bool
counts(const struct check *c, size_t which)
{
	return !c->is_final || c->search->list[which].kind == SEARCH_ID ||
	       c->texts[which].shared == 0;
}

bool
check_counts(const struct check *c, const struct check_place *p)
{
	return p->which == CHECK_UNREAD || counts(c, p->which);
}

uint64_t
check_places(const struct check *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->search->n; i++)
		if (counts(c, i))
			n += c->texts[i].places;
	for (size_t i = 0; i < c->n; i++)
		n += c->list[i].which == CHECK_UNREAD;
	return n;
}

void
check_release(struct check *c)
{
	mem_free(c->list);
	arena_release(&c->arena);
}
