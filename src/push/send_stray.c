#include "push/send_stray.h"

#include "json/read.h"
#include "push/owed.h"
#include "push/refusals.h"
#include "push/send_create.h"
#include "push/send_free.h"
#include "push/send_look.h"

#define STATUS STR("status")

/* Of several that are refused the last one is why: one dead letter in a push. */
struct why {
	bool is_set;
	long status;
	struct str reason, message;
};

/* One at work. */
struct stray {
	const struct send_row *r;
	const struct strays_address *of;
	struct journal_field field;
	struct why *why;
};

/* Nothing of that create is in question any more: DailyStory answered, or the books say so. */
static int
note_over(struct send *g, const struct stray *s, struct str dsid)
{
	struct journal_line x = { .fh_id = s->r->fh_id,
		.op = JOURNAL_MOOT,
		.result = s->of->is_settled ? JOURNAL_REJECTED : JOURNAL_ACKED,
		.dsid = dsid,
		.fields = &s->field,
		.fields_n = 1 };

	if (books_note(g->x->books, &x, g->e) < 0)
		return -1;
	g->acked += x.result == JOURNAL_ACKED;
	return SEND_DONE;
}

static int
refuse(struct send *g, const struct stray *s, long status, struct str reason, struct str message)
{
	*s->why = (struct why){ true, status, reason, str_copy(&g->a, message) };
	return SEND_REJECTED;
}

static int
refuse_answer(struct send *g, const struct stray *s, const struct answer *answer)
{
	return refuse(g, s, answer->status, STR("refused"), answer->message);
}

/* It undoes no create: each of them may have made one. */
static int
note_letter(struct send *g, const struct send_row *r, const struct why *why)
{
	struct journal_line x = send_row_line(r, JOURNAL_CREATE);
	const struct caller_answer c = { .answer = { .status = why->status } };

	x.dsid = STR("");
	return send_call_reject(g, x, &c, why->reason, why->message);
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

/* A contact that was told of a refusal keeps it: whose it is, may have none but this.  ${ours}: the
 * name of a flag that the call by which it was found set; or empty. */
static int
find_refusal(struct send *g, const struct stray *s, struct str dsid, struct str *ours)
{
	unsigned channel = owed_channel(s->of->key);
	struct str flag = owed_flag(g->x, channel);
	struct acked_opt_out told;
	uint32_t since;
	int owed = owed_find(g->x, channel, s->of->address, &since, g->e);

	if (owed < 0 ||
	    books_opt_out(g->x->books, &g->a, s->field.key, s->field.hash, &told, g->e) < 0)
		return -1;
	*ours = owed > 0 || told.is_acked || told.is_begun ? flag : STR("");
	/* What was told of who is erased goes with them; what another owes is settled. */
	if (s->r->w.is_erased)
		return 0;
	return acked_was_told(&told, dsid) || (flag.n > 0 && told.is_alone);
}

/* What is true of a contact that has nothing is a refusal, whatever DailyStory calls it; ${but}
 * apart. */
static bool
has_true(struct arena *a, const struct json *j, uint32_t contact, struct str but)
{
	const struct json_node *n = j->nodes;

	for (uint32_t i = contact + 1; i < n[contact].next; i++) {
		bool is_text = n[i].kind == JSON_STRING;

		if (n[i].kind != JSON_TRUE &&
		    !(is_text && str_eq_nocase(json_text(a, j, i), STR("true"))))
			continue;
		if (but.n == 0 || n[i - 1].kind != JSON_STRING ||
		    !str_eq(json_text(a, j, i - 1), but))
			return true;
	}
	return false;
}

/* It is as a create of ours makes it: active, and nothing else of a person is in it. */
static bool
is_bare(
    struct arena *a, const struct stray *s, const struct json *j, uint32_t contact, struct str ours)
{
	static const char *const persons[] = { "email", "mobilePhone", "firstName", "lastName",
		"address", "city", "region", "postalCode", "country", "geoCode", "dateOfBirth" };
	struct str status = answer_value(a, j, contact, STATUS);

	if (status.n > 0 && !str_eq_nocase(status, STR("Active")))
		return false;
	for (size_t i = 0; i < sizeof(persons) / sizeof(persons[0]); i++) {
		struct str key = str_c(persons[i]);

		if (!str_eq(key, s->of->key) && answer_value(a, j, contact, key).n > 0)
			return false;
	}
	return !has_custom(a, j, contact) && !has_true(a, j, contact, ours);
}

/* The contact that was found has the address: DailyStory may answer with another one's id. */
static bool
is_it(
    struct arena *a, const struct stray *s, const struct json *j, uint32_t contact, struct str dsid)
{
	struct str id = answer_value(a, j, contact, STR("id"));
	struct str its = answer_value(a, j, contact, s->of->key);

	return (id.n == 0 || str_eq(id, dsid)) &&
	       str_eq_nocase(answer_plain(a, s->of->key, its), s->of->address);
}

static void
read_look(struct send *g, const struct stray *s, const struct send_look *look, struct str dsid,
    struct str ours, bool *is_same, bool *is_bare_one)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;

	*is_same = *is_bare_one = false;
	if (json_read(&j, look->c.answer.body, &ignored)) {
		uint32_t contact = json_find(&j, 0, STR("Response"));

		*is_same = is_it(&g->a, s, &j, contact, dsid);
		*is_bare_one = *is_same && is_bare(&g->a, s, &j, contact, ours);
	}
	json_release(&j);
}

