/* report_file.h -- the report of an account, as run and report write it. */
#ifndef COMMAND_REPORT_FILE_H
#define COMMAND_REPORT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* The days a report shows if nobody says how many. */
#define REPORT_FILE_DAYS 90

struct report_file {
	const char *account;
	const char *path; /* NULL: report.html in the account; "-": standard output */
	int64_t now;      /* us */
	uint64_t days;    /* 0: all of history */
	bool is_json;     /* the numbers instead, to standard output */
};

/* report_file_write(f, e): gather and write it. */
int report_file_write(const struct report_file *f, struct err *e) ERR_MUST;

#endif /* COMMAND_REPORT_FILE_H */
