/* tables.h -- the tables of the state, by name.
 *
 * docs/state.md draws every row.
 */
#ifndef STATE_TABLES_H
#define STATE_TABLES_H

#include "base/err.h"
#include "lib/kv_table.h"

/* What is known of a customer beside their record lies in one place, and so does most of what one
 * of their orders changes. */
#define OF_CUSTOMER(part) KV_PART("people", part)

/* Rows come between those of the first snapshot, anywhere: an eighth of each page is left for them.
 */
#define INSERTED KV_ROOM(512)

/* name of the table, how its keys lie in the store; key -> row */
#define STATE_TABLES(X)                                                                            \
	X(TABLE_META, "meta", KV_PLAIN)               /* a name -> see state_meta */               \
	X(TABLE_SNAPSHOTS, "snapshots", KV_PLAIN)     /* number -> struct applied */               \
	X(TABLE_PAGES, "pages", KV_PLAIN)             /* snapshot, page -> struct applied_page */  \
	X(TABLE_PAGE_CACHE, "page_cache", KV_PRIVATE) /* page's digest -> texts it holds */        \
	X(TABLE_WORDS, "words", KV_PLAIN)             /* text -> number */                         \
	X(TABLE_WORD_TEXTS, "word_texts", KV_PLAIN)   /* number -> text */                         \
	X(TABLE_BUYERS, "buyers", KV_ID)              /* id -> number */                           \
	X(TABLE_BUYER_IDS, "buyer_ids", KV_PLAIN)     /* number -> id */                           \
	X(TABLE_CUSTOMERS, "customers", KV_ID)        /* id -> struct known_record */              \
	X(TABLE_ORDERS, "orders", KV_ID, INSERTED)    /* id -> struct known_record */              \
	X(TABLE_SALES, "sales", KV_ID_AT(12), INSERTED) /* buyer, time, order -> struct sale */    \
	X(TABLE_CREATED, "created", KV_ID_AT(12))       /* location, time, order -> nothing */     \
	X(TABLE_PROFILES, "profiles", KV_ID, OF_CUSTOMER(1)) /* customer -> struct profile */      \
	X(TABLE_UNATTRIBUTED, "unattributed", KV_ID)         /* unknown buyer -> cents, orders */  \
	X(TABLE_CONTACT_STATUS, "contact_status", KV_ID,                                           \
	    OF_CUSTOMER(2))                   /* customer -> struct contact_status */              \
	X(TABLE_EMAILS, "emails", KV_PLAIN)   /* email, customer -> takes part or not */           \
	X(TABLE_MOBILES, "mobiles", KV_PLAIN) /* mobile, customer -> takes part or not */          \
	X(TABLE_DUE, "due", KV_ID_AT(8))      /* time, customer -> nothing */                      \
	X(TABLE_EXPORTED, "exported", KV_ID, OF_CUSTOMER(3)) /* customer -> struct exported */     \
	X(TABLE_OWED, "owed", KV_PLAIN)         /* channel, address -> customers, since */         \
	X(TABLE_VERSIONS, "versions", KV_PLAIN) /* entity, id, snapshot -> struct version */       \
	X(TABLE_FORMER_ORDERS, "former_orders", KV_ID_AT(4))    /* buyer, order -> nothing */      \
	X(TABLE_PAST_MEMBERSHIPS, "past_memberships", KV_PLAIN) /* who, when, slug -> its end */   \
	X(TABLE_PAST_CONTACTS, "past_contacts", KV_PLAIN)       /* who, when -> what ended */      \
	X(TABLE_RULE_TERMS, "rule_terms", KV_PLAIN)         /* snapshot -> struct rule_terms */    \
	X(TABLE_LOCATION_NAMES, "location_names", KV_PLAIN) /* location -> word of its name */     \
	X(TABLE_STATUSES, "statuses", KV_PLAIN)             /* status -> orders, cents */          \
	X(TABLE_NOTED, "noted", KV_PLAIN)               /* kind, what needed a look -> nothing */  \
	X(TABLE_ANSWERS, "answers", KV_ID)              /* customer -> struct answers */           \
	X(TABLE_ORIGINS, "origins", KV_PLAIN)           /* place -> struct origin */               \
	X(TABLE_BLOCK_CACHE, "block_cache", KV_PRIVATE) /* page's digest -> its blocks */          \
	X(TABLE_PAGE_LENGTHS, "page_lengths", KV_PRIVATE) /* page's digest -> bytes of each text   \
	                                                   */

enum state_table {
#define X(table, name, ...) table,
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

/* table_names(): TABLE_COUNT names, in order; table_list(): for the store. */
const char *const *table_names(void);
const struct kv_table *table_list(void);

/* state_broken(e, what): ERR_FAILED: a row that cannot be, with the advice to rebuild. */
int state_broken(struct err *e, const char *what);

#endif /* STATE_TABLES_H */
