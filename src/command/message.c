#include "command/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"
#include "base/timestamp.h"
#include "lib/json_writer.h"

static const char *const levels[] = { "detail", "info", "warning", "error" };

static bool
is_printed(const struct options *o, enum say_level level)
{
	if (level >= SAY_WARNING)
		return true;
	return level == SAY_DETAIL ? o->verbose && !o->quiet : !o->quiet;
}

#define RED "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

bool
message_is_coloured(void)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if ((no != NULL && no[0] != '\0') || terminal == NULL || terminal[0] == '\0' ||
	    strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(STDERR_FILENO) == 1;
}

/* What is wrong is seen from afar: the first word of an error, and "warning:". */
static void
print_text(enum say_level level, const char *text)
{
	bool is_coloured = message_is_coloured();
	const char *end = is_coloured ? PLAIN : "";

	if (level == SAY_ERROR)
		fprintf(stderr, "%sflowstory:%s %s\n", is_coloured ? RED : "", end, text);
	else if (level == SAY_WARNING)
		fprintf(
		    stderr, "flowstory: %swarning:%s %s\n", is_coloured ? YELLOW : "", end, text);
	else
		fprintf(stderr, "flowstory: %s\n", text);
}

/*
 * Ids and names of files and locations come from others and could drive a terminal or break a
 * JSON reader: control bytes become '?', and so does what is not UTF-8, for instance where a long
 * text was cut.
 */
static char *
tame(char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n;) {
		size_t len = utf8_len(text + i, n - i);
		unsigned char c = (unsigned char)text[i];

		if (len == 0 || c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text[i + 1] < 0xa0))
			memset(text + i, '?', len == 0 ? 1 : len);
		i += len == 0 ? 1 : len;
	}
	return text;
}

void
message_begin(struct options *o)
{
	struct buf id = { 0 };

	timestamp_format_id(&id, host_now());
	snprintf(o->run, sizeof(o->run), "%.*s-%ld", STR_ARG(id), (long)getpid());
	buf_release(&id);
}

/* Where it is one, the directory's full name: "." says nothing in the log of many accounts. */
struct str
message_account(struct arena *a, const struct options *o)
{
	char *full = realpath(o->account, NULL);
	char *text = str_z(a, str_c(full == NULL ? o->account : full));

	free(full);
	return str_c(tame(text));
}

/* The members that every line begins with. */
static struct doc *
begin_line(const struct options *o, enum say_level level)
{
	struct doc *d = doc_object();
	struct arena a = { 0 };

	doc_time(d, "time", host_now());
	doc_text(d, "level", str_c(levels[level]));
	doc_text(d, "account", message_account(&a, o));
	arena_release(&a);
	doc_text_or_null(d, "command", o->command != NULL ? str_c(o->command) : STR(""));
	doc_text(d, "run", str_c(o->run));
	return d;
}

static void
print_doc(struct doc *d)
{
	struct buf b = { 0 };

	doc_print_line(d, &b);
	buf_char(&b, '\n');
	fwrite(b.p, 1, b.n, stderr);
	buf_release(&b);
	doc_free(d);
}

static void
print_line(const struct options *o, enum say_level level, const char *text,
    const struct say_number *list, size_t n)
{
	struct doc *d;

	if (!o->log_json) {
		print_text(level, text);
		return;
	}
	d = begin_line(o, level);
	doc_text(d, "message", str_c(text));
	for (size_t i = 0; i < n; i++)
		doc_u64(d, list[i].name, list[i].value);
	print_doc(d);
}

void
say_numbers(const struct options *o, enum say_level level, const char *text,
    const struct say_number *list, size_t n)
{
	struct buf b = { 0 };

	if (!is_printed(o, level))
		return;
	buf_z(&b, text);
	buf_char(&b, '\0');
	print_line(o, level, tame(b.p), list, n);
	buf_release(&b);
}

void
say(const struct options *o, enum say_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_numbers(o, level, text, NULL, 0);
}

const char *
say_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void
say_error(const struct options *o, const struct err *given)
{
	struct err copy = *given, *e = &copy;
	char text[1200];

	tame(e->msg);
	tame(e->file);
	tame(e->advice);

	if (o->log_json) {
		struct doc *d = begin_line(o, SAY_ERROR);

		doc_text(d, "error", str_c(err_name(e->kind)));
		doc_text(d, "message", str_c(e->msg));
		if (e->file[0] != '\0')
			doc_text(d, "file", str_c(e->file));
		if (e->at != ERR_NOWHERE)
			doc_u64(d, "byte", e->at);
		if (e->record >= 0)
			doc_i64(d, "record", e->record);
		if (e->line > 0) {
			doc_u64(d, "line", e->line);
			doc_u64(d, "column", e->column);
		}
		if (e->advice[0] != '\0')
			doc_text(d, "advice", str_c(e->advice));
		print_doc(d);
		return;
	}
	err_format(e, text, sizeof(text));
	print_text(SAY_ERROR, text);
}
