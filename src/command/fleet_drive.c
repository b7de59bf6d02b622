#include "command/fleet_drive.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/num.h"
#include "command/fleet_adopt.h"
#include "command/message.h"
#include "fleet/crew.h"
#include "fleet/fleet_runs.h"
#include "json/read.h"

#define OWN_WORDS 10

struct drive {
	struct fleet_drive *d;
	size_t next;
	struct arena line; /* of the command line and message at hand */
	char **argv;       /* in it */
	int history;       /* -1: none */
};

/* ---- Its command line */

static char *
copy(struct drive *v, const char *text)
{
	return str_z(&v->line, str_c(text));
}

static bool
has_jobs(const struct fleet_drive *d)
{
	for (size_t i = 0; i < d->words_n; i++)
		if (str_starts(str_c(d->words[i]), STR("-j")) ||
		    str_starts(str_c(d->words[i]), STR("--jobs")))
			return true;
	return false;
}

/* It says what it has to say as JSON, so that an error can be told from a report.  Files that
 * cannot be listed any more are none, which the command refuses. */
static void
make_argv(struct drive *v, const struct roster_account *account)
{
	const struct fleet_drive *d = v->d;
	struct err ignored = ERR_INIT;
	char **files = NULL;
	size_t n = 0, files_n = 0;

	if (d->from != NULL &&
	    fleet_adopt_files(&v->line, d->from, account->name, &files, &files_n, &ignored) < 0)
		files_n = 0;
	v->argv = arena_array(&v->line, OWN_WORDS + d->words_n + files_n + 1, sizeof(*v->argv));
	v->argv[n++] = copy(v, "flowstory");
	v->argv[n++] = str_z(&v->line, str_printf(&v->line, "--account=%s", account->path));
	v->argv[n++] = copy(v, "--log-json");
	if (d->o->quiet || (!d->o->verbose && !d->o->log_json))
		v->argv[n++] = copy(v, "-q");
	if (!has_jobs(d))
		v->argv[n++] = str_z(&v->line, str_printf(&v->line, "--jobs=%zu", d->threads));
	v->argv[n++] = copy(v, d->verb);
	for (size_t i = 0; i < d->words_n; i++)
		v->argv[n++] = d->words[i];
	for (size_t i = 0; i < files_n; i++)
		v->argv[n++] = files[i];
	v->argv[n] = NULL;
}

static bool
next(void *context, size_t *account, char *const **argv)
{
	struct drive *v = context;
	struct ledger *l = v->d->l;

	if (v->next < l->n && host_now() >= v->d->until) {
		while (v->next < l->n)
			l->rows[v->next++].what = LEDGER_SKIPPED;
		return false;
	}
	if (v->next == l->n)
		return false;
	arena_reset(&v->line);
	make_argv(v, &l->rows[v->next].account);
	*argv = v->argv;
	*account = v->next++;
	return true;
}

/* ---- What it says */

static uint64_t
number_of(const struct json *j, const char *name, uint64_t otherwise)
{
	uint32_t at = json_find(j, 0, str_c(name));
	uint64_t n;

	return at > 0 && num_u64(json_raw(j, at), &n) ? n : otherwise;
}

/* As the account said it, its file after the account's name. */
static void
say_its_error(struct drive *v, const struct ledger_row *row, const struct json *j)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str file = json_find_text(&a, j, 0, "file"),
	           message = json_find_text(&a, j, 0, "message"),
	           advice = json_find_text(&a, j, 0, "advice");

	if (file.n > 0) {
		err_set(&e, ERR_FAILED, "%.*s", STR_ARG(message));
		err_file(&e, str_z(&a, str_printf(&a, "%.*s/%.*s", STR_ARG(row->account.name),
		                           STR_ARG(file))));
	} else {
		err_set(&e, ERR_FAILED, "%.*s: %.*s", STR_ARG(row->account.name), STR_ARG(message));
	}
	e.at = number_of(j, "byte", ERR_NOWHERE);
	e.record = (int64_t)number_of(j, "record", UINT64_MAX);
	e.line = (unsigned)number_of(j, "line", 0);
	e.column = (unsigned)number_of(j, "column", 0);
	if (advice.n > 0)
		err_advise(&e, "%.*s", STR_ARG(advice));
	say_error(v->d->o, &e);
	arena_release(&a);
}

