/* Goal: a file of segments is read whole: references, order, effective and
 * compact text. */
#include "segment/due.h"
#include "support.h"

Test(set, the_four_built_in_segments_are_those_of_the_contract)
{
	static const struct {
		const char *name, *slug, *where;
	} rows[] = {
		{ "Customers that haven't ordered in past 60 days", "not-ordered-60-days",
		    "{'all':[{'field':'fh_total_orders','op':'>=','value':1},{'field':'fh_last_"
		    "orderdate','op':'<','value':'-60d'}]}" },
		{ "New customers in past 30 days", "new-30-days",
		    "{'field':'first_order_date','op':'>=','value':'-30d'}" },
		{ "Customers that have ordered more than once", "ordered-more-than-once",
		    "{'field':'fh_total_orders','op':'>','value':1}" },
		{ "Customers that have spent more than $100", "spent-more-than-100",
		    "{'field':'fh_total_spent','op':'>','value':100}" },
	};
	struct rules r;

	rules_try(&r, segment_builtin());

	cr_assert(r.status == 0, "%s", r.e.msg);
	cr_assert(r.set.n == ROWS(rows), "%zu segments", r.set.n);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct segment *s = &r.set.list[i];

		cr_expect(str_eq(s->name, str_c(rows[i].name)), "name %zu", i);
		cr_expect(str_eq(s->slug, str_c(rows[i].slug)), "slug %zu", i);
		cr_expect(str_eq(s->source, quoted(&r.a, rows[i].where)), "rule %zu", i);
	}
	cr_expect(str_eq(r.set.text, segment_builtin()), "the text is compact");
	rules_release(&r);
}

Test(set, an_empty_file_has_no_segments)
{
	struct rules r;
	const struct profile p = nobody();

	rules_read(&r, " [ ] ");

	cr_expect(r.set.n == 0, "none");
	cr_expect(str_eq(r.set.text, STR("[]")), "compact");
	segment_eval(&r.set, &p, 0, NULL);
	cr_expect(due_any(&r.set, &p, 0) == TIMESTAMP_NEVER, "nothing is due");
	rules_release(&r);
}

Test(set, the_text_is_compact_and_reads_as_itself)
{
	static const char file[] =
	    "[\n\t{ 'where' : { 'all' : [ { 'value' : 1.50E+2 , 'op':'<=', "
	    "'field':'fh_total_spent' } ] } ,\n  'slug': 'a', 'name': 'A \\u00e9 b' }\n]\n";
	static const char compact[] = "[{'where':{'all':[{'value':1.50E+2,'op':'<=','field':'fh_"
	                              "total_spent'}]},'slug':'a','name':'A \\u00e9 b'}]";
	struct rules r, again;

	rules_read(&r, file);
	cr_expect(str_eq(r.set.text, quoted(&r.a, compact)), "%.*s", STR_ARG(r.set.text));
	cr_expect(str_eq(r.set.list[0].name, STR("A \xc3\xa9 b")), "decoded");

	rules_try(&again, r.set.text);
	cr_assert(again.status == 0, "%s", again.e.msg);
	cr_expect(str_eq(again.set.text, r.set.text), "idempotent");
	rules_release(&again);
	rules_release(&r);
}

Test(set, the_file_may_go_away_after_reading)
{
	char *file =
	    strdup("[{'name':'A','slug':'a','where':{'field':'city','op':'=','value':'Denver'}}]");
	struct profile p = nobody();
	struct rules r;

	rules_read(&r, file);
	memset(file, 'x', strlen(file));
	free(file);
	p.city = STR("Denver");

	cr_expect(member_at(&r, 0, &p, 0), "the rule is still there");
	cr_expect(str_eq(r.set.list[0].slug, STR("a")), "and its slug");
	rules_release(&r);
}

Test(set, references_may_point_forwards_and_backwards)
{
	static const char file[] =
	    "[{'name':'A','slug':'a','where':{'not':{'segment':'c'}}},{'name':'B','slug':'b','"
	    "where':{'all':[{'segment':'a'},{'segment':'c'}]}},{'name':'C','slug':'c','where':{'"
	    "field':'city','op':'exists','value':true}},{'name':'D','slug':'d','where':{'any':[{'"
	    "segment':'a'},{'segment':'c'}]}}]";
	struct profile p = nobody();
	bool member[4];
	struct rules r;

	rules_read(&r, file);

	segment_eval(&r.set, &p, 0, member);
	cr_expect(member[0] && !member[1] && !member[2] && member[3], "without a city");
	p.city = STR("Denver");
	segment_eval(&r.set, &p, 0, member);
	cr_expect(!member[0] && !member[1] && member[2] && member[3], "with a city");
	rules_release(&r);
}

/* Each segment refers twice to the next: written out, 2^1023 rules. */
static void
add_chain(struct buf *b, size_t n)
{
	buf_char(b, '[');
	for (size_t i = 0; i + 1 < n; i++)
		buf_printf(b,
		    "{'name':'%zu','slug':'s%zu','where':{'all':[{'segment':'s%zu'},{'segment':'s%"
		    "zu'}]}},",
		    i, i, i + 1, i + 1);
	buf_printf(b,
	    "{'name':'end','slug':'s%zu','where':{'field':'birthdate','op':'exists','value':true}}"
	    "]",
	    n - 1);
}

Test(set, a_chain_of_the_most_segments_costs_no_more_than_their_number)
{
	struct buf b = { 0 };
	struct rules r;
	struct profile p = nobody();
	const int64_t now = at("2026-03-08");

	add_chain(&b, SEGMENT_MAX);
	rules_try_buf(&r, &b);
	cr_assert(r.status == 0, "%s", r.e.msg);
	p.birthdate = day("2026-03-09");

	cr_expect(!member_at(&r, 0, &p, now), "not born");
	cr_expect(member_at(&r, 0, &p, at("2026-03-09")), "born");
	cr_expect(due_one(&r.set, 0, &p, now) == at("2026-03-09"), "due through all of them");
	cr_expect(r.set.list[0].effective.n < 1024, "short effective text");
	rules_release(&r);
	buf_release(&b);
}

static bool
same_effective(const char *file1, const char *file2)
{
	struct rules r1, r2;
	bool same;

	rules_read(&r1, file1);
	rules_read(&r2, file2);
	same = str_eq(r1.set.list[0].effective, r2.set.list[0].effective);
	rules_release(&r1);
	rules_release(&r2);
	return same;
}

#define TWO(name, slug, value)                                                                     \
	"[{'name':'" name "','slug':'" slug "','where':{'segment':'m'}},"                          \
	"{'name':'M','slug':'m','where':{'segment':'z'}},"                                         \
	"{'name':'Z','slug':'z','where':{'field':'city',"                                          \
	"'op':'=','value':'" value "'}}]"

Test(set, the_effective_text_follows_references_to_their_end)
{
	cr_expect(
	    same_effective(TWO("A", "a", "x"), TWO("B", "b", "x")), "name and slug mean nothing");
	cr_expect(!same_effective(TWO("A", "a", "x"), TWO("A", "a", "y")),
	    "a rule two references away does");
}

Test(set, the_effective_text_ignores_white_space)
{
	cr_expect(same_effective("[{'name':'A','slug':'a','where':{'all':[]}}]",
	              "[{'where':{\n'all' : [ ]},'name':'A','slug':'a'}]"),
	    "layout is no change");
}
