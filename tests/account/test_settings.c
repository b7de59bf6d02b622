/* Goal: a setting is what it says or an error with its line and column. */
#include "account/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "account/settings_load.h"
#include "account/settings_suppress.h"
#include "account/settings_terms.h"
#include "base/file.h"
#include "base/timestamp.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct {
	char dir[64];
	struct arena a;
	struct settings s;
	struct err e;
} g;

static void
begin(void)
{
	memset(&g, 0, sizeof(g));
	strcpy(g.dir, "/tmp/flowstory-settings-XXXXXX");
	cr_assert(mkdtemp(g.dir) != NULL);
}

static void
end(void)
{
	struct err e = ERR_INIT;

	settings_release(&g.s);
	cr_expect(dir_remove(g.dir, &e) == 0, "%s", e.msg);
	arena_release(&g.a);
}

TestSuite(settings, .init = begin, .fini = end);

/* Written with ' for ". */
static int
parse(const char *text)
{
	char *p = str_z(&g.a, str_c(text));

	for (char *c = p; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	settings_release(&g.s);
	g.e = (struct err)ERR_INIT;
	return settings_parse(&g.s, "flowstory.json", str_c(p), &g.e);
}

static void
save(const char *name, const char *text)
{
	cr_assert(file_save(file_join(&g.a, g.dir, name), str_c(text), &g.e) == 0);
}

Test(settings, those_of_a_push)
{
	const struct push_settings *p = &g.s.push;

	cr_assert(parse("{}") == 0, "%s", g.e.msg);
	cr_expect(!p->is_on && p->token_file.n == 0 && p->url.n == 0);
	cr_expect(p->interval_ms == 200 && p->timeout_s == 60 && p->retries == 5);
	cr_expect(p->membership == PUSH_FLAGS && p->gone == PUSH_GONE_FLAG && p->clear == 0);
	cr_expect(p->text_opt_out.n == 0 && p->percent == 20 && p->hold == 0);
	cr_assert(parse("{'push':true,'push_membership':'static','push_gone':'delete','push_clear':"
	                "'omit','push_text_opt_out':'optOutText','push_hold':90,'dailystory_url':"
	                "'http://127.0.0.1:8080','dailystory_token_file':'token'}") == 0,
	    "%s", g.e.msg);
	cr_expect(p->is_on && p->membership == PUSH_STATIC && p->gone == PUSH_GONE_DELETE);
	cr_expect(p->clear == 1 && p->hold == 90 && str_eq(p->text_opt_out, STR("optOutText")));
	cr_expect(str_eq(p->url, STR("http://127.0.0.1:8080")));
	cr_expect(str_eq(g.s.flowhub.base_url, STR("https://api.flowhub.co")));
}

Test(settings, every_one_has_a_default)
{
	const struct flowhub_settings *f = &g.s.flowhub;

	cr_assert(parse("{}") == 0, "%s", g.e.msg);
	cr_expect(str_eq(f->base_url, STR("https://api.flowhub.co")));
	cr_expect(f->client_id.n == 0 && f->api_key_file.n == 0);
	cr_expect(f->locations_n == 0);
	cr_expect(str_eq(f->history_start, STR("2018-01-01")));
	cr_expect(f->overlap_days == 3 && f->deep_days == 35);
	cr_expect(f->deep_every == 24 * TIMESTAMP_HOUR);
	cr_expect(f->full_orders_every == 7 * TIMESTAMP_DAY);
	cr_expect(f->full_customers_every == 24 * TIMESTAMP_HOUR);
	cr_expect(f->window_days == 7 && f->page_size == 500);
	cr_expect(f->min_interval_ms == 300 && f->timeout_s == 120);
	cr_expect(f->retries == 6);
	cr_expect(f->stale_after == 6 * TIMESTAMP_HOUR);
	cr_expect(g.s.records.completed_n == 2);
	cr_expect(str_eq(g.s.records.completed_statuses[0], STR("sold")));
	cr_expect(g.s.records.placeholder_n == 5);
	cr_expect(g.s.records.placeholder_mobiles_n == 0);
	cr_expect(str_eq(g.s.records.breaker_percent, STR("10")));
	cr_expect(g.s.export.min_age == 0);
	cr_expect(str_eq(g.s.export.list_separator, STR(";")));
	cr_expect(!g.s.export.csv_bom && !g.s.export.segment_lists);
	cr_expect(g.s.suppress.n == 0 && g.s.retention.n == 0);
	cr_expect(g.s.metrics_file.n == 0 && g.s.on_end.n == 0);
}

Test(settings, null_is_the_default)
{
	cr_assert(parse("{'page_size':null,'completed_statuses':null,"
	                "'csv_bom':null}") == 0);
	cr_expect(g.s.flowhub.page_size == 500);
	cr_expect(g.s.records.completed_n == 2);
}

Test(settings, every_one_can_be_set)
{
	cr_assert(parse("{'base_url':'http://127.0.0.1:1','client_id':'c',"
	                "'api_key_file':'k','ca_file':'a',"
	                "'locations':[' L1 ','L2'],'history_start':'2020-02-29',"
	                "'overlap_days':1,'deep_days':2,'deep_every':'3h',"
	                "'full_orders_every':'4d','full_customers_every':'5w',"
	                "'window_days':6,'page_size':10000,'min_interval_ms':0,"
	                "'timeout_s':8,'retries':0,"
	                "'completed_statuses':['DONE'],"
	                "'placeholder_emails':[],'placeholder_mobiles':['(303) 555-0123'],"
	                "'stale_after':'90m','min_age':21,'suppress':'s',"
	                "'list_separator':'||','csv_bom':true,"
	                "'segment_lists':true,'breaker_percent':12.50,"
	                "'metrics_file':'/m.prom','on_end':'tell me',"
	                "'retention':'90d'}") == 0,
	    "%s", g.e.msg);
	cr_expect(g.s.flowhub.locations_n == 2);
	cr_expect(str_eq(g.s.flowhub.locations[0], STR("L1")));
	cr_expect(g.s.flowhub.deep_every == 3 * TIMESTAMP_HOUR);
	cr_expect(g.s.flowhub.full_customers_every == 35 * TIMESTAMP_DAY);
	cr_expect(g.s.records.completed_n == 1);
	cr_expect(str_eq(g.s.records.completed_statuses[0], STR("done")));
	cr_expect(g.s.records.placeholder_n == 0);
	cr_assert(g.s.records.placeholder_mobiles_n == 1);
	cr_expect(str_eq(g.s.records.placeholder_mobiles[0], STR("+13035550123")));
	cr_expect(str_eq(g.s.records.breaker_percent, STR("12.5")));
	cr_expect(g.s.export.min_age == 21 && g.s.export.csv_bom);
	cr_expect(str_eq(g.s.export.list_separator, STR("||")));
	cr_expect(str_eq(g.s.suppress, STR("s")));
	cr_expect(str_eq(g.s.metrics_file, STR("/m.prom")));
	cr_expect(str_eq(g.s.on_end, STR("tell me")));
}

/* Whoever tells of the fault has to know where. */
Test(settings, what_is_sound_is_set_wherever_the_fault_is)
{
	cr_assert(parse("{'metrics_file':'m','no':1,'page_size':'x','on_end':'e'}") == -1);
	cr_expect(g.e.column == 21, "column %u", g.e.column);
	cr_expect(str_eq(g.s.metrics_file, STR("m")));
	cr_expect(str_eq(g.s.on_end, STR("e")));
}

Test(settings, texts_outlive_the_file)
{
	struct settings s;
	struct err e = ERR_INIT;
	char text[] = "{\"client_id\":\"abc\",\"locations\":[\"L1\"]}";

	cr_assert(settings_parse(&s, "f", str_c(text), &e) == 0);
	memset(text, 'X', sizeof(text));
	cr_expect(str_eq(s.flowhub.client_id, STR("abc")));
	cr_expect(str_eq(s.flowhub.locations[0], STR("L1")));
	settings_release(&s);
}

Test(settings, a_wrong_one_is_named_with_line_and_column)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *says;
	} rows[] = {
		{ "", 1, 1, NULL },
		{ "[]", 1, 1, "one JSON object" },
		{ "{\n  'page_size': 1,\n  'page_size': 2\n}", 3, 3, "repeated key" },
		{ "{\n\t'pagesize':1}", 2, 2, "'pagesize'" },
		{ "{'Page_size':1}", 1, 2, "'Page_size'" },
		{ "{'suppress_sha256':'x'}", 1, 2, "'suppress_sha256'" },
		{ "{'page_size':\n 0}", 2, 2, "from 1 to 10000" },
		{ "{'page_size':10001}", 1, 14, "from 1 to 10000" },
		{ "{'page_size':1.5}", 1, 14, "whole number" },
		{ "{'page_size':1e2}", 1, 14, "whole number" },
		{ "{'page_size':-1}", 1, 14, "whole number" },
		{ "{'page_size':'1'}", 1, 14, "whole number" },
		{ "{'min_age':151}", 1, 12, "'min_age'" },
		{ "{'client_id':7.5}", 1, 14, "a string or a whole number" },
		{ "{'client_id':-7}", 1, 14, "a string or a whole number" },
		{ "{'client_id':true}", 1, 14, "a string or a whole number" },
		{ "{'base_url':'http://example.com'}", 1, 13, "plain http" },
		{ "{'base_url':'ftp://example.com'}", 1, 13, "https://" },
		{ "{'base_url':'https://a b'}", 1, 13, "a scheme and a host" },
		{ "{'placeholder_emails':['a@b.co','n/a']}", 1, 33, "email addresses" },
		{ "{'placeholder_emails':['']}", 1, 24, "email addresses" },
		{ "{'placeholder_mobiles':['555-0123']}", 1, 25, "mobile numbers" },
		{ "{'placeholder_mobiles':'3035550123'}", 1, 24, "mobile numbers" },
		{ "{'completed_statuses':['sold',' ']}", 1, 31, "'completed_statuses'" },
		{ "{'locations':['']}", 1, 15, "'locations'" },
		{ "{'list_separator':' '}", 1, 19, "punctuation" },
		{ "{'list_separator':'x'}", 1, 19, "punctuation" },
		{ "{'list_separator':'\\n'}", 1, 19, "punctuation" },
		{ "{'stale_after':6}", 1, 16, "span" },
		{ "{'locations':'L1'}", 1, 14, "a list of strings" },
		{ "{'locations':[7]}", 1, 14, "a list of strings" },
		{ "{'completed_statuses':[]}", 1, 23, "at least one" },
		{ "{'list_separator':''}", 1, 19, "a string" },
		{ "{'csv_bom':1}", 1, 12, "true or false" },
		{ "{'csv_bom':'true'}", 1, 12, "true or false" },
		{ "{'breaker_percent':101}", 1, 20, "0 to 100" },
		{ "{'push_membership':'flag'}", 1, 20,
		    "'push_membership' takes \"flags\", \"list\", \"static\" or \"none\"" },
		{ "{'dailystory_url':5}", 1, 19,
		    "'dailystory_url' takes a string like \"https://us-1.dailystory.com\"" },
		{ "{'push_gone':1}", 1, 14, "\"flag\", \"inactive\" or \"delete\"" },
		{ "{'push_clear':['empty']}", 1, 15, "\"empty\" or \"omit\"" },
		{ "{'push_text_opt_out':'a b'}", 1, 22, "letters and digits" },
		{ "{'push_email_opt_out':''}", 1, 23, "letters and digits" },
		{ "{'push_percent':101}", 1, 17, "0 to 100" },
		{ "{'push':'yes'}", 1, 9, "true or false" },
		{ "{'dailystory_url':'http://example.com'}", 1, 19, "'dailystory_url' is plain" },
		{ "{'dailystory_url':'us-1'}", 1, 19, "'dailystory_url' must begin with https://" },
		{ "{'breaker_percent':100.0001}", 1, 20, "0 to 100" },
		{ "{'breaker_percent':-1}", 1, 20, "0 to 100" },
		{ "{'breaker_percent':'10'}", 1, 20, "0 to 100" },
		{ "{'history_start':'2018-02-30'}", 1, 18, "a day" },
		{ "{'history_start':'2018-01-01T00:00:00Z'}", 1, 18, "a day" },
		{ "{'deep_every':'24'}", 1, 15, "span" },
		{ "{'deep_every':24}", 1, 15, "span" },
		{ "{'deep_every':'-24h'}", 1, 15, "span" },
		{ "{'deep_every':'99999999w'}", 1, 15, "span" },
		{ "{'retention':'soon'}", 1, 14, "span" },
		{ "{'metrics_file':''}", 1, 17, "not empty" },
		{ "{'metrics_file':'a\\u0000b'}", 1, 17, "not empty" },
		{ "{'on_end':['x']}", 1, 11, "not empty" },
		{ "{'x':1,'y':2}", 1, 2, "'x'" },
		{ "{'page_size':1,}", 1, 15, "a comma before a closing bracket" },
		{ "{'page_size':1\n'min_age':21}", 2, 1, "a missing comma" },
		{ "{min_age:21}", 1, 2, "a name without quotes" },
		{ "{# mine\n}", 1, 2, "a comment" },
		{ "{'locations':['L1'}", 1, 19, "a closing ']' is missing" },
		{ "{'page_size':1} x", 1, 17, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(parse(rows[i].text) == -1, "%s", rows[i].text);
		cr_expect(g.e.kind == ERR_SETTINGS, "%s", rows[i].text);
		cr_expect(g.e.line == rows[i].line && g.e.column == rows[i].column, "%s: %u:%u",
		    rows[i].text, g.e.line, g.e.column);
		cr_expect(strcmp(g.e.file, "flowstory.json") == 0);
		if (rows[i].says != NULL)
			cr_expect(
			    strstr(g.e.msg, rows[i].says) != NULL, "%s: %s", rows[i].text, g.e.msg);
	}
}

