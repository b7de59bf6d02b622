/* Goal: whatever is wrong in segments.json is named with its line and column,
 * and with what is allowed. */
#include "support.h"

struct row {
	const char *text;
	unsigned line, column;
	const char *msg, *advice;
};

static void
expect_error(const struct row *row, const char *text, unsigned column)
{
	struct rules r;

	rules_quoted(&r, text);

	cr_expect(r.status == -1, "accepted: %s", row->text);
	if (r.status == -1) {
		cr_expect(r.e.kind == ERR_SETTINGS, "kind of %s", row->text);
		cr_expect_str_eq(r.e.file, "segments.json", "file");
		cr_expect(r.e.line == row->line && r.e.column == column,
		    "%s: %u:%u, not %u:%u (%s)", row->text, row->line, column, r.e.line, r.e.column,
		    r.e.msg);
		cr_expect(strstr(r.e.msg, row->msg) != NULL, "%s: '%s' in '%s'", row->text,
		    row->msg, r.e.msg);
		cr_expect(strstr(r.e.advice, row->advice) != NULL, "%s: '%s' in '%s'", row->text,
		    row->advice, r.e.advice);
	}
	rules_release(&r);
}

/* Columns of rules are counted from the rule's own first character. */
static void
expect_rule_errors(const struct row *rows, size_t n)
{
	static const char head[] = "[{'name':'A','slug':'a','where':";

	for (size_t i = 0; i < n; i++) {
		struct buf b = { 0 };

		buf_printf(&b, "%s%s}]%c", head, rows[i].text, '\0');
		expect_error(&rows[i], b.p,
		    rows[i].line > 1 ? rows[i].column : rows[i].column + sizeof(head) - 1);
		buf_release(&b);
	}
}

static void
expect_file_errors(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_error(&rows[i], rows[i].text, rows[i].column);
}

Test(error, the_file_is_json_and_nothing_else)
{
	static const struct row rows[] = {
		{ "", 1, 1, "", "" },
		{ "[", 1, 2, "a closing ']' is missing", "line 1, column 1" },
		{ "[]]", 1, 3, "", "" },
		{ "[\n {'name':'a',\n  'name':'b'}]", 3, 3, "repeated", "" },
		{ "[\n\t'\xff']", 2, 3, "UTF-8", "Save" },
		{ "[\n{'name':'a',}]", 2, 12, "a comma before a closing bracket", "Take" },
		{ "[{name:'a'}]", 1, 3, "a name without quotes", "double quotes" },
		{ "[{'name':'a'\n'slug':'b'}]", 2, 1, "a missing comma", "comma between" },
		{ "[\n// mine\n]", 2, 1, "a comment", "take it out" },
		{ "[{'name':'a'\n", 2, 1, "a closing '}' is missing", "line 1, column 2" },
	};

	expect_file_errors(rows, ROWS(rows));
}

Test(error, the_file_is_an_array_of_segments)
{
	static const struct row rows[] = {
		{ "{}", 1, 1, "must be an array", "where" },
		{ "null", 1, 1, "must be an array", "" },
		{ "[\n[]]", 2, 1, "must be an object", "slug" },
		{ "[{}]", 1, 2, "'name' is missing", "slug" },
		{ "[{'name':'A','where':{'all':[]}}]", 1, 2, "'slug' is missing", "" },
		{ "[{'name':'A','slug':'a'}]", 1, 2, "'where' is missing", "" },
		{ "[{'name':'A','slug':'a',\n'Where':1}]", 2, 1, "unknown key 'Where'", "where" },
		{ "[{'name':'A','slug':'a','where':{'all':[]},'note':''}]", 1, 44,
		    "unknown key 'note'", "" },
	};

	expect_file_errors(rows, ROWS(rows));
}

#define SEGMENT(name, slug) "{'name':" name ",'slug':" slug ",'where':{'all':[]}}"

