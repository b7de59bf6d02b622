#include "push/probe.h"

#include "json/read.h"
#include "push/push_connect.h"

int
probe_open(struct probe *x, const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e)
{
	*x = (struct probe){ 0 };
	return push_connect(&x->a, account, settings, &x->caller, &x->token, host, e);
}

static int
fail(const struct probe *x, const struct answer *a, const char *what, struct err *e)
{
	if (a->class == ANSWER_UNKNOWN)
		return err_set(e, ERR_BUSY, "DailyStory did not answer: %s", x->caller.silence.msg);
	return err_set(e, ERR_FAILED, "DailyStory did not take the %s (status %ld): %.*s", what,
	    a->status, STR_ARG(a->message));
}

int
probe_find(struct probe *x, struct str email, struct err *e)
{
	struct caller_answer c;

	buf_reset(&x->body);
	buf_z(&x->body, "{\"email\":");
	buf_json(&x->body, email);
	buf_char(&x->body, '}');
	if (caller_call(&x->caller,
	        &(struct caller_request){ .method = HTTP_POST,
	            .path = "/contact",
	            .body = buf_view(&x->body),
	            .shape = ANSWER_CONTACT },
	        &c, e) < 0)
		return -1;
	if (c.answer.class != ANSWER_ACKED)
		return fail(x, &c.answer, "email", e);
	x->dsid = str_copy(&x->a, c.answer.id);
	return 0;
}

static void
keep(struct probe *x, const struct answer *a, struct probe_answer *out)
{
	*out = (struct probe_answer){ a->class, a->status,
		str_copy(&x->a,
		    a->class == ANSWER_UNKNOWN ? str_c(x->caller.silence.msg) : a->message) };
}

int
probe_set(struct probe *x, struct str members, struct probe_answer *out, struct err *e)
{
	struct caller_answer c;

	buf_reset(&x->body);
	buf_z(&x->body, "{\"dsId\":");
	buf_json(&x->body, x->dsid);
	buf_char(&x->body, ',');
	buf_str(&x->body, members);
	buf_char(&x->body, '}');
	if (caller_call(&x->caller,
	        &(struct caller_request){ .method = HTTP_POST,
	            .path = "/contact",
	            .body = buf_view(&x->body),
	            .dsid = x->dsid,
	            .is_known = true,
	            .shape = ANSWER_CONTACT },
	        &c, e) < 0)
		return -1;
	keep(x, &c.answer, out);
	return 0;
}

/* A member of the contact or, after it, one of its extended properties. */
static int
find_value(struct probe *x, const struct json *j, struct str name, struct str *value)
{
	uint32_t contact = json_find(j, 0, STR("Response")), custom, i;

	if (contact == 0 || j->nodes[contact].kind != JSON_OBJECT)
		return 0;
	i = json_find(j, contact, name);
	custom = json_find(j, contact, STR("extendedProperties"));
	if (i == 0 && custom != 0 && j->nodes[custom].kind == JSON_OBJECT)
		i = json_find(j, custom, name);
	if (i == 0)
		return 0;
	*value = str_copy(
	    &x->a, j->nodes[i].kind == JSON_STRING ? json_text(&x->a, j, i) : json_raw(j, i));
	return 1;
}

int
probe_get(struct probe *x, struct str name, struct str *value, struct err *e)
{
	struct caller_answer c;
	struct json j = JSON_INIT;
	struct json_fault fault;
	int rc = 0;

	if (caller_call(&x->caller,
	        &(struct caller_request){
	            .method = HTTP_GET, .path = "/contact/", .id = x->dsid, .is_known = true },
	        &c, e) < 0)
		return -1;
	if (c.answer.class != ANSWER_ACKED)
		return fail(x, &c.answer, "question for the contact", e);
	if (json_read(&j, c.answer.body, &fault))
		rc = find_value(x, &j, name, value);
	json_release(&j);
	return rc;
}

int
probe_delete(struct probe *x, struct probe_answer *out, struct err *e)
{
	struct caller_answer c;

	if (caller_call(&x->caller,
	        &(struct caller_request){
	            .method = HTTP_DELETE, .path = "/contact/", .id = x->dsid, .is_known = true },
	        &c, e) < 0)
		return -1;
	keep(x, &c.answer, out);
	return 0;
}

void
probe_close(struct probe *x)
{
	caller_close(&x->caller);
	push_connect_end(&x->token);
	buf_release(&x->body);
	arena_release(&x->a);
	*x = (struct probe){ 0 };
}
