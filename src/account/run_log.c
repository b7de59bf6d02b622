#include "account/run_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define NAME "runs.jsonl"
#define MODE 0600
#define TAIL 16384    /* bytes: more than a day of hourly lines */
#define LINE_LEAST 16 /* bytes: no line is shorter */

/* ---- One line */

bool
run_log_is_push(const struct run_log_entry *x)
{
	return str_eq(x->command, STR("push"));
}

static void
print_blocks(const struct run_log_entry *x, struct doc *d)
{
	struct doc *disk = doc_in_object(d, "disk");

	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		doc_u64(disk, disk_use_kinds[i], x->blocks[i]);
}

/* What a snapshot's own fetch says of the newest one says no time.  What is greater than 2^53 is
 * text, for readers that have only floating point. */
static void
print_reads(const struct reads *r, struct doc *d)
{
	struct doc *x = doc_in_object(d, "reads");
	struct buf b = { 0 };

	doc_time(x, "as_of", r->as_of);
	if (r->newest != r->as_of && r->newest != TIMESTAMP_NONE)
		doc_time(x, "newest", r->newest);
	if (r->newest != TIMESTAMP_NONE)
		doc_u64(x, "in_doubt", r->doubts);
	if (r->is_fetched)
		doc_time(x, "customers", r->next_customers);
	if (r->is_fetched && r->next_orders != TIMESTAMP_NONE)
		doc_time(x, "orders", r->next_orders);
	doc_u64(x, "settings", r->settings);
	buf_u64(&b, (uint64_t)r->changed);
	doc_text(x, "changed", buf_view(&b));
	buf_release(&b);
}

static void
print_entry(const struct run_log_entry *x, struct buf *b)
{
	struct doc *d = doc_object();

	doc_time(d, "at", x->at);
	doc_text(d, "command", x->command);
	doc_u64(d, "status", (uint64_t)x->status);
	if (x->snapshot.n > 0)
		doc_text(d, "snapshot", x->snapshot);
	if (x->stopped.n > 0)
		doc_text(d, "stopped", x->stopped);
	if (x->is_silent)
		doc_bool(d, "silent", true);
	doc_u64(d, "duration_ms", x->duration);
	if (!run_log_is_push(x)) {
		doc_u64(d, "calls", x->calls);
		doc_u64(d, "retries", x->retries);
		doc_u64(d, "unknown_left", x->unknown_left);
		doc_u64(d, "waiting_left", x->waiting_left);
	}
	if (x->has_disk) {
		doc_u64(d, "used", x->used);
		doc_u64(d, "free", x->free);
	}
	if (x->is_measured)
		print_blocks(x, d);
	if (x->reads.is_known && x->reads.changed >= 0)
		print_reads(&x->reads, d);
	if (x->push != NULL)
		run_log_push_print(x->push, d);
	if (x->check != NULL)
		run_log_check_print(x->check, d);
	doc_print_line(d, b);
	buf_char(b, '\n');
	doc_free(d);
}

static bool
number_in(const struct json *j, uint32_t object, const char *name, uint64_t *out)
{
	uint32_t node = json_find(j, object, str_c(name));

	*out = 0;
	return node != 0 && run_log_push_number(json_raw(j, node), out);
}

static bool
number_of(const struct json *j, const char *name, uint64_t *out)
{
	return number_in(j, 0, name, out);
}

/* A kind that is not named was not known to the version that wrote the line: not measured. */
static bool
parse_blocks(const struct json *j, uint64_t *blocks)
{
	uint32_t disk = json_find(j, 0, STR("disk"));
	bool has_all = disk != 0 && j->nodes[disk].kind == JSON_OBJECT;

	for (size_t i = 0; has_all && i < DISK_USE_KINDS; i++)
		has_all = number_in(j, disk, disk_use_kinds[i], &blocks[i]);
	return has_all;
}

static int64_t
time_in(struct arena *a, const struct json *j, uint32_t object, const char *name)
{
	int64_t us;

	return timestamp_parse(json_find_text(a, j, object, name), &us) ? us : TIMESTAMP_NONE;
}

