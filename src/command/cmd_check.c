/* cmd_check.c -- flowstory check: are settings and rules valid, and does Flowhub answer? */
#include <stdio.h>

#include "account/credentials.h"
#include "account/settings_defaults.h"
#include "account/settings_load.h"
#include "account/terms.h"
#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/warn.h"
#include "flowhub/locations.h"
#include "push/needed_fields.h"
#include "push/push_connect.h"
#include "push/wanted_source.h"

static const char help[] =
    "Validates settings and rules, with line and column of each fault, and prints\n"
    "each rule in English. If the client id and the key are set, it calls Flowhub\n"
    "once and lists the locations they may read. If a token is set, it calls\n"
    "DailyStory once and lists the fields that a push needs there besides.\n";

struct check_options {
	bool offline;
};

static const struct option options[] = {
	OPTION(struct check_options, offline, "--offline", .help = "make no calls"),
	{ 0 },
};

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

/* Where there are settings of all accounts, it matters which one counts. */
static void
print_origins(const struct settings *s)
{
	struct buf b = { 0 };

	settings_defaults_describe(s, &b);
	if (b.n > 0)
		fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

/* With the importId, which 'locations' takes. */
static void
print_locations(struct arena *a, const struct response_record *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("location %.*s: %.*s\n", STR_ARG(str_clean(a, list[i].id)),
		    STR_ARG(str_clean(a, list[i].name)));
}

static int
call_flowhub(struct invocation *x, const struct settings *s,
    const struct account_credentials *secrets, struct err *e)
{
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct client_credentials pair = credentials_view(secrets);
	struct client c = { 0 };
	struct response_record *list;
	struct str *ids;
	size_t n = 0, ids_n = 0;
	int rc = client_open(&c, &s->flowhub, &pair, secrets->ca_file, &host, e);

	if (rc == 0)
		rc = locations_get(&x->a, &c, &list, &n, e);
	if (rc == 0) {
		print_locations(&x->a, list, n);
		rc = locations_choose(&x->a, &s->flowhub, list, n, &ids, &ids_n, e);
	}
	if (rc == 0)
		say(x->o, SAY_INFO, "Flowhub: ok (reading %zu of %zu location%s)", ids_n, n,
		    say_plural(n));
	client_close(&c);
	return rc;
}

/* What has to be there, and indexed, before anything is sent: only indexed fields can be searched.
 */
static void
print_fields(struct arena *a, const struct terms *p)
{
	struct needed_field *list;
	size_t n = needed_fields(a, &p->settings.push, &p->rules, &list);

	for (size_t i = 0; i < n; i++)
		printf("DailyStory field %.*s: %s, indexed\n", STR_ARG(list[i].key), list[i].type);
}

static int
check_push(struct invocation *x, const struct terms *p, bool is_offline, struct err *e)
{
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	int rc;

	if (!push_connect_is_meant(&p->settings.push))
		return 0;
	if (wanted_source_check(&p->settings.push, p->rules.n, e) < 0)
		return -1;
	print_fields(&x->a, p);
	if (is_offline)
		return 0;
	rc = push_connect_about(x->o->account, &p->settings.push, &host, e);
	if (rc == 0)
		say(x->o, SAY_INFO, "DailyStory: not called, because no token is set");
	if (rc > 0)
		say(x->o, SAY_INFO, "DailyStory: ok");
	return rc < 0 ? -1 : 0;
}

static int
check_online(struct invocation *x, const struct settings *s, struct err *e)
{
	struct account_credentials secrets;
	int rc = credentials_load(&secrets, x->o->account, &s->flowhub, e);

	if (rc == 0)
		say(x->o, SAY_INFO, "Flowhub: not called, because no client id and key are set");
	else if (rc > 0)
		rc = call_flowhub(x, s, &secrets, e);
	credentials_wipe(&secrets);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct check_options *own = x->own;
	struct terms p;
	int rc = terms_present(&p, x->o->account, e);

	if (rc == 0)
		rc = settings_load_check(&p.settings, x->o->account, e);
	if (rc == 0) {
		print_origins(&p.settings);
		print_rules(&p);
		say(x->o, SAY_INFO, "settings: ok%s",
		    p.settings.has_file ? "" : " (no flowstory.json, so the defaults)");
		warn_suppress(x->o, &p.settings, true);
		say(x->o, SAY_INFO, "rules: ok (%zu)", p.rules.n);
		if (!own->offline)
			rc = check_online(x, &p.settings, e);
		if (rc == 0)
			rc = check_push(x, &p, own->offline, e);
	}
	terms_release(&p);
	return rc;
}

const struct command cmd_check = {
	.name = "check",
	.synopsis = "[--offline]",
	.summary = "validate settings and rules",
	.help = help,
	.options = options,
	.size = sizeof(struct check_options),
	.needs = NEEDS_ACCOUNT,
	.exits = { [1] = "failed, or Flowhub or DailyStory answered with an error",
	    [6] = "Flowhub or DailyStory did not answer" },
	.run = run,
};
