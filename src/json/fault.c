#include "json/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* What the text before the fault came to. */
enum last {
	LAST_NOTHING,
	LAST_OPEN,
	LAST_COMMA,
	LAST_COLON,
	LAST_NAME, /* its colon has not come yet */
	LAST_VALUE
};

struct scan {
	struct str text;
	size_t end;              /* the fault */
	size_t open[JSON_DEPTH]; /* the brackets that are open, outermost first */
	size_t depth;
	enum last last;
	size_t last_at;
	bool in_text; /* the fault lies in quotes that begin at last_at */
};

static char
byte_at(const struct scan *s, size_t at)
{
	return at < s->text.n ? s->text.p[at] : '\0';
}

/* The innermost open bracket, 0 if there is none. */
static char
inside(const struct scan *s)
{
	return s->depth == 0 ? '\0' : byte_at(s, s->open[s->depth - 1]);
}

static bool
wants_name(const struct scan *s)
{
	return inside(s) == '{' && (s->last == LAST_OPEN || s->last == LAST_COMMA);
}

/* The byte after the quotes that begin at ${at}, or the end. */
static size_t
skip_text(struct scan *s, size_t at)
{
	for (at++; at < s->end && s->text.p[at] != '"'; at++)
		if (s->text.p[at] == '\\')
			at++;
	s->in_text = at >= s->end;
	return at + 1;
}

/* After the number or word that begins at ${at}. */
static size_t
skip_word(const struct scan *s, size_t at)
{
	for (at++; at < s->text.n && strchr(" \t\r\n,:[]{}\"", s->text.p[at]) == NULL;)
		at++;
	return at;
}

static void
step(struct scan *s, size_t at, size_t *next)
{
	char c = s->text.p[at];
	enum last before = wants_name(s) ? LAST_NAME : LAST_VALUE;

	s->last_at = at;
	*next = at + 1;
	if (c == '{' || c == '[') {
		s->last = LAST_OPEN;
		s->open[s->depth < JSON_DEPTH ? s->depth++ : JSON_DEPTH - 1] = at;
	} else if (c == '}' || c == ']') {
		s->last = LAST_VALUE;
		s->depth -= s->depth > 0;
	} else if (c == ',' || c == ':') {
		s->last = c == ',' ? LAST_COMMA : LAST_COLON;
	} else {
		s->last = before;
		*next = c == '"' ? skip_text(s, at) : skip_word(s, at);
	}
}

/* The text before the fault is sound, or it would not be the first. */
static void
read_before(struct scan *s)
{
	for (size_t at = 0, next; at < s->end; at = next) {
		next = at + 1;
		if (strchr(" \t\r\n", s->text.p[at]) == NULL)
			step(s, at, &next);
	}
}

__attribute__((format(printf, 3, 4))) static bool
put(struct fault *out, const char *what, const char *advice, ...)
{
	va_list args;

	va_start(args, advice);
	vsnprintf(out->advice, sizeof(out->advice), advice, args);
	va_end(args);
	out->what = what;
	return true;
}

static bool
begins(const struct scan *s, const char *mark)
{
	return str_starts(str_from(s->text, s->end), str_c(mark));
}

/* What JSON has nowhere, wherever it stands. */
static bool
explain_mark(const struct scan *s, struct fault *out)
{
	if (begins(s, "\xef\xbb\xbf"))
		return put(out, "a byte order mark", "Save the file as UTF-8 without one (BOM).");
	if (begins(s, "//") || begins(s, "/*") || begins(s, "#"))
		return put(out, "a comment", "JSON has no comments: take it out.");
	if (begins(s, "'"))
		return put(out, "single quotes", "Write double quotes: \"...\".");
	if (begins(s, "\xe2\x80\x98") || begins(s, "\xe2\x80\x99") || begins(s, "\xe2\x80\x9c") ||
	    begins(s, "\xe2\x80\x9d") || begins(s, "\xe2\x80\x9e"))
		return put(out, "typographic quotes", "Write plain double quotes: \"...\".");
	return false;
}

/* A bracket that nothing closes, up to the fault. */
static bool
explain_open(const struct scan *s, struct fault *out)
{
	unsigned line, column;
	char c = inside(s);

	json_place(s->text, s->open[s->depth - 1], &line, &column);
	return put(out, c == '{' ? "a closing '}' is missing" : "a closing ']' is missing",
	    "The '%c' of line %u, column %u is not closed.", c, line, column);
}

static bool
explain_end(const struct scan *s, struct fault *out)
{
	if (s->depth > 0)
		return explain_open(s, out);
	return put(out, "the file is empty", "Write {} for no settings, [] for no rules.");
}

