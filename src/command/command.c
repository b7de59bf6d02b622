#include "command/command.h"

#include <string.h>

#include "account/account.h"
#include "base/num.h"

#define JOBS_MAX 64 /* more threads bring nothing */

const struct option command_common[] = {
	OPTION(struct command_common, account, "--account", .letter = "-C", .value = "DIR",
	    .help = "the account's directory (default: the current one)"),
	OPTION(struct command_common, jobs, "--jobs", .letter = "-j", .value = "N",
	    .help = "how many threads to use (default: one per processor)"),
	OPTION(struct command_common, quiet, "--quiet", .letter = "-q",
	    .help = "print only warnings and errors"),
	OPTION(struct command_common, verbose, "--verbose", .letter = "-v",
	    .help = "print details too"),
	OPTION(struct command_common, log_json, "--log-json",
	    .help = "print messages as JSON, one object a line"),
	{ 0 },
};

/* ---- Options */

/* The two lists a command line is read against. */
struct parser {
	const struct option *own;
	void *into;
	struct command_common common;
};

/* The length of the option's name if ${word} is it: "--name", "--name=...", "-n". */
static size_t
matches(const struct option *a, const char *word)
{
	size_t n = strlen(a->name);

	if (a->letter != NULL && strcmp(word, a->letter) == 0)
		return strlen(word);
	if (strncmp(word, a->name, n) == 0 && (word[n] == '\0' || word[n] == '='))
		return n;
	return 0;
}

static const struct option *
find(const struct option *list, const char *word, size_t *len)
{
	for (; list->name != NULL; list++) {
		*len = matches(list, word);
		if (*len > 0)
			return list;
	}
	return NULL;
}

/* Read the option at argv[0]. Returns: how many words it took, or -1. */
static int
read_option(struct parser *p, int left, char **argv, struct err *e)
{
	size_t len;
	char *into = p->into;
	const struct option *a = find(p->own, argv[0], &len);
	const char *value, **slot;

	if (a == NULL) {
		a = find(command_common, argv[0], &len);
		into = (char *)&p->common;
	}
	if (a == NULL)
		return err_set(e, ERR_USAGE, "unknown option '%s'", argv[0]);
	value = argv[0][len] == '=' ? argv[0] + len + 1 : NULL;
	if (a->value == NULL) {
		if (value != NULL)
			return err_set(e, ERR_USAGE, "%s takes no value", a->name);
		*(bool *)(void *)(into + a->at) = true;
		return 1;
	}
	slot = (const char **)(void *)(into + a->at);
	if (*slot != NULL)
		return err_set(e, ERR_USAGE, "%s is given twice", a->name);
	if (value == NULL && left < 2)
		return err_set(e, ERR_USAGE, "%s needs a value: %s", a->name, a->value);
	*slot = value != NULL ? value : argv[1];
	return value != NULL ? 1 : 2;
}

static int
read_words(struct parser *p, bool stops_at_word, int argc, char **argv, struct err *e)
{
	int words = 0, i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0) {
		int used;

		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (stops_at_word)
				return i;
			argv[1 + words++] = argv[i++];
			continue;
		}
		used = read_option(p, argc - i, argv + i, e);
		if (used < 0)
			return -1;
		i += used;
	}
	i += i < argc;
	if (stops_at_word)
		return i;
	while (i < argc)
		argv[1 + words++] = argv[i++];
	return words;
}

static bool
is_given(const struct option *a, const void *in)
{
	const char *at = (const char *)in + a->at;

	return a->value == NULL ? *(const bool *)(const void *)at
	                        : *(const char *const *)(const void *)at != NULL;
}

static int
check_given(const struct option *list, const void *in, struct err *e)
{
	const struct option *first = NULL;

	for (; list->name != NULL; list++) {
		if (!is_given(list, in)) {
			if (list->is_required)
				return err_set(
				    e, ERR_USAGE, "%s %s is missing", list->name, list->value);
			continue;
		}
		if (!list->is_exclusive)
			continue;
		if (first != NULL)
			return err_set(e, ERR_USAGE, "%s and %s cannot be used together",
			    first->name, list->name);
		first = list;
	}
	return 0;
}

