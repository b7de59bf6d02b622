/* page_contacts.h -- a part of the page: who is a contact, who is left out and why, and opt-outs.
 */
#ifndef REPORT_PAGE_CONTACTS_H
#define REPORT_PAGE_CONTACTS_H

#include "base/str.h"
#include "report/model.h"

/* page_contacts(b, m): appended. */
void page_contacts(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_CONTACTS_H */
