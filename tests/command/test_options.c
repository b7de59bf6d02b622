/* Goal: a command line is read as people write them, and a fault in it is named. */
#include "command/options.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/host.h"
#include "base/timestamp.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define WORDS_MAX 12

struct own {
	const char *out;
	bool full, new;
};

static const struct option options[] = {
	OPTION(struct own, out, "--out", .value = "DIR"),
	OPTION(struct own, full, "--full", .letter = "-f", .is_exclusive = true),
	OPTION(struct own, new, "--new", .is_exclusive = true),
	{ 0 },
};

struct line {
	struct own own;
	struct options o;
	char words[WORDS_MAX][64];
	char *argv[WORDS_MAX + 1];
	int argc;
	struct err e;
};

/* ${text}: words parted by a space; two spaces part an empty one. */
static int
parse(struct line *g, const char *text, bool stops)
{
	*g = (struct line){ .e = ERR_INIT, .o.account = "." };
	for (const char *p = text; p != NULL;) {
		size_t n = strcspn(p, " ");

		memcpy(g->words[g->argc], p, n);
		g->argv[g->argc] = g->words[g->argc];
		g->argc++;
		p = p[n] == ' ' ? p + n + 1 : NULL;
	}
	return options_parse(options, &g->own, &g->o, stops, g->argc, g->argv, &g->e);
}

static bool
is(const char *have, const char *want)
{
	return want == NULL ? have == NULL : have != NULL && strcmp(have, want) == 0;
}

Test(options, options_may_be_written_in_every_way)
{
	static const struct {
		const char *text, *out, *account;
		bool full, quiet;
		int words;
		const char *first;
	} rows[] = {
		{ "export", NULL, ".", false, false, 0, NULL },
		{ "export --out x", "x", ".", false, false, 0, NULL },
		{ "export --out=x", "x", ".", false, false, 0, NULL },
		{ "export --out=x=y", "x=y", ".", false, false, 0, NULL },
		{ "export --out=--full", "--full", ".", false, false, 0, NULL },
		{ "export --out -", "-", ".", false, false, 0, NULL },
		{ "export -Cdir", NULL, "dir", false, false, 0, NULL },
		{ "export -qf a", NULL, ".", true, true, 1, "a" },
		{ "export -qCdir", NULL, "dir", false, true, 0, NULL },
		{ "export -fC dir", NULL, "dir", true, false, 0, NULL },
		{ "export -C dir -q", NULL, "dir", false, true, 0, NULL },
		{ "export --account dir", NULL, "dir", false, false, 0, NULL },
		{ "export --full -f", NULL, ".", true, false, 0, NULL },
		{ "export a --full b", NULL, ".", true, false, 2, "a" },
		{ "export -- --full", NULL, ".", false, false, 1, "--full" },
		{ "export a -- -- b", NULL, ".", false, false, 3, "a" },
		{ "export -", NULL, ".", false, false, 1, "-" },
		{ "export ", NULL, ".", false, false, 1, "" },
	};
	struct line g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		int words = parse(&g, rows[i].text, false);

		cr_expect(words == rows[i].words, "%s: %d", rows[i].text, words);
		cr_expect(is(g.own.out, rows[i].out), "%s", rows[i].text);
		cr_expect(is(g.o.account, rows[i].account), "%s", rows[i].text);
		cr_expect(
		    g.own.full == rows[i].full && g.o.quiet == rows[i].quiet, "%s", rows[i].text);
		if (words > 0)
			cr_expect(is(g.argv[1], rows[i].first), "%s", rows[i].text);
	}
}

Test(options, operands_keep_their_order)
{
	struct line g;

	cr_assert(parse(&g, "export a -q b -C dir c -- -d", false) == 4);
	cr_expect(is(g.argv[1], "a") && is(g.argv[2], "b"));
	cr_expect(is(g.argv[3], "c") && is(g.argv[4], "-d"));
}

Test(options, a_fault_is_named)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "export --none", "'--none'" },
		{ "export --ou x", "'--ou'" },
		{ "export --outer x", "'--outer'" },
		{ "export --OUT x", "'--OUT'" },
		{ "export -x", "'-x'" },
		{ "export -qx", "'-x'" },
		{ "export --out --full", "'--full' looks like an option" },
		{ "export --out -q", "--out needs a value: DIR" },
		{ "export --out -- a", "--out needs a value: DIR" },
		{ "export --out=", "--out is empty" },
		{ "export --out  a", "--out is empty" },
		{ "export -q -v", "--quiet and --verbose" },
		{ "export --out", "--out" },
		{ "export -C", "--account" },
		{ "export --full=yes", "--full" },
		{ "export --full=", "--full" },
		{ "export --out a --out b", "--out" },
		{ "export --out a --out=a", "--out" },
		{ "export -C a --account b", "--account" },
		{ "export --new -f", "--full and --new" },
		{ "export -j 0", "from 1 to 64, not '0'" },
		{ "export -j 65", "--jobs" },
		{ "export --jobs=", "--jobs" },
		{ "export -j -1", "--jobs" },
		{ "export -j +1", "--jobs" },
		{ "export -j 1.0", "--jobs" },
		{ "export -j 1e1", "--jobs" },
		{ "export -j 18446744073709551617", "--jobs" },
	};
	struct line g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(parse(&g, rows[i].text, false) == -1, "%s", rows[i].text);
		cr_expect(g.e.kind == ERR_USAGE, "%s", rows[i].text);
		cr_expect(strstr(g.e.msg, rows[i].says) != NULL, "%s: %s", rows[i].text, g.e.msg);
	}
	cr_expect(parse(&g, "export -j 007", false) == 0 && g.o.jobs == 7);
	cr_expect(parse(&g, "export -j 64", false) == 0 && g.o.jobs == 64);
	cr_expect(parse(&g, "export -j4", false) == 0 && g.o.jobs == 4);
}

Test(options, the_first_word_may_end_the_options)
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
		cr_expect(g.o.quiet == rows[i].quiet, "%s", rows[i].text);
	}
}

Test(options, now_and_max_age_have_a_default_and_one_form)
{
	static const char *const no_time[] = { "yesterday", "2026-11-31", "04:00:00Z", "0" };
	static const char *const no_span[] = { "2", "h", "2 h", "-2h", "2h3" };
	const int64_t before = host_now();
	struct err e = ERR_INIT;
	int64_t us;

	cr_expect(options_now(NULL, &us, &e) == 0 && us >= before && us <= host_now());
	cr_expect(options_now("2026-11-23T04:00:00Z", &us, &e) == 0 && us == 1795406400000000);
	cr_expect(options_max_age(NULL, &us, &e) == 0 && us == TIMESTAMP_NEVER);
	cr_expect(options_max_age("2h", &us, &e) == 0 && us == 2 * 3600 * TIMESTAMP_SECOND);
	for (size_t i = 0; i < COUNT(no_time); i++) {
		e = (struct err)ERR_INIT;
		cr_expect(options_now(no_time[i], &us, &e) == -1, "%s", no_time[i]);
		cr_expect(e.kind == ERR_USAGE && strstr(e.msg, no_time[i]) != NULL, "%s", e.msg);
	}
	for (size_t i = 0; i < COUNT(no_span); i++) {
		e = (struct err)ERR_INIT;
		cr_expect(options_max_age(no_span[i], &us, &e) == -1, "%s", no_span[i]);
		cr_expect(e.kind == ERR_USAGE && strstr(e.msg, no_span[i]) != NULL, "%s", e.msg);
	}
}
