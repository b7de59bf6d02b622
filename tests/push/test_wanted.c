/* Goal: what DailyStory should have of a customer: segments in each way, who is gone, who refuses.
 */
#include "push/stall.h"

#define ANN                                                                                        \
	"[{'id':'c1','firstName':'Ann','email':'ann@example.com','phone':'3035551001',"            \
	"'createdAt':'2026-01-01T00:00:00Z'}]"

/* The fields of that beginning, "key=value" with a mark in front of those that changed. */
static struct str
fields(struct stall *t, const struct wanted *w, const char *begin)
{
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < w->fields_n; i++) {
		const struct wanted_field *f = &w->fields[i];

		if (str_starts(f->key, str_c(begin)))
			buf_printf(&b, "%s%s%.*s=%.*s", b.n > 0 ? " " : "",
			    f->is_changed ? "*" : "", STR_ARG(f->key), STR_ARG(f->value));
	}
	text = str_copy(&t->g.a, buf_view(&b));
	buf_release(&b);
	return text;
}

static void
expect(struct stall *t, const char *begin, const char *want)
{
	struct wanted w = stall_wanted(t, "c1");
	struct str got = fields(t, &w, begin);

	cr_expect(str_eq(got, str_c(want)), "%.*s, not %s", STR_ARG(got), want);
}

static const struct {
	enum push_membership how;
	unsigned in;
	const char *want;
} modes[] = {
	{ PUSH_FLAGS, 0, "*fh_seg_big=False *fh_seg_new_ones=False" },
	{ PUSH_FLAGS, 1, "*fh_seg_big=True *fh_seg_new_ones=False" },
	{ PUSH_STATIC, 2, "*fh_seg_big=False *fh_seg_new_ones=True" },
	{ PUSH_LIST, 3, "*fh_segments=big;new-ones" },
	{ PUSH_LIST, 2, "*fh_segments=new-ones" },
	{ PUSH_LIST, 0, "*fh_segments=" },
	{ PUSH_NONE, 3, "" },
};

Test(wanted, membership_in_each_way)
{
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct stall t;

		stall_open(&t, ANN);
		t.push.membership = modes[i].how;
		stall_status(&t, "c1", SKIPPED_NONE, modes[i].in);
		expect(&t, "fh_seg", modes[i].want);
		stall_bind(&t, "c1", "ds0123456789abcdef");
		cr_expect(!stall_wanted(&t, "c1").is_changed, "row %zu: acked", i);
		stall_close(&t);
	}
}

Test(wanted, another_way_clears_what_the_one_before_left)
{
	struct stall t;

	stall_open(&t, ANN);
	stall_status(&t, "c1", SKIPPED_NONE, 1);
	stall_bind(&t, "c1", "ds0123456789abcdef");
	t.push.membership = PUSH_LIST;
	expect(&t, "fh_seg", "*fh_segments=big *fh_seg_big=False fh_seg_new_ones=False");
	stall_bind(&t, "c1", "ds0123456789abcdef");
	t.push.membership = PUSH_NONE;
	expect(&t, "fh_seg", "fh_seg_big=False fh_seg_new_ones=False *fh_segments=");
	stall_close(&t);
}

Test(wanted, a_segment_that_is_no_more_is_left)
{
	struct stall t;

	stall_open(&t, ANN);
	stall_status(&t, "c1", SKIPPED_NONE, 3);
	stall_bind(&t, "c1", "ds0123456789abcdef");
	t.x.segments.n = 1;
	expect(&t, "fh_seg", "fh_seg_big=True *fh_seg_new_ones=False");
	stall_close(&t);
}

/* Who was imported by hand has no flag, and nothing asks for a False. */
Test(wanted, a_false_is_no_reason_for_who_was_imported)
{
	struct journal_line x = { .fh_id = STR("c1"), .op = JOURNAL_CONTACT };
	struct stall t;
	struct wanted w;

	stall_open(&t, ANN);
	t.push.membership = PUSH_NONE;
	stall_status(&t, "c1", SKIPPED_NONE, 0);
	w = stall_wanted(&t, "c1");
	stall_fields(&t, &w, &x);
	stall_note(&t, x);
	t.push.membership = PUSH_FLAGS;
	cr_expect(!stall_wanted(&t, "c1").is_changed);
	stall_status(&t, "c1", SKIPPED_NONE, 2);
	cr_expect(stall_wanted(&t, "c1").is_changed, "a True is one");
	stall_close(&t);
}

static const struct {
	enum skipped_reason reason;
	unsigned how;
	const char *gone;
	bool is_inactive, is_deleted;
} leaving[] = {
	{ SKIPPED_DUPLICATE_EMAIL, PUSH_GONE_FLAG, "duplicate-email", false, false },
	{ SKIPPED_SUPPRESSED, PUSH_GONE_FLAG, "suppressed", true, false },
	{ SKIPPED_UNDERAGE, PUSH_GONE_FLAG, "underage", true, false },
	{ SKIPPED_DUPLICATE_EMAIL, PUSH_GONE_INACTIVE, "duplicate-email", true, false },
	{ SKIPPED_DUPLICATE_EMAIL, PUSH_GONE_DELETE, "duplicate-email", false, true },
	{ SKIPPED_UNDERAGE, PUSH_GONE_DELETE, "underage", true, true },
};

Test(wanted, who_is_gone_is_in_no_segment)
{
	for (size_t i = 0; i < COUNT(leaving); i++) {
		struct stall t;
		struct wanted w;

		stall_open(&t, ANN);
		t.push.gone = leaving[i].how;
		stall_status(&t, "c1", SKIPPED_NONE, 3);
		stall_bind(&t, "c1", "ds0123456789abcdef");
		stall_status(&t, "c1", leaving[i].reason, 0);
		w = stall_wanted(&t, "c1");
		cr_expect(
		    str_eq(w.gone, str_c(leaving[i].gone)), "row %zu: %.*s", i, STR_ARG(w.gone));
		cr_expect(w.standing.is_barred == leaving[i].is_inactive, "row %zu", i);
		cr_expect(wanted_deletes(&t.x, &w) == leaving[i].is_deleted, "row %zu", i);
		expect(&t, "fh_seg", "*fh_seg_big=False *fh_seg_new_ones=False");
		stall_close(&t);
	}
}

/* As long as there is no name for it, a mobile that refuses texts is not sent. */
Test(wanted, who_refuses)
{
	struct stall t;
	struct wanted w;

	stall_open(&t, ANN);
	stall_status(&t, "c1", SKIPPED_NONE, 0);
	stall_owe(&t, OPT_OUT_TEXT, "+13035551001");
	expect(&t, "mobilePhone", "");
	w = stall_wanted(&t, "c1");
	cr_expect(w.is_mobile_held && w.hold == WANTED_WHOLE && !w.standing.is_coming);
	t.push.text_opt_out = STR("optOutText");
	expect(&t, "mobilePhone", "*mobilePhone=+13035551001");
	stall_owe(&t, OPT_OUT_EMAIL, "ann@example.com");
	w = stall_wanted(&t, "c1");
	cr_expect(w.email_refused && w.mobile_refused);
	cr_expect(w.hold == WANTED_OPTED_OUT, "refuses every channel, and is not there");
	stall_close(&t);
}
