/* print_erase.h -- what erase shows: the plan, the places, the tombstones. */
#ifndef COMMAND_PRINT_ERASE_H
#define COMMAND_PRINT_ERASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "erase/check.h"
#include "erase/erase.h"

struct doc;

/* What is known of the people beside the plan. */
struct print_erase_people {
	struct str *former; /* ids that had the same orders */
	size_t former_n;
	uint64_t refused; /* of their addresses: opt-outs that are owed */
	uint64_t heirs;   /* others who have one of their addresses */
};

/* print_erase_plan(g, p): what would be done, as text. */
void print_erase_plan(const struct erase *g, const struct print_erase_people *p);

/* print_erase_json(g, p, is_done): the same and what came of it, as JSON. */
void print_erase_json(const struct erase *g, const struct print_erase_people *p, bool is_done);

/* print_erase_done(g): what came of it, as text; the addresses to be deleted by hand stand here
 * and nowhere else. */
void print_erase_done(const struct erase *g);

/* print_erase_check(c, is_json): "0 places in 12,345 files, 34.1 GB", and each place. */
void print_erase_check(const struct check *c, bool is_json);

/* print_erase_list(t, is_json): the tombstones. */
void print_erase_list(const struct tombstones *t, bool is_json);

#endif /* COMMAND_PRINT_ERASE_H */
