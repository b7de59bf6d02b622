/* cmd_prune.c -- flowstory prune: folds old history into a base and deletes what it stands for. */
#include <stdio.h>
#include <stdlib.h>

#include "account/settings_load.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_prune.h"
#include "timemachine/prune.h"

static const char help[] =
    "Folds history older than what is to be kept into a base, bases/ID, and deletes\n"
    "the snapshots that it stands for: state, later diffs and exports come out of it\n"
    "as from the whole history, which is checked before anything is deleted. What to\n"
    "keep is said by the setting 'retention', or by options, which replace it as a\n"
    "whole. Spans count back from the last snapshot applied.\n";

struct prune_options {
	const char *all, *daily, *weekly, *monthly, *yearly, *exports, *diffs, *pin;
	bool dry_run, json;
};

static const struct option options[] = {
	OPTION(struct prune_options, dry_run, "--dry-run",
	    .help = "print what would be done; delete nothing"),
	OPTION(struct prune_options, all, "--keep-all", .value = "SPAN",
	    .help = "keep every snapshot that is not older, as it is; at least\n"
	            "the last 35 days and overlap_days"),
	OPTION(struct prune_options, daily, "--keep-daily", .value = "N",
	    .help = "of the time before, keep the last base of N days"),
	OPTION(struct prune_options, weekly, "--keep-weekly", .value = "N",
	    .help = "the same of N weeks, from Monday on"),
	OPTION(struct prune_options, monthly, "--keep-monthly", .value = "N",
	    .help = "the same of N months; a base is made for each"),
	OPTION(struct prune_options, yearly, "--keep-yearly", .value = "N",
	    .help = "the same of N years"),
	OPTION(struct prune_options, exports, "--exports", .value = "SPAN",
	    .help = "take the lists of contacts from older exports"),
	OPTION(struct prune_options, diffs, "--diffs", .value = "SPAN",
	    .help = "delete older diffs of what is folded (default: none)"),
	OPTION(struct prune_options, pin, "--keep", .value = "ID[,ID]",
	    .help = "keep the bases of these snapshots for good"),
	OPTION(struct prune_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

static int
take_span(const char *option, const char *value, bool can_be_all, int64_t *out, struct err *e)
{
	if (value == NULL)
		return 0;
	if (can_be_all && str_eq(str_c(value), STR("all"))) {
		*out = RETENTION_ALWAYS;
		return 0;
	}
	if (span_parse(str_c(value), out))
		return 0;
	return err_set(e, ERR_USAGE, "%s takes a span such as 90d%s, not '%s'", option,
	    can_be_all ? ", or all" : "", value);
}

static int
take_count(const char *option, const char *value, uint64_t *out, struct err *e)
{
	if (value == NULL || num_u64(str_c(value), out))
		return 0;
	return err_set(e, ERR_USAGE, "%s takes a whole number, not '%s'", option, value);
}

static int
take_pins(struct arena *a, const char *value, struct retention *r, struct err *e)
{
	struct str rest = str_c(value);
	int64_t when;

	r->pins = arena_array(a, rest.n, sizeof(*r->pins));
	while (rest.n > 0) {
		const char *comma = memchr(rest.p, ',', rest.n);
		struct str id = str_of(rest.p, comma == NULL ? rest.n : (size_t)(comma - rest.p));

		if (!timestamp_parse_id(id, &when))
			return err_set(
			    e, ERR_USAGE, "--keep takes ids of snapshots, not '%.*s'", STR_ARG(id));
		r->pins[r->pins_n++] = id;
		rest = str_from(rest, id.n + (comma != NULL));
	}
	return 0;
}

/* Options are a policy of their own, in place of the setting. */
static int
take_options(struct invocation *x, struct retention *r, struct err *e)
{
	const struct prune_options *own = x->own;

	*r = (struct retention){ .exports = RETENTION_ALWAYS, .diffs = RETENTION_ALWAYS };
	r->is_set = own->all != NULL || own->daily != NULL || own->weekly != NULL ||
	            own->monthly != NULL || own->yearly != NULL || own->exports != NULL ||
	            own->diffs != NULL || own->pin != NULL;
	if (take_span("--keep-all", own->all, false, &r->all, e) < 0 ||
	    take_count("--keep-daily", own->daily, &r->count[RETENTION_DAILY], e) < 0 ||
	    take_count("--keep-weekly", own->weekly, &r->count[RETENTION_WEEKLY], e) < 0 ||
	    take_count("--keep-monthly", own->monthly, &r->count[RETENTION_MONTHLY], e) < 0 ||
	    take_count("--keep-yearly", own->yearly, &r->count[RETENTION_YEARLY], e) < 0 ||
	    take_span("--exports", own->exports, true, &r->exports, e) < 0 ||
	    take_span("--diffs", own->diffs, true, &r->diffs, e) < 0)
		return -1;
	return take_pins(&x->a, own->pin, r, e);
}

static int
check(struct invocation *x, struct err *e)
{
	struct retention ignored;

	return take_options(x, &ignored, e);
}

/* Returns: 1 with what is to be kept; 0: nothing is set; -1. */
static int
find_policy(struct invocation *x, struct settings *s, struct retention *r, struct err *e)
{
	const char *why;

	if (settings_load_file(s, x->o->account, e) < 0 || take_options(x, r, e) < 0)
		return -1;
	if (!r->is_set && s->retention.n > 0 && !retention_parse(&x->a, s->retention, r, &why))
		return err_set(e, ERR_SETTINGS, "'retention' takes %s", why);
	if (!r->is_set)
		return 0;
	if (!retention_keeps_nothing(r))
		return 1;
	err_set(e, ERR_USAGE, "this would keep nothing");
	return err_advise(e, "Say what to keep, such as --keep-all 90d.");
}

static void
warn_pin(const struct invocation *x, const struct prune_plan *p, struct str pin)
{
	bool is_known = false;

	if (str_cmp(pin, p->list[p->n - 1].id) > 0) {
		say(x->o, SAY_WARNING, "snapshot %.*s is to be kept, and is not applied yet",
		    STR_ARG(pin));
		return;
	}
	for (size_t k = 0; k < p->bases_n; k++)
		is_known = is_known || str_eq(p->bases[k].id, pin);
	for (size_t k = p->horizon; k < p->n; k++)
		is_known = is_known || str_eq(p->list[k].id, pin);
	if (!is_known)
		say(x->o, SAY_WARNING, "there is no base of %.*s, and none can be made now",
		    STR_ARG(pin));
}

static void
warn(const struct invocation *x, const struct prune_plan *p)
{
	for (size_t i = 0; i < p->late_n; i++)
		say(x->o, SAY_WARNING,
		    "snapshot %.*s came late and was never applied: it is not touched",
		    STR_ARG(p->late[i]));
	for (size_t i = 0; i < p->r->pins_n; i++)
		warn_pin(x, p, p->r->pins[i]);
}

static int
prune(struct invocation *x, struct prune *p, struct err *e)
{
	const struct prune_options *own = x->own;
	int rc = prune_plan_of(p, e);

	if (rc == 0)
		say(x->o, SAY_INFO, "nothing to do: no snapshot is applied");
	if (rc <= 0)
		return rc;
	warn(x, &p->plan);
	if (!own->dry_run && prune_run(p, e) < 0)
		return -1;
	print_prune(&p->plan, own->dry_run, own->json);
	return STATUS_DONE;
}

/* What is read again every day must have its snapshots. */
static int
set_bounds(struct prune_plan *p, const struct flowhub_settings *s, struct err *e)
{
	uint64_t deep = s->deep_days > PRUNE_LEAST_DAYS ? s->deep_days : PRUNE_LEAST_DAYS;

	p->least_days = deep + s->overlap_days;
	if (day_parse(s->history_start, &p->first_day))
		return 1;
	return err_set(e, ERR_SETTINGS, "'history_start' is not a day");
}

static int
run(struct invocation *x, struct err *e)
{
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct prune p = {
		.account = x->o->account, .jobs = x->o->jobs, .host = &host, .pages_done = &h.pages
	};
	struct settings settings = { .has_file = false };
	struct retention r;
	int rc = find_policy(x, &settings, &r, e);

	if (rc == 0)
		say(x->o, SAY_INFO, "nothing to do: no retention is set");
	p.plan.r = &r;
	if (rc > 0)
		rc = set_bounds(&p.plan, &settings.flowhub, e);
	if (rc > 0)
		rc = prune(x, &p, e);
	command_host_end(&h);
	prune_release(&p);
	settings_release(&settings);
	return rc;
}

const struct command cmd_prune = {
	.name = "prune",
	.synopsis = "[--dry-run] [--json] [--keep-all SPAN]\n"
	            "[--keep-daily N] [--keep-weekly N] [--keep-monthly N]\n"
	            "[--keep-yearly N] [--exports SPAN] [--diffs SPAN]\n"
	            "[--keep ID[,ID]]",
	.summary = "fold old history into a base, and free its space",
	.help = help,
	.options = options,
	.size = sizeof(struct prune_options),
	.needs = NEEDS_ACCOUNT | NEEDS_LOCK,
	.exits = { [0] = "done, or nothing to do",
	    [1] = "failed; nothing was deleted, or the next run finishes it",
	    [4] = "a page or a base is damaged; nothing was deleted" },
	.check = check,
	.run = run,
};