Test(error, names_and_slugs_are_checked)
{
	static const struct row rows[] = {
		{ "[" SEGMENT("''", "'a'") "]", 1, 10, "a name", "" },
		{ "[" SEGMENT("' \\t'", "'a'") "]", 1, 10, "a name", "" },
		{ "[" SEGMENT("7", "'a'") "]", 1, 10, "a name", "" },
		{ "[" SEGMENT("'A'", "''") "]", 1, 21, "a slug", "file" },
		{ "[" SEGMENT("'A'", "'A'") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'", "'a b'") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'", "'../a'") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'", "'a\\u0000'") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'", "'\xc3\xa9'") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'", "null") "]", 1, 21, "a slug", "" },
		{ "[" SEGMENT("'A'",
		      "'0123456789-0123456789-0123456789-0123456789-0123456789-0123456789'") "]",
		    1, 21, "a slug is 1 to 64", "" },
		{ "[" SEGMENT("'A'", "'a'") ",\n" SEGMENT("'B'", "'b'") ",\n" SEGMENT(
		      "'C'", "'a'") "]",
		    3, 20, "'a' is used twice", "of its own" },
		{ "[" SEGMENT("'A'", "'a-left'") ",\n" SEGMENT("'B'", "'a'") "]", 1, 21,
		    "file of the segment 'a'", "another slug" },
		{ "[" SEGMENT("'A'", "'a'") ",\n" SEGMENT("'B'", "'a-entered'") "]", 2, 20,
		    "file of the segment 'a'", "" },
	};

	expect_file_errors(rows, ROWS(rows));
}

Test(error, a_slug_of_64_characters_is_allowed)
{
	struct rules r;

	rules_read(
	    &r, "[" SEGMENT("'A'",
	            "'0123456789-123456789-123456789-123456789-123456789-123456789-123'") "]");

	cr_expect(r.set.list[0].slug.n == 64, "64");
	rules_release(&r);
}

Test(error, a_slug_may_end_like_a_file_if_none_is_in_the_way)
{
	struct rules r;

	rules_read(&r, "[" SEGMENT("'A'", "'has-left'") "," SEGMENT("'B'", "'-left'") "]");

	cr_expect(r.set.n == 2, "both");
	rules_release(&r);
}

