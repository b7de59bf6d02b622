/* post.c -- POST /contact: judged whole, then applied whole. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "contacts.h"
#include "support/text.h"

#define CUSTOM "extendedProperties"

static const char *const known[] = { "dsId", "email", "mobilePhone", "firstName", "lastName",
	"address", "city", "region", "postalCode", "country", "geoCode", "dateOfBirth", "status",
	CUSTOM };
static const char *const states[] = { "Active", "Inactive", "Spam", "Deleted" };

static bool
is_among(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static struct outcome wrong(unsigned status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct outcome
wrong(unsigned status, const char *format, ...)
{
	struct outcome o = { .status = status };
	va_list list;

	va_start(list, format);
	vsnprintf(o.message, sizeof(o.message), format, list);
	va_end(list);
	return o;
}

static const char *
text_of(const cJSON *body, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(body, name);

	return cJSON_IsString(v) ? v->valuestring : NULL;
}

static bool
is_flag(const struct contacts *t, const char *name)
{
	return name[0] != '\0' &&
	       (strcmp(name, t->is.text_flag) == 0 || strcmp(name, t->is.email_flag) == 0);
}

static bool
is_key(const char *name)
{
	return name[0] != '\0' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static struct outcome
judge_custom(const struct contacts *t, const cJSON *custom)
{
	const cJSON *v;

	if (custom != NULL && !cJSON_IsObject(custom))
		return wrong(400, "%s is no object", CUSTOM);
	cJSON_ArrayForEach(v, custom)
	{
		if (!is_key(v->string))
			return wrong(400, "bad key %.60s", v->string);
		if (!cJSON_IsString(v))
			return wrong(400, "the value of %.60s is no text", v->string);
		if (v->valuestring[0] == '\0' && switch_is(t->is.empty, "refuse"))
			return wrong(400, "the value of %.60s is empty", v->string);
	}
	return wrong(200, "%s", "");
}

static struct outcome
judge(const struct contacts *t, const cJSON *body)
{
	const char *status = text_of(body, "status");
	const cJSON *v;

	if (!cJSON_IsObject(body))
		return wrong(400, "%s", "no object");
	cJSON_ArrayForEach(v, body)
	{
		bool is_custom = strcmp(v->string, CUSTOM) == 0;

		if (!is_among(v->string, known, COUNT(known)) && !is_flag(t, v->string))
			return wrong(400, "unknown member %.60s", v->string);
		if (!is_custom && !is_flag(t, v->string) && !cJSON_IsString(v))
			return wrong(400, "%.60s is no text", v->string);
		if (cJSON_IsString(v) && v->valuestring[0] == '\0' &&
		    switch_is(t->is.empty, "refuse"))
			return wrong(400, "%.60s is empty", v->string);
	}
	if (status != NULL && !is_among(status, states, COUNT(states)))
		return wrong(400, "unknown status %.60s", status);
	return judge_custom(t, cJSON_GetObjectItemCaseSensitive(body, CUSTOM));
}

/* Whom a body without a dsId means: an outcome that is not 200 says why nobody. */
static struct outcome
match(struct contacts *t, const cJSON *body, struct contact **found)
{
	const char *email = text_of(body, "email"), *mobile = text_of(body, "mobilePhone");
	struct contact *one = contacts_by_email(t, email), *two = contacts_by_mobile(t, mobile);

	if ((email == NULL || email[0] == '\0') && (mobile == NULL || mobile[0] == '\0'))
		return wrong(400, "%s", "either a valid email address or mobile phone is needed");
	if (one != NULL && two != NULL && one != two && switch_is(t->is.match, "conflict"))
		return wrong(409, "%s belongs to another contact", mobile);
	*found = one != NULL && (two == NULL || !switch_is(t->is.match, "mobile")) ? one : two;
	return wrong(200, "%s", "");
}

/* Whom a body with a dsId means. */
static struct outcome
address(struct contacts *t, const char *dsid, struct contact **found)
{
	struct outcome o = wrong(404, "%s", "Contact not found");

	*found = contacts_by_dsid(t, dsid);
	if (*found == NULL || strcmp((*found)->status, "Deleted") != 0)
		return *found == NULL ? o : wrong(200, "%s", "");
	if (switch_is(t->is.deleted, "status")) {
		o = wrong(200, "%s", "");
		o.is_deleted = true;
		snprintf(o.id, sizeof(o.id), "%s", dsid);
	}
	return o;
}

/* An address that another contact has. */
static struct outcome
judge_taken(struct contacts *t, const cJSON *body, const struct contact *c)
{
	const char *email = text_of(body, "email"), *mobile = text_of(body, "mobilePhone");
	const struct contact *one = contacts_by_email(t, email);
	const struct contact *two = contacts_by_mobile(t, mobile);

	if (!switch_is(t->is.taken, "refuse"))
		return wrong(200, "%s", "");
	if (one != NULL && one != c)
		return wrong(409, "a contact with email %s exists already", email);
	if (two != NULL && two != c)
		return wrong(409, "a contact with mobile %s exists already", mobile);
	return wrong(200, "%s", "");
}

