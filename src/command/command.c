#include "command/command.h"

#include <assert.h>
#include <string.h>

#include "account/account.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/near.h"
#include "command/pager.h"
#include "command/warn.h"

const struct command *const command_all[] = {
#define X(name) &cmd_##name,
	COMMANDS(X)
#undef X
	    NULL,
};

/* ---- Finding one */

static const struct command *
nearest(const char *name)
{
	const struct command *best = command_all[0];
	size_t least = SIZE_MAX;

	for (size_t i = 0; command_all[i] != NULL; i++) {
		size_t n = near_distance(str_c(name), str_c(command_all[i]->name));

		if (n < least)
			best = command_all[i];
		least = n < least ? n : least;
	}
	return best;
}

const struct command *
command_find(const char *name, struct err *e)
{
	for (size_t i = 0; command_all[i] != NULL; i++)
		if (strcmp(command_all[i]->name, name) == 0)
			return command_all[i];
	(void)err_set(e, ERR_USAGE, "unknown command '%s'", name);
	if (dir_exists(name))
		(void)err_advise(e,
		    "It is a directory: name an account with -C, as in 'flowstory -C %s status'.",
		    name);
	else
		(void)err_advise(e, "The most similar command is '%s'. See 'flowstory --help'.",
		    nearest(name)->name);
	return NULL;
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
open_state(struct invocation *x, bool few, struct err *e)
{
	int rc = few ? state_open_few(&x->s, x->o->account, e)
	             : state_open(&x->s, x->o->account, false, e);

	if (rc < 0)
		return -1;
	if (rc > 0 && x->s.totals.applied > 0)
		return 0;
	err_set(e, ERR_FAILED, "no snapshot has been applied yet");
	return err_advise(e, "Run 'flowstory process' first.");
}

static unsigned
find_needs(const struct command *c, const struct invocation *x)
{
	for (const struct option *a = c->options; a->name != NULL; a++)
		if (a->needs != 0 && options_given(a, x->own))
			return a->needs;
	return c->needs;
}

static int
get_needs(const struct command *c, struct invocation *x, struct err *e)
{
	unsigned needs = find_needs(c, x);
	const char *account = x->o->account;
	const char *holder = str_z(&x->a, str_printf(&x->a, "flowstory %s", c->name));

	if ((needs & (NEEDS_ACCOUNT | NEEDS_LOCK | NEEDS_STATE)) != 0 &&
	    account_check(account, e) < 0)
		return -1;
	if ((needs & NEEDS_LOCK) != 0 && account_lock(&x->lock, account, holder, e) < 0)
		return -1;
	if ((needs & NEEDS_LOCK) != 0)
		warn_owner(x->o, account);
	/* under the lock: whoever held it may have been erasing, and died */
	if (needs != 0 && c != &cmd_erase && account_unfinished(account, e) < 0)
		return -1;
	return (needs & NEEDS_STATE) != 0 ? open_state(x, (needs & NEEDS_FEW) != 0, e) : 0;
}

/* An option that a command's struct has no room for would be written past its end. */
static void
check_size(const struct command *c)
{
	for (const struct option *o = c->options; o->name != NULL; o++)
		assert(o->at + (o->value == NULL ? sizeof(bool)
		                                 : sizeof(char *) * (o->most > 0 ? o->most : 1)) <=
		       c->size);
}

static int
run(const struct command *c, struct invocation *x, int argc, char **argv, struct err *e)
{
	struct pager pager = PAGER_INIT;
	int n;

	check_size(c);
	x->own = arena_zero(&x->a, 1, c->size + 1);
	n = options_parse(c->options, x->own, x->o, false, argc, argv, e);
	if (n < 0)
		return -1;
	x->operands = argv + 1;
	x->n = (size_t)n;
	if (check_operands(c, x, e) < 0 || (c->check != NULL && c->check(x, e) < 0) ||
	    get_needs(c, x, e) < 0)
		return -1;
	if (c->is_stoppable)
		interrupt_catch();
	if (c->is_paged && x->o->to_terminal)
		pager_begin(&pager);
	n = c->run(x, e);
	pager_end(&pager);
	return n;
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