Test(error, a_rule_has_one_of_five_shapes)
{
	static const struct row rows[] = {
		{ "null", 1, 1, "a rule must be an object", "all" },
		{ "[]", 1, 1, "a rule must be an object", "" },
		{ "{}", 1, 1, "must not be empty", "any" },
		{ "{'al':[]}", 1, 2, "unknown key 'al'", "not" },
		{ "{'All':[]}", 1, 2, "unknown key 'All'", "" },
		{ "{'all':{}}", 1, 8, "'all' must be an array", "" },
		{ "{'any':null}", 1, 8, "'any' must be an array", "" },
		{ "{'not':[]}", 1, 8, "a rule must be an object", "" },
		{ "{'all':[{'all':[]},\n 7]}", 2, 2, "a rule must be an object", "" },
		{ "{'all':[],'any':[]}", 1, 11, "'any' is not allowed beside 'all'", "" },
		{ "{'any':[],'all':[]}", 1, 2, "'any' is not allowed beside 'all'", "" },
		{ "{'field':'city','not':{'all':[]}}", 1, 2, "'field' is not allowed beside 'not'",
		    "" },
		{ "{'segment':'b','value':1}", 1, 16, "'value' is not allowed beside 'segment'",
		    "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

Test(error, a_comparison_has_exactly_three_keys)
{
	static const struct row rows[] = {
		{ "{'field':'city','op':'='}", 1, 1, "'value' is missing", "op" },
		{ "{'field':'city','value':'='}", 1, 1, "'op' is missing", "" },
		{ "{'op':'=','value':'x'}", 1, 1, "'field' is missing", "" },
		{ "{'field':'city','op':'=','value':'x','case':1}", 1, 38, "unknown key 'case'",
		    "" },
		{ "{'field':7,'op':'=','value':'x'}", 1, 10, "a field must be text", "" },
		{ "{'field':'city','op':[],'value':'x'}", 1, 22, "an operator must be text", "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

Test(error, within_goes_with_what_adds_up_orders)
{
	static const struct row rows[] = {
		{ "{'field':'city','op':'=','value':'x','within':'90d'}", 1, 47,
		    "'within' does not suit field 'city'", "fh_total_spent" },
		{ "{'field':'fh_last_orderdate','op':'<','value':'-1d','within':'90d'}", 1, 62,
		    "'within' does not suit", "" },
		{ "{'field':'fh_total_orders','op':'<','value':1,'within':'-90d'}", 1, 56,
		    "'within' must be a span", "6mo" },
		{ "{'field':'fh_total_orders','op':'<','value':1,'within':90}", 1, 56,
		    "'within' must be a span", "" },
		{ "{'field':'fh_total_orders','op':'<','value':1,'within':'90m'}", 1, 56,
		    "'within' must be a span", "" },
		{ "{'all':[],'within':'90d'}", 1, 11, "'within' is not allowed beside 'all'", "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

Test(error, an_unknown_field_is_answered_with_those_that_exist)
{
	static const struct row rows[] = {
		{ "{'field':'fh_spent','op':'=','value':1}", 1, 10, "unknown field 'fh_spent'",
		    "fh_total_spent" },
		{ "{'field':'fh_spent','op':'=','value':1}", 1, 10, "unknown field",
		    "fh_last_orderdate" },
		{ "{'field':'zip','op':'=','value':1}", 1, 10, "unknown field 'zip'",
		    "postal_code, birthdate, age" },
		{ "{'field':'City','op':'=','value':1}", 1, 10, "unknown field 'City'",
		    "Did you mean 'city'?" },
		{ "{'field':'total_spent','op':'=','value':1}", 1, 10, "unknown field",
		    "Did you mean 'fh_total_spent'? 'flowstory fields' lists all of them." },
		{ "{'field':'address','op':'=','value':1}", 1, 10, "unknown field 'address'", "" },
		{ "{'field':'','op':'=','value':1}", 1, 10, "unknown field ''", "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

Test(error, an_operator_suits_its_field)
{
	static const struct row rows[] = {
		{ "{'field':'city','op':'==','value':'x'}", 1, 22, "unknown operator '=='",
		    "'city' takes the operators =, !=, <, <=, >, >=, in, contains, exists." },
		{ "{'field':'city','op':'IN','value':[]}", 1, 22, "unknown operator 'IN'", "" },
		{ "{'field':'fh_products','op':'=','value':'x'}", 1, 29,
		    "'=' does not suit field 'fh_products'",
		    "'fh_products' takes the operators contains, exists." },
		{ "{'field':'fh_products','op':'in','value':[]}", 1, 29, "'in' does not suit", "" },
		{ "{'field':'fh_isloyal','op':'<','value':true}", 1, 28,
		    "'<' does not suit field 'fh_isloyal'",
		    "'fh_isloyal' takes the operators =, !=, in, exists." },
		{ "{'field':'age','op':'contains','value':1}", 1, 21,
		    "'contains' does not suit field 'age'",
		    "'age' takes the operators =, !=, <, <=, >, >=, in, exists." },
		{ "{'field':'birthdate','op':'contains','value':'19'}", 1, 27,
		    "'contains' does not suit", "" },
		{ "{'field':'fh_total_spent','op':'contains','value':'19'}", 1, 32,
		    "'contains' does not suit", "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

static void
expect_value_error(
    const char *field, const char *op, const char *value, const char *msg, const char *advice)
{
	struct buf b = { 0 };
	struct row row = { NULL, 1, 0, msg, advice };

	buf_printf(&b, "{'field':'%s','op':'%s','value':", field, op);
	row.column = (unsigned)b.n + 1;
	buf_printf(&b, "%s}%c", value, '\0');
	row.text = b.p;
	expect_rule_errors(&row, 1);
	buf_release(&b);
}

Test(error, a_value_has_the_type_of_its_field)
{
	static const struct {
		const char *field, *op, *value, *msg, *advice;
	} rows[] = {
		{ "city", "=", "7", "must be text", "in quotes" },
		{ "city", "=", "null", "must be text", "" },
		{ "city", "=", "['x']", "must be text", "" },
		{ "city", "contains", "true", "must be text", "" },
		{ "fh_products", "contains", "1", "must be text", "member" },
		{ "fh_products", "contains", "['x']", "must be text", "" },
		{ "fh_total_spent", ">", "'100'", "must be a number", "without quotes" },
		{ "fh_total_spent", ">", "'$100'", "must be a number", "$" },
		{ "fh_total_orders", ">", "true", "must be a number", "" },
		{ "fh_points", ">", "'12.5'", "must be a number", "" },
		{ "fh_points", ">", "{}", "must be a number", "" },
		{ "age", ">", "'21'", "must be a number", "" },
		{ "fh_isloyal", "=", "1", "must be true or false", "" },
		{ "fh_isloyal", "=", "'yes'", "must be true or false", "" },
		{ "fh_isloyal", "=", "null", "must be true or false", "" },
		{ "fh_last_orderdate", "<", "60", "must be a time", "-60d" },
		{ "fh_last_orderdate", "<", "-60", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'60d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'+60d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "''", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-1.5d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'--1d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'- 1d'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-6m'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-6s'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-1q'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-1D'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-1d\\u0000'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-1\\u0000'", "must be a time", "" },
		{ "fh_last_orderdate", "<", "'-99999999999999999999d'", "must be a time", "" },
		{ "first_order_date", "<", "'2026-02-29'", "must be a time", "" },
		{ "birthdate", "<", "'05/01/1990'", "must be a time", "1990-05-01" },
		{ "city", "in", "'x'", "must be an array", "[" },
		{ "city", "in", "{}", "must be an array", "" },
		{ "city", "exists", "'true'", "must be true or false", "" },
		{ "city", "exists", "1", "must be true or false", "" },
		{ "city", "exists", "null", "must be true or false", "" },
	};

	for (size_t i = 0; i < ROWS(rows); i++)
		expect_value_error(
		    rows[i].field, rows[i].op, rows[i].value, rows[i].msg, rows[i].advice);
}

Test(error, a_wrong_element_of_an_array_is_pointed_at)
{
	static const struct row rows[] = {
		{ "{'field':'city','op':'in','value':['x',\n   7]}", 2, 4, "must be text", "" },
		{ "{'field':'age','op':'in','value':[1,\n [2]]}", 2, 2, "must be a number", "" },
	};

	expect_rule_errors(rows, ROWS(rows));
}

#define REFERS(slug, other)                                                                        \
	"{'name':'" slug "','slug':'" slug "','where':{'not':{'segment':'" other "'}}}"

Test(error, references_lead_to_a_segment_and_never_back)
{
	static const struct row rows[] = {
		{ "[" REFERS("a", "b") "]", 1, 51, "no segment has the slug 'b'", "this file" },
		{ "[{'name':'A','slug':'a','where':{'segment':7}}]", 1, 44, "by its slug", "" },
		{ "[" REFERS("a", "a") "]", 1, 40, "cycle: a \xe2\x86\x92 a", "Remove one" },
		{ "[" REFERS("a", "b") ",\n" REFERS("b", "a") "]", 2, 39,
		    "cycle: a \xe2\x86\x92 b \xe2\x86\x92 a", "" },
		{ "[" REFERS("z", "c") ",\n" REFERS("a", "b") ",\n" REFERS("b", "c") ",\n" REFERS(
		      "c", "a") "]",
		    3, 39, "cycle: c \xe2\x86\x92 a \xe2\x86\x92 b \xe2\x86\x92 c", "" },
	};

	expect_file_errors(rows, ROWS(rows));
}

Test(error, a_long_cycle_is_shortened)
{
	struct buf b = { 0 };
	struct rules r;

	for (unsigned i = 0; i < SEGMENT_MAX; i++)
		buf_printf(&b,
		    "%c{'name':'n','slug':'a-long-slug-%u','where':{'segment':'a-long-slug-%u'}}",
		    i == 0 ? '[' : ',', i, (i + 1) % SEGMENT_MAX);
	buf_char(&b, ']');
	rules_try_buf(&r, &b);

	cr_expect(r.status == -1, "refused");
	cr_expect(
	    strstr(r.e.msg, "\xe2\x80\xa6 \xe2\x86\x92 a-long-slug-0") != NULL, "%s", r.e.msg);
	rules_release(&r);
	buf_release(&b);
}

Test(error, there_are_no_more_segments_than_the_limit)
{
	struct buf b = { 0 };
	struct rules r;

	for (unsigned i = 0; i <= SEGMENT_MAX; i++)
		buf_printf(
		    &b, "%c\n{'name':'n','slug':'s%u','where':{'all':[]}}", i == 0 ? '[' : ',', i);
	buf_char(&b, ']');
	rules_try_buf(&r, &b);

	cr_expect(r.status == -1, "refused");
	cr_expect(r.e.line == SEGMENT_MAX + 2, "line %u", r.e.line);
	rules_release(&r);
	buf_release(&b);
}

static int
nested_status(unsigned depth)
{
	struct buf b = { 0 };
	struct rules r;
	int status;

	buf_z(&b, "[{'name':'A','slug':'a','where':");
	for (unsigned i = 0; i < depth; i++)
		buf_z(&b, "{'not':");
	buf_z(&b, "{'all':[]}");
	for (unsigned i = 0; i < depth; i++)
		buf_char(&b, '}');
	buf_z(&b, "}]");
	rules_try_buf(&r, &b);
	status = r.status;
	cr_expect(status == 0 || r.e.line == 1, "the place is given");
	rules_release(&r);
	buf_release(&b);
	return status;
}

Test(error, rules_nest_as_deep_as_json_may)
{
	cr_expect(nested_status(60) == 0, "64 containers");
	cr_expect(nested_status(61) == -1, "65 containers");
	cr_expect(nested_status(100000) == -1, "no end of the stack");
}
