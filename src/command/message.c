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
static void
add_account(struct doc *d, const struct options *o)
{
	char *full = realpath(o->account, NULL), *text = full == NULL ? strdup(o->account) : full;

	doc_text(d, "account", str_c(text == NULL ? "?" : tame(text)));
	free(text);
}

/* The members that every line begins with. */
static struct doc *
begin_line(const struct options *o, enum say_level level)
{
	struct doc *d = doc_object();

	doc_time(d, "time", host_now());
	doc_text(d, "level", str_c(levels[level]));
	add_account(d, o);
	if (o->command != NULL)
		doc_text(d, "command", str_c(o->command));
	else
		doc_null(d, "command");
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
		fprintf(stderr, "flowstory: %s%s\n", level == SAY_WARNING ? "warning: " : "", text);
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
	fprintf(stderr, "flowstory: %s\n", text);
}
