#include "command/args.h"

#include <string.h>

#include "base/num.h"
#include "base/str.h"

/* The length of the option's name if ${word} is it: "--name", "--name=...", "-n". */
static size_t
matches(const struct arg *a, const char *word)
{
	size_t n = strlen(a->name);

	if (a->letter != NULL && strcmp(word, a->letter) == 0)
		return strlen(word);
	if (strncmp(word, a->name, n) == 0 && (word[n] == '\0' || word[n] == '='))
		return n;
	return 0;
}

static const struct arg *
find(const struct args *x, const char *word, size_t *len)
{
	for (size_t i = 0; i < x->n + x->common_n; i++) {
		const struct arg *a = i < x->n ? &x->list[i] : &x->common[i - x->n];

		*len = matches(a, word);
		if (*len > 0)
			return a;
	}
	return NULL;
}

static int
usage(const struct args *x, struct err *e, const char *word, const char *what)
{
	err_set(e, ERR_USAGE, "%s '%s'", what, word);
	if (x->command == NULL)
		return err_advise(e, "See 'flowstory --help'.");
	return err_advise(e, "See 'flowstory %s --help'.", x->command);
}

/* Takes option ${a} at argv[i]; returns how many words it used, or -1. */
static int
take(const struct args *x, const struct arg *a, size_t len, int left, char **argv, struct err *e)
{
	const char *value = argv[0][len] == '=' ? argv[0] + len + 1 : NULL;

	if (a->flag != NULL) {
		if (value != NULL)
			return usage(x, e, a->name, "no value goes with");
		*a->flag = true;
		return 1;
	}
	if (*a->value != NULL)
		return usage(x, e, a->name, "given twice:");
	if (value == NULL && left < 2)
		return usage(x, e, a->name, "a value is missing after");
	*a->value = value != NULL ? value : argv[1];
	return value != NULL ? 1 : 2;
}

int
args_parse(const struct args *x, int argc, char **argv, struct err *e)
{
	int words = 0, i = 1;

	while (i < argc) {
		const struct arg *a;
		size_t len;
		int used;

		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (x->stops_at_word)
				return i;
			argv[1 + words++] = argv[i++];
			continue;
		}
		a = find(x, argv[i], &len);
		if (a == NULL)
			return usage(x, e, argv[i], "no such option:");
		used = take(x, a, len, argc - i, argv + i, e);
		if (used < 0)
			return -1;
		i += used;
	}
	if (x->stops_at_word)
		return i;
	while (i < argc)
		argv[1 + words++] = argv[i++];
	return words;
}

int
args_count(
    const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *out, struct err *e)
{
	if (num_u64(str_c(text), out) && *out >= least && *out <= most)
		return 0;
	return err_set(e, ERR_USAGE, "%s takes a whole number from %llu to %llu, not '%s'", name,
	    (unsigned long long)least, (unsigned long long)most, text);
}
