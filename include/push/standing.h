/* standing.h -- whether a contact may be active at DailyStory, as one table.
 *
 * Whatever decides it is a fact; facts are gathered by refusals.h and wanted.h, and what is to be
 * done is done by send_status.h.  This is a function without I/O; tests/push/test_standing.c walks
 * all there is.  The first line that holds says what the contact is to be:
 *
 *   | facts                                                             | it is to be           |
 *   |-------------------------------------------------------------------|-----------------------|
 *   | barred: gone for a reason that forbids it, gone with an address   | inactive              |
 *   |   that refuses and that nobody owes, or with a mobile that cannot |                       |
 *   |   be taken away                                                   |                       |
 *   | exposed: has an address that refuses, and DailyStory did not take | inactive              |
 *   |   the opt-out, or for long gave no answer to it                   |                       |
 *   | clearing, and no row goes: an address stays that refuses          | inactive              |
 *   | coming, and a row goes: it brings an address that refuses, and    | inactive              |
 *   |   that can be told only once it is there                          |                       |
 *   | deleted by us and found again, with an address that refuses and   | inactive              |
 *   |   was not told, or is to go: untold, or clearing                  |                       |
 *   | untold, and not active by us or others: the opt-out is on its way | inactive              |
 *   | gone, for another reason                                          | as it is              |
 *   | back, and no row goes: DailyStory has it as gone                  | as it is              |
 *   | anything else                                                     | as if we had not been |
 *
 * And that comes of it, by whose the status is (docs/decisions/0059-whose-a-status-is.md):
 *
 *   | it is to be           | nobody's      | begun         | ours        | theirs      |
 *   |-----------------------|---------------|---------------|-------------|-------------|
 *   | inactive              | make inactive | make inactive | nothing***  | nothing***  |
 *   | as it is              | nothing       | nothing       | nothing     | forget*     |
 *   | as if we had not been | revive**      | make active   | make active | forget      |
 *
 *   *  Only who is gone.  ** Only who was deleted by us, and before the row; so is one that was
 *      begun.
 *   *** Of who is exposed and was not looked at for a day, make inactive: staff may have made it
 *       active, and DailyStory still has no opt-out.
 *
 * A step is taken before the row and after it.  As long as a row is to go, nothing is undone: so a
 * contact gets all that protects it while it is inactive.
 */
#ifndef PUSH_STANDING_H
#define PUSH_STANDING_H

#include <stdbool.h>

enum standing_owner {
	STANDING_NOBODYS, /* nothing of it is ours */
	STANDING_BEGUN,   /* a call that makes it inactive, or active again, has no answer */
	STANDING_OURS,    /* made inactive by us */
	STANDING_THEIRS,  /* it was to be inactive, and others had made it so */
	STANDING_OWNERS
};

struct standing_facts {
	enum standing_owner owner;
	bool is_gone;     /* no contact any more */
	bool is_back;     /* a contact, and DailyStory was told that it is gone */
	bool is_deleted;  /* by us, and found again */
	bool is_barred;   /* see above */
	bool is_exposed;  /* see above */
	bool is_untold;   /* it has an address that refuses, and was not told */
	bool is_lasting;  /* untold after the row, too, which leaves it there: refusals.h */
	bool is_coming;   /* see above */
	bool is_clearing; /* the row takes an address away that refuses, and was not told */
	bool is_stale;    /* its status was not looked at for a day */
	bool has_row;     /* a row goes now */
};

enum standing_step {
	STANDING_NOTHING,
	STANDING_MAKE_INACTIVE, /* unless it is so by others; that is noted, too */
	STANDING_MAKE_ACTIVE,   /* unless others made something else of it */
	STANDING_REVIVE,        /* made active, if it is deleted still */
	STANDING_FORGET /* that it was inactive by others: the next time it is looked at again */
};

enum standing_step standing_step(const struct standing_facts *x);

/* standing_past_row(x): the facts once the row and the opt-outs after it were taken.
 * standing_past_step(x): once the step of now was, without a row. */
struct standing_facts standing_past_row(const struct standing_facts *x);
struct standing_facts standing_past_step(const struct standing_facts *x);

/* Of a row with all that belongs to it, for who plans it.  standing_outcome(x): what has become of
 * the status in the end; standing_calls(x): in how many calls; standing_protects(x): without it
 * somebody could be written to who may not be. */
enum standing_step standing_outcome(const struct standing_facts *x);
unsigned standing_calls(const struct standing_facts *x);
bool standing_protects(const struct standing_facts *x);

#endif /* PUSH_STANDING_H */
