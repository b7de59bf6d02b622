/* html.h -- text, numbers and days as they stand in the page.
 *
 * Names of products, segments and stores are hostile input: everything that is not the program's
 * own goes through html_text or html_name.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdint.h>

#include "base/str.h"

/* The most characters of a name that are shown. */
#define HTML_NAME_MAX 120

/* html_text(b, s): escaped, also for an attribute's value. */
void html_text(struct buf *b, struct str s);

/* html_name(b, s): a name in an element that keeps its direction of writing to itself, cut at
 * HTML_NAME_MAX characters. */
void html_name(struct buf *b, struct str s);

/* html_count: 12 345, with narrow spaces that do not break; html_signed: +12, −3 or ±0;
 * html_money: $1,234.50; html_bytes: 1.2 GB; html_span: 41 minutes, 3 hours, 2 days;
 * html_seconds: 0.4 s, 12 s, 3 min. */
void html_count(struct buf *b, uint64_t n);
void html_signed(struct buf *b, int64_t n);
void html_money(struct buf *b, int64_t cents);
void html_bytes(struct buf *b, uint64_t n);
void html_span(struct buf *b, int64_t us);
void html_seconds(struct buf *b, int64_t us);

/* html_time(b, zone, us, offset): in the account's zone, "Monday, 23 Nov 2026, 04:00 UTC", with UTC
 * after it for whoever compares with a log; ${offset}: us that local time is ahead. */
void html_time(struct buf *b, struct str zone, int64_t us, int64_t offset);

/* html_plural(b, n, one, many): "1 customer", "2 customers". */
void html_plural(struct buf *b, uint64_t n, const char *one, const char *many);

/* html_day: 24 Nov 2026; html_day_short: 24 Nov; html_weekday: Tuesday. */
void html_day(struct buf *b, int32_t day);
void html_day_short(struct buf *b, int32_t day);
const char *html_weekday(int32_t day);

#endif /* REPORT_HTML_H */
