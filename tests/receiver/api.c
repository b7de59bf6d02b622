/* api.c -- the paths of the API: {"Status":bool,"Message":"…","Response":…} whatever comes. */
#include <stdlib.h>
#include <string.h>

#include "server.h"
#include "support/text.h"

#define API "/api/v1"

static void
reply(struct answer *a, unsigned status, const char *message, cJSON *response)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddBoolToObject(o, "Status", status == 200);
	cJSON_AddStringToObject(o, "Message", message);
	cJSON_AddItemToObject(o, "Response", response == NULL ? cJSON_CreateNull() : response);
	a->status = status;
	a->type = "application/json; charset=utf-8";
	a->body = cJSON_PrintUnformatted(o);
	a->n = strlen(a->body);
	cJSON_Delete(o);
}

static void
post_contact(struct server *s, const cJSON *body, struct answer *a)
{
	struct outcome o = contacts_post(&s->contacts, body);
	cJSON *response = NULL;

	if (o.status == 200) {
		response = cJSON_CreateObject();
		cJSON_AddStringToObject(response, "id", o.id);
		if (o.is_deleted)
			cJSON_AddStringToObject(response, "status", "Deleted");
	}
	reply(a, o.status, o.message, response);
}

static void
one_contact(struct server *s, const struct call *call, const char *id, struct answer *a)
{
	struct contact *c = contacts_by_dsid(&s->contacts, id);
	bool is_delete = strcmp(call->method, "DELETE") == 0;

	if (c == NULL && !is_delete && switch_is(s->contacts.is.by_email, "on"))
		c = contacts_by_email(&s->contacts, id);
	if (c == NULL ||
	    (strcmp(c->status, "Deleted") == 0 && switch_is(s->contacts.is.deleted, "missing"))) {
		reply(a, 404, "Contact not found", NULL);
		return;
	}
	if (is_delete)
		contacts_delete(&s->contacts, c);
	reply(a, 200, "", is_delete ? NULL : contacts_object(&s->contacts, c));
}

static void
opt_out(struct server *s, const cJSON *body, struct answer *a)
{
	const cJSON *v;

	if (switch_is(s->contacts.is.endpoint, "off")) {
		reply(a, 404, "No such resource", NULL);
		return;
	}
	cJSON_ArrayForEach(v, body)
	{
		if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(v, "email"))) {
			reply(a, 400, "an email is needed", NULL);
			return;
		}
	}
	cJSON_ArrayForEach(v, body) contacts_refuse(
	    &s->contacts, EMAIL, cJSON_GetObjectItemCaseSensitive(v, "email")->valuestring);
	reply(a, cJSON_IsArray(body) ? 200 : 400, cJSON_IsArray(body) ? "" : "no array", NULL);
}

static cJSON *
segment_object(struct server *s, uint32_t i)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "id", i + 1);
	cJSON_AddStringToObject(o, "name", s->segments[i].name);
	cJSON_AddNumberToObject(o, "contacts", s->segments[i].n);
	return o;
}

static void
make_segment(struct server *s, const cJSON *body, struct answer *a)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(body, "id");
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(body, "name");

	if (!cJSON_IsNumber(id) || id->valueint != 0 || !cJSON_IsString(name)) {
		reply(a, 400, "id 0 and a name are needed", NULL);
		return;
	}
	s->segments =
	    grow(s->segments, &s->segments_size, s->segments_n + 1, sizeof(struct segment));
	memset(&s->segments[s->segments_n], 0, sizeof(struct segment));
	snprintf(
	    s->segments[s->segments_n].name, sizeof(s->segments->name), "%s", name->valuestring);
	reply(a, 200, "", segment_object(s, s->segments_n++));
}

static void
list_segments(struct server *s, struct answer *a)
{
	cJSON *all = cJSON_CreateArray();

	for (uint32_t i = 0; i < s->segments_n; i++)
		cJSON_AddItemToArray(all, segment_object(s, i));
	reply(a, 200, "", all);
}

static void
segment_add(struct segment *to, const char *dsid)
{
	for (uint32_t i = 0; i < to->n; i++)
		if (strcmp(to->dsids[i], dsid) == 0)
			return;
	to->dsids = grow(to->dsids, &to->size, to->n + 1, sizeof(char *));
	to->dsids[to->n++] = strdup(dsid);
}

static void
fill_segment(struct server *s, const char *id, const cJSON *body, struct answer *a)
{
	size_t n = strtoul(id, NULL, 10);
	const cJSON *v;

	if (n == 0 || n > s->segments_n) {
		reply(a, 404, "Segment not found", NULL);
		return;
	}
	cJSON_ArrayForEach(v, body)
	{
		if (!cJSON_IsString(v) || contacts_by_dsid(&s->contacts, v->valuestring) == NULL) {
			reply(a, 400, "no such contact", NULL);
			return;
		}
	}
	cJSON_ArrayForEach(v, body) segment_add(&s->segments[n - 1], v->valuestring);
	reply(a, 200, "", NULL);
}

static void
post(struct server *s, const char *path, const cJSON *body, struct answer *a)
{
	static const char fill[] = "/segment/contacts/";
	bool has_segments = switch_is(s->contacts.is.segments, "on");

	if (strcmp(path, "/contact") == 0)
		post_contact(s, body, a);
	else if (strcmp(path, "/contact/optout/email") == 0)
		opt_out(s, body, a);
	else if (strcmp(path, "/segment") == 0 && has_segments)
		make_segment(s, body, a);
	else if (strncmp(path, fill, strlen(fill)) == 0 && has_segments)
		fill_segment(s, path + strlen(fill), body, a);
	else
		reply(a, 404, "No such resource", NULL);
}

static void
post_text(struct server *s, struct MHD_Connection *c, struct call *call, struct answer *a)
{
	const char *type = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Type");
	const char *end = NULL;
	cJSON *body;

	if (type == NULL || strncmp(type, "application/json", 16) != 0) {
		reply(a, 415, "application/json is needed", NULL);
		return;
	}
	body = cJSON_ParseWithLengthOpts(call->body, call->n, &end, false);
	if (body == NULL || end != call->body + call->n)
		reply(a, 400, "no JSON", NULL);
	else
		post(s, call->url + strlen(API), body, a);
	cJSON_Delete(body);
}

void
api_answer(struct server *s, struct MHD_Connection *c, struct call *call, struct answer *a)
{
	static const char contact[] = API "/contact/";
	const char *way = call->method;
	bool is_post = strcmp(way, "POST") == 0, is_get = strcmp(way, "GET") == 0;

	if (strncmp(call->url, API "/", strlen(API "/")) != 0)
		server_say(a, 404, "text/html", "<h1>Not found</h1>");
	else if (is_post)
		post_text(s, c, call, a);
	else if (is_get && strcmp(call->url, API "/about") == 0)
		reply(a, 200, "", cJSON_CreateString("stand-in"));
	else if (is_get && strcmp(call->url, API "/segments") == 0)
		list_segments(s, a);
	else if ((is_get || strcmp(way, "DELETE") == 0) &&
	         strncmp(call->url, contact, strlen(contact)) == 0)
		one_contact(s, call, call->url + strlen(contact), a);
	else
		reply(a, 404, "No such resource", NULL);
}