Test(settings, a_choice_is_named_once)
{
	cr_assert(parse("{'push_clear':'none'}") == -1);
	cr_expect(strcmp(g.e.msg, "'push_clear' takes \"empty\" or \"omit\"") == 0, "%s", g.e.msg);
}

Test(settings, an_unknown_one_says_which_is_meant)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "{'min_ages':21}", "'min_age'" },
		{ "{'Min-Age':21}", "'min_age'" },
		{ "{'supress':'x'}", "'suppress'" },
		{ "{'place_holder_emails':[]}", "'placeholder_emails'" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(parse(rows[i].text) == -1);
		cr_expect(
		    strstr(g.e.advice, rows[i].says) != NULL, "%s: %s", rows[i].text, g.e.advice);
	}
	cr_assert(parse("{'colour':1}") == -1);
	cr_expect(strstr(g.e.advice, "Did you mean") == NULL, "%s", g.e.advice);
}

Test(settings, quotes_that_are_too_many_are_named)
{
	static const struct {
		const char *text;
		bool says;
	} rows[] = {
		{ "{'min_age':'21'}", true },
		{ "{'csv_bom':'true'}", true },
		{ "{'min_age':'young'}", false },
		{ "{'min_age':''}", false },
		{ "{'csv_bom':'yes'}", false },
		{ "{'min_age':2.5}", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(parse(rows[i].text) == -1);
		cr_expect((strcmp(g.e.advice, "Write it without quotes.") == 0) == rows[i].says,
		    "%s: %s", rows[i].text, g.e.advice);
	}
}

Test(settings, an_id_may_be_a_number)
{
	cr_assert(parse("{'client_id':12345678901234567890}") == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.s.flowhub.client_id, STR("12345678901234567890")));
}

