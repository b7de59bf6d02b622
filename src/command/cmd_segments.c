#include <stdio.h>

#include "base/arena.h"
#include "account/account.h"
#include "command/command.h"
#include "command/count_due.h"
#include "command/recent_orders.h"
#include "command/json_out.h"
#include "command/print_members.h"
#include "account/terms.h"
#include "timemachine/replay_sizes.h"
#include "profile/profile.h"
#include "state/rows.h"
#include "segment/membership.h"
#include "lib/json_writer.h"

static const char help[] =
    "Each segment with its size, its rule as a sentence, and who entered and\n"
    "left with the last snapshot applied.\n"
    "\n"
    "  --due         instead: how many will enter and leave by time alone in\n"
    "                the 24 hours and 7 days after the last snapshot\n"
    "  --at ID       as of another snapshot, out of its export\n"
    "  --rules FILE  what these rules would make of the customers as of the\n"
    "                last snapshot; entered and left compare with the\n"
    "                segments of the same slug; nothing is written\n"
    "  --members SLUG  instead: the members of one segment, by fh_id\n"
    "  --csv         of these, as CSV with their addresses\n"
    "  --json        as JSON\n";

struct line {
	struct replay_size size;
	struct due due;
};

struct listing {
	const struct options *o;
	bool is_due;
	struct arena a;
	struct state s;
	struct line *lines;
	size_t n;
};

static void
print_due(const struct listing *g)
{
	printf("%9s %17s %17s  segment\n%9s %8s %8s %8s %8s\n", "members", "in 24 hours",
	    "in 7 days", "", "enter", "leave", "enter", "leave");
	for (size_t i = 0; i < g->n; i++) {
		const struct line *l = &g->lines[i];

		printf("%9llu", (unsigned long long)l->size.members);
		for (int k = 0; k < DUE_SPANS; k++)
			printf(" %8llu %8llu", (unsigned long long)l->due.entered[k],
			    (unsigned long long)l->due.left[k]);
		printf("  %.*s (%.*s)\n", STR_ARG(l->size.name), STR_ARG(l->size.slug));
	}
}

static void
print_text(const struct listing *g)
{
	printf("%9s %9s %8s %8s  segment\n", "members", "contacts", "entered", "left");
	for (size_t i = 0; i < g->n; i++) {
		const struct replay_size *l = &g->lines[i].size;

		printf("%9llu %9llu %8llu %8llu  %.*s (%.*s)\n%39s%.*s\n",
		    (unsigned long long)l->members, (unsigned long long)l->contacts,
		    (unsigned long long)l->entered, (unsigned long long)l->left, STR_ARG(l->name),
		    STR_ARG(l->slug), "", STR_ARG(l->sentence));
	}
}

static void
add_due(struct doc *d, const char *name, const struct due *due, enum due_span span)
{
	struct doc *x = doc_in_object(d, name);

	doc_u64(x, "enter", due->entered[span]);
	doc_u64(x, "leave", due->left[span]);
}

static void
print_json(const struct listing *g)
{
	struct doc *d = doc_array();

	for (size_t i = 0; i < g->n; i++) {
		const struct replay_size *l = &g->lines[i].size;
		struct doc *x = doc_in_object(d, NULL);

		doc_text(x, "name", l->name);
		doc_text(x, "slug", l->slug);
		doc_text(x, "rule", l->sentence);
		doc_u64(x, "members", l->members);
		doc_u64(x, "contacts", l->contacts);
		if (g->is_due) {
			add_due(x, "in_24_hours", &g->lines[i].due, DUE_DAY);
			add_due(x, "in_7_days", &g->lines[i].due, DUE_WEEK);
			continue;
		}
		doc_u64(x, "entered", l->entered);
		doc_u64(x, "left", l->left);
	}
	json_out_print(d);
}

/* The list an export wrote down. */
static int
list_at(struct listing *g, const char *id, struct err *e)
{
	struct err why = ERR_INIT;
	struct replay_size *list;

	if (strchr(id, '/') != NULL ||
	    replay_sizes_load(&g->a, g->o->account, str_c(id), &list, &g->n, &why) < 0) {
		if (why.kind == ERR_FAILED) {
			*e = why;
			return -1;
		}
		err_set(e, ERR_USAGE, "no snapshot '%s' was exported", id);
		return err_advise(e, "exports/ holds a directory for each.");
	}
	g->lines = arena_zero(&g->a, g->n, sizeof(*g->lines));
	for (size_t i = 0; i < g->n; i++)
		g->lines[i].size = list[i];
	return 0;
}

