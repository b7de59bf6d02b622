/* disk.h -- how much room an account takes, by kind. */
#ifndef REPORT_DISK_H
#define REPORT_DISK_H

#include "base/err.h"
#include "report/model.h"

struct arena;

/* disk_count(a, account, m, e): m->disk; a file with several names is counted once. */
int disk_count(
    struct arena *a, const char *account, struct report_model *m, struct err *e) ERR_MUST;

#endif /* REPORT_DISK_H */
