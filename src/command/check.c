#include <stdio.h>

#include "base/arena.h"
#include "command/account.h"
#include "command/command.h"
#include "command/policy.h"
#include "command/say.h"

static const char help[] =
    "Validates settings and rules, naming line and column of what is wrong,\n"
    "and says each rule in English.\n"
    "\n"
    "  --offline  do not call Flowhub\n";

static void
print_rules(const struct policy *p)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < p->rules.n; i++) {
		buf_printf(&b, "%.*s (%.*s):\n  ",
		    STR_ARG(p->rules.list[i].name),
		    STR_ARG(p->rules.list[i].slug));
		segment_sentence(&p->rules, i, &b);
		buf_char(&b, '\n');
	}
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	bool offline = false;
	const struct arg own[] = { { "--offline", NULL, &offline, NULL } };
	struct policy p;
	int rc = command_args("check", own, 1, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "check takes no '%s'", argv[1]);
	if (account_check(o.account, e) < 0)
		return -1;
	rc = policy_present(&p, o.account, e);
	if (rc == 0) {
		print_rules(&p);
		say(&o, SAY_INFO, "settings are fine%s",
		    p.settings.has_file ? ""
		                        : " (no flowstory.json: the defaults)");
		say(&o, SAY_INFO, "%zu rules are fine", p.rules.n);
	}
	policy_release(&p);
	return rc;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "[--offline]",
	.summary = "validate settings and rules",
	.help = help,
	.run = run,
};
