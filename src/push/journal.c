#include "push/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/num.h"
#include "lib/hash.h"

#define BLOCK ((size_t)1 << 16)
#define SYNC_LINES 20
#define SYNC_US 250000

char *
journal_path(struct arena *a, const char *dir, uint32_t number)
{
	return file_join(a, dir, str_z(a, str_printf(a, "journal-%06u.jsonl", number)));
}

bool
journal_name(struct str name, struct str begin, struct str end, uint32_t *number)
{
	uint64_t n;

	if (name.n <= begin.n + end.n || !str_starts(name, begin) || !str_ends(name, end) ||
	    !num_u64(str_of(name.p + begin.n, name.n - begin.n - end.n), &n) || n == 0 ||
	    n > UINT32_MAX)
		return false;
	*number = (uint32_t)n;
	return true;
}

/* ---- Reading */

/* Names sort as their numbers do: they have six digits. */
static int
list_files(struct journal_reader *r, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_list(&r->arena, r->dir, &names, &n, e) < 0)
		return -1;
	r->files = arena_array(&r->arena, n, sizeof(*r->files));
	for (size_t i = 0; i < n; i++)
		r->files_n +=
		    journal_name(names[i], STR("journal-"), STR(".jsonl"), &r->files[r->files_n]);
	return 0;
}

/* The next file, to be read from ${offset} on. */
static int
open_file(struct journal_reader *r, uint64_t offset, struct err *e)
{
	r->number = r->files[r->next++];
	r->is_last = r->next == r->files_n;
	r->is_end = false;
	r->line = 0;
	r->at = 0;
	buf_reset(&r->text);
	r->place = (struct journal_place){ .file = r->number, .offset = offset };
	r->fd = open(journal_path(&r->arena, r->dir, r->number), O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 || lseek(r->fd, (off_t)offset, SEEK_SET) < 0)
		return err_sys(e, errno, "cannot read push/journal-%06u.jsonl", r->number);
	return 0;
}

/* The line that ends at ${from} is the one that was read when the place was kept. */
static bool
is_same_line(struct journal_reader *r, const struct journal_place *from)
{
	size_t n = from->offset < JOURNAL_LINE_MOST ? (size_t)from->offset : JOURNAL_LINE_MOST;
	char *text = arena_alloc(&r->arena, n);
	ssize_t got = pread(r->fd, text, n, (off_t)(from->offset - n));
	const char *begin;

	if (from->offset == 0)
		return true;
	if (got != (ssize_t)n || text[n - 1] != '\n')
		return false;
	begin = n < 2 ? NULL : memrchr(text, '\n', n - 1);
	begin = begin == NULL ? text : begin + 1;
	return hash_64(str_of(begin, (size_t)(text + n - 1 - begin))) == from->crc;
}

int
journal_read_open(
    struct journal_reader *r, const char *dir, const struct journal_place *from, struct err *e)
{
	struct stat st;

	*r = (struct journal_reader){ .dir = dir, .fd = -1 };
	if (list_files(r, e) < 0)
		return -1;
	while (r->next < r->files_n && r->files[r->next] < from->file)
		r->next++;
	if (r->next == r->files_n || r->files[r->next] > from->file) {
		r->place = *from;
		return from->offset == 0 && (from->file == 0 || r->next == r->files_n);
	}
	if (open_file(r, from->offset, e) < 0)
		return -1;
	if (fstat(r->fd, &st) != 0 || (uint64_t)st.st_size < from->offset || !is_same_line(r, from))
		return 0;
	r->place.crc = from->crc;
	return 1;
}

/* More of the file after what is there. */
static int
fill(struct journal_reader *r, struct err *e)
{
	ssize_t n;

	if (r->at > 0)
		memmove(r->text.p, r->text.p + r->at, r->text.n - r->at);
	r->text.n -= r->at;
	r->at = 0;
	buf_reserve(&r->text, BLOCK);
	do
		n = read(r->fd, r->text.p + r->text.n, BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, errno, "cannot read push/journal-%06u.jsonl", r->number);
	r->text.n += (size_t)n;
	r->is_end = n == 0;
	return 0;
}

static int
fail_line(struct journal_reader *r, struct err *e)
{
	err_set(e, ERR_FAILED, "push/journal-%06u.jsonl: line %ju after byte %ju is damaged",
	    r->number, (uintmax_t)r->line, (uintmax_t)r->place.offset);
	return err_advise(e,
	    "It says what DailyStory has acknowledged: restore push/ from a backup. Without one, "
	    "'flowstory push --rebuild-acked' reads from DailyStory what it has.");
}