/* Would it be left without any address, and had one? */
static bool
is_bare(const struct contacts *t, const cJSON *body, const struct contact *c)
{
	const char *email = text_of(body, "email"), *mobile = text_of(body, "mobilePhone");
	bool clears = switch_is(t->is.empty, "clear");
	bool has_email = c != NULL && c->email != NULL, has_mobile = c != NULL && c->mobile != NULL;

	if (c != NULL && !has_email && !has_mobile)
		return false;
	if (email != NULL && (email[0] != '\0' || clears))
		has_email = email[0] != '\0';
	if (mobile != NULL && (mobile[0] != '\0' || clears))
		has_mobile = mobile[0] != '\0';
	return !has_email && !has_mobile;
}

/* Ann Lee, whatever came. */
static void
retitle(char *s)
{
	bool is_first = true;

	for (; *s != '\0'; s++) {
		if (*s >= 'a' && *s <= 'z' && is_first)
			*s = (char)(*s - 'a' + 'A');
		else if (*s >= 'A' && *s <= 'Z' && !is_first)
			*s = (char)(*s - 'A' + 'a');
		is_first = *s == ' ' || *s == '-';
	}
}

static void
put(const struct contacts *t, cJSON *into, const cJSON *value, bool is_titled)
{
	char *text = strdup(value->valuestring);

	if (text[0] == '\0') {
		if (switch_is(t->is.empty, "clear"))
			cJSON_DeleteItemFromObjectCaseSensitive(into, value->string);
		free(text);
		return;
	}
	if (is_titled)
		retitle(text);
	cJSON_DeleteItemFromObjectCaseSensitive(into, value->string);
	cJSON_AddStringToObject(into, value->string, text);
	free(text);
}

static void
put_fields(const struct contacts *t, struct contact *c, const cJSON *body)
{
	static const char *const apart[] = { "dsId", "email", "mobilePhone", "status", CUSTOM };
	cJSON *all = cJSON_Parse(c->fields), *custom = cJSON_GetObjectItem(all, CUSTOM);
	const cJSON *v;

	cJSON_ArrayForEach(v, body)
	{
		bool is_name =
		    strcmp(v->string, "firstName") == 0 || strcmp(v->string, "lastName") == 0;

		if (!is_among(v->string, apart, COUNT(apart)) && !is_flag(t, v->string))
			put(t, all, v, is_name && switch_is(t->is.names, "title"));
	}
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(body, CUSTOM))
	    put(t, custom, v, switch_is(t->is.custom, "title"));
	free(c->fields);
	c->fields = cJSON_PrintUnformatted(all);
	cJSON_Delete(all);
}

static void
put_flag(struct contacts *t, struct contact *c, enum channel channel, const cJSON *v)
{
	bool is_set =
	    cJSON_IsTrue(v) || (cJSON_IsString(v) && strcasecmp(v->valuestring, "true") == 0);

	if (v != NULL)
		contacts_opt_out(t, c, channel, is_set);
}

static void
put_address(struct contacts *t, struct contact *c, enum channel channel, const char *to)
{
	if (to != NULL && (to[0] != '\0' || switch_is(t->is.empty, "clear")))
		contacts_move(t, c, channel, to);
}

/* Flags first: there is no moment in which an address is there without them. */
static void
apply(struct contacts *t, struct contact *c, const cJSON *body)
{
	const char *status = text_of(body, "status");

	if (t->is.email_flag[0] != '\0')
		put_flag(t, c, EMAIL, cJSON_GetObjectItemCaseSensitive(body, t->is.email_flag));
	if (t->is.text_flag[0] != '\0')
		put_flag(t, c, TEXT, cJSON_GetObjectItemCaseSensitive(body, t->is.text_flag));
	put_address(t, c, EMAIL, text_of(body, "email"));
	put_address(t, c, TEXT, text_of(body, "mobilePhone"));
	put_fields(t, c, body);
	if (status != NULL)
		contacts_status(t, c, status);
	else if (strcmp(c->status, "Deleted") == 0)
		contacts_status(t, c, "Active");
}

struct outcome
contacts_post(struct contacts *t, const cJSON *body)
{
	const char *dsid = text_of(body, "dsId");
	struct contact *c = NULL;
	struct outcome o = judge(t, body);

	if (o.status == 200)
		o = dsid != NULL ? address(t, dsid, &c) : match(t, body, &c);
	if (o.status == 200 && !o.is_deleted)
		o = judge_taken(t, body, c);
	if (o.status == 200 && !o.is_deleted && is_bare(t, body, c))
		o = wrong(400, "%s", "neither email nor mobile phone would be left");
	if (o.status != 200 || o.id[0] != '\0')
		return o;
	if (c == NULL)
		c = contacts_make(t);
	apply(t, c, body);
	snprintf(o.id, sizeof(o.id), "%s", c->dsid);
	return o;
}
