#include "command/command.h"

#include "base/pool.h"

/* More threads than this never helped anybody. */
#define JOBS_MAX 64

/* The values of the common options while they are read. */
struct common {
	const char *account, *jobs;
};

static int
take_common(const struct common *c, struct options *o, struct err *e)
{
	uint64_t jobs;

	if (c->account != NULL)
		o->account = c->account;
	if (c->jobs == NULL)
		return 0;
	if (args_count("--jobs", c->jobs, 1, JOBS_MAX, &jobs, e) < 0)
		return -1;
	o->jobs = (size_t)jobs;
	return 0;
}

static int
parse(struct args *x, struct options *o, int argc, char **argv, struct err *e)
{
	struct common c = { 0 };
	const struct arg common[] = {
		{ "--account", "-C", NULL, &c.account },
		{ "--jobs", "-j", NULL, &c.jobs },
		{ "--quiet", "-q", &o->quiet, NULL },
		{ "--verbose", "-v", &o->verbose, NULL },
		{ "--log-json", NULL, &o->log_json, NULL },
	};
	int rc;

	x->common = common;
	x->common_n = sizeof(common) / sizeof(common[0]);
	rc = args_parse(x, argc, argv, e);
	x->common = NULL;
	return rc < 0 || take_common(&c, o, e) < 0 ? -1 : rc;
}

int
command_args(const char *name, const struct arg *own, size_t n, struct options *o, int argc,
    char **argv, struct err *e)
{
	struct args x = { .command = name, .list = own, .n = n };

	return parse(&x, o, argc, argv, e);
}

int
command_first(
    struct options *o, const struct arg *own, size_t n, int argc, char **argv, struct err *e)
{
	struct args x = { .list = own, .n = n, .stops_at_word = true };

	*o = (struct options){ .account = ".", .jobs = pool_cores() };
	return parse(&x, o, argc, argv, e);
}
