#include "http/limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

#define MAGIC UINT64_C(0x31746d6c776f6c66) /* "flowlmt1" */
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)

/* In thousandths of the interval. */
#define ONCE 1000
#define MOST (64 * ONCE)

#define WAVE (5 * SECOND)  /* answers so close together are to calls that were under way */
#define FAR (10 * MINUTE)  /* no turn lies further ahead, */
#define CROWD 256          /* nor so many: the clock was another one */
#define LATE (SECOND / 20) /* so late it is one call in twenty more in a second */
#define TURNS 4            /* that one call may take: then it is made, however late */
#define HOST_MOST 200
#define SIZE 64 /* of the file */

/* The file.  Times are us on the clock of limit_now. */
struct limit_page {
	_Atomic uint64_t magic;
	_Atomic uint64_t next; /* the first free time, ns */
	_Atomic uint64_t base; /* us between two calls; 0: the default */
	_Atomic uint64_t slow; /* when it was slowed (s, the upper half), how far (thousandths) */
	_Atomic uint64_t calls;
	_Atomic uint64_t slowed;
	_Atomic uint64_t status;
	_Atomic uint64_t reserved;
};
/* The file has 64 bytes. */
typedef char size_check[sizeof(struct limit_page) == SIZE ? 1 : -1];

/* ---- The clock: one that never goes back where all see the same one */

static int64_t
now_of(const struct limit *l, const struct host *h)
{
	return l->fd > 0 ? h->now(h->context) : h->ticks(h->context);
}

/* ---- The page, locked where it is not memory that others see */

static void
set_lock(const struct limit *l, short type)
{
	struct flock k = { .l_type = type, .l_whence = SEEK_SET };

	while (l->fd > 0 && fcntl(l->fd, F_OFD_SETLKW, &k) != 0 && errno == EINTR)
		continue;
}

static void
begin(struct limit *l)
{
	ssize_t n;

	set_lock(l, F_WRLCK);
	if (l->fd > 0) {
		n = pread(l->fd, l->page, sizeof(*l->page), 0);
		(void)n;
	}
}

static void
end(struct limit *l)
{
	ssize_t n;

	if (l->fd > 0) {
		n = pwrite(l->fd, l->page, sizeof(*l->page), 0);
		(void)n;
	}
	set_lock(l, F_UNLCK);
}

/* ---- How slow */

static uint64_t
factor_of(uint64_t slow)
{
	uint64_t x = slow & UINT32_MAX;

	return x < ONCE ? ONCE : x > MOST ? MOST : x;
}

/* Us since it was slowed; never: far away.  A time ahead is of another clock. */
static int64_t
since(uint64_t slow, int64_t now)
{
	int64_t at = (int64_t)(slow >> 32) * SECOND;

	return slow == 0 || at > now + SECOND ? INT64_MAX : now - at;
}

/* A minute as it was set, then a tenth less each minute. */
static uint64_t
factor_now(uint64_t slow, int64_t now)
{
	uint64_t x = factor_of(slow);
	int64_t us = since(slow, now);

	if (us == INT64_MAX)
		return ONCE;
	for (int64_t minutes = us / MINUTE; minutes > 0 && x > ONCE; minutes--)
		x = x * 9 / 10;
	return x < ONCE ? ONCE : x;
}

static uint64_t
base_of(struct limit_page *p)
{
	uint64_t base = atomic_load(&p->base);

	return base > 0 ? base : (uint64_t)SECOND / LIMIT_PER_SECOND;
}

static uint64_t
interval_of(struct limit_page *p, int64_t now)
{
	return base_of(p) * factor_now(atomic_load(&p->slow), now) / ONCE;
}

/* ---- Turns */