static bool
explain_no_value(const struct scan *s, struct fault *out)
{
	return s->last == LAST_NAME
	           ? put(out, "a name without a value", "Write a colon and a value after it.")
	           : put(out, "a name without a value", "Write a value after its colon.");
}

static bool
explain_close(const struct scan *s, char c, struct fault *out)
{
	if (s->last == LAST_COMMA) {
		out->at = s->last_at;
		return put(out, "a comma before a closing bracket", "Take the comma out.");
	}
	if (s->last == LAST_NAME || s->last == LAST_COLON)
		return explain_no_value(s, out);
	if (s->depth > 0)
		return explain_open(s, out);
	return put(
	    out, "a closing bracket that nothing opened", "Take the '%c' out, or open it.", c);
}

static bool
explain_comma(const struct scan *s, struct fault *out)
{
	if (s->last == LAST_NAME || s->last == LAST_COLON)
		return explain_no_value(s, out);
	return put(out, "a comma with nothing before it", "Take the comma out.");
}

/* Where a name has to stand. */
static bool
explain_name(char c, struct fault *out)
{
	if (strchr(":{[", c) != NULL)
		return put(
		    out, "a value without a name", "In { } write \"name\": before each value.");
	return put(out, "a name without quotes", "Write it in double quotes: \"name\".");
}

static bool
explain_word(const struct scan *s, struct fault *out)
{
	static const char *const words[] = { "true", "false", "null", "none" };
	struct str word = str_of(s->text.p + s->end, skip_word(s, s->end) - s->end);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_nocase(word, str_c(words[i])))
			return put(out, "a word JSON does not know",
			    "Write true, false or null, in lower case.");
	return put(out, "text without quotes", "Write it in double quotes: \"...\".");
}

static bool
explain_place(const struct scan *s, char c, struct fault *out)
{
	if (s->depth == 0 && s->last != LAST_NOTHING)
		return put(out, "something after the end",
		    "Nothing may follow the bracket that closes the first one.");
	if (c == '}' || c == ']')
		return explain_close(s, c, out);
	if (c == ',')
		return explain_comma(s, out);
	if (wants_name(s))
		return explain_name(c, out);
	if (s->last == LAST_NAME)
		return put(out, "a missing colon", "Put a colon between a name and its value.");
	if (c == ':')
		return put(
		    out, "a colon without a name before it", "Names with values belong in { }.");
	if (s->last == LAST_VALUE)
		return put(
		    out, "a missing comma", "Put a comma between this and what stands before it.");
	return explain_word(s, out);
}

static bool
explain_control(const struct scan *s, struct fault *out)
{
	switch (byte_at(s, s->end)) {
	case '\n':
	case '\r':
		out->at = s->last_at;
		return put(out, "text without its closing quote",
		    "Close it on its line; a line end inside is written \\n.");
	case '\t':
		return put(out, "a tab inside quotes", "Write \\t for it.");
	default:
		return put(out, "a control character in a string", "Take it out.");
	}
}

/* What the reader names by itself. */
static bool
explain_named(const struct scan *s, const char *what, struct fault *out)
{
	if (strcmp(what, "a control character in a string") == 0)
		return explain_control(s, out);
	if (strcmp(what, "a bad escape") == 0)
		return put(out, "a bad escape", "Write \\\\ for a backslash.");
	if (strcmp(what, "a repeated key") == 0)
		return put(out, "a repeated key",
		    "The same { } already has this name: remove one of the two.");
	if (strcmp(what, "a number JSON does not allow") == 0)
		return put(out, "a number JSON does not allow",
		    "Write it as 7, -7, 0.5 or 1e3; or put it in quotes, if it is text.");
	if (strcmp(what, "invalid UTF-8") != 0)
		return false;
	if (begins(s, "\xff\xfe") || begins(s, "\xfe\xff"))
		return put(out, "the file is UTF-16", "Save it as UTF-8.");
	return put(out, "invalid UTF-8", "Save the file as UTF-8.");
}

struct fault
fault_explain(struct str text, const struct json_fault *found)
{
	struct fault out = { .what = found->what, .at = found->at };
	struct scan s = { .text = text, .end = found->at < text.n ? found->at : text.n };

	read_before(&s);
	if (strcmp(found->what, "not valid JSON") != 0) {
		explain_named(&s, found->what, &out);
	} else if (s.in_text) {
		out.at = s.last_at;
		put(&out, "text without its closing quote",
		    "Close it on its line; a line end inside is written \\n.");
	} else if (s.end == text.n) {
		explain_end(&s, &out);
	} else if (!explain_mark(&s, &out)) {
		explain_place(&s, byte_at(&s, s.end), &out);
	}
	json_place(text, out.at, &out.line, &out.column);
	return out;
}
