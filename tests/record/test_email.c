/* Goal: the address comes out of whatever stands round it; what is none is dropped and says why. */
#include "record/email.h"
#include "record/typed.h"

/* ${want} is DROPPED_REASONS for none. */
static void
expect_drop(enum drop_reason got, enum drop_reason want, const char *what)
{
	cr_expect(got == want, "%s: dropped %d, want %d", what, (int)got, (int)want);
}

static void
expect_email(const char *in, const char *want, enum drop_reason why)
{
	const struct str placeholders[] = { STR("none@none.com"), STR("Test@Test.com"),
		STR("not an address") };
	struct arena a = { 0 };
	enum drop_reason dropped;
	struct str got = email_read(&a, str_c(in), placeholders, COUNT(placeholders), &dropped);

	expect_text(got, want, in);
	expect_drop(dropped, why, in);
	arena_release(&a);
}

Test(email, an_address_is_kept_in_lower_case)
{
	static const char *const kept[][2] = {
		{ NULL, "" }, /* absent is not dropped */
		{ "", "" },
		{ "jane@example.com", "jane@example.com" },
		{ "Jane.DOE@Example.COM", "jane.doe@example.com" },
		{ "a@b.c", "a@b.c" },
		{ "1@2.co", "1@2.co" },
		{ "a@b.xn--p1ai", "a@b.xn--p1ai" },
		{ "a@b.XN--P1AI", "a@b.xn--p1ai" },
		{ "!#$%&'*+/=?^_`{|}~-@x.io", "!#$%&'*+/=?^_`{|}~-@x.io" },
		{ "-a-@b.co", "-a-@b.co" },
		{ "a.b.c@d-e.f--g.co", "a.b.c@d-e.f--g.co" },
		{ "jane+tag@mail.example.co.uk", "jane+tag@mail.example.co.uk" },
		{ "xNone@none.com", "xnone@none.com" },
		{ "none@none.com.au", "none@none.com.au" },
		{ "a@xn--nxasmq6b.com", "a@xn--nxasmq6b.com" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_email(kept[i][0], kept[i][1], DROPPED_REASONS);
}

Test(email, what_is_no_address_is_dropped)
{
	static const char *const refused[] = { "none", "n/a", "@", "a@", "@b.co", "a@b", "a@b.",
		"a@.b", "a@b..c", ".a@b.co", "a.@b.co", "a..b@b.co", ".@b.co", "a@b@c.co",
		"a b@c.co", "a@b c.co", "\"a b\"@c.co", "\"a\"@c.co", "a\\@b.co", "a(x)@b.co",
		"a:b@c.co", "a@[127.0.0.1]", "a@-b.co", "a@b-.co", "a@b.-co", "a@b.co-", "a@b_c.co",
		"a@b!.co", "1@2.3", "a@b.c-d", "a@b.x1", "a@b.xn--", "a@b.co (work)", "a@b.co x",
		"Ann a@b.co", "a@b.co|c@d.co", "a@b@c.co;", "<<a@b.co>>", "<>", "mailto:", "'a@'",
		"josé@b.co", "a@bü.co", "a@b。co", "a" NBSP "@b.co", "Ａ@b.co", "a" ZWSP "@b.co" };

	for (size_t i = 0; i < COUNT(refused); i++)
		expect_email(refused[i], "", DROPPED_UNREADABLE);
}

Test(email, a_placeholder_is_dropped_in_any_case)
{
	expect_email("none@none.com", "", DROPPED_PLACEHOLDER);
	expect_email("NONE@None.Com", "", DROPPED_PLACEHOLDER);
	expect_email("test@test.com", "", DROPPED_PLACEHOLDER);
	expect_email("TEST@TEST.COM", "", DROPPED_PLACEHOLDER);
	expect_email("not an address", "", DROPPED_UNREADABLE);
}

/* An address with a local part and a first label of given lengths, and short
 * labels up to a total (0: just one). */
static void
expect_lengths(size_t local, size_t label, size_t total, bool is_kept)
{
	char text[512], lower[512];
	size_t n = 0;

	for (size_t i = 0; i < local; i++)
		text[n++] = 'L';
	text[n++] = '@';
	for (size_t i = 0; i < label; i++)
		text[n++] = 'd';
	do {
		text[n++] = '.';
		text[n++] = 'x';
		if (n + 1 == total)
			text[n++] = 'x';
	} while (n < total);
	text[n] = '\0';
	cr_assert(total == 0 || n == total);
	for (size_t i = 0; i <= n; i++)
		lower[i] = ascii_lower(text[i]);
	expect_email(text, is_kept ? lower : "", is_kept ? DROPPED_REASONS : DROPPED_UNREADABLE);
}

Test(email, lengths_of_an_address_are_limited)
{
	expect_lengths(64, 5, 0, true);
	expect_lengths(65, 5, 0, false);
	expect_lengths(1, 63, 0, true);
	expect_lengths(1, 64, 0, false);
	expect_lengths(64, 63, 254, true);
	expect_lengths(64, 63, 255, false);
	expect_lengths(1, 1, 254, true);
	expect_lengths(1, 1, 255, false);
}

Test(email, what_stands_round_it_is_cut)
{
	static const char *const kept[][2] = {
		{ " a@b.co ", "a@b.co" },
		{ "a@b.co.", "a@b.co" },
		{ "a@b.co,;. .", "a@b.co" },
		{ "<a@b.co>", "a@b.co" },
		{ "Jane <a@b.co>;", "a@b.co" },
		{ "\"Doe, Jane\" <a@b.co>", "a@b.co" },
		{ "\"a@b.co\",", "a@b.co" },
		{ "'a@b.co'", "a@b.co" },
		{ "'a@b.co", "'a@b.co" }, /* no pair: it belongs to it */
		{ "MailTo:a@b.co", "a@b.co" },
		{ "mailto:<mailto: a@b.co >.", "a@b.co" },
		{ ZWSP "a@b.co" ZWSP NBSP, "a@b.co" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_email(kept[i][0], kept[i][1], DROPPED_REASONS);
}

Test(email, of_several_the_first_that_is_sound_and_no_placeholder_counts)
{
	static const char *const kept[][2] = {
		{ "a@b.co,c@d.co", "a@b.co" },
		{ "a@b.co; c@d.co", "a@b.co" },
		{ "bad, c@d.co", "c@d.co" },
		{ "NONE@none.com; a@b@c.co; c@d.co", "c@d.co" },
		{ "a@b.co c@d.co", "a@b.co" },
		{ "a@b" EM_SPACE NBSP "C@d.co e@f.co", "c@d.co" },
		{ "x y@, none@none.com c@d.co", "c@d.co" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_email(kept[i][0], kept[i][1], DROPPED_REASONS);
	expect_email("none@none.com, bad", "", DROPPED_PLACEHOLDER);
	expect_email("bad; test@test.com none@none.com", "", DROPPED_PLACEHOLDER);
	expect_email("bad, worse", "", DROPPED_UNREADABLE);
	expect_email(",;,", "", DROPPED_UNREADABLE);
}

Test(email, soundness_is_of_the_whole_text)
{
	cr_expect(email_is_sound(STR("A@b.co")));
	cr_expect(!email_is_sound(STR("<a@b.co>")));
	cr_expect(!email_is_sound(STR("a@b.co ")));
	cr_expect(!email_is_sound((struct str){ 0 }));
}
