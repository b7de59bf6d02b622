/* print_changes.h -- what changed in a record, as lines of text. */
#ifndef COMMAND_PRINT_CHANGES_H
#define COMMAND_PRINT_CHANGES_H

#include "timemachine/diff_records.h"

/* print_changes(c, indent): a line for each place, with long values cut. */
void print_changes(const struct diff_records *c, int indent);

#endif /* COMMAND_PRINT_CHANGES_H */