/* A note without one of its keys holds never. */
static void
parse_reads(struct arena *a, const struct json *j, struct reads *r)
{
	uint32_t node = json_find(j, 0, STR("reads"));
	uint64_t settings, changed;

	if (node == 0 || j->nodes[node].kind != JSON_OBJECT ||
	    !number_in(j, node, "settings", &settings) || settings > UINT32_MAX ||
	    !num_u64(json_find_text(a, j, node, "changed"), &changed) || changed > INT64_MAX)
		return;
	r->settings = (uint32_t)settings;
	r->changed = (int64_t)changed;
	r->as_of = time_in(a, j, node, "as_of");
	r->newest =
	    json_find(j, node, STR("newest")) == 0 ? r->as_of : time_in(a, j, node, "newest");
	if (!number_in(j, node, "in_doubt", &r->doubts))
		r->newest = TIMESTAMP_NONE;
	r->next_customers = time_in(a, j, node, "customers");
	r->next_orders = time_in(a, j, node, "orders");
	r->is_fetched = r->next_customers != TIMESTAMP_NONE;
	r->is_known = r->as_of != TIMESTAMP_NONE;
}

static const struct run_log_push *
parse_push(struct arena *a, const struct json *j)
{
	struct run_log_push x, *out;

	if (!run_log_push_parse(j, &x))
		return NULL;
	out = arena_array(a, 1, sizeof(*out));
	*out = x;
	return out;
}

static const struct run_log_check *
parse_check(struct arena *a, const struct json *j)
{
	struct run_log_check x, *out;

	if (!run_log_check_parse(j, &x))
		return NULL;
	out = arena_array(a, 1, sizeof(*out));
	*out = x;
	return out;
}

static bool
parse_entry(struct arena *a, struct json *j, struct str line, struct run_log_entry *x)
{
	struct json_fault fault;
	uint64_t status;
	uint32_t silent;

	*x = (struct run_log_entry){ 0 };
	if (!json_read(j, line, &fault) || j->nodes[0].kind != JSON_OBJECT ||
	    !timestamp_parse(json_find_text(a, j, 0, "at"), &x->at) ||
	    !number_of(j, "status", &status) || status > 255)
		return false;
	x->status = (int)status;
	x->command = json_find_text(a, j, 0, "command");
	x->snapshot = json_find_text(a, j, 0, "snapshot");
	x->stopped = json_find_text(a, j, 0, "stopped");
	silent = json_find(j, 0, STR("silent"));
	x->is_silent = silent != 0 && j->nodes[silent].kind == JSON_TRUE;
	(void)number_of(j, "duration_ms", &x->duration);
	(void)number_of(j, "calls", &x->calls);
	(void)number_of(j, "retries", &x->retries);
	(void)number_of(j, "unknown_left", &x->unknown_left);
	(void)number_of(j, "waiting_left", &x->waiting_left);
	parse_reads(a, j, &x->reads);
	x->is_measured = parse_blocks(j, x->blocks);
	x->push = parse_push(a, j);
	x->check = parse_check(a, j);
	x->has_disk = number_of(j, "used", &x->used) && number_of(j, "free", &x->free);
	return true;
}

/* ---- The file */

/* After a line that was torn another one begins. */
static bool
is_torn(int fd, off_t size)
{
	char last = '\n';

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* Whoever cuts the file puts another in its place: a line in the old one would be lost. */
static bool
is_current(int fd, const char *path)
{
	struct stat own, named;

	return fstat(fd, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev &&
	       own.st_ino == named.st_ino;
}

static int
open_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE);
	struct stat st;

	if (fd < 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	err_set(e, ERR_FAILED, "'%s' is not a regular file", path);
	return err_advise(e, "Move it away; the next run makes the file.");
}

/* Locked for as long as a line takes: a push ends while another run is at work.
 * Returns: the file, or -1. */
static int
open_locked(const char *path, struct err *e)
{
	int fd;

	while ((fd = open_file(path, e)) >= 0) {
		bool is_locked = flock(fd, LOCK_EX) == 0;

		if (!is_locked && errno != EINTR)
			break;
		if (is_locked && is_current(fd, path))
			return fd;
		close(fd);
	}
	if (fd < 0)
		return -1;
	err_sys(e, errno, "cannot lock '%s'", path);
	close(fd);
	return -1;
}

static int
append(int fd, const char *path, struct str line, uint64_t *size, struct err *e)
{
	struct buf b = { 0 };
	struct stat st = { 0 };
	int rc = 0;

	if (fstat(fd, &st) != 0)
		rc = err_sys(e, errno, "cannot read '%s'", path);
	if (rc == 0 && is_torn(fd, st.st_size))
		buf_char(&b, '\n');
	buf_str(&b, line);
	if (rc == 0 && write(fd, b.p, b.n) != (ssize_t)b.n)
		rc = err_sys(e, errno, "cannot write '%s'", path);
	*size = (uint64_t)st.st_size + b.n;
	buf_release(&b);
	return rc;
}

/* The newer half, from the beginning of a line on. */
static int
cut(const char *path, struct err *e)
{
	struct arena a = { 0 };
	struct str text;
	const char *end;
	int rc = file_load(&a, path, 2 * RUN_LOG_MOST, &text, e);

	if (rc == 0) {
		text = str_from(text, text.n / 2);
		end = memchr(text.p, '\n', text.n);
		rc = file_save(
		    path, end == NULL ? STR("") : str_from(text, (size_t)(end + 1 - text.p)), e);
	}
	arena_release(&a);
	return rc;
}

int
run_log_add(const char *account, const struct run_log_entry *x, struct err *e)
{
	struct arena a = { 0 };
	char *path = file_join(&a, account, NAME);
	struct buf line = { 0 };
	uint64_t size = 0;
	int fd = open_locked(path, e), rc = fd < 0 ? -1 : 0;

	print_entry(x, &line);
	if (rc == 0)
		rc = append(fd, path, buf_view(&line), &size, e);
	if (rc == 0 && size > RUN_LOG_MOST)
		rc = cut(path, e);
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	arena_release(&a);
	return rc;
}

static void
parse_lines(struct arena *a, struct str text, struct run_log_entry **list, size_t *n)
{
	struct json j = JSON_INIT;

	*list = arena_array(a, text.n / LINE_LEAST + 1, sizeof(**list));
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = str_of(text.p, end == NULL ? text.n : (size_t)(end - text.p));

		text = str_from(text, line.n + (end != NULL));
		if (line.n >= LINE_LEAST && parse_entry(a, &j, line, &(*list)[*n]))
			++*n;
	}
	json_release(&j);
}

