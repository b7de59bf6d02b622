#include "fleet/fleet_runs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "account/run_log.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/status.h"
#include "base/timestamp.h"

#define DIR ".fleet/runs"
#define SUFFIX ".tsv"
#define FILE_MOST (UINT64_C(64) << 20)
#define ID_LENGTH 16 /* 20261123T040000Z */

/* The time in a file's name: "20261123T040000Z-1234.tsv". */
static bool
time_of(struct str name, int64_t *us)
{
	return name.n > ID_LENGTH && str_ends(name, STR(SUFFIX)) &&
	       timestamp_parse_id(str_of(name.p, ID_LENGTH), us);
}

static void
remove_old(struct arena *a, const char *dir, int64_t now)
{
	struct err ignored = ERR_INIT;
	struct str *names;
	size_t n;
	int64_t us;

	if (dir_list(a, dir, &names, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (time_of(names[i], &us) && us < now - (FLEET_RUNS_DAYS + 1) * TIMESTAMP_DAY)
			(void)unlink(file_join(a, dir, str_z(a, names[i])));
}

int
fleet_runs_begin(const char *dir, int64_t now, int *fd, struct err *e)
{
	struct arena a = { 0 };
	const char *place = file_join(&a, dir, DIR), *path;
	struct buf name = { 0 };
	int rc = dir_make_all(place, e);

	remove_old(&a, place, now);
	timestamp_format_id(&name, now);
	buf_printf(&name, "-%ld" SUFFIX, (long)getpid());
	path = file_join(&a, place, str_z(&a, buf_view(&name)));
	*fd = rc < 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (rc == 0 && *fd < 0)
		rc = err_sys(e, errno, "cannot create '%s'", path);
	buf_release(&name);
	arena_release(&a);
	return rc;
}

void
fleet_runs_note(int fd, const struct ledger_row *row)
{
	struct buf b = { 0 };
	ssize_t n;

	if (fd < 0)
		return;
	buf_printf(&b, "%.*s\t%d\t%lld\t%llu\n", STR_ARG(row->account.name), ledger_status(row),
	    (long long)(row->us / 1000), (unsigned long long)row->vitals.contacts);
	n = write(fd, b.p, b.n);
	(void)n;
	buf_release(&b);
}

/* ---- Reading */

struct reading {
	const struct ledger *l;
	struct fleet_runs_account *out;
	int64_t now;
};

static int
compare(const void *key, const void *row)
{
	const struct str *name = key;
	const struct ledger_row *r = row;

	return str_cmp(*name, r->account.name);
}

/* The next part of a line, up to a tab. */
static struct str
take(struct str *line)
{
	const char *tab = memchr(line->p, '\t', line->n);
	size_t n = tab == NULL ? line->n : (size_t)(tab - line->p);
	struct str part = str_of(line->p, n);

	*line = str_from(*line, tab == NULL ? n : n + 1);
	return part;
}

static void
read_line(struct reading *g, struct str line, int64_t us)
{
	struct str name = take(&line), status = take(&line), ms = take(&line);
	const struct ledger_row *row =
	    bsearch(&name, g->l->rows, g->l->n, sizeof(*g->l->rows), compare);
	int64_t hours = g->now / TIMESTAMP_HOUR - us / TIMESTAMP_HOUR;
	int64_t days = timestamp_day(g->now) - timestamp_day(us);
	uint64_t code, contacts;
	struct fleet_runs_account *x;

	(void)ms;
	if (row == NULL || !num_u64(status, &code) || !num_u64(line, &contacts) || code > 255 ||
	    contacts > INT64_MAX)
		return;
	x = &g->out[row - g->l->rows];
	if (hours >= 0 && hours < FLEET_RUNS_HOURS)
		x->hours[FLEET_RUNS_HOURS - 1 - hours] = (int)code;
	if (days >= 0 && days < FLEET_RUNS_DAYS)
		x->contacts[FLEET_RUNS_DAYS - 1 - days] = (int64_t)contacts;
}

/* What the account itself says of its runs, whoever started them. */
static void
read_own(struct reading *g, size_t i)
{
	struct arena a = { 0 };
	struct run_log_entry *list;
	size_t n;

	run_log_tail(
	    &a, g->l->rows[i].account.path, g->now - FLEET_RUNS_HOURS * TIMESTAMP_HOUR, &list, &n);
	for (size_t k = 0; k < n; k++) {
		int64_t hours = g->now / TIMESTAMP_HOUR - list[k].at / TIMESTAMP_HOUR;

		/* A push that went well does not make good what the run before it met, and a
		 * comparison is no run. */
		if (run_log_is_push(&list[k]) &&
		    (list[k].status == STATUS_DONE || list[k].check != NULL))
			continue;
		if (hours >= 0 && hours < FLEET_RUNS_HOURS)
			g->out[i].hours[FLEET_RUNS_HOURS - 1 - hours] = list[k].status;
	}
	arena_release(&a);
}

/* A last line that a kill cut short has no end, and is not read. */
static void
read_file(struct reading *g, const char *path, int64_t us)
{
	struct arena a = { 0 };
	struct err ignored = ERR_INIT;
	struct str text;
	const char *end;

	if (file_load(&a, path, FILE_MOST, &text, &ignored) == 0)
		while ((end = memchr(text.p, '\n', text.n)) != NULL) {
			read_line(g, str_of(text.p, (size_t)(end - text.p)), us);
			text = str_from(text, (size_t)(end - text.p) + 1);
		}
	arena_release(&a);
}

int
fleet_runs_load(struct arena *a, const char *dir, int64_t now, const struct ledger *l,
    struct fleet_runs_account **out, struct err *e)
{
	struct reading g = { .l = l, .now = now };
	const char *place = file_join(a, dir, DIR);
	struct str *names;
	size_t n;

	g.out = *out = arena_array(a, l->n + 1, sizeof(**out));
	for (size_t i = 0; i < l->n; i++) {
		for (size_t k = 0; k < FLEET_RUNS_HOURS; k++)
			g.out[i].hours[k] = FLEET_RUNS_NONE;
		for (size_t k = 0; k < FLEET_RUNS_DAYS; k++)
			g.out[i].contacts[k] = FLEET_RUNS_NONE;
		read_own(&g, i);
	}
	if (dir_list(a, place, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t us;

		if (time_of(names[i], &us) && us > now - (FLEET_RUNS_DAYS + 1) * TIMESTAMP_DAY)
			read_file(&g, file_join(a, place, str_z(a, names[i])), us);
	}
	return 0;
}