static int
apply_common(const struct command_common *c, struct options *o, struct err *e)
{
	uint64_t jobs;

	if (c->account != NULL)
		o->account = c->account;
	o->quiet = o->quiet || c->quiet;
	o->verbose = o->verbose || c->verbose;
	if (c->jobs == NULL)
		return 0;
	if (!num_u64(str_c(c->jobs), &jobs) || jobs < 1 || jobs > JOBS_MAX)
		return err_set(e, ERR_USAGE, "--jobs takes a whole number from 1 to %d, not '%s'",
		    JOBS_MAX, c->jobs);
	o->jobs = (size_t)jobs;
	return 0;
}

int
command_parse(const struct option *own, void *into, struct options *o, bool stops_at_word, int argc,
    char **argv, struct err *e)
{
	struct parser p = { .own = own, .into = into };
	int words = read_words(&p, stops_at_word, argc, argv, e);

	o->log_json = o->log_json || p.common.log_json; /* for an error, too */
	if (words < 0 || apply_common(&p.common, o, e) < 0 || check_given(own, into, e) < 0)
		return -1;
	return words;
}

/* ---- A run */

static int
check_operands(const struct command *c, const struct invocation *x, struct err *e)
{
	if (x->n >= c->least && x->n <= c->most)
		return 0;
	if (c->most == 0)
		return err_set(e, ERR_USAGE, "unexpected argument '%s'", x->operands[0]);
	return err_set(e, ERR_USAGE, "%s takes %s", c->name, c->operands);
}

static int
open_state(struct invocation *x, struct err *e)
{
	int rc = state_open(&x->s, x->o->account, false, e);

	if (rc < 0)
		return -1;
	if (rc > 0 && x->s.totals.applied > 0)
		return 0;
	err_set(e, ERR_FAILED, "no snapshot is applied yet");
	return err_advise(e, "Run 'flowstory process' first.");
}

static unsigned
find_needs(const struct command *c, const struct invocation *x)
{
	for (const struct option *a = c->options; a->name != NULL; a++)
		if (a->needs != 0 && is_given(a, x->own))
			return a->needs;
	return c->needs;
}

static int
get_needs(const struct command *c, struct invocation *x, struct err *e)
{
	unsigned needs = find_needs(c, x);
	const char *account = x->o->account;
	const char *holder = str_printf(&x->a, "flowstory %s%c", c->name, '\0').p;

	if ((needs & (NEEDS_ACCOUNT | NEEDS_LOCK | NEEDS_STATE)) != 0 &&
	    account_check(account, e) < 0)
		return -1;
	if ((needs & NEEDS_LOCK) != 0 && account_lock(&x->lock, account, holder, e) < 0)
		return -1;
	return (needs & NEEDS_STATE) != 0 ? open_state(x, e) : 0;
}

static int
run(const struct command *c, struct invocation *x, int argc, char **argv, struct err *e)
{
	int n;

	x->own = arena_zero(&x->a, 1, c->size + 1);
	n = command_parse(c->options, x->own, x->o, false, argc, argv, e);
	if (n < 0)
		return -1;
	x->operands = argv + 1;
	x->n = (size_t)n;
	if (check_operands(c, x, e) < 0 || (c->check != NULL && c->check(x, e) < 0) ||
	    get_needs(c, x, e) < 0)
		return -1;
	return c->run(x, e);
}

int
command_run(const struct command *c, struct options *o, int argc, char **argv, struct err *e)
{
	struct invocation x = { .o = o, .lock = LOCK_INIT };
	int status = run(c, &x, argc, argv, e);

	state_close(&x.s);
	lock_release(&x.lock);
	arena_release(&x.a);
	if (status < 0 && e->kind == ERR_USAGE && e->advice[0] == '\0')
		err_advise(e, "See 'flowstory %s --help'.", c->name);
	return status;
}
