/* tables.h -- the tables of the state, by name.
 *
 * docs/state.md draws every row.
 */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

#include "base/err.h"
#include "lib/kv.h"

/* name of the table, key -> row */
#define STATE_TABLES(X)                                                                            \
	X(TABLE_META, "meta")           /* word -> see state_meta */                               \
	X(TABLE_SNAPSHOTS, "snapshots") /* number -> struct applied */                             \
	X(TABLE_PAGES, "pages")         /* snapshot, page -> path, sha256 */                       \
	X(TABLE_CONTENTS, "contents")   /* page's digest -> texts it holds */                      \
	X(TABLE_NAMES, "names")         /* text -> number */                                       \
	X(TABLE_TEXTS, "texts")         /* number -> text */                                       \
	X(TABLE_BUYERS, "buyers")       /* id -> number */                                         \
	X(TABLE_BUYER_IDS, "buyer_ids") /* number -> id */                                         \
	X(TABLE_CUSTOMERS, "customers") /* id -> struct known_record */                            \
	X(TABLE_ORDERS, "orders")       /* id -> struct known_record */                            \
	X(TABLE_SALES, "sales")         /* buyer, time, order -> struct sale */                    \
	X(TABLE_CREATED, "created")     /* location, time, order -> nothing */                     \
	X(TABLE_PROFILES, "profiles")   /* customer -> struct profile */                           \
	X(TABLE_ORPHANS, "orphans")     /* unknown customer -> cents, orders */                    \
	X(TABLE_STANDINGS, "standings") /* customer -> struct standing */                          \
	X(TABLE_EMAILS, "emails")       /* email, customer -> nothing */                           \
	X(TABLE_DUE, "due")             /* time, customer -> nothing */                            \
	X(TABLE_EXPORTED, "exported")   /* customer -> struct exported */                          \
	X(TABLE_HISTORY, "history")     /* entity, id, snapshot -> struct version */               \
	X(TABLE_FORMER, "former")       /* buyer, order that was theirs -> nothing */              \
	X(TABLE_PASSAGES, "passages")   /* customer, snapshot, slug -> struct stay */              \
	X(TABLE_TERMS, "terms")         /* snapshot -> rules and settings, when other */

enum state_table {
#define X(table, name) table,
	STATE_TABLES(X)
#undef X
	TABLE_COUNT
};

/* Why a customer is no contact; the order is the contract's (section 7). */
#define STANDING_REASONS(X)                                                                        \
	X(STANDING_CONTACT, "")                                                                    \
	X(STANDING_SUPPRESSED, "suppressed")                                                       \
	X(STANDING_UNDERAGE, "underage")                                                           \
	X(STANDING_NO_IDENTIFIER, "no-identifier")                                                 \
	X(STANDING_DUPLICATE, "duplicate-email")

enum standing_reason {
#define X(reason, name) reason,
	STANDING_REASONS(X)
#undef X
	STANDING_COUNT
};
const char *standing_name(enum standing_reason r);

/* table_names(): TABLE_COUNT names, in order. */
const char *const *table_names(void);

/* state_broken(e, what): ERR_FAILED: a row that cannot be, with the advice to rebuild. */
int state_broken(struct err *e, const char *what);

#endif /* STATE_TABLES_H */
