/* cmd_erase.c -- flowstory erase: one person's removal from every file of the account. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/account.h"
#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_erase.h"
#include "erase/erase.h"
#include "erase/person.h"

#define NAMES_LIMIT (UINT64_C(1) << 20)
#define NAMED_MOST 5 /* ids that a message lists */

static const char help[] =
    "Takes customers out of every file of the account: their records become null, and\n"
    "their orders guest sales; diffs, exports and state are rebuilt as if they had\n"
    "never been known. Shows what belongs to them first, and asks.\n"
    "\n"
    "CUSTOMER is an id, an email or a mobile number. Names on a command line stay in\n"
    "the shell's history: '-' reads them from standard input, one per line.\n";

struct erase_options {
	const char *orders, *forget;
	bool check, list, resume, left, dry, yes, json;
};

static const struct option options[] = {
	OPTION(struct erase_options, orders, "--orders", .value = "guest|remove",
	    .help = "what becomes of their orders (default: guest)"),
	OPTION(struct erase_options, dry, "--dry-run", .help = "show what would be done"),
	OPTION(struct erase_options, yes, "--yes", .help = "do not ask"),
	OPTION(struct erase_options, check, "--check",
	    .help = "search every byte of the account for the texts named;\n"
	            "exit 1 if one is found",
	    .is_exclusive = true, .needs = NEEDS_ACCOUNT),
	OPTION(struct erase_options, list, "--list",
	    .help = "list who was erased, by keyed hash, and when", .is_exclusive = true,
	    .needs = NEEDS_ACCOUNT),
	OPTION(struct erase_options, forget, "--forget", .value = "HASH",
	    .help = "remove a tombstone: the customer may come back", .is_exclusive = true),
	OPTION(struct erase_options, resume, "--resume", .help = "continue an unfinished erasure",
	    .is_exclusive = true),
	OPTION(struct erase_options, left, "--leave",
	    .help = "with --resume: finish although something was found"),
	OPTION(struct erase_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

struct erasing {
	struct invocation *x;
	const struct erase_options *own;
	struct command_host h;
	struct host host;
	struct erase erase;
	struct print_erase_people people;
	struct str *names;
	size_t n;
	struct err *e;
};

/* ---- Names */

static bool
is_from_input(const struct invocation *x)
{
	return x->n == 1 && strcmp(x->operands[0], "-") == 0;
}

static int
read_input(struct erasing *g)
{
	struct arena *a = &g->x->a;
	struct str text;

	if (file_load(a, "/dev/stdin", NAMES_LIMIT, &text, g->e) < 0)
		return -1;
	g->names = arena_array(a, text.n + 1, sizeof(*g->names));
	for (size_t from = 0, i = 0; i <= text.n; i++) {
		struct str line;

		if (i < text.n && text.p[i] != '\n')
			continue;
		line = str_trim(str_of(text.p + from, i - from));
		if (line.n > 0)
			g->names[g->n++] = line;
		from = i + 1;
	}
	return 0;
}

static int
read_names(struct erasing *g)
{
	if (is_from_input(g->x))
		return read_input(g);
	g->names = arena_array(&g->x->a, g->x->n + 1, sizeof(*g->names));
	for (g->n = 0; g->n < g->x->n; g->n++)
		g->names[g->n] = str_trim(str_c(g->x->operands[g->n]));
	return 0;
}

static int
fail_name(struct erasing *g, size_t i, const struct str *ids, size_t n)
{
	struct buf list = { 0 };

	if (n == 0) {
		err_set(g->e, ERR_FAILED,
		    "no customer has the id, email or mobile given as name %zu", i + 1);
		return err_advise(g->e,
		    "Customers who were removed, or not processed yet, can only be named by id.");
	}
	for (size_t k = 0; k < n && k <= NAMED_MOST; k++)
		buf_printf(&list, k == NAMED_MOST ? ", ..." : "%s'%.*s'", k > 0 ? ", " : "",
		    STR_ARG(ids[k]));
	buf_char(&list, '\0');
	err_set(g->e, ERR_FAILED, "%zu customers share name %zu: %s", n, i + 1, list.p);
	buf_release(&list);
	return err_advise(g->e, "Give the id of each one who is to be erased.");
}

static int
note_person(struct erasing *g, struct state *s, struct str id)
{
	struct print_erase_people *p = &g->people;
	struct arena *a = &g->x->a;
	struct str *others;
	size_t n;

	erase_add(&g->erase, id);
	if (person_former(a, s, id, &others, &n, g->e) < 0)
		return -1;
	if (p->former_n == 0) {
		p->former = others;
		p->former_n = n;
	}
	return 0;
}

/* With which addresses they are contacts of DailyStory, once it is known who all of them are. */
static int
note_exported(struct erasing *g, struct state *s)
{
	const struct intern *given = &g->erase.given;
	int rc = 0;

	for (uint32_t i = 1; rc == 0 && i < given->n; i++) {
		struct intern list = { 0 };

		rc = person_exported(s, given->texts[i], given, &list, g->e);
		for (uint32_t k = 1; k < list.n; k++)
			erase_exported(&g->erase, list.texts[k], given->texts[i]);
		intern_release(&list);
	}
	return rc;
}

static int
find_people(struct erasing *g, struct state *s)
{
	for (size_t i = 0; i < g->n; i++) {
		struct str *ids;
		size_t n;

		if (person_find(&g->x->a, s, g->names[i], &ids, &n, g->e) < 0)
			return -1;
		if (n > 1)
			return fail_name(g, i, ids, n);
		if (n == 1 && note_person(g, s, ids[0]) < 0)
			return -1;
		if (n == 1)
			g->names[i] = ids[0];
		else
			erase_add(&g->erase, g->names[i]); /* it may not be processed yet */
	}
	return note_exported(g, s);
}

/* Without a state a name can only be an id. */
static int
look_up(struct erasing *g)
{
	struct state s = { 0 };
	int rc = state_open(&s, g->x->o->account, false, g->e);

	if (rc > 0 && s.totals.applied > 0)
		rc = find_people(g, &s);
	else
		for (size_t i = 0; rc >= 0 && i < g->n; i++)
			erase_add(&g->erase, g->names[i]);
	state_close(&s);
	return rc < 0 ? -1 : 0;
}

/* Nobody is erased whom no record names. */
static int
check_found(struct erasing *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (intern_find(&g->erase.gather.seen, g->names[i]) == 0)
			return fail_name(g, i, NULL, 0);
	return 0;
}

/* Who said no is not to be written to because they are forgotten; and whoever inherits an address
 * may lie after what was imported last. */
static int
find_addresses(struct erasing *g)
{
	const struct gather *x = &g->erase.gather;
	struct state s = { 0 };
	int rc = state_open(&s, g->x->o->account, false, g->e);

	if (rc > 0 && s.totals.applied > 0)
		rc = person_refused(&s, &x->emails, &x->mobiles, &g->people.refused, g->e);
	if (rc == 0 && s.totals.applied > 0)
		rc = person_heirs(&s, &x->emails, &x->mobiles, &x->ids, &g->people.heirs, g->e);
	state_close(&s);
	return rc < 0 ? -1 : 0;
}

/* ---- Doing it */

static int
ask(struct erasing *g)
{
	char answer[8] = "";

	if (g->own->yes)
		return 1;
	fputs("Erase them? This cannot be undone. Type 'yes': ", stdout);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) != NULL && strcmp(answer, "yes\n") == 0)
		return 1;
	say(g->x->o, SAY_INFO, "nothing was changed");
	return 0;
}

