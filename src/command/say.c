#include "command/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"
#include "wall/doc.h"

static const char *const levels[] = { "detail", "info", "warning", "error" };

static bool
is_heard(const struct options *o, enum say_level level)
{
	if (level >= SAY_WARNING)
		return true;
	return level == SAY_DETAIL ? o->verbose && !o->quiet : !o->quiet;
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

void
say(const struct options *o, enum say_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (!is_heard(o, level))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (o->log_json) {
		struct doc *d = doc_object();

		doc_text(d, "level", str_c(levels[level]));
		doc_text(d, "message", str_c(text));
		print_doc(d);
		return;
	}
	fprintf(stderr, "flowstory: %s%s\n",
	    level == SAY_WARNING ? "warning: " : "", text);
}

void
say_error(const struct options *o, const struct err *e)
{
	char text[1200];

	if (o->log_json) {
		struct doc *d = doc_object();

		doc_text(d, "level", STR("error"));
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
