#include "command/push_probe.h"

#include <stdio.h>
#include <unistd.h>

#include "account/settings_load.h"
#include "base/interrupt.h"
#include "command/command_host.h"
#include "dailystory/holders.h"
#include "push/probe.h"
#include "record/normalize.h"
#include "state/state.h"

#define CUSTOM(value) "\"extendedProperties\":{\"fh_probe\":\"" value "\"}"

/* What is sent, and what is read back. */
struct trial {
	const char *what, *members, *name, *sent;
};

static const struct trial trials[] = {
	{ "a text", CUSTOM("x"), "fh_probe", "x" },
	{ "the same, cleared", CUSTOM(""), "fh_probe", "" },
	{ "a list", CUSTOM("red;green"), "fh_probe", "red;green" },
	{ "a True", CUSTOM("True"), "fh_probe", "True" },
	{ "a date", CUSTOM("2026-01-02"), "fh_probe", "2026-01-02" },
	{ "a date with a time", CUSTOM("2026-01-02T03:04:05Z"), "fh_probe",
	    "2026-01-02T03:04:05Z" },
	{ "a birthdate as dateOfBirth", "\"dateOfBirth\":\"1990-01-02\"", "dateOfBirth",
	    "1990-01-02" },
	{ "a birthdate as dateBirth", "\"dateBirth\":\"1990-01-02\"", "dateBirth", "1990-01-02" },
};
#define CLEARED 1 /* among them */

/* Guesses at what DailyStory calls an opt-out. */
static const char *const text_flags[] = { "optOutText", "textOptOut", "optOutSms", "optOutSMS",
	"smsOptOut", "optOutMobile", "mobileOptOut", NULL };
static const char *const email_flags[] = { "optOutEmail", "emailOptOut", "optOut", NULL };

struct probing {
	struct probe x;
	const char *text_flag, *email_flag; /* found; or NULL */
	bool was_cleared, keeps;            /* of the value that was cleared */
	struct err *e;
};

/* An end of input is a no. */
static bool
ask(const char *question)
{
	char line[16];

	printf("%s [y/N] ", question);
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) != NULL && ascii_lower(line[0]) == 'y';
}

static void
print_refused(const struct probe_answer *a)
{
	if (a->class == ANSWER_UNKNOWN)
		printf("  no answer: %.*s\n", STR_ARG(a->message));
	else
		printf("  not taken: status %ld %.*s\n", a->status, STR_ARG(a->message));
}

/* Returns: 1 it was taken; 0 not, or not sent; -1. */
static int
send_members(struct probing *g, const char *question, const char *members)
{
	struct probe_answer a;

	if (interrupt_check(g->e) < 0)
		return -1;
	if (!ask(question))
		return 0;
	if (probe_set(&g->x, str_c(members), &a, g->e) < 0)
		return -1;
	if (a.class != ANSWER_ACKED)
		print_refused(&a);
	return a.class == ANSWER_ACKED;
}

static int
try_one(struct probing *g, const struct trial *t)
{
	struct str question = str_printf(&g->x.a, "Send %s?%c", t->what, '\0'), there = STR("");
	int rc = send_members(g, question.p, t->members);
	bool is_cleared = t == &trials[CLEARED];

	if (rc <= 0)
		return rc;
	rc = probe_get(&g->x, str_c(t->name), &there, g->e);
	if (rc < 0)
		return -1;
	printf("  sent \"%s\", there \"%.*s\"%s\n", t->sent, STR_ARG(there),
	    str_eq(there, str_c(t->sent)) ? "" : "  (differs)");
	g->was_cleared = g->was_cleared || is_cleared;
	g->keeps = g->keeps || (is_cleared && there.n > 0);
	return 0;
}

/* Returns: 1 it is the name; 0 not; -1. */
static int
try_flag(struct probing *g, const char *flag)
{
	struct str question = str_printf(&g->x.a, "Opt the contact out by %s?%c", flag, '\0');
	struct str members = str_printf(&g->x.a, "\"%s\":true%c", flag, '\0'), there;
	int rc = send_members(g, question.p, members.p);

	if (rc <= 0)
		return rc;
	rc = probe_get(&g->x, str_c(flag), &there, g->e);
	if (rc < 0)
		return -1;
	if (rc > 0 && str_eq_nocase(there, STR("true"))) {
		puts("  it is there");
		return 1;
	}
	puts("  it is not there");
	return 0;
}