static int
fail_left(struct erasing *g)
{
	uint64_t n = check_places(&g->erase.check);

	err_set(g->e, ERR_FAILED,
	    "the erasure is unfinished: traces of them were found in %llu place%s",
	    (unsigned long long)n, say_plural(n));
	return err_advise(g->e,
	    "Remove them there, then run 'flowstory erase --resume'; or accept them with "
	    "'flowstory erase --resume --leave'.");
}

/* Whatever stops it, it continues from there. */
static int
stop(struct erasing *g)
{
	if (g->erase.note.customers_n > 0 && g->e->advice[0] == '\0')
		err_advise(g->e,
		    "The erasure is unfinished: see to it, then run 'flowstory erase --resume'.");
	return -1;
}

static int
carry_out(struct erasing *g)
{
	int rc = erase_run(&g->erase, g->e);

	command_host_end(&g->h);
	if (rc < 0)
		return stop(g);
	if (g->own->json)
		print_erase_json(&g->erase, &g->people, rc == 0);
	else
		print_erase_done(&g->erase);
	if (rc > 0)
		return fail_left(g);
	/* what is printed last is known to nobody afterwards */
	if (fflush(stdout) != 0) {
		err_sys(g->e, errno, "cannot write to standard output");
		return stop(g);
	}
	if (erase_finish(&g->erase, g->e) < 0)
		return stop(g);
	say(g->x->o, SAY_INFO, "erased %zu customer%s", g->erase.note.customers_n,
	    say_plural(g->erase.note.customers_n));
	return STATUS_DONE;
}

static int
erase_them(struct erasing *g)
{
	int rc;

	if (read_names(g) < 0 || look_up(g) < 0 || erase_prepare(&g->erase, g->e) < 0 ||
	    check_found(g) < 0 || find_addresses(g) < 0)
		return -1;
	if (g->n == 0)
		return err_set(g->e, ERR_USAGE, "standard input names nobody");
	if (g->own->dry && g->own->json)
		print_erase_json(&g->erase, &g->people, false);
	else if (!g->own->json)
		print_erase_plan(&g->erase, &g->people);
	if (g->own->dry)
		return STATUS_DONE;
	rc = ask(g);
	return rc > 0 ? carry_out(g) : rc;
}

