/* contacts.c -- trees for what is looked for; a contact that is gone leaves them and keeps its row.
 */
#include "contacts.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "support/text.h"

struct key {
	char *text;
	struct contact *c;
};

struct refusal {
	char *text; /* "0" or "1" of the channel, and the address */
	bool is_on; /* false: somebody opted it in again */
};

/* Both begin with their text. */
static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void *
look(void *const *tree, const char *text)
{
	void *found = text == NULL ? NULL : tfind(&text, tree, by_text);

	return found == NULL ? NULL : *(void **)found;
}

static void
key_put(void **tree, const char *text, struct contact *c)
{
	struct key *k = look(tree, text);

	if (text == NULL)
		return;
	if (k == NULL) {
		k = calloc(1, sizeof(*k));
		if (k == NULL || (k->text = strdup(text)) == NULL)
			die("memory");
		tsearch(k, tree, by_text);
	}
	k->c = c;
}

/* Only if it is this contact's. */
static void
key_drop(void **tree, const char *text, const struct contact *c)
{
	struct key *k = look(tree, text);

	if (k == NULL || k->c != c)
		return;
	tdelete(k, tree, by_text);
	free(k->text);
	free(k);
}

static struct contact *
key_find(void *const *tree, const char *text)
{
	const struct key *k = look(tree, text);

	return k == NULL ? NULL : k->c;
}

static struct refusal *
refusal_find(struct contacts *t, enum channel channel, const char *address, bool is_made)
{
	struct word name = word_print("%d", channel);
	char text[320];
	struct refusal *r;

	snprintf(text, sizeof(text), "%s%s", name.s, address);
	r = look(&t->refusals, text);
	if (r != NULL || !is_made)
		return r;
	r = calloc(1, sizeof(*r));
	if (r == NULL || (r->text = strdup(text)) == NULL)
		die("memory");
	tsearch(r, &t->refusals, by_text);
	return r;
}

static const char *
address_of(const struct contact *c, enum channel channel)
{
	return channel == EMAIL ? c->email : c->mobile;
}

static bool
is_out(struct contacts *t, const struct contact *c, enum channel channel)
{
	const char *address = address_of(c, channel);
	const struct refusal *r;

	if (channel == EMAIL ? c->email_out : c->text_out)
		return true;
	if (address == NULL || !switch_is(t->is.optouts, "address"))
		return false;
	r = refusal_find(t, channel, address, false);
	return r != NULL && r->is_on;
}

/* Where somebody ever refused, nobody may be written to: an address of who is opted out is one. */
static void
watch(struct contacts *t, const struct contact *c)
{
	for (enum channel channel = EMAIL; channel <= TEXT; channel++) {
		const char *address = address_of(c, channel);

		if (address != NULL && (channel == EMAIL ? c->email_out : c->text_out))
			refusal_find(t, channel, address, true)->is_on = true;
		else if (address != NULL && strcmp(c->status, "Active") == 0 &&
		         !is_out(t, c, channel) && refusal_find(t, channel, address, false) != NULL)
			fprintf(t->harm, "%s %s %s\n", channel == EMAIL ? "email" : "text", address,
			    c->dsid);
	}
}

struct contact *
contacts_by_dsid(struct contacts *t, const char *dsid)
{
	return key_find(&t->by_dsid, dsid);
}

struct contact *
contacts_by_email(struct contacts *t, const char *email)
{
	return key_find(&t->by_email, email);
}

struct contact *
contacts_by_mobile(struct contacts *t, const char *mobile)
{
	return key_find(&t->by_mobile, mobile);
}

struct contact *
contacts_make(struct contacts *t)
{
	struct contact *c = calloc(1, sizeof(*c));
	struct word id = word_short(hash3(t->seed, t->n, 1), hash3(t->seed, t->n, 2));

	if (c == NULL || (c->fields = strdup("{\"extendedProperties\":{}}")) == NULL)
		die("memory");
	snprintf(c->dsid, sizeof(c->dsid), "ds%.17s%05u", id.s, t->n % 100000);
	snprintf(c->status, sizeof(c->status), "Active");
	t->list = grow(t->list, &t->size, t->n + 1, sizeof(struct contact *));
	t->list[t->n++] = c;
	key_put(&t->by_dsid, c->dsid, c);
	return c;
}

void
contacts_move(struct contacts *t, struct contact *c, enum channel channel, const char *to)
{
	void **tree = channel == EMAIL ? &t->by_email : &t->by_mobile;
	char **mine = channel == EMAIL ? &c->email : &c->mobile;
	struct contact *other = key_find(tree, to);

	if (*mine != NULL && to != NULL && strcmp(*mine, to) == 0)
		return;
	if (other != NULL && other != c && strcmp(address_of(other, channel), to) == 0)
		contacts_move(t, other, channel, NULL);
	key_drop(tree, *mine, c);
	free(*mine);
	*mine = to == NULL || to[0] == '\0' ? NULL : strdup(to);
	key_put(tree, *mine, c);
	watch(t, c);
}