static int
try_flags(struct probing *g, const char *const *flags, const char **found)
{
	for (size_t i = 0; flags[i] != NULL; i++) {
		int rc = try_flag(g, flags[i]);

		if (rc < 0)
			return -1;
		if (rc > 0) {
			*found = flags[i];
			return 0;
		}
	}
	return 0;
}

static int
try_delete(struct probing *g)
{
	struct probe_answer a;

	if (!ask("Delete the contact?"))
		return 0;
	if (probe_delete(&g->x, &a, g->e) < 0)
		return -1;
	if (a.class == ANSWER_ACKED)
		puts("  deleted");
	else
		print_refused(&a);
	return 0;
}

static void
print_setting(const char *name, const char *value, bool *is_first)
{
	if (value == NULL)
		return;
	printf("%s  \"%s\": \"%s\"", *is_first ? "" : ",\n", name, value);
	*is_first = false;
}

static void
print_settings(const struct probing *g)
{
	bool is_first = true;

	puts("For flowstory.json:");
	print_setting("push_clear",
	    !g->was_cleared ? NULL
	    : g->keeps      ? "omit"
	                    : "empty",
	    &is_first);
	print_setting("push_text_opt_out", g->text_flag, &is_first);
	print_setting("push_email_opt_out", g->email_flag, &is_first);
	puts(is_first ? "  (nothing)" : "");
	puts(g->text_flag == NULL
	         ? "The flag that opts a contact out of texts was not found."
	         : "Look in DailyStory whether the contact is opted out before you set a flag.");
}

/* A customer is told of no opt-out of theirs, and keeps their contact. */
static int
refuse_customer(const char *account, struct str email, struct err *e)
{
	struct state s = { 0 };
	struct arena a = { 0 };
	struct str *ids;
	size_t n = 0;
	int rc = state_open(&s, account, false, e);

	if (rc > 0)
		rc = holders_sharing(&a, &s, HOLDERS_EMAIL, email, false, &ids, &n, e);
	if (rc == 0 && n > 0) {
		err_set(e, ERR_USAGE, "--probe: customer '%.*s' has this address", STR_ARG(ids[0]));
		rc = err_advise(e, "The contact is opted out and deleted: take an address of your "
		                   "own that no customer has.");
	}
	state_close(&s);
	arena_release(&a);
	return rc;
}

/* Somebody else's account may know more customers. */
static int
refuse_contact(struct probing *g)
{
	struct str id = STR("");

	if (probe_get(&g->x, STR("fh_id"), &id, g->e) < 0)
		return -1;
	if (id.n == 0)
		return 0;
	err_set(g->e, ERR_FAILED, "in DailyStory, this address is that of customer '%.*s'",
	    STR_ARG(id));
	return err_advise(g->e, "Nothing was sent to that contact. Take an address of your own "
	                        "that no customer has.");
}

static int
find_contact(struct probing *g, struct str email)
{
	if (!ask("Find or make the contact in DailyStory?"))
		return 1;
	return probe_find(&g->x, email, g->e) < 0 ? -1 : refuse_contact(g);
}

static int
probe(struct probing *g, struct str email)
{
	int rc = find_contact(g, email);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++)
		if (try_one(g, &trials[i]) < 0)
			return -1;
	if (try_flags(g, text_flags, &g->text_flag) < 0 ||
	    try_flags(g, email_flags, &g->email_flag) < 0 || try_delete(g) < 0)
		return -1;
	print_settings(g);
	return 0;
}

int
push_probe(const struct options *o, const char *email, struct err *e)
{
	struct command_host h = { .o = o };
	const struct host host = command_host(&h);
	struct probing g = { .e = e };
	struct settings settings = { 0 };
	struct arena a = { 0 };
	struct str address;
	unsigned ignored = 0;
	int rc = -1;

	address = normalize_email(&a, str_c(email), NULL, 0, &ignored);
	if (address.n == 0)
		err_set(e, ERR_USAGE, "--probe takes an email address of your own");
	else if (isatty(STDIN_FILENO) != 1)
		err_set(e, ERR_USAGE, "--probe asks before each call, so it needs a terminal");
	else if (refuse_customer(o->account, address, e) == 0 &&
	         settings_load_file(&settings, o->account, e) == 0 &&
	         probe_open(&g.x, o->account, &settings.push, &host, e) == 0)
		rc = probe(&g, address);
	probe_close(&g.x);
	settings_release(&settings);
	arena_release(&a);
	return rc < 0 ? -1 : STATUS_DONE;
}