Test(settings, what_changes_profiles_and_what_changes_contacts_are_told_apart)
{
	static const struct {
		const char *text;
		bool profiles, contacts, choice;
	} rows[] = {
		{ "{}", false, false, false },
		{ "{'csv_bom':true,'segment_lists':true}", false, false, false },
		{ "{'breaker_percent':1,'page_size':1}", false, false, false },
		{ "{'completed_statuses':['sold']}", true, false, false },
		{ "{'completed_statuses':['SOLD','completed']}", false, false, false },
		{ "{'completed_statuses':['completed','sold','Sold']}", false, false, false },
		{ "{'placeholder_emails':[]}", true, false, false },
		{ "{'placeholder_mobiles':['3035550123']}", true, false, false },
		{ "{'min_age':1}", false, true, true },
		{ "{'list_separator':','}", false, true, false },
	};
	struct str was[3], now[3];

	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool differs[] = { rows[i].profiles, rows[i].contacts, rows[i].choice };

		cr_assert(parse(rows[i].text) == 0, "%s: %s", rows[i].text, g.e.msg);
		now[0] = settings_terms_of_profiles(&g.s, &g.a);
		now[1] = settings_terms_of_contacts(&g.s, &g.a);
		now[2] = settings_terms_of_choice(&g.s, &g.a);
		for (size_t k = 0; k < 3; k++) {
			if (i == 0)
				was[k] = now[k];
			cr_expect(str_eq(was[k], now[k]) != differs[k], "%s, %zu", rows[i].text, k);
		}
	}
}

