/* contacts.h -- the table of contacts, and everybody who ever refused.
 *
 * A contact is found by its dsid, by its email and by its mobile; of the last two each is one
 * contact's.  What DailyStory does where nobody knows is chosen by switches.
 */
#ifndef RECEIVER_CONTACTS_H
#define RECEIVER_CONTACTS_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "switches.h"

struct contact {
	char dsid[32];
	char *email, *mobile;     /* owned, NULL: none */
	char status[16];          /* Active, Inactive, Spam, Deleted */
	bool email_out, text_out; /* opted out by itself, whatever its address */
	bool is_merged;           /* into another: found no more */
	char *fields;             /* owned: all else, as a JSON object */
};

struct contacts {
	struct switches is;
	struct contact **list; /* in order of making; none is ever taken out */
	uint32_t n, size;
	void *by_dsid, *by_email, *by_mobile; /* trees of struct key */
	void *refusals;                       /* tree of struct refusal */
	uint64_t seed;
	FILE *harm; /* one line each time somebody who refused could be written to */
};

/* What a call came to: the HTTP status, and the id or what was wrong. */
struct outcome {
	unsigned status;
	char id[32];
	char message[200];
	bool is_deleted; /* the answer says so */
};

enum channel {
	EMAIL,
	TEXT
};

/* POST /contact. */
struct outcome contacts_post(struct contacts *t, const cJSON *body);

/* NULL: none that is to be found. */
struct contact *contacts_by_dsid(struct contacts *t, const char *dsid);
struct contact *contacts_by_email(struct contacts *t, const char *email);
struct contact *contacts_by_mobile(struct contacts *t, const char *mobile);

/* A new one, without an address. */
struct contact *contacts_make(struct contacts *t);

/* Set its status; who was Deleted and is no more is found again. */
void contacts_status(struct contacts *t, struct contact *c, const char *status);

/* DELETE; what is deleted keeps its row. */
void contacts_delete(struct contacts *t, struct contact *c);

/* ${from} is found no more; its addresses are ${into}'s where that has none. */
void contacts_merge(struct contacts *t, struct contact *from, struct contact *into);

/* Give it this address (NULL or "": none), whoever has it. */
void contacts_move(struct contacts *t, struct contact *c, enum channel channel, const char *to);

/* Somebody refuses: by the address, or for a contact whatever its address. */
void contacts_refuse(struct contacts *t, enum channel channel, const char *address);
void contacts_opt_out(struct contacts *t, struct contact *c, enum channel channel, bool is_out);

/* One contact as GET answers it; all of them, and who refuses, as the members of an object. */
cJSON *contacts_object(struct contacts *t, const struct contact *c);
void contacts_print(struct contacts *t, FILE *f);

#endif /* RECEIVER_CONTACTS_H */
