#include "push/send_stray.h"

#include "dailystory/opt_outs.h"
#include "json/read.h"
#include "push/begun.h"
#include "push/owed.h"
#include "push/refusals.h"
#include "push/send_create.h"
#include "push/send_free.h"
#include "push/send_look.h"

#define STATUS STR("status")

/* One at work. */
struct stray {
	const struct send_row *r;
	const struct strays_address *of;
	struct journal_field field;
	bool has_letter;
};

/* Nothing of that create is in question any more. */
static int
note_over(struct send *g, const struct stray *s, struct str dsid)
{
	struct journal_line x = { .fh_id = s->r->fh_id,
		.op = JOURNAL_MOOT,
		.result = JOURNAL_REJECTED,
		.dsid = dsid,
		.fields = &s->field,
		.fields_n = 1 };

	return books_note(g->x->books, &x, g->e) < 0 ? -1 : SEND_DONE;
}

static int
reject(struct send *g, const struct stray *s, const struct caller_answer *c, struct str message)
{
	struct journal_line x = send_row_line(s->r, JOURNAL_CREATE);

	x.dsid = STR("");
	return s->has_letter ? SEND_REJECTED : send_call_reject(g, x, c, STR("refused"), message);
}

static bool
has_custom(struct arena *a, const struct json *j, uint32_t contact)
{
	uint32_t custom = json_find(j, contact, STR("extendedProperties"));
	const struct json_node *n = j->nodes;

	if (custom == 0 || n[custom].kind != JSON_OBJECT)
		return false;
	for (uint32_t i = custom + 1; i < n[custom].next; i = n[n[i].next].next)
		if (answer_value(a, j, custom, json_text(a, j, i)).n > 0)
			return true;
	return false;
}

/* A contact that was told of a refusal keeps it: whose it is, may have none but this.  A flag that
 * no call of ours set is somebody's refusal, too; ${flag}: its name, or empty. */
static int
find_refusal(struct send *g, const struct stray *s, struct str dsid, struct str *flag)
{
	unsigned channel = str_eq(s->of->key, STR("email")) ? OPT_OUT_EMAIL : OPT_OUT_TEXT;
	struct acked_opt_out told;
	uint32_t since;
	int owed = owed_find(g->x, channel, s->of->address, &since, g->e);

	if (owed < 0 ||
	    books_opt_out(g->x->books, &g->a, s->field.key, s->field.hash, &told, g->e) < 0)
		return -1;
	*flag = owed_flag(g->x, channel);
	/* What was told of who is erased goes with them; what another owes is not looked at. */
	if (s->r->w.is_erased) {
		*flag = told.is_acked || told.is_begun ? STR("") : *flag;
		return 0;
	}
	if (acked_was_told(&told, dsid) || (flag->n > 0 && told.is_alone))
		return 1;
	if (owed > 0 || told.is_acked || told.is_begun)
		*flag = STR("");
	return 0;
}

/* It is as a create of ours makes it: active, and nothing else of a person is in it. */
static bool
is_bare(struct send *g, const struct stray *s, const struct send_look *look, struct str flag)
{
	static const char *const persons[] = { "email", "mobilePhone", "firstName", "lastName",
		"address", "city", "region", "postalCode", "country", "geoCode", "dateOfBirth" };
	bool is = look->value.n == 0 || str_eq_nocase(look->value, STR("Active"));
	struct json j = JSON_INIT;
	struct json_fault ignored;
	uint32_t contact;

	is = is && json_read(&j, look->c.answer.body, &ignored);
	contact = is ? json_find(&j, 0, STR("Response")) : 0;
	for (size_t i = 0; is && i < sizeof(persons) / sizeof(persons[0]); i++) {
		struct str key = str_c(persons[i]);

		is = str_eq(key, s->of->key) || answer_value(&g->a, &j, contact, key).n == 0;
	}
	if (is && flag.n > 0)
		is = !str_eq_nocase(answer_value(&g->a, &j, contact, flag), STR("true"));
	is = is && !has_custom(&g->a, &j, contact);
	json_release(&j);
	return is;
}

/* A deletion that is answered with a 404: of who is erased it has to be gone for certain. */
static int
is_there(struct send *g, const struct stray *s, struct str dsid, bool *out)
{
	struct send_look look;
	int rc = s->of->is_theirs ? send_look(g, dsid, STATUS, &look) : SEND_DONE;

	*out = rc == SEND_DONE && s->of->is_theirs && look.is_there;
	return rc;
}

/* That there may be one is known until it is noted that there is none, so this call needs no line
 * before it. */
