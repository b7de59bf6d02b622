/* Goal: a command line is read as people write them, and what is wrong in it is
 * named. */
#include "command/args.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define WORDS_MAX 12

struct line {
	const char *out, *account;
	bool full, quiet;
	struct arg own[2], common[2];
	struct args x;
	char words[WORDS_MAX][64];
	char *argv[WORDS_MAX + 1];
	int argc;
	struct err e;
};

/* ${text}: words parted by a space; two spaces part an empty one. */
static int
parse(struct line *g, const char *text, bool stops)
{
	*g = (struct line){ .e = ERR_INIT };
	g->own[0] = (struct arg){ "--out", NULL, NULL, &g->out };
	g->own[1] = (struct arg){ "--full", "-f", &g->full, NULL };
	g->common[0] = (struct arg){ "--account", "-C", NULL, &g->account };
	g->common[1] = (struct arg){ "--quiet", "-q", &g->quiet, NULL };
	g->x = (struct args){ .command = "export",
		.list = g->own,
		.n = 2,
		.common = g->common,
		.common_n = 2,
		.stops_at_word = stops };
	for (const char *p = text; p != NULL;) {
		size_t n = strcspn(p, " ");

		memcpy(g->words[g->argc], p, n);
		g->argv[g->argc] = g->words[g->argc];
		g->argc++;
		p = p[n] == ' ' ? p + n + 1 : NULL;
	}
	return args_parse(&g->x, g->argc, g->argv, &g->e);
}

static bool
is(const char *have, const char *want)
{
	return want == NULL ? have == NULL : have != NULL && strcmp(have, want) == 0;
}

Test(args, options_may_be_written_in_every_way)
{
	static const struct {
		const char *text, *out, *account;
		bool full, quiet;
		int words;
		const char *first;
	} rows[] = {
		{ "export", NULL, NULL, false, false, 0, NULL },
		{ "export --out x", "x", NULL, false, false, 0, NULL },
		{ "export --out=x", "x", NULL, false, false, 0, NULL },
		{ "export --out=x=y", "x=y", NULL, false, false, 0, NULL },
		{ "export --out=", "", NULL, false, false, 0, NULL },
		{ "export --out --full", "--full", NULL, false, false, 0, NULL },
		{ "export -C dir -q", NULL, "dir", false, true, 0, NULL },
		{ "export --account dir", NULL, "dir", false, false, 0, NULL },
		{ "export --full -f", NULL, NULL, true, false, 0, NULL },
		{ "export a --full b", NULL, NULL, true, false, 2, "a" },
		{ "export -- --full", NULL, NULL, false, false, 1, "--full" },
		{ "export a -- -- b", NULL, NULL, false, false, 3, "a" },
		{ "export -", NULL, NULL, false, false, 1, "-" },
		{ "export ", NULL, NULL, false, false, 1, "" },
	};
	struct line g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		int words = parse(&g, rows[i].text, false);

		cr_expect(words == rows[i].words, "%s: %d", rows[i].text, words);
		cr_expect(is(g.out, rows[i].out), "%s", rows[i].text);
		cr_expect(is(g.account, rows[i].account), "%s", rows[i].text);
		cr_expect(g.full == rows[i].full && g.quiet == rows[i].quiet, "%s", rows[i].text);
		if (words > 0)
			cr_expect(is(g.argv[1], rows[i].first), "%s", rows[i].text);
	}
}

Test(args, words_keep_their_order)
{
	struct line g;

	cr_assert(parse(&g, "export a -q b -C dir c -- -d", false) == 4);
	cr_expect(is(g.argv[1], "a") && is(g.argv[2], "b"));
	cr_expect(is(g.argv[3], "c") && is(g.argv[4], "-d"));
}

Test(args, what_is_wrong_is_named)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "export --none", "'--none'" },
		{ "export --ou x", "'--ou'" },
		{ "export --outer x", "'--outer'" },
		{ "export --OUT x", "'--OUT'" },
		{ "export -x", "'-x'" },
		{ "export -Cdir", "'-Cdir'" },
		{ "export --out", "'--out'" },
		{ "export -C", "'--account'" },
		{ "export --full=yes", "'--full'" },
		{ "export --full=", "'--full'" },
		{ "export --out a --out b", "'--out'" },
		{ "export --out a --out=a", "'--out'" },
		{ "export -C a --account b", "'--account'" },
	};
	struct line g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(parse(&g, rows[i].text, false) == -1, "%s", rows[i].text);
		cr_expect(g.e.kind == ERR_USAGE, "%s", rows[i].text);
		cr_expect(strstr(g.e.msg, rows[i].says) != NULL, "%s: %s", rows[i].text, g.e.msg);
		cr_expect(strstr(g.e.advice, "flowstory export --help") != NULL);
	}
}

Test(args, the_first_word_may_end_the_options)
{
	static const struct {
		const char *text;
		int at;
		bool quiet;
	} rows[] = {
		{ "flowstory -q status -f", 2, true },
		{ "flowstory status -q", 1, false },
		{ "flowstory -C dir status", 3, false },
		{ "flowstory -q", 2, true },
		{ "flowstory", 1, false },
		{ "flowstory -- -q", 2, false },
	};
	struct line g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		int at = parse(&g, rows[i].text, true);

		cr_expect(at == rows[i].at, "%s: %d", rows[i].text, at);
		cr_expect(g.quiet == rows[i].quiet, "%s", rows[i].text);
	}
}

Test(args, a_count_lies_within_its_limits)
{
	static const struct {
		const char *text;
		int rc;
		uint64_t want;
	} rows[] = {
		{ "1", 0, 1 },
		{ "256", 0, 256 },
		{ "007", 0, 7 },
		{ "0", -1, 0 },
		{ "257", -1, 0 },
		{ "", -1, 0 },
		{ "-1", -1, 0 },
		{ "+1", -1, 0 },
		{ " 1", -1, 0 },
		{ "1.0", -1, 0 },
		{ "1e1", -1, 0 },
		{ "18446744073709551617", -1, 0 },
	};
	struct err e = ERR_INIT;

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t n = 0;

		cr_expect(args_count("--jobs", rows[i].text, 1, 256, &n, &e) == rows[i].rc, "%s",
		    rows[i].text);
		if (rows[i].rc == 0)
			cr_expect(n == rows[i].want);
		else
			cr_expect(e.kind == ERR_USAGE && strstr(e.msg, "--jobs") != NULL);
	}
}
