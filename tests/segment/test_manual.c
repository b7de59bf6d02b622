/* Goal: every example of flowstory-rules(5) is accepted, and reads as the
 * manual says. */
#include "segment/rule_fields.h"
#include "support.h"

#define MANUAL "docs/man/flowstory-rules.5"
#define EXAMPLES_MIN 12

static struct str
next_line(struct str *text)
{
	const char *end = memchr(text->p, '\n', text->n);
	struct str line = *text;

	if (end != NULL)
		line.n = (size_t)(end - text->p);
	text->p += line.n + (end != NULL ? 1 : 0);
	text->n -= line.n + (end != NULL ? 1 : 0);
	return line;
}

/* The next literal display, its lines joined by spaces. */
static bool
next_display(struct str *text, struct buf *out)
{
	struct str line;

	do {
		if (text->n == 0)
			return false;
		line = next_line(text);
	} while (!str_starts(line, STR(".Bd -literal")));
	buf_reset(out);
	while (text->n > 0 && !str_eq(line = next_line(text), STR(".Ed"))) {
		if (out->n > 0)
			buf_char(out, ' ');
		buf_str(out, line);
	}
	return true;
}

static void
read_file(struct buf *b, const char *name)
{
	FILE *f = fopen(name, "r");
	int c;

	cr_assert(f != NULL, "%s: run the tests where the Makefile is", name);
	while ((c = getc(f)) != EOF)
		buf_char(b, (char)c);
	fclose(f);
}

/* The display as a file: it may be one, or a rule, or a mere sentence. */
static bool
as_file(struct str display, struct buf *out)
{
	buf_reset(out);
	if (str_starts(display, STR("[")))
		buf_str(out, display);
	else if (str_starts(display, STR("{")))
		buf_printf(
		    out, "[{\"name\":\"X\",\"slug\":\"x\",\"where\":%.*s}]", STR_ARG(display));
	return out->n > 0;
}

static void
expect_sentence(const struct rules *r, struct str should)
{
	struct buf b = { 0 };

	segment_sentence(&r->set, 0, &b);
	cr_expect(str_eq(buf_view(&b), should), "%.*s\nnot\n%.*s", STR_ARG(buf_view(&b)),
	    STR_ARG(should));
	buf_release(&b);
}

Test(manual, examples_are_real)
{
	struct buf manual = { 0 }, display = { 0 }, file = { 0 };
	struct rules r = { .status = -1 };
	unsigned examples = 0;
	struct str text;

	read_file(&manual, MANUAL);
	text = buf_view(&manual);
	while (next_display(&text, &display)) {
		struct str shown = buf_view(&display);

		if (str_starts(shown, STR("segments.json:")))
			continue;
		if (!as_file(shown, &file)) {
			cr_assert(r.status == 0, "a sentence without a rule");
			expect_sentence(&r, shown);
			continue;
		}
		rules_release(&r);
		rules_try(&r, buf_view(&file));
		cr_assert(r.status == 0, "%s: %.*s", r.e.msg, STR_ARG(shown));
		examples++;
	}
	cr_expect(examples >= EXAMPLES_MIN, "%u examples", examples);
	rules_release(&r);
	buf_release(&manual);
	buf_release(&display);
	buf_release(&file);
}

Test(manual, the_built_in_segments_are_shown_as_they_are)
{
	struct buf manual = { 0 }, display = { 0 };
	struct rules builtin, shown;
	struct str text;

	read_file(&manual, MANUAL);
	text = buf_view(&manual);
	while (next_display(&text, &display))
		if (str_starts(buf_view(&display), STR("[ {\"name\": \"Customers that haven't")))
			break;
	rules_try(&shown, buf_view(&display));
	rules_try(&builtin, segment_builtin());

	cr_assert(shown.status == 0, "%s", shown.e.msg);
	cr_expect(str_eq(shown.set.text, builtin.set.text), "the same file");
	rules_release(&shown);
	rules_release(&builtin);
	buf_release(&manual);
	buf_release(&display);
}

static void
expect_field(struct str row)
{
	const char *end = memchr(row.p, ' ', row.n);
	char where[128];
	struct rules r;

	cr_assert(end != NULL, "a row of the table");
	snprintf(where, sizeof(where), "{\"field\":\"%.*s\",\"op\":\"exists\",\"value\":true}",
	    (int)(end - row.p), row.p);
	rules_one(&r, where);
	rules_release(&r);
}

/* The first cells of the table of operators: ".It Li = , != Ta text, ...". */
static void
read_operators(struct str text, struct buf *out)
{
	struct str line;

	while (text.n > 0 && !str_eq(next_line(&text), STR(".Sh OPERATORS")))
		;
	while (text.n > 0 && !str_starts(line = next_line(&text), STR(".El"))) {
		const char *end = memmem(line.p, line.n, " Ta ", 4);

		if (!str_starts(line, STR(".It ")) || end == NULL)
			continue;
		buf_str(out, str_of(line.p, (size_t)(end - line.p)));
		buf_char(out, ' ');
	}
}

Test(manual, every_field_and_operator_there_is_stands_in_it)
{
	struct buf manual = { 0 }, operators = { 0 };
	struct arena a = { 0 };
	struct rule_field_shape f;

	read_file(&manual, MANUAL);
	read_operators(buf_view(&manual), &operators);
	for (size_t i = 0; rule_fields_shape(&a, i, &f); i++) {
		struct str row = str_printf(&a, "\n.It Li %s Ta %s Ta ", f.name, f.type);

		cr_expect(
		    memmem(manual.p, manual.n, row.p, row.n) != NULL, "%s, %s", f.name, f.type);
		while (f.ops.n > 0) {
			const char *space = memchr(f.ops.p, ' ', f.ops.n);
			size_t n = space == NULL ? f.ops.n : (size_t)(space - f.ops.p);
			struct str word = str_printf(&a, " %.*s ", (int)n, f.ops.p);

			cr_expect(memmem(operators.p, operators.n, word.p, word.n) != NULL,
			    "operator%.*s", STR_ARG(word));
			f.ops = str_from(f.ops, n + (space != NULL));
		}
	}
	buf_release(&manual);
	buf_release(&operators);
	arena_release(&a);
}

Test(manual, every_field_of_the_manual_exists)
{
	static const char start[] = ".It Li ";
	struct buf manual = { 0 };
	unsigned fields = 0;
	struct str text, line;

	read_file(&manual, MANUAL);
	text = buf_view(&manual);
	while (text.n > 0 && !str_eq(next_line(&text), STR(".Sh FIELD NAMES")))
		;
	while (text.n > 0 && !str_eq(line = next_line(&text), STR(".Sh OPERATORS"))) {
		if (!str_starts(line, str_c(start)))
			continue;
		expect_field(str_of(line.p + sizeof(start) - 1, line.n - sizeof(start) + 1));
		fields++;
	}
	cr_expect(fields == 26, "%u fields", fields);
	buf_release(&manual);
}
