#include "push/send_bare.h"

#include "dailystory/opt_outs.h"
#include "json/read.h"
#include "push/owed.h"
#include "push/send_look.h"

#define STATUS STR("status")
#define ID STR("fh_id")

struct found {
	const struct wanted *w;
	const struct strays_address *of;
	struct str dsid;
};

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
find_refusal(struct send *g, const struct found *s, struct str *ours)
{
	unsigned channel = owed_channel(s->of->key);
	struct str flag = owed_flag(g->x, channel);
	struct acked_opt_out told;
	uint32_t since;
	int owed = owed_find(g->x, channel, s->of->address, &since, g->e);

	if (owed < 0 || books_opt_out(g->x->books, &g->a, s->of->key,
	                    books_hash(g->x->books, s->of->key, s->of->address), &told, g->e) < 0)
		return -1;
	*ours = owed > 0 || told.is_acked || told.is_begun ? flag : STR("");
	/* What was told of who is erased goes with them; what another owes is settled. */
	if (s->w->is_erased)
		return 0;
	return acked_was_told(&told, s->dsid) || (flag.n > 0 && told.is_alone);
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
    struct arena *a, const struct found *s, const struct json *j, uint32_t contact, struct str ours)
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
is_it(struct arena *a, const struct found *s, const struct json *j, uint32_t contact)
{
	struct str id = answer_value(a, j, contact, STR("id"));
	struct str its = answer_value(a, j, contact, s->of->key);

	return (id.n == 0 || str_eq(id, s->dsid)) &&
	       str_eq_nocase(answer_plain(a, s->of->key, its), s->of->address);
}

static int
refuse(struct send *g, struct send_bare *out, struct str reason, struct str message)
{
	out->is = SEND_BARE_REFUSED;
	out->why = (struct send_refusal){ reason, str_copy(&g->a, message) };
	return SEND_DONE;
}

static int
judge(struct send *g, const struct found *s, const struct answer *answer, struct send_bare *out)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	struct str ours;
	bool is_same = false, is_bare_one = false;
	int told = find_refusal(g, s, &ours);

	if (told < 0)
		return -1;
	if (json_read(&j, answer->body, &ignored)) {
		uint32_t contact = json_find(&j, 0, STR("Response"));

		is_same = is_it(&g->a, s, &j, contact);
		out->has_id = str_eq(answer_value(&g->a, &j, contact, ID), s->w->fh_id);
		is_bare_one = is_same && is_bare(&g->a, s, &j, contact, ours);
	}
	json_release(&j);
	if (!is_same)
		return refuse(g, out, STR("same-contact"),
		    STR("DailyStory answers with a contact that does not have the address"));
	out->is = is_bare_one && !told ? SEND_BARE_YES : SEND_BARE_MORE;
	return SEND_DONE;
}

int
send_bare_look(struct send *g, const struct wanted *w, const struct strays_address *of,
    struct str dsid, struct send_bare *out)
{
	const struct found s = { w, of, dsid };
	struct send_look look;
	int rc = send_look(g, dsid, STATUS, &look);

	*out = (struct send_bare){ .is = SEND_BARE_NONE, .status = look.c.answer.status };
	if (rc != SEND_DONE || !look.is_there)
		return rc;
	if (!look.is_read)
		return refuse(g, out, STR("refused"), look.c.answer.message);
	return judge(g, &s, &look.c.answer, out);
}

int
send_bare_over(struct send *g, struct str fh_id, const struct journal_field *field, long status,
    struct str dsid)
{
	bool is_answered = status > 0;
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_MOOT,
		.result = is_answered ? JOURNAL_ACKED : JOURNAL_REJECTED,
		.dsid = dsid,
		.fields = field,
		.fields_n = 1,
		.http = (uint64_t)status };

	if (books_note(g->x->books, &x, g->e) < 0)
		return -1;
	g->acked += is_answered;
	g->noted += is_answered;
	return SEND_DONE;
}
