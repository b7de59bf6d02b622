/* print_push.h -- what a push would do, where it stands, and what DailyStory did not take. */
#ifndef COMMAND_PRINT_PUSH_H
#define COMMAND_PRINT_PUSH_H

#include <stdbool.h>

#include "base/err.h"
#include "command/command.h"
#include "push/push.h"

/* What of a plan is printed. */
struct print_push_options {
	bool json, rows, shows_addresses;
};

/* print_push_plan(p, o, e): p->plan.  Returns: the exit status of sending it, by the breaker. */
int print_push_plan(struct push *p, const struct print_push_options *o, struct err *e) ERR_MUST;

/* print_push_status(p, json, e): also p->plan; print_push_rejected: the dead letters, one per line.
 */
int print_push_status(struct push *p, bool json, struct err *e) ERR_MUST;
int print_push_rejected(struct push *p, bool json, struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_PUSH_H */
