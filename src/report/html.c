#include "report/html.h"

#include "base/timestamp.h"

#define NARROW_SPACE "\u202f"
#define MINUS "\u2212"

static const char *
entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Control characters are no text of a page. */
static void
add_char(struct buf *b, char c)
{
	const char *entity = entity_of(c);

	if (entity != NULL)
		buf_z(b, entity);
	else
		buf_char(b, (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c);
}

void
html_text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		add_char(b, s.p[i]);
}

void
html_name(struct buf *b, struct str s)
{
	size_t n = 0, at = 0;

	while (at < s.n && n < HTML_NAME_MAX) {
		size_t len = utf8_len(s.p + at, s.n - at);

		at += len > 0 ? len : 1;
		n++;
	}
	buf_z(b, "<bdi>");
	html_text(b, str_of(s.p, at < s.n ? at : s.n));
	if (at < s.n)
		buf_z(b, "\u2026");
	buf_z(b, "</bdi>");
}

/* Digits in groups of three. */
static void
add_grouped(struct buf *b, uint64_t n, const char *space)
{
	char digits[32];
	size_t len = 0;

	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (len > 0) {
		buf_char(b, digits[--len]);
		if (len > 0 && len % 3 == 0)
			buf_z(b, space);
	}
}

void
html_count(struct buf *b, uint64_t n)
{
	add_grouped(b, n, NARROW_SPACE);
}

static uint64_t
magnitude(int64_t n)
{
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

void
html_signed(struct buf *b, int64_t n)
{
	buf_z(b, n > 0 ? "+" : n < 0 ? MINUS : "\u00b1");
	html_count(b, magnitude(n));
}

void
html_money(struct buf *b, int64_t cents)
{
	uint64_t n = magnitude(cents);

	buf_z(b, cents < 0 ? MINUS "$" : "$");
	add_grouped(b, n / 100, ",");
	buf_printf(b, ".%02u", (unsigned)(n % 100));
}

void
html_bytes(struct buf *b, uint64_t n)
{
	static const char *const units[] = { "", "kB", "MB", "GB", "TB", "PB", "EB" };
	size_t unit = 1;

	if (n < 1000) {
		html_plural(b, n, "byte", "bytes");
		return;
	}
	while (n >= 999950) { /* so that "1000.0 kB" is written "1.0 MB" */
		n = (n + 500) / 1000;
		unit++;
	}
	n = (n + 50) / 100;
	buf_printf(b, "%u.%u\u00a0%s", (unsigned)(n / 10), (unsigned)(n % 10), units[unit]);
}

void
html_plural(struct buf *b, uint64_t n, const char *one, const char *many)
{
	html_count(b, n);
	buf_char(b, ' ');
	buf_z(b, n == 1 ? one : many);
}

void
html_span(struct buf *b, int64_t us)
{
	uint64_t minutes = us < 0 ? 0 : (uint64_t)(us / (60 * TIMESTAMP_SECOND));

	if (minutes < 120)
		html_plural(b, minutes, "minute", "minutes");
	else if (minutes < 48 * 60)
		html_plural(b, minutes / 60, "hour", "hours");
	else
		html_plural(b, minutes / (24 * 60), "day", "days");
}

void
html_seconds(struct buf *b, int64_t us)
{
	uint64_t tenths = us < 0 ? 0 : (uint64_t)us / 100000;

	if (tenths < 100)
		buf_printf(b, "%u.%u\u00a0s", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
	else if (tenths < 1200)
		buf_printf(b, "%u\u00a0s", (unsigned)(tenths / 10));
	else {
		html_count(b, tenths / 600);
		buf_z(b, "\u00a0min");
	}
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

void
html_day_short(struct buf *b, int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	buf_printf(b, "%d %s", d, months[m - 1]);
}

void
html_day(struct buf *b, int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	buf_printf(b, "%d %s %d", d, months[m - 1], y);
}

const char *
html_weekday(int32_t day)
{
	static const char *const names[] = { "Thursday", "Friday", "Saturday", "Sunday", "Monday",
		"Tuesday", "Wednesday" };

	return names[(day % 7 + 7) % 7];
}

void
html_time(struct buf *b, struct str zone, int64_t us, int64_t offset)
{
	int64_t local = us + offset;
	int32_t day = timestamp_day(local);
	long long minute = (local - (int64_t)day * TIMESTAMP_DAY) / (60 * TIMESTAMP_SECOND);

	buf_z(b, "<time datetime=\"");
	timestamp_format(b, us);
	buf_z(b, "\" title=\"");
	timestamp_format(b, us);
	buf_printf(b, "\">%s, ", html_weekday(day));
	html_day(b, day);
	buf_printf(b, ", %02lld:%02lld</time> ", minute / 60, minute % 60);
	html_text(b, zone);
}
