/* Goal: history is applied with the terms of its time, whatever was deleted or left by a killed
 * run. */
#include "account/terms_history.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define FIRST "20260101T000000Z"
#define SECOND "20260102T000000Z"
#define THIRD "20260103T000000Z"

static struct {
	char dir[64];
	struct arena a;
	struct terms_history h;
	struct terms t;
	struct err e;
} g;

static void
begin(void)
{
	memset(&g, 0, sizeof(g));
	strcpy(g.dir, "/tmp/flowstory-terms-XXXXXX");
	cr_assert(mkdtemp(g.dir) != NULL);
}

static void
end(void)
{
	struct err e = ERR_INIT;

	terms_history_release(&g.h);
	terms_release(&g.t);
	cr_expect(dir_remove(g.dir, &e) == 0, "%s", e.msg);
	arena_release(&g.a);
}

TestSuite(terms_history, .init = begin, .fini = end);

static char *
at(const char *name)
{
	return file_join(&g.a, g.dir, name);
}

/* Written with ' for ". */
static void
save(const char *name, const char *text)
{
	char *p = str_z(&g.a, str_c(text)), *slash;
	char *path = at(name);

	for (char *c = p; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	slash = strrchr(path, '/');
	*slash = '\0';
	cr_assert(dir_make_all(path, &g.e) == 0, "%s", g.e.msg);
	*slash = '/';
	cr_assert(file_save(path, str_c(p), &g.e) == 0, "%s", g.e.msg);
}

static struct str
load(const char *name)
{
	struct str text = { 0 };

	cr_assert(file_load(&g.a, at(name), 1 << 20, &text, &g.e) == 0, "%s", g.e.msg);
	return text;
}

static void
set(const char *settings)
{
	save("flowstory.json", settings);
	terms_release(&g.t);
	cr_assert(terms_present(&g.t, g.dir, &g.e) == 0, "%s", g.e.msg);
}

static void
open_history(void)
{
	terms_history_release(&g.h);
	cr_assert(terms_history_open(&g.h, g.dir, &g.e) == 0, "%s", g.e.msg);
}

static void
follow(const char *id, bool is_accepted)
{
	cr_assert(
	    terms_history_follow(&g.h, str_c(id), &g.t, is_accepted, &g.e) == 0, "%s", g.e.msg);
}

static size_t
count(const char *dir)
{
	struct str *names;
	size_t n;

	cr_assert(dir_list(&g.a, at(dir), &names, &n, &g.e) == 0);
	return n;
}

static uint64_t
age_at(const char *id)
{
	const struct terms *t;

	cr_assert(terms_history_at(&g.h, str_c(id), &t, &g.e) == 1, "%s", g.e.msg);
	return t->settings.export.min_age;
}

Test(terms_history, a_file_is_written_only_where_something_changed)
{
	save("list", "A@x.co");
	set("{'min_age':18,'suppress':'list','page_size':7,'client_id':'secret'}");
	open_history();
	follow(FIRST, false);
	set("{'client_id':'other','suppress':'list', 'min_age' : 18}");
	follow(SECOND, false);
	cr_expect(count("terms") == 2);
	cr_expect(str_eq(load("terms/" FIRST ".suppress.txt"), STR("a@x.co\n")));
	cr_expect(!str_has_nocase(load("terms/" FIRST ".json"), STR("secret")));
	cr_expect(!str_has_nocase(load("terms/" FIRST ".json"), STR("page_size")));
	save("list", "a@x.co, b@x.co");
	set("{'min_age':18,'suppress':'list'}");
	follow(THIRD, false);
	cr_expect(str_eq(load("terms/" THIRD ".suppress.txt"), STR("a@x.co\nb@x.co\n")));
	cr_expect(count("terms") == 4);
}

Test(terms_history, an_empty_list_is_there)
{
	save("list", "nobody");
	set("{'suppress':'list'}");
	open_history();
	follow(FIRST, false);
	cr_expect(load("terms/" FIRST ".suppress.txt").n == 0);
	set("{}");
	follow(SECOND, false);
	cr_expect(count("terms") == 3, "the setting is gone: another text");
}

Test(terms_history, values_stand_there_as_they_were_written)
{
	set("{'completed_statuses':['Sold','d\\u00f6ne'],'breaker_percent':12.50,'list_separator':'"
	    " | "
	    "'}");
	open_history();
	follow(FIRST, false);
	cr_expect(str_has_nocase(load("terms/" FIRST ".json"), STR("[\"Sold\", \"d\xc3\xb6ne\"]")));
	cr_expect(str_has_nocase(load("terms/" FIRST ".json"), STR("\"breaker_percent\": 12.50")));
	set("{'completed_statuses':['Sold','d\xc3\xb6ne'],'breaker_percent':12.50,"
	    "'list_separator':' | '}");
	follow(SECOND, false);
	cr_expect(count("terms") == 1, "an escape is the same character");
	terms_release(&g.t);
	cr_assert(terms_history_load(&g.t, g.dir, STR(SECOND), &g.e) == 1, "%s", g.e.msg);
	cr_expect(str_eq(g.t.settings.records.completed_statuses[0], STR("sold")));
	cr_expect(str_eq(g.t.settings.export.list_separator, STR(" | ")));
}

Test(terms_history, an_accepted_mass_change_is_noted_for_that_snapshot_alone)
{
	set("{}");
	open_history();
	follow(FIRST, false);
	follow(SECOND, true);
	follow(THIRD, false);
	cr_expect(count("terms") == 2, "the note is not compared");
	cr_expect(terms_history_accepts(&g.h, STR(FIRST), &g.e) == 0);
	cr_expect(terms_history_accepts(&g.h, STR(SECOND), &g.e) == 1);
	cr_expect(terms_history_accepts(&g.h, STR(THIRD), &g.e) == 0);
}

Test(terms_history, what_was_applied_keeps_its_terms)
{
	set("{'min_age':18}");
	open_history();
	follow(FIRST, false);
	set("{'min_age':21}");
	follow(SECOND, false);
	save("diffs/" SECOND ".jsonl.gz", "");
	open_history();
	cr_expect(age_at(FIRST) == 18 && age_at(SECOND) == 21 && age_at(THIRD) == 21);
	cr_expect(terms_history_was_applied(&g.h, STR(SECOND)));
	cr_expect(!terms_history_was_applied(&g.h, STR(THIRD)));
	follow(FIRST, false);
	cr_expect(count("terms") == 2 && age_at(FIRST) == 18, "its file stays");
}

Test(terms_history, what_a_killed_run_left_is_replaced)
{
	set("{'min_age':18}");
	open_history();
	follow(FIRST, false);
	set("{'min_age':19}");
	follow(SECOND, false);
	set("{'min_age':21}");
	open_history();
	follow(SECOND, false);
	cr_expect(age_at(SECOND) == 21);
	set("{'min_age':18}");
	open_history();
	follow(SECOND, false);
	cr_expect(count("terms") == 1 && age_at(SECOND) == 18, "as before it");
}

/* A snapshot the store takes for one. */
static void
add_snapshot(const char *id)
{
	save(str_z(&g.a, str_printf(&g.a, "snapshots/%s/manifest.json", id)), "{}");
}

Test(terms_history, with_snapshots_and_terms_alone_all_were_applied)
{
	add_snapshot(FIRST);
	add_snapshot(SECOND);
	set("{}");
	open_history();
	cr_expect(!terms_history_was_applied(&g.h, STR(FIRST)), "no terms: a first run");
	follow(FIRST, false);
	open_history();
	cr_expect(terms_history_was_applied(&g.h, STR(SECOND)));
	cr_expect(!terms_history_was_applied(&g.h, STR(THIRD)));
	save("state/data.mdb", "");
	open_history();
	cr_expect(!terms_history_was_applied(&g.h, STR(FIRST)), "a first run that was killed");
}

Test(terms_history, a_rebuild_that_is_interrupted_goes_on_as_it_began)
{
	add_snapshot(FIRST);
	add_snapshot(SECOND);
	set("{}");
	open_history();
	follow(FIRST, false);
	cr_assert(terms_history_mark(g.dir, true, &g.e) == 0, "%s", g.e.msg);
	save("state/data.mdb", "");
	save("diffs/" FIRST ".jsonl.gz", "");
	open_history();
	cr_expect(terms_history_was_applied(&g.h, STR(SECOND)));
}

Test(terms_history, a_file_that_cannot_be_read_is_named)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", NULL },
		{ "[]", "not the terms" },
		{ "{'format':1,'rules':[]}", "lacks" },
		{ "{'format':1,'settings':{'page_size':1},'rules':[]}", "page_size" },
		{ "{'format':1,'settings':{'suppress':'list'},'rules':[]}", "suppress.txt" },
		{ "{'format':1,'settings':{},'rules':{}}", "array" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct terms *t;

		save("terms/" FIRST ".json", rows[i].text);
		open_history();
		g.e = (struct err)ERR_INIT;
		cr_assert(terms_history_at(&g.h, STR(FIRST), &t, &g.e) == -1, "%s", rows[i].text);
		cr_expect(g.e.kind == ERR_SETTINGS);
		cr_expect(strncmp(g.e.file, "terms/" FIRST, 22) == 0, "%s", g.e.file);
		cr_expect(rows[i].says == NULL || strstr(g.e.msg, rows[i].says) != NULL, "%s: %s",
		    rows[i].text, g.e.msg);
	}
}
