#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "base/num.h"
#include "command/account.h"
#include "command/command.h"
#include "command/policy.h"
#include "command/say.h"
#include "ledger/fold.h"
#include "ledger/rows.h"
#include "segment/transition.h"
#include "wall/doc.h"

static const char help[] =
    "Each segment with its size, its rule as a sentence, and who entered and\n"
    "left with the last snapshot applied.\n"
    "\n"
    "  --at ID       as of another snapshot, out of its export\n"
    "  --rules FILE  what these rules would make of the customers as of the\n"
    "                last snapshot; entered and left compare with the\n"
    "                segments of the same slug; nothing is written\n"
    "  --json        as JSON\n";

#define EXPORT_LIMIT (UINT64_C(1) << 26)

struct line {
	struct str name, slug, sentence;
	uint64_t members, contacts, entered, left;
};

struct listing {
	const struct options *o;
	struct arena a;
	struct state s;
	struct line *lines;
	size_t n;
};

static void
print_text(const struct listing *g)
{
	printf("%9s %9s %8s %8s  segment\n", "members", "contacts", "entered",
	    "left");
	for (size_t i = 0; i < g->n; i++) {
		const struct line *l = &g->lines[i];

		printf("%9llu %9llu %8llu %8llu  %.*s (%.*s)\n%39s%.*s\n",
		    (unsigned long long)l->members,
		    (unsigned long long)l->contacts,
		    (unsigned long long)l->entered,
		    (unsigned long long)l->left, STR_ARG(l->name),
		    STR_ARG(l->slug), "", STR_ARG(l->sentence));
	}
}

static void
print_json(const struct listing *g)
{
	struct doc *d = doc_array();
	struct buf b = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		const struct line *l = &g->lines[i];
		struct doc *x = doc_in_object(d, NULL);

		doc_text(x, "name", l->name);
		doc_text(x, "slug", l->slug);
		doc_text(x, "rule", l->sentence);
		doc_u64(x, "members", l->members);
		doc_u64(x, "contacts", l->contacts);
		doc_u64(x, "entered", l->entered);
		doc_u64(x, "left", l->left);
	}
	doc_print(d, &b);
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
	doc_free(d);
}

static struct str
member_text(struct arena *a, const struct json *j, uint32_t at,
    const char *name)
{
	uint32_t i = json_find(j, at, str_c(name));

	return i != 0 && j->nodes[i].kind == JSON_STRING
	    ? str_copy(a, json_text(a, j, i))
	    : (struct str){ 0 };
}

static uint64_t
member_count(const struct json *j, uint32_t at, const char *name)
{
	uint32_t i = json_find(j, at, str_c(name));
	uint64_t v = 0;

	if (i != 0)
		(void)!num_u64(json_raw(j, i), &v);
	return v;
}

static int
parse_export(struct listing *g, const char *file, struct str text,
    struct json *j, struct err *e)
{
	struct json_fault fault = { "not a list of segments", 0 };
	uint32_t at = 1;

	if (!json_read(j, text, &fault) || j->nodes[0].kind != JSON_ARRAY) {
		err_set(e, ERR_FAILED, "%s", fault.what);
		err_file(e, file);
		return err_byte(e, fault.at);
	}
	g->n = j->nodes[0].count;
	g->lines = arena_zero(&g->a, g->n, sizeof(*g->lines));
	for (size_t i = 0; i < g->n; i++, at = j->nodes[at].next) {
		if (j->nodes[at].kind != JSON_OBJECT)
			continue;
		g->lines[i] = (struct line){
			.name = member_text(&g->a, j, at, "name"),
			.slug = member_text(&g->a, j, at, "slug"),
			.sentence = member_text(&g->a, j, at, "rule"),
			.members = member_count(j, at, "members"),
			.contacts = member_count(j, at, "contacts"),
			.entered = member_count(j, at, "entered"),
			.left = member_count(j, at, "left"),
		};
	}
	return 0;
}

/* The list an export wrote down. */
static int
list_at(struct listing *g, const char *id, struct err *e)
{
	struct str file = str_printf(&g->a, "exports/%s/segments.json", id);
	struct json j = JSON_INIT;
	struct str text;
	int rc;

	if (strchr(id, '/') != NULL ||
	    file_load(&g->a,
	        path_join(&g->a, g->o->account, str_z(&g->a, file)),
	        EXPORT_LIMIT, &text, e) < 0) {
		err_set(e, ERR_USAGE, "no snapshot '%s' was exported", id);
		return err_advise(e, "exports/ holds a directory for each.");
	}
	rc = parse_export(g, file.p, text, &j, e);
	json_release(&j);
	return rc;
}