static int
resume(struct erasing *g)
{
	int rc = erase_load(&g->erase, g->e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		say(g->x->o, SAY_INFO, "no erasure is unfinished");
		return STATUS_DONE;
	}
	g->erase.is_left = g->own->left;
	return carry_out(g);
}

static int
begin(struct erasing *g)
{
	if (g->own->resume)
		return resume(g);
	return account_unfinished(g->x->o->account, g->e) < 0 ? -1 : erase_them(g);
}

/* ---- Looking */

static int
check_texts(struct erasing *g)
{
	struct search search = { 0 };
	struct check c = { .account = g->x->o->account, .search = &search };
	int rc = read_names(g);

	for (size_t i = 0; i < g->n; i++)
		search_add_given(&search, g->names[i]);
	if (rc == 0)
		rc = check_run(&c, g->e);
	if (rc == 0) {
		print_erase_check(&c, g->own->json);
		rc = check_places(&c) > 0 ? STATUS_FAILED : STATUS_DONE;
	}
	check_release(&c);
	search_release(&search);
	return rc;
}

static int
list_or_forget(struct erasing *g)
{
	const char *account = g->x->o->account;
	struct tombstones *t = &g->erase.tombstones;

	if (!g->own->list && account_unfinished(account, g->e) < 0)
		return -1;
	if (tombstones_load(t, account, g->e) < 0)
		return -1;
	if (g->own->list) {
		print_erase_list(t, g->own->json);
		return STATUS_DONE;
	}
	if (tombstones_forget(t, str_c(g->own->forget), g->e) < 0 ||
	    tombstones_save(t, account, g->e) < 0)
		return -1;
	say(g->x->o, SAY_INFO, "the tombstone is gone: the next fetch brings the customer back");
	return STATUS_DONE;
}

/* Nobody can be asked where names come from standard input, or in the midst of JSON. */
static int
check_question(const struct invocation *x, struct err *e)
{
	const struct erase_options *own = x->own;

	if (own->check || own->dry || own->yes ||
	    (!is_from_input(x) && !own->json && isatty(STDIN_FILENO) == 1))
		return 0;
	err_set(e, ERR_USAGE, "without a terminal to ask on, --yes is needed");
	return err_advise(e, "Nothing was changed. Look at it with --dry-run first.");
}

static int
check(struct invocation *x, struct err *e)
{
	const struct erase_options *own = x->own;
	bool takes_names = !own->list && own->forget == NULL && !own->resume;

	if (own->orders != NULL && strcmp(own->orders, "guest") != 0 &&
	    strcmp(own->orders, "remove") != 0)
		return err_set(
		    e, ERR_USAGE, "--orders takes guest or remove, not '%s'", own->orders);
	if (own->left && !own->resume)
		return err_set(e, ERR_USAGE, "--leave needs --resume");
	if (takes_names == (x->n > 0))
		return takes_names ? check_question(x, e) : 0;
	return takes_names ? err_set(e, ERR_USAGE, "erase needs a customer, or '-'")
	                   : err_set(e, ERR_USAGE, "this option takes no customer");
}

static int
run(struct invocation *x, struct err *e)
{
	const struct erase_options *own = x->own;
	struct erasing g = { .x = x, .own = own, .h = { .o = x->o }, .e = e };
	int rc;

	g.host = command_host(&g.h);
	g.erase = (struct erase){ .account = x->o->account,
		.jobs = x->o->jobs,
		.host = &g.host,
		.pages_done = &g.h.pages };
	if (own->orders != NULL && strcmp(own->orders, "remove") == 0)
		g.erase.orders = ORDERS_REMOVE;
	if (own->check)
		rc = check_texts(&g);
	else
		rc = own->list || own->forget != NULL ? list_or_forget(&g) : begin(&g);
	command_host_end(&g.h);
	erase_release(&g.erase);
	return rc;
}

const struct command cmd_erase = {
	.name = "erase",
	.synopsis = "CUSTOMER...|- [--orders guest|remove] [--dry-run] [--yes] [--json]\n"
	            "--check TEXT... | --list | --forget HASH | --resume [--leave]",
	.summary = "remove a person from every file",
	.help = help,
	.options = options,
	.size = sizeof(struct erase_options),
	.needs = NEEDS_LOCK,
	.most = SIZE_MAX,
	.operands = "customers: ids, emails or mobile numbers",
	.exits = { [0] = "done, or nothing to do; --check: nothing was found",
	    [1] = "failed; --check: something was found; or the erasure is unfinished",
	    [4] = "a page is damaged; nothing was changed" },
	.check = check,
	.run = run,
};