int
run_log_load(
    struct arena *a, const char *account, struct run_log_entry **list, size_t *n, struct err *e)
{
	struct err missing = ERR_INIT;
	struct str text;

	*list = NULL;
	*n = 0;
	if (file_load(a, file_join(a, account, NAME), 2 * RUN_LOG_MOST, &text, &missing) < 0) {
		if (missing.sys == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	parse_lines(a, text, list, n);
	return 0;
}

/* The lines in the last ${most} bytes.  Returns: whether these are all there are. */
static bool
read_end(int fd, off_t size, size_t most, struct arena *a, struct run_log_entry **list, size_t *n)
{
	off_t from = size > (off_t)most ? size - (off_t)most : 0;
	char *text = arena_bytes(a, NULL, (size_t)(size - from));
	ssize_t got = pread(fd, text, (size_t)(size - from), from);
	const char *end;

	*n = 0;
	if (got <= 0)
		return true;
	/* the first line may be half of one */
	end = from > 0 ? memchr(text, '\n', (size_t)got) : NULL;
	parse_lines(a,
	    end == NULL ? str_of(text, (size_t)got) : str_of(end, (size_t)(text + got - end)), list,
	    n);
	return from == 0;
}

void
run_log_tail(
    struct arena *a, const char *account, int64_t since, struct run_log_entry **list, size_t *n)
{
	int fd = open(file_join(a, account, NAME), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st = { 0 };

	*list = NULL;
	*n = 0;
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		for (size_t most = TAIL; most <= 2 * RUN_LOG_MOST; most *= 4)
			if (read_end(fd, st.st_size, most, a, list, n) ||
			    (*n > 0 && (*list)[0].at < since))
				break;
	close(fd);
}

bool
run_log_is_stopped(const struct run_log_entry *list, size_t n, struct str snapshot)
{
	while (n-- > 0)
		if (list[n].stopped.n > 0)
			return str_eq(list[n].stopped, snapshot);
	return false;
}

const struct run_log_entry *
run_log_measured(const struct run_log_entry *list, size_t n, int64_t now)
{
	while (n-- > 0)
		if (list[n].is_measured && list[n].at <= now && now - list[n].at < TIMESTAMP_DAY)
			return &list[n];
	return NULL;
}

const struct reads *
run_log_reads(const struct run_log_entry *list, size_t n)
{
	while (n-- > 0)
		if (list[n].reads.is_known)
			return &list[n].reads;
	return NULL;
}

/* f_bavail: what is reserved for root is no room for the account. */
void
run_log_disk(const char *account, uint64_t used, struct run_log_entry *out)
{
	struct statvfs v;

	out->has_disk = statvfs(account, &v) == 0;
	if (!out->has_disk)
		return;
	out->used = used;
	out->free = (uint64_t)v.f_bavail * (uint64_t)v.f_frsize;
}