/* Rules as they are stored with the last snapshot, and the sizes beside them. */
static int
list_now(struct listing *g, struct err *e)
{
	struct segment_set set;
	struct tallies t;
	struct str text;
	int rc = state_meta(&g->s, "rules", &text, e);

	if (rc <= 0)
		return rc;
	if (segment_parse(&g->a, "rules of the last snapshot",
	        str_copy(&g->a, text), &set, e) < 0 ||
	    tallies_read(&g->a, &g->s, &t, e) < 0)
		return -1;
	g->lines = arena_zero(&g->a, t.n, sizeof(*g->lines));
	for (size_t i = 0; i < t.n; i++) {
		struct buf b = { 0 };
		struct line *l = &g->lines[g->n++];

		*l = (struct line){ .slug = t.list[i].slug,
			.members = t.list[i].members,
			.contacts = t.list[i].contacts,
			.entered = t.list[i].entered,
			.left = t.list[i].left };
		for (size_t k = 0; k < set.n; k++) {
			if (!str_eq(set.list[k].slug, l->slug))
				continue;
			l->name = set.list[k].name;
			segment_sentence(&set, k, &b);
		}
		l->sentence = str_copy(&g->a, buf_view(&b));
		buf_release(&b);
	}
	return 0;
}

/* A preview while it runs over all customers. */
struct preview {
	struct listing *g;
	struct segment_set set;
	uint32_t *numbers; /* of the slugs that are known */
	bool *member;
	struct segment_now now;
	struct arena scratch;
};

static void
count_member(struct preview *p, size_t i, const struct standing *s)
{
	struct line *l = &p->g->lines[i];
	struct str rest = s->memberships;
	struct membership m;
	bool was = false;

	while (p->numbers[i] != 0 && membership_next(&rest, &m) > 0)
		was = was || m.slug == p->numbers[i];
	l->members += p->member[i];
	l->contacts += p->member[i] && s->reason == STANDING_CONTACT;
	l->entered += p->member[i] && !was;
	l->left += was && !p->member[i];
}

static int
preview_row(struct preview *p, struct str id, struct str row, struct err *e)
{
	struct profile profile = { .id = id };
	struct standing standing;
	struct str text;
	int rc;

	if (!profile_unpack(&p->scratch, row, &profile))
		return state_broken(e, "a profile's row");
	rc = kv_get(p->g->s.txn, TABLE_STANDINGS, id, &text, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !standing_unpack(text, &standing))
		return state_broken(e, "a customer's standing");
	segment_eval(&p->set, &profile, p->now, p->member);
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

	if (state_applied(&g->s, (uint32_t)g->s.totals.applied, &last, e) <= 0)
		return state_broken(e, "a snapshot is missing");
	p->now.as_of = last.as_of;
	g->n = p->set.n;
	g->lines = arena_zero(&g->a, g->n, sizeof(*g->lines));
	p->numbers = arena_zero(&g->a, g->n, sizeof(*p->numbers));
	p->member = arena_zero(&g->a, g->n + 1, sizeof(*p->member));
	for (size_t i = 0; i < g->n; i++) {
		struct buf b = { 0 };

		segment_sentence(&p->set, i, &b);
		g->lines[i].name = p->set.list[i].name;
		g->lines[i].slug = p->set.list[i].slug;
		g->lines[i].sentence = str_copy(&g->a, buf_view(&b));
		buf_release(&b);
		if (names_find(&g->s.names, g->s.txn, p->set.list[i].slug,
		        &p->numbers[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
list_preview(struct listing *g, const char *file, struct err *e)
{
	struct preview p = { .g = g };
	int rc = policy_rules(&g->a, g->o->account, file, &p.set, e);

	if (rc == 0)
		rc = begin_preview(&p, e);
	if (rc == 0)
		rc = preview_all(&p, e);
	arena_release(&p.scratch);
	return rc;
}

static int
list(struct listing *g, const char *at, const char *rules, struct err *e)
{
	int rc;

	if (at != NULL)
		return list_at(g, at, e);
	rc = state_open(&g->s, g->o->account, false, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || g->s.totals.applied == 0) {
		err_set(e, ERR_FAILED, "no snapshot is applied yet");
		return err_advise(e, "Run 'flowstory process' first.");
	}
	return rules != NULL ? list_preview(g, rules, e) : list_now(g, e);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *at = NULL, *rules = NULL;
	const struct arg own[] = {
		{ "--at", NULL, NULL, &at },
		{ "--rules", NULL, NULL, &rules },
		{ "--json", NULL, &o.json, NULL },
	};
	struct listing g = { .o = &o };
	int rc = command_args("segments", own, 3, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0 || (at != NULL && rules != NULL))
		return err_set(e, ERR_USAGE,
		    rc > 0 ? "segments takes no argument"
		           : "--at and --rules exclude each other");
	if (account_check(o.account, e) < 0)
		return -1;
	rc = list(&g, at, rules, e);
	if (rc == 0 && o.json)
		print_json(&g);
	else if (rc == 0)
		print_text(&g);
	state_close(&g.s);
	arena_release(&g.a);
	return rc;
}

const struct command command_segments = {
	.name = "segments",
	.synopsis = "[--at ID | --rules FILE] [--json]",
	.summary = "sizes, sentences, who entered and left",
	.help = help,
	.run = run,
};
