/* message.h -- messages on standard error: plain lines, or with --log-json a JSON object per line.
 *
 * Such an object begins with time, level, account (its full path), command (null: none was named)
 * and run (an id of this process); the message and its numbers follow.
 */
#ifndef COMMAND_MESSAGE_H
#define COMMAND_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "command/options.h"

enum say_level {
	SAY_DETAIL,
	SAY_INFO,
	SAY_WARNING,
	SAY_ERROR
};

/* message_begin(o): gives this process its id. */
void message_begin(struct options *o);

/* message_is_coloured(): standard error is a terminal that shows colours, and NO_COLOR is not set.
 */
bool message_is_coloured(void);

/* message_account(a, o): the account as every line of --log-json names it: its full path, clean. */
struct str message_account(struct arena *a, const struct options *o);

/* say(o, level, fmt, ...): one line; -q leaves warnings and errors, -v adds details. */
void say(const struct options *o, enum say_level level, const char *fmt, ...) ERR_PRINTF(3, 4);

struct say_number {
	const char *name;
	uint64_t value;
};

/* say_numbers(o, level, text, list, n): the line; with --log-json, its numbers as members too. */
void say_numbers(const struct options *o, enum say_level level, const char *text,
    const struct say_number *list, size_t n);

/* say_plural(n): "" for one, else "s". */
const char *say_plural(uint64_t n);

/* say_error(o, given): the error, where it is, and advice. */
void say_error(const struct options *o, const struct err *given);

#endif /* COMMAND_MESSAGE_H */
