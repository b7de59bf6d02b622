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
	X(TABLE_META, "meta")                /* word -> see state_meta */                          \
	X(TABLE_SNAPSHOTS, "snapshots")      /* number -> struct applied */                        \
	X(TABLE_PAGES, "pages")              /* snapshot, page -> path, sha256 */                  \
	X(TABLE_PAGE_CACHE, "contents")      /* page's digest -> texts it holds */                 \
	X(TABLE_WORDS, "names")              /* text -> number */                                  \
	X(TABLE_WORD_TEXTS, "texts")         /* number -> text */                                  \
	X(TABLE_BUYERS, "buyers")            /* id -> number */                                    \
	X(TABLE_BUYER_IDS, "buyer_ids")      /* number -> id */                                    \
	X(TABLE_CUSTOMERS, "customers")      /* id -> struct known_customer */                     \
	X(TABLE_ORDERS, "orders")            /* id -> struct known_order */                        \
	X(TABLE_SALES, "sales")              /* buyer, time, order -> struct sale */               \
	X(TABLE_CREATED, "created")          /* location, time, order -> nothing */                \
	X(TABLE_PROFILES, "profiles")        /* customer -> struct profile */                      \
	X(TABLE_UNATTRIBUTED, "orphans")     /* unknown customer -> cents, orders */               \
	X(TABLE_CONTACT_STATUS, "standings") /* customer -> struct contact_status */               \
	X(TABLE_EMAILS, "emails")            /* email, customer -> nothing */                      \
	X(TABLE_DUE, "due")                  /* time, customer -> nothing */                       \
	X(TABLE_EXPORTED, "exported")        /* customer -> struct exported */                     \
	X(TABLE_VERSIONS, "history")         /* entity, id, snapshot -> struct version */          \
	X(TABLE_FORMER_ORDERS, "former")     /* buyer, order that was theirs -> nothing */         \
	X(TABLE_PAST_MEMBERSHIPS,                                                                  \
	    "passages")              /* customer, snapshot, slug -> struct past_membership */      \
	X(TABLE_RULE_TERMS, "terms") /* snapshot -> rules and settings, when other */

enum state_table {
#define X(table, name) table,
	STATE_TABLES(X)
#undef X
	TABLE_COUNT
};

/* Why a customer is no contact; the order is the contract's (section 7). */
#define SKIPPED_REASONS(X)                                                                         \
	X(SKIPPED_NONE, "")                                                                        \
	X(SKIPPED_SUPPRESSED, "suppressed")                                                        \
	X(SKIPPED_UNDERAGE, "underage")                                                            \
	X(SKIPPED_NO_IDENTIFIER, "no-identifier")                                                  \
	X(SKIPPED_DUPLICATE, "duplicate-email")

enum skipped_reason {
#define X(reason, name) reason,
	SKIPPED_REASONS(X)
#undef X
	SKIPPED_COUNT
};
const char *skipped_name(enum skipped_reason r);

/* table_names(): what each is in the store, in order. */
const struct kv_table *table_names(void);

/* state_broken(e, what): ERR_FAILED: a row that cannot be, with the advice to rebuild. */
int state_broken(struct err *e, const char *what);

#endif /* STATE_TABLES_H */