/* What time alone will do to the lines, which are there already. */
static int
add_expected(struct listing *g, const struct segment_set *set, struct err *e)
{
	struct due *due = arena_zero(&g->a, set->n + 1, sizeof(*due));
	struct applied last;

	if (state_applied_must(&g->s, (uint32_t)g->s.totals.applied, &last, e) < 0)
		return -1;
	if (count_due(&g->a, &g->s, set, last.as_of, due, e) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		g->lines[i].due = due[i];
	return 0;
}

/* Rules as they are stored with the last snapshot, and the sizes beside them. */
static int
list_now(struct listing *g, struct err *e)
{
	struct segment_set set;
	struct membership_counts t;
	struct str text;
	int rc = state_meta(&g->s, "rules", &text, e);

	if (rc <= 0)
		return rc;
	if (segment_parse(&g->a, "rules of the last snapshot", str_copy(&g->a, text), &set, e) <
	        0 ||
	    membership_counts_read(&g->a, &g->s, &t, e) < 0 ||
	    membership_counts_match(&t, &set, e) < 0)
		return -1;
	g->n = set.n;
	g->lines = arena_zero(&g->a, set.n, sizeof(*g->lines));
	for (size_t i = 0; i < set.n; i++) {
		const struct membership_count *y = membership_counts_of_rule(&t, i);
		struct buf b = { 0 };

		segment_sentence(&set, i, &b);
		g->lines[i].size = (struct replay_size){ .name = set.list[i].name,
			.slug = y->slug,
			.sentence = str_copy(&g->a, buf_view(&b)),
			.members = y->members,
			.contacts = y->contacts,
			.entered = y->entered,
			.left = y->left };
		buf_release(&b);
	}
	return g->is_due ? add_expected(g, &set, e) : 0;
}

/* A preview while it runs over all customers. */
struct preview {
	struct listing *g;
	struct segment_set set;
	uint32_t *numbers; /* of the slugs that are known */
	bool *member;
	int64_t as_of;
	struct recent_orders recent;
	struct arena scratch;
};

static void
count_member(struct preview *p, size_t i, const struct contact_status *s)
{
	struct replay_size *l = &p->g->lines[i].size;
	struct str rest = s->memberships;
	struct membership m;
	bool was = false;

	while (p->numbers[i] != 0 && row_membership_next(&rest, &m) > 0)
		was = was || m.slug == p->numbers[i];
	l->members += p->member[i];
	l->contacts += p->member[i] && s->reason == SKIPPED_NONE;
	l->entered += p->member[i] && !was;
	l->left += was && !p->member[i];
}

static int
preview_row(struct preview *p, struct str id, struct str row, struct err *e)
{
	struct profile profile = { .id = id };
	struct contact_status standing;
	struct str text;
	int rc;

	if (profile_unpack(&p->scratch, &p->g->s, row, &profile, e) < 0)
		return -1;
	rc = kv_get(p->g->s.txn, TABLE_CONTACT_STATUS, id, &text, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !row_contact_status_unpack(text, &standing))
		return state_broken(e, "a customer's standing");
	if (recent_orders_add(&p->recent, &p->scratch, &p->g->s, &profile, e) < 0)
		return -1;
	segment_eval(&p->set, &profile, p->as_of, p->member);
	for (size_t i = 0; i < p->set.n; i++)
		count_member(p, i, &standing);
	arena_reset(&p->scratch);
	return 0;
}

static int
preview_all(struct preview *p, struct err *e)
{
	struct kv_cur *c = kv_cursor(p->g->s.txn, TABLE_PROFILES, e);
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, e);
	while (rc > 0) {
		rc = preview_row(p, id, row, e);
		if (rc == 0)
			rc = kv_next(c, &id, &row, e);
	}
	kv_cursor_close(c);
	return rc;
}

