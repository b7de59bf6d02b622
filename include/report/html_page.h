/* html_page.h -- the report as one HTML page that needs nothing else: no script, no request.
 *
 * It depends on the model alone, so the same model gives the same bytes.
 */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "base/str.h"
#include "report/model.h"

/* html_page_begin(b, title): a page begins: its policy, its style, its title, up to the body. */
void html_page_begin(struct buf *b, const char *title);

/* html_page_verdict(b, health, text): the first sentence, its sign and colour; the header stays
 * open. */
void html_page_verdict(
    struct buf *b, const char *title, enum report_health health, struct str text);

/* html_page_write(b, m): the whole page. */
void html_page_write(struct buf *b, const struct report_model *m);

#endif /* REPORT_HTML_PAGE_H */