/* The first one says what the matter is. */
static void
keep(struct drive *v, struct str *place, struct str message)
{
	if (place->n == 0)
		*place = str_copy(v->d->a, message);
}

/* A line of --log-json.  False: it is none. */
static bool
say_line(struct drive *v, struct ledger_row *row, struct str line)
{
	struct arena a = { 0 };
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool is_one = json_read(&j, line, &fault) && j.nodes[0].kind == JSON_OBJECT;
	struct str level = STR(""), message = STR("");

	if (is_one) {
		level = json_find_text(&a, &j, 0, "level");
		message = json_find_text(&a, &j, 0, "message");
		is_one = level.n > 0 && message.n > 0;
	}
	if (is_one && str_eq(level, STR("error")))
		keep(v, &row->message, message);
	if (is_one && str_eq(level, STR("warning")))
		keep(v, &row->warning, message);
	if (is_one && v->d->o->log_json)
		fprintf(stderr, "%.*s\n", STR_ARG(line));
	else if (is_one && str_eq(level, STR("error")))
		say_its_error(v, row, &j);
	else if (is_one)
		say(v->d->o, str_eq(level, STR("warning")) ? SAY_WARNING : SAY_INFO, "%.*s: %.*s",
		    STR_ARG(row->account.name), STR_ARG(message));
	json_release(&j);
	arena_release(&a);
	return is_one;
}

static void
line(void *context, size_t account, enum crew_stream stream, struct str text)
{
	struct drive *v = context;
	struct ledger_row *row = &v->d->l->rows[account];

	if (stream == CREW_OUT) {
		if (!v->d->is_json)
			printf("%.*s: %.*s\n", STR_ARG(row->account.name), STR_ARG(text));
		return;
	}
	if (text.n == 0 || say_line(v, row, text))
		return;
	/* memory that ran out, or a library */
	if (str_starts(text, STR("flowstory: ")))
		text = str_from(text, 11);
	keep(v, &row->message, text);
	say(v->d->o, SAY_WARNING, "%.*s: %.*s", STR_ARG(row->account.name), STR_ARG(text));
}

static void
end(void *context, size_t account, const struct crew_end *end)
{
	struct drive *v = context;
	struct ledger_row *row = &v->d->l->rows[account];

	row->what = LEDGER_ENDED;
	row->status = end->status;
	row->signal = end->signal;
	row->us = end->us;
	if (end->signal != 0)
		row->message = str_printf(
		    v->d->a, "ended by signal %d (%s)", end->signal, strsignal(end->signal));
	vitals_load(v->d->a, row->account.path, &row->vitals);
	if (v->history >= 0)
		fleet_runs_note(v->history, row);
}

int
fleet_drive_run(struct fleet_drive *d, bool *was_stopped, struct err *e)
{
	struct drive v = { .d = d, .history = -1 };
	const struct crew c = { .jobs = d->jobs < CREW_MOST ? d->jobs : CREW_MOST,
		.context = &v,
		.next = next,
		.line = line,
		.end = end };
	struct err why = ERR_INIT;
	int rc;

	if (d->has_history && fleet_runs_begin(d->dir, host_now(), &v.history, &why) < 0)
		say(d->o, SAY_WARNING, "the history of the fleet is not kept: %s", why.msg);
	fflush(stdout);
	rc = crew_run(&c, was_stopped, e);
	if (v.history >= 0)
		close(v.history);
	arena_release(&v.line);
	return rc;
}