/* The time, in us, of this process's call, and how far the next one is. */
static int64_t
take_turn(struct limit_page *p, int64_t now, int64_t *interval)
{
	uint64_t step = interval_of(p, now) * 1000, next = atomic_load(&p->next), at;
	uint64_t far = (uint64_t)FAR * 1000;

	far = far > CROWD * step ? far : CROWD * step;
	do {
		at = (uint64_t)now * 1000;
		if (next > at && next - at < far)
			at = next;
	} while (!atomic_compare_exchange_weak(&p->next, &next, at + step));
	*interval = (int64_t)(step / 1000);
	return (int64_t)((at + 999) / 1000);
}

/* Whom a busy machine woke so late that others call at the same moment takes another turn: what a
 * host counts is the calls of one second. */
void
limit_wait(struct limit *l, const struct host *host)
{
	int64_t now, at, interval;

	if (l->page == NULL)
		return;
	for (int turns = 0; turns < TURNS; turns++) {
		begin(l);
		now = now_of(l, host);
		at = take_turn(l->page, now, &interval);
		if (turns == 0)
			atomic_fetch_add(&l->page->calls, 1);
		end(l);
		if (at > now)
			host->sleep(host->context, at - now);
		if (now_of(l, host) - at <= (interval > LATE ? interval : LATE))
			break;
	}
}

void
limit_slow(struct limit *l, long status, const struct host *host)
{
	int64_t now;
	uint64_t slow, x;

	if (l->page == NULL)
		return;
	begin(l);
	now = now_of(l, host);
	slow = atomic_load(&l->page->slow);
	x = 2 * factor_now(slow, now);
	x = x > MOST ? MOST : x;
	/* whoever is first of a wave does it for the others */
	if (since(slow, now) >= WAVE && atomic_compare_exchange_strong(&l->page->slow, &slow,
	                                    (uint64_t)(now / SECOND) << 32 | x)) {
		atomic_store(&l->page->status, (uint64_t)status);
		atomic_fetch_add(&l->page->slowed, 1);
	}
	end(l);
}

/* ---- The file */

/* "api.flowhub.co", "127.0.0.1:8080": what may be a file's name. */
static struct str
host_of(struct str url)
{
	const char *begin = memmem(url.p, url.n, "://", 3);
	size_t n = 0;

	if (begin != NULL)
		url = str_from(url, (size_t)(begin - url.p) + 3);
	while (n < url.n && n < HOST_MOST && url.p[n] != '/')
		n++;
	return n == 0 || url.p[0] == '.' ? STR("none") : str_of(url.p, n);
}

static int
fail(const char *path, int why, struct err *e)
{
	err_sys(e, why, "cannot use the limit '%s'", path);
	e->kind = ERR_SETTINGS;
	return err_advise(e, "See 'limit_dir' in flowstory.json(5).");
}

static int
fail_foreign(const char *path, struct err *e)
{
	err_set(e, ERR_SETTINGS, "'%s' exists and is not a limit", path);
	return err_advise(e, "In a fleet's .limit delete it, and it is made again; else name "
	                     "another directory in 'limit_dir'.");
}

/* A page of the file's own; the room is taken first, or a full disk would end the process. */
static int
map(struct limit *l, const char *path, int fd, struct err *e)
{
	struct stat st;
	void *p;
	int why = fstat(fd, &st) != 0 ? errno : 0;

	if (why == 0 && (!S_ISREG(st.st_mode) || (st.st_size != 0 && st.st_size != SIZE)))
		return fail_foreign(path, e);
	if (why == 0)
		why = posix_fallocate(fd, 0, SIZE);
	if (why != 0)
		return fail(path, why, e);
	if (dir_is_network(path)) {
		l->page = mem_zero(1, sizeof(*l->page));
		l->fd = fd;
		return 0;
	}
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return fail(path, errno, e);
	l->page = p;
	close(fd);
	return 0;
}

static int
check(struct limit *l, const char *path, struct err *e)
{
	uint64_t none = 0;
	bool is_ours;

	begin(l);
	is_ours = atomic_compare_exchange_strong(&l->page->magic, &none, MAGIC) || none == MAGIC;
	end(l);
	if (is_ours)
		return 0;
	limit_close(l);
	return fail_foreign(path, e);
}

