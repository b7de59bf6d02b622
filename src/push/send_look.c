#include "push/send_look.h"

#include "json/read.h"

static void
read_value(struct send *g, struct str key, struct send_look *out)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;

	if (json_read(&j, out->c.answer.body, &ignored)) {
		uint32_t contact = json_find(&j, 0, STR("Response"));

		out->is_read = contact != 0 && j.nodes[contact].kind == JSON_OBJECT;
		if (out->is_read)
			out->value = str_copy(&g->a, answer_value(&g->a, &j, contact, key));
	}
	json_release(&j);
}

/* Any refusal but a 404 says nothing about the contact. */
int
send_look(struct send *g, struct str dsid, struct str key, struct send_look *out)
{
	const struct caller_request q = { .method = HTTP_GET,
		.path = "/contact/",
		.id = dsid,
		.is_known = true,
		.number = g->x->books->last + 1 };
	const struct answer *a = &out->c.answer;

	*out = (struct send_look){ 0 };
	if (caller_call(g->caller, &q, &out->c, g->e) < 0)
		return -1;
	g->asks_to_wait = g->asks_to_wait || out->c.asks_to_wait;
	g->silent_looks = a->class == ANSWER_UNKNOWN ? g->silent_looks + 1 : 0;
	if (g->silent_looks > 0)
		return SEND_UNKNOWN;
	out->is_there = a->class == ANSWER_ACKED ? !a->is_deleted : a->status != 404;
	if (a->class == ANSWER_ACKED)
		read_value(g, key, out);
	return SEND_DONE;
}
