#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define MSG_BYTES sizeof(((struct err *)NULL)->msg)

struct kind {
	int status;
	const char *name;
};

static const struct kind kinds[] = {
#define X(kind, status, name) [kind] = { status, name },
	ERR_KINDS(X)
#undef X
};

static bool
is_control(const char *p, size_t len)
{
	unsigned char c = (unsigned char)p[0];

	if (len == 2)
		return c == 0xc2 && (unsigned char)p[1] < 0xa0;
	return len == 1 && (c < 0x20 || c == 0x7f);
}

/*
 * Copies raw to out without what a terminal could obey or choke on.  The
 * result is valid UTF-8, for --log-json, and is never cut within a character.
 */
static size_t
put_clean(char *out, size_t cap, const char *raw)
{
	size_t left = strlen(raw), n = 0;

	while (left > 0) {
		size_t len = utf8_len(raw, left);
		bool bad = len == 0 || is_control(raw, len);
		size_t step = len == 0 ? 1 : len;
		size_t put = bad ? 1 : len;

		if (n + put >= cap)
			break;
		memcpy(out + n, bad ? "?" : raw, put);
		n += put;
		raw += step;
		left -= step;
	}
	out[n] = '\0';
	return n;
}

__attribute__((format(printf, 3, 0))) static size_t
put_text(char *out, size_t cap, const char *fmt, va_list args)
{
	/* Cleaning can halve a text (U+0080 becomes '?'), so read on. */
	char raw[2 * MSG_BYTES];

	if (vsnprintf(raw, sizeof(raw), fmt, args) < 0)
		raw[0] = '\0';
	return put_clean(out, cap, raw);
}

static void
start(struct err *e, enum err_kind kind, int sys, const char *msg)
{
	*e = (struct err)ERR_INIT;
	e->kind = kind;
	e->sys = sys;
	memcpy(e->msg, msg, sizeof(e->msg));
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	/* Not straight into e: the arguments may lie in it. */
	char msg[MSG_BYTES] = "";
	va_list args;

	va_start(args, fmt);
	put_text(msg, sizeof(msg), fmt, args);
	va_end(args);
	start(e, kind, 0, msg);
	return -1;
}

int
err_sys(struct err *e, int errnum, const char *fmt, ...)
{
	/* Unlike strerror: no shared buffer, no locale. */
	const char *why = strerrordesc_np(errnum);
	char msg[MSG_BYTES] = "";
	char tail[80];
	size_t n, tail_n;
	va_list args;

	if (errnum == ENOMEM)
		mem_out();
	if (why != NULL)
		snprintf(tail, sizeof(tail), ": %s", why);
	else
		snprintf(tail, sizeof(tail), ": system error %d", errnum);
	tail_n = strlen(tail);

	va_start(args, fmt);
	n = put_text(msg, sizeof(msg) - tail_n, fmt, args);
	va_end(args);
	memcpy(msg + n, tail, tail_n + 1);
	start(e, ERR_IO, errnum, msg);
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char msg[MSG_BYTES];
	size_t n;
	va_list args;

	va_start(args, fmt);
	n = put_text(msg, sizeof(msg), fmt, args);
	va_end(args);
	n += put_clean(msg + n, sizeof(msg) - n, ": ");
	put_clean(msg + n, sizeof(msg) - n, e->msg);
	memcpy(e->msg, msg, sizeof(msg));
	return -1;
}

int
err_file(struct err *e, const char *file)
{
	if (e->file[0] == '\0')
		put_clean(e->file, sizeof(e->file), file);
	return -1;
}

int
err_record(struct err *e, int64_t record)
{
	if (e->record < 0)
		e->record = record;
	return -1;
}

int
err_byte(struct err *e, uint64_t at)
{
	if (e->at == ERR_NOWHERE)
		e->at = at;
	return -1;
}

int
err_place(struct err *e, unsigned line, unsigned column)
{
	if (e->line == 0) {
		e->line = line;
		e->column = column;
	}
	return -1;
}

int
err_advise(struct err *e, const char *fmt, ...)
{
	char advice[sizeof(e->advice)] = "";
	va_list args;

	va_start(args, fmt);
	put_text(advice, sizeof(advice), fmt, args);
	va_end(args);
	memcpy(e->advice, advice, sizeof(advice));
	return -1;
}

int
err_status(enum err_kind kind)
{
	return kinds[kind].status;
}

const char *
err_name(enum err_kind kind)
{
	return kinds[kind].name;
}

/* snprintf at n, and the new n; what does not fit is left out. */
ERR_PRINTF(4, 5)
static size_t
append(char *out, size_t cap, size_t n, const char *fmt, ...)
{
	va_list args;
	int more;

	if (n + 1 >= cap)
		return n;
	va_start(args, fmt);
	more = vsnprintf(out + n, cap - n, fmt, args);
	va_end(args);
	if (more < 0)
		return n;
	return (size_t)more < cap - n ? n + (size_t)more : cap - 1;
}

size_t
err_format(const struct err *e, char *out, size_t cap)
{
	size_t n = 0;

	if (cap == 0)
		return 0;
	out[0] = '\0';
	n = append(out, cap, n, "%s", e->file);
	if (e->line > 0)
		n = append(out, cap, n, "%s%u", n > 0 ? ":" : "line ", e->line);
	if (e->line > 0 && e->column > 0)
		n = append(out, cap, n, ":%u", e->column);
	if (n > 0)
		n = append(out, cap, n, ": ");
	if (e->record >= 0)
		n = append(out, cap, n, "record %lld: ", (long long)e->record);
	if (e->at != ERR_NOWHERE)
		n = append(out, cap, n, "byte %llu: ", (unsigned long long)e->at);
	n = append(out, cap, n, "%s", e->msg);
	if (e->advice[0] != '\0')
		n = append(out, cap, n, "\n%s", e->advice);
	return n;
}