/* A deletion that is answered with a 404: of who is erased it has to be gone for certain. */
static int
is_there(struct send *g, const struct stray *s, struct str dsid, bool *out)
{
	struct send_look look;
	int rc = s->r->w.is_erased ? send_look(g, dsid, STATUS, &look) : SEND_DONE;

	*out = rc == SEND_DONE && s->r->w.is_erased && look.is_there;
	return rc;
}

/* That there may be one is known until it is noted that there is none, so this call needs no line
 * before it. */
static int
delete_it(struct send *g, const struct stray *s, struct str dsid)
{
	struct caller_answer c = { 0 };
	bool is_left;
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
	is_left = c.answer.class == ANSWER_REJECTED;
	if (is_left && c.answer.status == 404) {
		c.answer.message = str_copy(&g->a, c.answer.message);
		rc = is_there(g, s, dsid, &is_left);
	}
	if (rc != SEND_DONE || is_left)
		return rc != SEND_DONE ? rc : refuse_answer(g, s, &c.answer);
	/* Whoever was refused for the address may have it now. */
	g->is_taken = true;
	if (send_free(g, s->of) < 0)
		return -1;
	return note_over(g, s, dsid);
}

/* ${is_anothers}: the id is that of a customer's contact. */
static int
look_at(struct send *g, const struct stray *s, struct str dsid, bool is_anothers)
{
	struct send_look look;
	struct str ours;
	bool is_same, is_bare_one;
	int rc = send_look(g, dsid, STATUS, &look), told;

	if (rc != SEND_DONE)
		return rc;
	if (look.is_there && !look.is_read)
		return refuse_answer(g, s, &look.c.answer);
	if (!look.is_there && !is_anothers)
		return note_over(g, s, STR(""));
	told = find_refusal(g, s, dsid, &ours);
	if (told < 0)
		return -1;
	read_look(g, s, &look, dsid, ours, &is_same, &is_bare_one);
	if (!is_same)
		return refuse(g, s, look.c.answer.status, STR("same-contact"),
		    STR("DailyStory answers with a contact that does not have the address"));
	return is_bare_one && !told && !is_anothers ? delete_it(g, s, dsid)
	                                            : note_over(g, s, STR(""));
}

/* The address of who is erased is that of another customer's contact, which that call may have made
 * inactive: it is looked at, and is active again unless it may not be. */
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
	struct send_row other = { .fh_id = owner };
	int rc;

	if (send_row_load(g, &other) < 0)
		return -1;
	if (refusals_owner(g->x, &other.acked) == STANDING_NOBODYS &&
	    (send_call_note(g, &x, &none) < 0 || send_row_load(g, &other) < 0))
		return -1;
	rc = note_over(g, s, STR("")) < 0 ? -1 : send_row_settle(g, &other, false);
	/* It is that one's dead letter. */
	return rc == SEND_REJECTED ? SEND_DONE : rc;
}

static int
settle(struct send *g, const struct stray *s)
{
	struct journal_line x = send_row_line(s->r, JOURNAL_CREATE);
	struct caller_answer c = { 0 };
	struct send_refusal why;
	struct str owner, dsid;
	int rc;

	if (s->of->is_settled)
		return note_over(g, s, STR(""));
	x.dsid = STR("");
	x.fields = &s->field;
	x.fields_n = 1;
	rc = send_create_ask(g, &s->r->w, *s->of, &x, &c, &why);
	if (rc == SEND_REJECTED)
		return refuse(g, s, c.answer.status, why.reason, why.message);
	if (rc != SEND_DONE)
		return rc;
	dsid = str_copy(&g->a, c.answer.id);
	rc = books_owner(g->x->books, &g->a, dsid, &owner, g->e);
	if (rc < 0)
		return -1;
	if (!s->of->is_theirs)
		return look_at(g, s, dsid, rc > 0);
	return rc > 0 ? note_others(g, s, owner, dsid) : delete_it(g, s, dsid);
}

/* Nobody answers at all. */
static bool
is_silent(const struct send *g)
{
	return g->asks_to_wait || g->silent_looks >= SEND_LOOKS_MOST;
}

int
send_stray_all(struct send *g, const struct send_row *r, bool has_letter)
{
	struct why why = { 0 };
	int worst = SEND_DONE;

	for (size_t i = 0; i < r->w.strays.n; i++) {
		const struct strays_address *of = &r->w.strays.list[i];
		const struct stray s = { .r = r,
			.of = of,
			.field = { of->key, books_hash(g->x->books, of->key, of->address) },
			.why = &why };
		int rc = is_silent(g) ? SEND_UNKNOWN : settle(g, &s);

		if (rc < 0)
			return -1;
		worst = rc > worst ? rc : worst;
	}
	return why.is_set && !has_letter && note_letter(g, r, &why) < 0 ? -1 : worst;
}