static int
begin_preview(struct preview *p, struct err *e)
{
	struct listing *g = p->g;
	struct applied last;

	if (state_applied_must(&g->s, (uint32_t)g->s.totals.applied, &last, e) < 0)
		return -1;
	p->as_of = last.as_of;
	if (recent_orders_begin(&g->a, &g->s, &p->set, p->as_of, &p->recent, e) < 0)
		return -1;
	g->n = p->set.n;
	g->lines = arena_zero(&g->a, g->n, sizeof(*g->lines));
	p->numbers = arena_zero(&g->a, g->n, sizeof(*p->numbers));
	p->member = arena_zero(&g->a, g->n + 1, sizeof(*p->member));
	for (size_t i = 0; i < g->n; i++) {
		struct buf b = { 0 };

		segment_sentence(&p->set, i, &b);
		g->lines[i].size.name = p->set.list[i].name;
		g->lines[i].size.slug = p->set.list[i].slug;
		g->lines[i].size.sentence = str_copy(&g->a, buf_view(&b));
		buf_release(&b);
		if (dictionary_find(&g->s.words, g->s.txn, p->set.list[i].slug, &p->numbers[i], e) <
		    0)
			return -1;
	}
	return 0;
}

static int
list_preview(struct listing *g, const char *file, struct err *e)
{
	struct preview p = { .g = g };
	int rc = terms_rules(&g->a, g->o->account, file, &p.set, e);

	if (rc == 0)
		rc = begin_preview(&p, e);
	if (rc == 0)
		rc = preview_all(&p, e);
	recent_orders_release(&p.recent);
	arena_release(&p.scratch);
	return rc;
}

/* Of the last snapshot applied; there must be one. */
static int
open_state(struct listing *g, struct err *e)
{
	int rc = state_open(&g->s, g->o->account, false, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || g->s.totals.applied == 0) {
		err_set(e, ERR_FAILED, "no snapshot is applied yet");
		return err_advise(e, "Run 'flowstory process' first.");
	}
	return 0;
}

static int
list(struct listing *g, const char *at, const char *rules, struct err *e)
{
	if (at != NULL)
		return list_at(g, at, e);
	if (open_state(g, e) < 0)
		return -1;
	return rules != NULL ? list_preview(g, rules, e) : list_now(g, e);
}

static int
members(struct listing *g, const char *slug, bool is_csv, struct err *e)
{
	enum members_form form = is_csv ? MEMBERS_CSV : MEMBERS_TABLE;

	if (g->o->json)
		form = MEMBERS_JSON;
	return open_state(g, e) < 0 ? -1 : print_members(&g->s, str_c(slug), form, e);
}

static int
check_args(const char *at, const char *rules, bool is_due, const char *slug, bool is_csv,
    bool is_json, struct err *e)
{
	if ((at != NULL) + (rules != NULL) + is_due + (slug != NULL) > 1)
		return err_set(
		    e, ERR_USAGE, "--at, --rules, --due and --members exclude each other");
	if (is_csv && (slug == NULL || is_json))
		return err_set(e, ERR_USAGE, "--csv goes with --members, and not with --json");
	return 0;
}

static void
print_list(const struct listing *g)
{
	if (g->o->json)
		print_json(g);
	else if (g->is_due)
		print_due(g);
	else
		print_text(g);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *at = NULL, *rules = NULL, *slug = NULL;
	bool is_csv = false;
	struct listing g = { .o = &o };
	const struct arg own[] = {
		{ "--at", NULL, NULL, &at },
		{ "--rules", NULL, NULL, &rules },
		{ "--due", NULL, &g.is_due, NULL },
		{ "--members", NULL, NULL, &slug },
		{ "--csv", NULL, &is_csv, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	int rc = command_args("segments", own, 6, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "segments takes no '%s'", argv[1]);
	if (check_args(at, rules, g.is_due, slug, is_csv, o.json, e) < 0 ||
	    account_check(o.account, e) < 0)
		return -1;
	if (slug != NULL)
		rc = members(&g, slug, is_csv, e);
	else
		rc = list(&g, at, rules, e);
	if (rc == 0 && slug == NULL)
		print_list(&g);
	state_close(&g.s);
	arena_release(&g.a);
	return rc;
}

const struct command cmd_segments = {
	.name = "segments",
	.synopsis = "[--at ID | --rules FILE | --due | --members SLUG [--csv]] [--json]",
	.summary = "sizes, sentences, who entered and left",
	.help = help,
	.run = run,
};
