/* run_log_check.h -- what a line of runs.jsonl says of a comparison with DailyStory: how many
 * contacts were compared, and what was different there.
 */
#ifndef ACCOUNT_RUN_LOG_CHECK_H
#define ACCOUNT_RUN_LOG_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct doc;
struct json;

/* number, its name in the line */
#define RUN_LOG_CHECK_COUNTS(X)                                                                    \
	X(RUN_LOG_CHECK_CONTACTS, "contacts")                                                      \
	X(RUN_LOG_CHECK_DELETED, "deleted")         /* contacts that are not there any more */     \
	X(RUN_LOG_CHECK_OPTED_OUT, "opted_out")     /* contacts that somebody opted out there */   \
	X(RUN_LOG_CHECK_UNANSWERED, "unanswered")   /* contacts */                                 \
	X(RUN_LOG_CHECK_CASE, "case")               /* values, but for the case of letters */      \
	X(RUN_LOG_CHECK_CHANGED, "changed")         /* values that somebody changed there */       \
	X(RUN_LOG_CHECK_NOT_CLEARED, "not_cleared") /* values that are still there */

enum run_log_check_count {
#define X(count, name) count,
	RUN_LOG_CHECK_COUNTS(X)
#undef X
	RUN_LOG_CHECK_COUNT
};

struct run_log_check {
	uint64_t n[RUN_LOG_CHECK_COUNT];
};

const char *run_log_check_name(enum run_log_check_count count);

/* run_log_check_print(x, d): as a member "check" of the line. */
void run_log_check_print(const struct run_log_check *x, struct doc *d);

/* run_log_check_parse(j, out): of the line; false: it tells of none. */
bool run_log_check_parse(const struct json *j, struct run_log_check *out);

#endif /* ACCOUNT_RUN_LOG_CHECK_H */
