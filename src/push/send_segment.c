#include "push/send_segment.h"

#include "push/statics.h"
#include "segment/segment.h"

/* The name as people know it; the slug where the rules do not say it. */
static struct str
name_of(struct send *g, struct str slug)
{
	struct err ignored = ERR_INIT;
	struct segment_set set;
	struct str text;

	if (state_meta(g->x->s, "rules", &text, &ignored) <= 0 ||
	    segment_parse(&g->a, "rules of the last snapshot", text, &set, &ignored) < 0)
		return slug;
	for (size_t i = 0; i < set.n; i++)
		if (str_eq(set.list[i].slug, slug))
			return set.list[i].name;
	return slug;
}

static int
make_segment(struct send *g, struct str slug, struct str *id)
{
	struct journal_line x = { .op = JOURNAL_SEGMENT_NEW, .segment = slug };
	struct str name = str_printf(&g->a, "flowstory: %.*s – entered", STR_ARG(name_of(g, slug)));
	struct caller_answer c = { 0 };
	int rc;

	buf_reset(&g->body);
	buf_z(&g->body, "{\"id\":0,\"name\":");
	buf_json(&g->body, name);
	buf_char(&g->body, '}');
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = "/segment",
	        .body = buf_view(&g->body),
	        .is_known = true,
	        .shape = ANSWER_SEGMENT },
	    &x, &c);
	if (rc != SEND_DONE)
		return rc;
	x.dsid = *id = str_copy(&g->a, c.answer.id);
	return send_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* One call; a line for each of them. */
static int
add_members(
    struct send *g, struct str slug, struct str id, const struct statics_member *list, size_t n)
{
	struct journal_line x = { .op = JOURNAL_SEGMENT_ADD, .segment = slug, .dsid = id };
	struct caller_answer c = { 0 };
	int rc;

	buf_reset(&g->body);
	for (size_t i = 0; i < n; i++) {
		buf_char(&g->body, i == 0 ? '[' : ',');
		buf_json(&g->body, list[i].dsid);
	}
	buf_char(&g->body, ']');
	rc = send_call(g,
	    (struct caller_request){ .method = HTTP_POST,
	        .path = "/segment/contacts/",
	        .id = id,
	        .body = buf_view(&g->body),
	        .is_known = true },
	    &x, &c);
	for (size_t i = 0; rc == SEND_DONE && i < n; i++) {
		x.fh_id = list[i].fh_id;
		if (send_note(g, &x, &c) < 0)
			return -1;
	}
	return rc;
}

int
send_segment(struct send *g, struct str slug)
{
	struct statics_member *list;
	struct str id;
	size_t n;
	int rc;

	if (statics_members(g->x, &g->a, slug, &list, &n, g->e) < 0)
		return -1;
	rc = n == 0 ? 1 : statics_id(g->x, &g->a, slug, &id, g->e);
	if (rc < 0)
		return -1;
	rc = rc == 0 ? make_segment(g, slug, &id) : SEND_DONE;
	for (size_t i = 0; rc == SEND_DONE && i < n; i += STATICS_MOST)
		rc =
		    add_members(g, slug, id, list + i, n - i < STATICS_MOST ? n - i : STATICS_MOST);
	return rc;
}
