#include "command/options.h"

#include <string.h>

#include "base/host.h"
#include "base/num.h"
#include "base/str.h"
#include "base/timestamp.h"

#define JOBS_MAX 64 /* more threads bring nothing */

const struct option options_common[] = {
	OPTION(struct options, given.account, "--account", .letter = "-C", .value = "DIR",
	    .help = "the account's directory (default: the current one)"),
	OPTION(struct options, given.jobs, "--jobs", .letter = "-j", .value = "N",
	    .help = "how many threads to use (default: one per processor)"),
	OPTION(struct options, quiet, "--quiet", .letter = "-q",
	    .help = "print only warnings and errors", .is_exclusive = true),
	OPTION(struct options, verbose, "--verbose", .letter = "-v", .help = "print details too",
	    .is_exclusive = true),
	OPTION(struct options, log_json, "--log-json",
	    .help = "print messages as JSON, one object per line"),
	{ 0 },
};

/* The two lists a command line is read against, and the words that are left. */
struct parser {
	const struct option *lists[2];
	void *into[2];
	char **argv;
	int left;
	struct err *e;
};

/* An option that was found, and the struct it fills. */
struct found {
	const struct option *a;
	char *into;
};

static bool
is_named(const struct option *a, struct str name)
{
	return str_eq(str_c(a->name), name) ||
	       (a->letter != NULL && str_eq(str_c(a->letter), name));
}

static int
find(struct parser *p, struct str name, struct found *out)
{
	for (size_t i = 0; i < 2; i++)
		for (const struct option *a = p->lists[i]; a->name != NULL; a++)
			if (is_named(a, name)) {
				*out = (struct found){ a, p->into[i] };
				return 0;
			}
	return err_set(p->e, ERR_USAGE, "unknown option '%.*s'", STR_ARG(name));
}

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

/* ${value}: what stands in the same word, or NULL.  Returns: how many words it took, or -1. */
static int
take_value(struct parser *p, const struct found *f, const char *value)
{
	const struct option *a = f->a;
	const char **slot = (const char **)(void *)(f->into + a->at);
	int used = value == NULL ? 2 : 1;

	for (size_t i = 1; *slot != NULL && i < a->most; i++)
		slot++;
	if (*slot != NULL && a->most > 1)
		return err_set(
		    p->e, ERR_USAGE, "%s is given more than %zu times", a->name, a->most);
	if (*slot != NULL)
		return err_set(p->e, ERR_USAGE, "%s is given twice", a->name);
	if (value == NULL && p->left > 1)
		value = p->argv[1];
	if (value == NULL)
		return err_set(p->e, ERR_USAGE, "%s needs a value: %s", a->name, a->value);
	if (used == 2 && is_option(value)) {
		err_set(p->e, ERR_USAGE, "%s needs a value: %s; '%s' looks like an option", a->name,
		    a->value, value);
		return err_advise(p->e, "If it is the value, write %s=%s.", a->name, value);
	}
	if (value[0] == '\0')
		return err_set(p->e, ERR_USAGE, "the value of %s is empty", a->name);
	*slot = value;
	return used;
}

static void
set_flag(const struct found *f)
{
	*(bool *)(void *)(f->into + f->a->at) = true;
}

static int
read_long(struct parser *p)
{
	const char *word = p->argv[0], *end = strchrnul(word, '=');
	const char *value = *end == '=' ? end + 1 : NULL;
	struct found f;

	if (find(p, str_of(word, (size_t)(end - word)), &f) < 0)
		return -1;
	if (f.a->value != NULL)
		return take_value(p, &f, value);
	if (value != NULL)
		return err_set(p->e, ERR_USAGE, "%s takes no value", f.a->name);
	set_flag(&f);
	return 1;
}

/* "-q", "-qv", "-j4", "-qj4" */
static int
read_letters(struct parser *p)
{
	for (const char *at = p->argv[0] + 1; *at != '\0'; at++) {
		const char name[2] = { '-', *at };
		struct found f;

		if (find(p, str_of(name, 2), &f) < 0)
			return -1;
		if (f.a->value != NULL)
			return take_value(p, &f, at[1] == '\0' ? NULL : at + 1);
		set_flag(&f);
	}
	return 1;
}

static int
read_words(struct parser *p, bool stops_at_word, int argc, char **argv, size_t *behind)
{
	int words = 0, i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0) {
		int used;

		if (!is_option(argv[i])) {
			if (stops_at_word)
				return i;
			argv[1 + words++] = argv[i++];
			continue;
		}
		p->argv = argv + i;
		p->left = argc - i;
		used = argv[i][1] == '-' ? read_long(p) : read_letters(p);
		if (used < 0)
			return -1;
		i += used;
	}
	i += i < argc;
	if (stops_at_word)
		return i;
	*behind = (size_t)(argc - i);
	while (i < argc)
		argv[1 + words++] = argv[i++];
	return words;
}

bool
options_given(const struct option *a, const void *in)
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
		if (!options_given(list, in)) {
			if (list->is_required)
				return err_set(e, ERR_USAGE, "option %s %s is required", list->name,
				    list->value);
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
apply_common(struct options *o, struct err *e)
{
	uint64_t jobs;

	if (o->given.account != NULL)
		o->account = o->given.account;
	if (o->given.jobs == NULL)
		return 0;
	if (!num_u64(str_c(o->given.jobs), &jobs) || jobs < 1 || jobs > JOBS_MAX)
		return err_set(e, ERR_USAGE, "--jobs takes a whole number from 1 to %d, not '%s'",
		    JOBS_MAX, o->given.jobs);
	o->jobs = (size_t)jobs;
	return 0;
}

int
options_parse(const struct option *own, void *into, struct options *o, bool stops_at_word, int argc,
    char **argv, struct err *e)
{
	struct parser p = { .lists = { own, options_common }, .into = { into, o }, .e = e };
	int words = read_words(&p, stops_at_word, argc, argv, &o->behind);

	if (words < 0 || apply_common(o, e) < 0 || check_given(options_common, o, e) < 0 ||
	    check_given(own, into, e) < 0)
		return -1;
	return words;
}

int
options_now(const char *value, int64_t *now, struct err *e)
{
	*now = host_now();
	if (value == NULL || timestamp_parse(str_c(value), now))
		return 0;
	return err_set(
	    e, ERR_USAGE, "--now takes a time such as 2026-11-23T04:00:00Z, not '%s'", value);
}

int
options_max_age(const char *value, int64_t *us, struct err *e)
{
	*us = TIMESTAMP_NEVER;
	if (value == NULL || span_parse(str_c(value), us))
		return 0;
	return err_set(e, ERR_USAGE, "--max-age takes a span such as 2h or 3d, not '%s'", value);
}

bool
options_has_word(int argc, char *const *argv, const char *word)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}