Test(settings, an_account_without_a_file_has_the_defaults)
{
	cr_assert(settings_load(&g.s, g.dir, &g.e) == 0, "%s", g.e.msg);
	cr_expect(!g.s.has_file && g.s.flowhub.page_size == 500);
}

Test(settings, what_is_no_file_is_refused)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/flowstory.json", g.dir);
	for (int i = 0; i < 2; i++) {
		cr_assert((i == 0 ? mkfifo(path, 0600) : symlink("nowhere", path)) == 0);
		g.e = (struct err)ERR_INIT;
		cr_expect(settings_load(&g.s, g.dir, &g.e) == -1);
		cr_expect(g.e.kind == ERR_SETTINGS, "%s", g.e.msg);
		cr_expect(strstr(g.e.msg, "not a regular file") != NULL, "%s", g.e.msg);
		cr_expect(strstr(g.e.advice, "Move it away") != NULL, "%s", g.e.advice);
		cr_assert(unlink(path) == 0);
	}
}

Test(settings, the_suppression_list_is_read_with_them)
{
	save("flowstory.json", "{\"suppress\":\"list.txt\"}");
	save("list.txt", "a@b.co\n303-555-1234\n");
	cr_assert(settings_load(&g.s, g.dir, &g.e) == 0, "%s", g.e.msg);
	cr_expect(g.s.has_file);
	cr_expect(intern_find(&g.s.export.suppressed, STR("a@b.co")) != 0);
	cr_expect(intern_find(&g.s.export.suppressed, STR("+13035551234")) != 0);
	cr_expect(g.s.suppress_sha256.n == 64);
}