/* Returns: 1 a line without its newline; 0 the end of the file; -1. */
static int
next_text(struct journal_reader *r, struct str *out, struct err *e)
{
	const char *end;

	for (;;) {
		size_t left = r->text.n - r->at;

		end = left == 0 ? NULL : memchr(r->text.p + r->at, '\n', left);
		if (end != NULL || r->is_end || left > JOURNAL_LINE_MOST)
			break;
		if (fill(r, e) < 0)
			return -1;
	}
	r->line++;
	if (end != NULL) {
		*out = str_of(r->text.p + r->at, (size_t)(end - r->text.p) - r->at);
		r->at += out->n + 1;
		return 1;
	}
	if (r->text.n == r->at)
		return 0;
	if (!r->is_last)
		return fail_line(r, e);
	r->is_torn = true;
	return 0;
}

/* Whether anything follows that the file holds: then a bad line is not its torn end. */
static int
is_more(struct journal_reader *r, struct err *e)
{
	if (!r->is_end && r->at == r->text.n && fill(r, e) < 0)
		return -1;
	return r->at < r->text.n || !r->is_last;
}

int
journal_read_next(
    struct journal_reader *r, struct arena *a, struct journal_line *out, struct err *e)
{
	struct str text;
	int rc;

	if (r->is_torn)
		return 0;
	while (r->fd < 0 || (rc = next_text(r, &text, e)) == 0) {
		if (r->is_torn || r->next == r->files_n)
			return 0;
		if (r->fd >= 0)
			close(r->fd);
		r->fd = -1;
		if (open_file(r, 0, e) < 0)
			return -1;
	}
	if (rc < 0)
		return -1;
	if (journal_line_read(a, text, out)) {
		r->place.offset += text.n + 1;
		r->place.crc = hash_64(text);
		return 1;
	}
	rc = is_more(r, e);
	if (rc != 0)
		return rc < 0 ? -1 : fail_line(r, e);
	r->is_torn = true;
	return 0;
}

void
journal_read_close(struct journal_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	buf_release(&r->text);
	arena_release(&r->arena);
	*r = (struct journal_reader){ .fd = -1 };
}

/* ---- Writing */

static int
open_end(struct journal *j, struct err *e)
{
	struct arena a = { 0 };
	const char *path = journal_path(&a, j->dir, j->place.file);
	int rc = 0;

	j->fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (j->fd < 0 || fchmod(j->fd, 0600) != 0 ||
	    ftruncate(j->fd, (off_t)j->place.offset) != 0 ||
	    lseek(j->fd, (off_t)j->place.offset, SEEK_SET) < 0)
		rc = err_sys(e, errno, "cannot write push/journal-%06u.jsonl", j->place.file);
	if (rc == 0)
		rc = dir_sync_parent(path, e);
	arena_release(&a);
	return rc;
}

int
journal_open(struct journal *j, const char *dir, const struct journal_place *place,
    const struct host *host, struct err *e)
{
	size_t n = strlen(dir) + 1;

	*j = (struct journal){ .host = host, .fd = -1, .place = *place, .limit = JOURNAL_LIMIT };
	j->dir = mem_alloc(n);
	memcpy(j->dir, dir, n);
	if (j->place.file == 0)
		j->place.file = 1;
	j->synced = host->ticks(host->context);
	return open_end(j, e);
}

int
journal_append(struct journal *j, const struct journal_line *x, struct err *e)
{
	struct str text;

	buf_reset(&j->line);
	journal_line_write(&j->line, x);
	text = buf_view(&j->line);
	while (text.n > 0) {
		ssize_t n = write(j->fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, n < 0 ? errno : EIO,
			    "cannot write push/journal-%06u.jsonl", j->place.file);
		text = str_from(text, (size_t)n);
	}
	j->place.offset += j->line.n;
	j->place.crc = hash_64(str_of(j->line.p, j->line.n - 1));
	j->unsynced++;
	if (j->unsynced >= SYNC_LINES || j->host->ticks(j->host->context) - j->synced >= SYNC_US)
		return journal_sync(j, e);
	return 0;
}

int
journal_sync(struct journal *j, struct err *e)
{
	if (j->fd >= 0 && j->unsynced > 0 && fdatasync(j->fd) != 0)
		return err_sys(e, errno, "cannot write push/journal-%06u.jsonl", j->place.file);
	j->unsynced = 0;
	j->synced = j->host->ticks(j->host->context);
	return 0;
}

bool
journal_is_full(const struct journal *j)
{
	return j->place.offset >= j->limit;
}

int
journal_turn(struct journal *j, struct err *e)
{
	if (journal_sync(j, e) < 0)
		return -1;
	close(j->fd);
	j->fd = -1;
	j->place = (struct journal_place){ .file = j->place.file + 1 };
	return open_end(j, e);
}

void
journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	mem_free(j->dir);
	buf_release(&j->line);
	*j = (struct journal)JOURNAL_INIT;
}