void
contacts_delete(struct contacts *t, struct contact *c)
{
	snprintf(c->status, sizeof(c->status), "Deleted");
	if (switch_is(t->is.deleted, "revive"))
		return;
	key_drop(&t->by_email, c->email, c);
	key_drop(&t->by_mobile, c->mobile, c);
}

void
contacts_merge(struct contacts *t, struct contact *from, struct contact *into)
{
	char *email = from->email, *mobile = from->mobile;

	contacts_delete(t, from);
	key_drop(&t->by_email, email, from);
	key_drop(&t->by_mobile, mobile, from);
	key_drop(&t->by_dsid, from->dsid, from);
	from->is_merged = true;
	into->email_out |= from->email_out;
	into->text_out |= from->text_out;
	if (into->email == NULL)
		contacts_move(t, into, EMAIL, email);
	if (into->mobile == NULL)
		contacts_move(t, into, TEXT, mobile);
	/* what is found by an address of the one that is gone is the other */
	if (email != NULL && key_find(&t->by_email, email) == NULL)
		key_put(&t->by_email, email, into);
	if (mobile != NULL && key_find(&t->by_mobile, mobile) == NULL)
		key_put(&t->by_mobile, mobile, into);
}

void
contacts_refuse(struct contacts *t, enum channel channel, const char *address)
{
	struct contact *c = key_find(channel == EMAIL ? &t->by_email : &t->by_mobile, address);

	refusal_find(t, channel, address, true)->is_on = true;
	if (c != NULL)
		contacts_opt_out(t, c, channel, true);
}

void
contacts_opt_out(struct contacts *t, struct contact *c, enum channel channel, bool out)
{
	const char *address = address_of(c, channel);
	struct refusal *r = address == NULL ? NULL : refusal_find(t, channel, address, out);

	*(channel == EMAIL ? &c->email_out : &c->text_out) = out;
	if (r != NULL)
		r->is_on = out;
	watch(t, c);
}

void
contacts_status(struct contacts *t, struct contact *c, const char *status)
{
	if (strcmp(status, "Deleted") == 0) {
		contacts_delete(t, c);
		return;
	}
	snprintf(c->status, sizeof(c->status), "%s", status);
	key_put(&t->by_email, c->email, c);
	key_put(&t->by_mobile, c->mobile, c);
	watch(t, c);
}

cJSON *
contacts_object(struct contacts *t, const struct contact *c)
{
	cJSON *o = cJSON_Parse(c->fields);

	cJSON_AddStringToObject(o, "id", c->dsid);
	cJSON_AddStringToObject(o, "status", c->status);
	if (c->email != NULL)
		cJSON_AddStringToObject(o, "email", c->email);
	if (c->mobile != NULL)
		cJSON_AddStringToObject(o, "mobilePhone", c->mobile);
	if (t->is.email_flag[0] != '\0')
		cJSON_AddBoolToObject(o, t->is.email_flag, is_out(t, c, EMAIL));
	if (t->is.text_flag[0] != '\0')
		cJSON_AddBoolToObject(o, t->is.text_flag, is_out(t, c, TEXT));
	return o;
}

struct printing {
	FILE *f;
	bool is_first;
};

static void
print_refusal(const void *node, VISIT visit, void *context)
{
	const struct refusal *r = *(const struct refusal *const *)node;
	struct printing *p = context;

	if (visit != postorder && visit != leaf)
		return;
	fprintf(p->f, "%s\n{\"channel\":\"%s\",\"address\":\"%s\",\"on\":%s}",
	    p->is_first ? "" : ",", r->text[0] == '0' ? "email" : "text", r->text + 1,
	    r->is_on ? "true" : "false");
	p->is_first = false;
}

void
contacts_print(struct contacts *t, FILE *f)
{
	struct printing p = { f, true };

	fputs("\"contacts\":[", f);
	for (uint32_t i = 0; i < t->n; i++) {
		cJSON *o = contacts_object(t, t->list[i]);
		char *text;

		cJSON_AddBoolToObject(o, "out_of_email", is_out(t, t->list[i], EMAIL));
		cJSON_AddBoolToObject(o, "out_of_texts", is_out(t, t->list[i], TEXT));
		cJSON_AddBoolToObject(o, "merged", t->list[i]->is_merged);
		text = cJSON_PrintUnformatted(o);
		fprintf(f, "%s\n%s", i == 0 ? "" : ",", text);
		free(text);
		cJSON_Delete(o);
	}
	fputs("],\"refusals\":[", f);
	twalk_r(t->refusals, print_refusal, &p);
	fputs("]", f);
}