static int
delete_it(struct send *g, const struct stray *s, struct str dsid)
{
	struct caller_answer c = { 0 };
	bool is_left = false;
	int rc = SEND_DONE;

	if (caller_call(g->caller,
	        &(struct caller_request){ .method = HTTP_DELETE,
	            .path = "/contact/",
	            .id = dsid,
	            .is_known = true,
	            .number = g->x->books->last + 1 },
	        &c, g->e) < 0)
		return -1;
	g->asks_to_wait = g->asks_to_wait || c.asks_to_wait;
	if (c.answer.class == ANSWER_UNKNOWN)
		return SEND_UNKNOWN;
	if (c.answer.class == ANSWER_REJECTED) {
		struct str message = str_copy(&g->a, c.answer.message);

		if (c.answer.status == 404)
			rc = is_there(g, s, dsid, &is_left);
		c.tries = 0;
		if (rc == SEND_DONE && (is_left || c.answer.status != 404))
			return reject(g, s, &c, message);
		if (rc != SEND_DONE)
			return rc;
	}
	/* Whoever was refused for the address may have it now. */
	g->is_taken = true;
	if (send_free(g, s->of) < 0)
		return -1;
	return note_over(g, s, dsid);
}

static int
look_at(struct send *g, const struct stray *s, struct str dsid)
{
	struct send_look look;
	struct str flag;
	int rc = send_look(g, dsid, STATUS, &look);

	if (rc != SEND_DONE)
		return rc;
	if (look.is_there && !look.is_read) {
		look.c.tries = 0;
		return reject(g, s, &look.c, str_copy(&g->a, look.c.answer.message));
	}
	rc = find_refusal(g, s, dsid, &flag);
	if (rc < 0)
		return -1;
	return rc == 0 && look.is_there && is_bare(g, s, &look, flag) ? delete_it(g, s, dsid)
	                                                              : note_over(g, s, STR(""));
}

/* Whose contact has the address for certain is known without a call. */
static int
is_anothers(struct send *g, const struct stray *s)
{
	struct str holder;
	struct acked other;
	int rc = books_holder(g->x->books, &g->a, s->field.key, s->field.hash, &holder, g->e);

	if (rc <= 0 || str_eq(holder, s->r->fh_id))
		return rc < 0 ? -1 : 0;
	if (books_contact(g->x->books, &g->a, holder, &other, g->e) < 0)
		return -1;
	return begun_is_sure(&other, s->field.key, s->field.hash);
}

/* The address of who is erased is that of another customer's contact, which that call may have made
 * inactive: it is looked at by the next push, and is active again unless it may not be. */
static int
note_others(struct send *g, const struct stray *s, struct str owner, struct str dsid)
{
	struct journal_field begun = { STATUS, books_hash(g->x->books, STATUS, STR(ACKED_BEGUN)) };
	struct journal_line x = { .fh_id = owner,
		.op = JOURNAL_STATUS,
		.result = JOURNAL_UNKNOWN,
		.dsid = dsid,
		.fields = &begun,
		.fields_n = 1 };
	struct caller_answer none = { 0 };
	struct acked other;

	if (!s->of->is_theirs)
		return note_over(g, s, STR(""));
	if (books_contact(g->x->books, &g->a, owner, &other, g->e) < 0)
		return -1;
	if (refusals_owner(g->x, &other) == STANDING_NOBODYS && send_call_note(g, &x, &none) < 0)
		return -1;
	return note_over(g, s, STR(""));
}

static int
settle(struct send *g, const struct stray *s)
{
	struct journal_line x = send_row_line(s->r, JOURNAL_CREATE);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	struct str owner;
	int rc = s->of->is_owed ? 1 : is_anothers(g, s);

	if (rc != 0)
		return rc < 0 ? -1 : note_over(g, s, STR(""));
	x.dsid = STR("");
	x.fields = &s->field;
	x.fields_n = 1;
	rc = send_create_ask(g, &s->r->w, *s->of, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return reject(g, s, &c, why.message);
	if (rc != SEND_DONE)
		return rc;
	x.dsid = str_copy(&g->a, c.answer.id);
	rc = books_owner(g->x->books, &g->a, x.dsid, &owner, g->e);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return note_others(g, s, owner, x.dsid);
	return s->of->is_theirs ? delete_it(g, s, x.dsid) : look_at(g, s, x.dsid);
}

int
send_stray_all(struct send *g, const struct send_row *r, bool has_letter)
{
	int rc = SEND_DONE, one;

	for (size_t i = 0; i < r->w.strays.n; i++) {
		const struct strays_address *of = &r->w.strays.list[i];
		const struct stray s = { .r = r,
			.of = of,
			.field = { of->key, books_hash(g->x->books, of->key, of->address) },
			.has_letter = has_letter };

		one = settle(g, &s);
		if (one < 0)
			return -1;
		rc = one == SEND_UNKNOWN || rc == SEND_DONE ? one : rc;
		if (one == SEND_UNKNOWN && g->asks_to_wait)
			break;
	}
	return rc;
}
