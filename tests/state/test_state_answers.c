/* Goal: a consent flag that cannot be read says what the customer answered last, however long ago,
 * now and in every look at the past; a missing one says nothing. */
#include "state/state_answers.h"

#include "support/account.h"
#include "timemachine/past_records.h"

#define EMAIL "'consentsToPromotionalEmail':"
#define TEXT "'consentsToPromotionalSMS':"
#define A(more)                                                                                    \
	{                                                                                          \
		CUSTOMERS("[{'id':'a'," more "}]"),                                                \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const struct {
	struct page pages[2];
	const char *want; /* email, text: yes, no or none; "": not known */
} steps[] = {
	{ A(EMAIL "'maybe'"), "--" },
	{ A(EMAIL "true," TEXT "0"), "yn" },
	{ A(EMAIL "'maybe'," TEXT "[]"), "yn" },
	{ A("'x':1"), "--" },
	{ A(EMAIL "null," TEXT "''"), "--" },
	{ A(EMAIL "'maybe'"), "y-" },
	{ A(EMAIL "'maybe'," TEXT "2"), "yn" },
	{ A(EMAIL "false," TEXT "2"), "nn" },
	{ A(TEXT "true"), "-y" },
	{ A(EMAIL "{}," TEXT "true,'x':1"), "ny" },
	{ { CUSTOMERS("[]"), { 0 } }, "" },
	{ A(EMAIL "'maybe'," TEXT "'maybe'"), "ny" },
	{ { CUSTOMERS("[]"), { 0 } }, "" },
	{ A("'x':1"), "--" },
	{ A(TEXT "7"), "-y" },
};

static void
expect_answers(const struct customer *c, const char *want, const char *where, size_t i)
{
	char found[3] = { "-ny"[c->email_consent], "-ny"[c->text_consent], '\0' };

	cr_expect(strcmp(found, want) == 0, "%s, step %zu: %s, not %s", where, i + 1, found, want);
}

static void
expect_row(struct account *g, size_t i)
{
	struct known_record known;
	struct customer c = { .id = STR("a") };
	int rc = state_record(g->s.txn, ENTITY_CUSTOMER, STR("a"), &known, &g->e);

	cr_assert(rc == (steps[i].want[0] != '\0'), "step %zu", i + 1);
	if (rc == 0)
		return;
	cr_assert(record_unpack_customer(known.fields, &c));
	expect_answers(&c, steps[i].want, "row", i);
}

/* As the state that stands after the last step tells it. */
static void
expect_past(struct account *g, size_t i)
{
	struct past_records_source source = { .account = g->dir, .jobs = 1, .at = 0 };
	const struct record_version *v;
	struct past_records records;

	source.at = (uint32_t)i + 1;
	cr_assert(past_records_load(&g->a, &g->s, &source, STR("a"), &records, &g->e) == 1, "%s",
	    g->e.msg);
	v = past_records_at(&records.customer, (uint32_t)i + 1);
	cr_assert((v != NULL) == (steps[i].want[0] != '\0'), "step %zu", i + 1);
	if (v != NULL)
		expect_answers(&v->customer, steps[i].want, "past", i);
}

Test(state_answers, what_cannot_be_read_keeps_the_last_known_answer)
{
	for (size_t way = 0; way < COUNT(ways); way++) {
		struct account g;

		account_begin(&g);
		g.way = ways[way];
		for (size_t i = 0; i < COUNT(steps); i++) {
			account_apply(&g, steps[i].pages);
			expect_row(&g, i);
		}
		for (size_t i = 0; i < COUNT(steps); i++)
			expect_past(&g, i);
		account_end(&g);
	}
}

Test(state_answers, a_first_snapshot_keeps_none)
{
	struct account g;
	uint64_t n = 1;

	account_begin(&g);
	account_apply(&g, steps[1].pages);
	cr_assert(kv_count(g.s.txn, TABLE_ANSWERS, &n, &g.e) == 0 && n == 0);
	account_end(&g);
}
