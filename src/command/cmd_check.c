#include <stdio.h>

#include "base/arena.h"
#include "account/account.h"
#include "command/command.h"
#include "account/credentials.h"
#include "command/fetch_account.h"
#include "account/terms.h"
#include "command/message.h"
#include "flowhub/locations.h"

static const char help[] =
    "Validates settings and rules, naming line and column of what is wrong,\n"
    "and says each rule in English. With client id and key it calls Flowhub\n"
    "once and names the locations they may read.\n"
    "\n"
    "  --offline  do not call Flowhub\n";

static void
print_rules(const struct terms *p)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < p->rules.n; i++) {
		buf_printf(&b, "%.*s (%.*s):\n  ", STR_ARG(p->rules.list[i].name),
		    STR_ARG(p->rules.list[i].slug));
		segment_sentence(&p->rules, i, &b);
		buf_char(&b, '\n');
	}
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

/* Whoever looks at the list wants the importId, for 'locations'. */
static void
print_locations(const struct response_record *list, size_t n)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct str id = str_clean(&a, list[i].id);
		struct str name = str_clean(&a, list[i].name);

		printf("location %.*s: %.*s\n", STR_ARG(id), STR_ARG(name));
	}
	arena_release(&a);
}

static int
call(const struct options *o, const struct settings *s, const struct account_credentials *secrets,
    struct err *e)
{
	const struct host host = fetch_account_host(o);
	struct client_credentials pair = credentials_view(secrets);
	struct arena a = { 0 };
	struct client c = { 0 };
	struct response_record *list;
	struct str *ids;
	size_t n = 0, ids_n = 0;
	int rc = client_open(&c, &s->flowhub, &pair, secrets->ca_file, &host, e);

	if (rc == 0)
		rc = locations_get(&a, &c, &list, &n, e);
	if (rc == 0) {
		print_locations(list, n);
		rc = locations_choose(&a, &s->flowhub, list, n, &ids, &ids_n, e);
	}
	if (rc == 0)
		say(o, SAY_INFO, "Flowhub answers: %zu of %zu locations are read", ids_n, n);
	client_close(&c);
	arena_release(&a);
	return rc;
}

static int
check_online(const struct options *o, const struct settings *s, struct err *e)
{
	struct account_credentials secrets;
	int rc = credentials_load(&secrets, o->account, &s->flowhub, e);

	if (rc == 0)
		say(o, SAY_INFO, "neither client id nor key is set: Flowhub was not called");
	else if (rc > 0)
		rc = call(o, s, &secrets, e);
	credentials_wipe(&secrets);
	return rc;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	bool offline = false;
	const struct arg own[] = { { "--offline", NULL, &offline, NULL } };
	struct terms p;
	int rc = command_args("check", own, 1, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "check takes no '%s'", argv[1]);
	if (account_check(o.account, e) < 0)
		return -1;
	rc = terms_present(&p, o.account, e);
	if (rc == 0) {
		print_rules(&p);
		say(&o, SAY_INFO, "settings are fine%s",
		    p.settings.has_file ? "" : " (no flowstory.json: the defaults)");
		say(&o, SAY_INFO, "%zu rules are fine", p.rules.n);
		if (!offline)
			rc = check_online(&o, &p.settings, e);
	}
	terms_release(&p);
	return rc;
}

const struct command cmd_check = {
	.name = "check",
	.synopsis = "[--offline]",
	.summary = "validate settings and rules",
	.help = help,
	.run = run,
};