Test(settings, a_list_that_is_missing_stops_everything)
{
	save("flowstory.json", "{\"suppress\":\"list.txt\"}");
	cr_expect(settings_load(&g.s, g.dir, &g.e) == -1);
	cr_expect(g.e.kind == ERR_SETTINGS, "%s", g.e.msg);
	cr_expect(strstr(g.e.msg, "suppress") != NULL, "%s", g.e.msg);
	cr_expect(g.e.line == 1 && g.e.column == 13, "%u:%u", g.e.line, g.e.column);
}

Test(settings, the_list_is_kept_as_its_addresses)
{
	cr_assert(parse("{}") == 0);
	settings_suppress_read(&g.s, STR("B <b@x.co>;(303) 555-1234\r\nnobody\nA@x.co\nb@x.co"));
	cr_expect(str_eq(g.s.export.suppress_text, STR("+13035551234\na@x.co\nb@x.co\n")), "%.*s",
	    STR_ARG(g.s.export.suppress_text));
	settings_suppress_use(&g.s, STR("+4932555112\nb@x.co\n"));
	cr_expect(g.s.export.suppressed.n == 3, "no other number is found in it");
	cr_expect(str_eq(g.s.export.suppress_text, STR("+4932555112\nb@x.co\n")));
}

Test(settings, files_for_a_fetch_are_looked_for)
{
	save("flowstory.json", "{\"ca_file\":null,\n\"api_key_file\": \"key\"}");
	cr_assert(settings_load(&g.s, g.dir, &g.e) == 0, "%s", g.e.msg);
	cr_expect(settings_load_check(&g.s, g.dir, &g.e) == -1);
	cr_expect(g.e.kind == ERR_SETTINGS && g.e.line == 2 && g.e.column == 17, "%u:%u", g.e.line,
	    g.e.column);
	save("key", "k");
	cr_expect(settings_load_check(&g.s, g.dir, &g.e) == 0);
}

Test(settings, an_empty_list_is_no_list)
{
	save("flowstory.json", "{\"suppress\":\"list.txt\"}");
	save("list.txt", "");
	cr_assert(settings_load(&g.s, g.dir, &g.e) == 0, "%s", g.e.msg);
	cr_expect(g.s.suppress_sha256.n == 0);
}