static int
open_file(struct limit *l, const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);

	if (fd < 0)
		return fail(path, errno, e);
	if (map(l, path, fd, e) < 0) {
		close(fd);
		return -1;
	}
	return check(l, path, e);
}

/* A host that is new gets what is said of all. */
static int
inherit(struct limit *l, const char *dir, struct err *e)
{
	struct arena a = { 0 };
	const char *path = file_join(&a, dir, LIMIT_OTHERS);
	struct limit others = { 0 };
	int rc = 0;

	if (atomic_load(&l->page->base) == 0 && access(path, F_OK) == 0) {
		rc = open_file(&others, path, e);
		if (rc == 0) {
			begin(l);
			atomic_store(&l->page->base, base_of(others.page));
			end(l);
		}
		limit_close(&others);
	}
	arena_release(&a);
	return rc;
}

int
limit_open(struct limit *l, const char *dir, struct str url, struct err *e)
{
	struct arena a = { 0 };
	int rc = dir_make_all(dir, e);

	*l = (struct limit){ 0 };
	if (rc < 0)
		e->kind = ERR_SETTINGS;
	else
		rc = open_file(l, file_join(&a, dir, str_z(&a, host_of(url))), e);
	if (rc == 0 && inherit(l, dir, e) < 0) {
		limit_close(l);
		rc = -1;
	}
	arena_release(&a);
	return rc;
}

void
limit_close(struct limit *l)
{
	if (l->fd > 0) {
		close(l->fd);
		mem_free(l->page);
	} else if (l->page != NULL) {
		munmap(l->page, SIZE);
	}
	*l = (struct limit){ 0 };
}

int
limit_set(const char *dir, struct str url, uint64_t interval, struct err *e)
{
	struct limit l;

	if (limit_open(&l, dir, url, e) < 0)
		return -1;
	begin(&l);
	atomic_store(&l.page->base, interval);
	end(&l);
	limit_close(&l);
	return 0;
}

/* ---- Looking, which changes nothing: others may keep files there, and may not let us write */

/* False: it is none, or not to be read; whoever is to call says so. */
static bool
read_page(const char *path, struct limit_page *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool is_one;

	if (fd < 0)
		return false;
	is_one = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == SIZE &&
	         pread(fd, out, SIZE, 0) == SIZE && atomic_load(&out->magic) == MAGIC;
	close(fd);
	return is_one;
}

static struct limit_state
state_of(struct limit_page *p, int64_t now)
{
	uint64_t slow = atomic_load(&p->slow);
	int64_t ago = since(slow, now);

	return (struct limit_state){ .interval = interval_of(p, now),
		.base = base_of(p),
		.calls = atomic_load(&p->calls),
		.slowed = atomic_load(&p->slowed),
		.status = ago == INT64_MAX ? 0 : atomic_load(&p->status),
		.ago = ago };
}

int
limit_list(struct arena *a, const char *dir, const struct host *host, struct limit_state **out,
    size_t *n, struct err *e)
{
	int64_t now = dir_is_network(dir) ? host->now(host->context) : host->ticks(host->context);
	struct str *names;
	size_t files, kept = 0;

	*n = 0;
	if (dir_list(a, dir, &names, &files, e) < 0)
		return -1;
	*out = arena_array(a, files + 1, sizeof(**out));
	for (size_t i = 0; i < files; i++) {
		struct limit_page page;

		if (names[i].p[0] == '.' || str_eq(names[i], STR(LIMIT_OTHERS)) ||
		    !read_page(file_join(a, dir, str_z(a, names[i])), &page))
			continue;
		(*out)[kept] = state_of(&page, now);
		(*out)[kept++].host = names[i];
	}
	*n = kept;
	return 0;
}
