/* interrupt.h -- Ctrl-C and SIGTERM: asked to stop, a command goes on to the next place where it
 * can, says what is kept, and then dies by the signal, as its caller expects.  A second signal ends
 * it at once, which does no harm either: what is there is whole at any moment.
 *
 * The one global of the program: a handler can be given nothing else.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/err.h"

/* The exit status that a shell shows for death by signal n. */
#define INTERRUPT_STATUS 128

/* interrupt_catch(): note the first SIGINT or SIGTERM from now on.  One that is ignored, as nohup
 * and a shell's '&' have it, stays so. */
void interrupt_catch(void);

/* interrupt_is_asked(): there was one.  From any thread. */
bool interrupt_is_asked(void);

/* interrupt_check(e): 0, or ERR_INTERRUPTED if there was one: for loops that can stop here. */
int interrupt_check(struct err *e) ERR_MUST;

/* interrupt_status(): 128 and the number of the signal that was noted. */
int interrupt_status(void);

/* interrupt_die(): by that signal; returns only if there was none. */
void interrupt_die(void);

#endif /* BASE_INTERRUPT_H */
