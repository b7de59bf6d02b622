/* url.h -- where a server may be: scheme and host, and no key of ours in plain sight. */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* url_check(url, setting, example, is_plain, e): ERR_SETTINGS if it is none that the setting of
 * that name takes; ${is_plain}: no TLS, which is for this machine only. */
int url_check(struct str url, const char *setting, const char *example, bool *is_plain,
    struct err *e) ERR_MUST;

#endif /* HTTP_URL_H */
