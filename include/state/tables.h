/* tables.h -- the tables of the state, by name.
 *
 * docs/state.md draws every row.
 */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

#include "base/err.h"

/* name of the table; key -> row */
#define STATE_TABLES(X)                                                                            \
	X(TABLE_META, "meta")                         /* a name -> see state_meta */               \
	X(TABLE_SNAPSHOTS, "snapshots")               /* number -> struct applied */               \
	X(TABLE_PAGES, "pages")                       /* snapshot, page -> struct applied_page */  \
	X(TABLE_PAGE_CACHE, "page_cache")             /* page's digest -> texts it holds */        \
	X(TABLE_WORDS, "words")                       /* text -> number */                         \
	X(TABLE_WORD_TEXTS, "word_texts")             /* number -> text */                         \
	X(TABLE_BUYERS, "buyers")                     /* id -> number */                           \
	X(TABLE_BUYER_IDS, "buyer_ids")               /* number -> id */                           \
	X(TABLE_CUSTOMERS, "customers")               /* id -> struct known_record */              \
	X(TABLE_ORDERS, "orders")                     /* id -> struct known_record */              \
	X(TABLE_SALES, "sales")                       /* buyer, time, order -> struct sale */      \
	X(TABLE_CREATED, "created")                   /* location, time, order -> nothing */       \
	X(TABLE_PROFILES, "profiles")                 /* customer -> struct profile */             \
	X(TABLE_UNATTRIBUTED, "unattributed")         /* unknown customer -> cents, orders */      \
	X(TABLE_CONTACT_STATUS, "contact_status")     /* customer -> struct contact_status */      \
	X(TABLE_EMAILS, "emails")                     /* email, customer -> takes part or not */   \
	X(TABLE_MOBILES, "mobiles")                   /* mobile, customer -> takes part or not */  \
	X(TABLE_DUE, "due")                           /* time, customer -> nothing */              \
	X(TABLE_EXPORTED, "exported")                 /* customer -> struct exported */            \
	X(TABLE_OWED, "owed")                         /* channel, address -> customers, since */   \
	X(TABLE_VERSIONS, "versions")                 /* entity, id, snapshot -> struct version */ \
	X(TABLE_FORMER_ORDERS, "former_orders")       /* buyer, order -> nothing */                \
	X(TABLE_PAST_MEMBERSHIPS, "past_memberships") /* customer, snapshot, slug -> what ended */ \
	X(TABLE_PAST_CONTACTS, "past_contacts")       /* customer, snapshot -> what ended */       \
	X(TABLE_RULE_TERMS, "rule_terms")             /* snapshot -> struct rule_terms */          \
	X(TABLE_LOCATION_NAMES, "location_names")     /* location -> word of its name */           \
	X(TABLE_STATUSES, "statuses")                 /* status -> orders, cents */                \
	X(TABLE_NOTED, "noted")                       /* kind, what needed a look -> nothing */    \
	X(TABLE_ANSWERS, "answers")                   /* customer -> struct answers */             \
	X(TABLE_ORIGINS, "origins")                   /* place -> struct origin */                 \
	X(TABLE_BLOCK_CACHE, "block_cache")           /* page's digest -> its blocks */            \
	X(TABLE_PAGE_LENGTHS, "page_lengths")         /* page's digest -> bytes of each text */

enum state_table {
#define X(table, name) table,
	STATE_TABLES(X)
#undef X
	TABLE_COUNT
};

/* Why a customer is left out, or written without one of their addresses (shared-email,
 * shared-mobile); in the contract's order (section 7). */
#define SKIPPED_REASONS(X)                                                                         \
	X(SKIPPED_NONE, "") /* a contact with all there is */                                      \
	X(SKIPPED_SUPPRESSED, "suppressed")                                                        \
	X(SKIPPED_UNDERAGE, "underage")                                                            \
	X(SKIPPED_AGE_UNKNOWN, "age-unknown")                                                      \
	X(SKIPPED_NO_IDENTIFIER, "no-identifier")                                                  \
	X(SKIPPED_DUPLICATE_EMAIL, "duplicate-email")                                              \
	X(SKIPPED_DUPLICATE_MOBILE, "duplicate-mobile")                                            \
	X(SKIPPED_SHARED_EMAIL, "shared-email")                                                    \
	X(SKIPPED_SHARED_MOBILE, "shared-mobile")                                                  \
	X(SKIPPED_TOO_LONG, "row-too-long")

enum skipped_reason {
#define X(reason, name) reason,
	SKIPPED_REASONS(X)
#undef X
	SKIPPED_COUNT
};
const char *skipped_name(enum skipped_reason r);

/* table_names(): TABLE_COUNT names, in order. */
const char *const *table_names(void);

/* state_broken(e, what): ERR_FAILED: a row that cannot be, with the advice to rebuild. */
int state_broken(struct err *e, const char *what);

#endif /* STATE_TABLES_H */
