#include "push/send_segment.h"

#include "json/read.h"
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

/* The id of an element of the list, if that is its name; else empty. */
static struct str
id_of(struct send *g, const struct json *j, uint32_t element, struct str name)
{
	const struct json_node *n = j->nodes;
	uint32_t id, its;

	if (n[element].kind != JSON_OBJECT)
		return STR("");
	id = json_find(j, element, STR("id"));
	its = json_find(j, element, STR("name"));
	if (id == 0 || its == 0 || n[its].kind != JSON_STRING || !json_is(j, its, name))
		return STR("");
	return str_copy(
	    &g->a, n[id].kind == JSON_STRING ? json_text(&g->a, j, id) : json_raw(j, id));
}

/* The id of the segment of that name among those there are; empty: none is called so. */
static struct str
find_named(struct send *g, struct str body, struct str name)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	struct str id = STR("");
	uint32_t list = json_read(&j, body, &ignored) ? json_find(&j, 0, STR("Response")) : 0;

	if (list != 0 && j.nodes[list].kind == JSON_ARRAY)
		for (uint32_t i = list + 1; i < j.nodes[list].next && id.n == 0;
		     i = j.nodes[i].next)
			id = id_of(g, &j, i, name);
	json_release(&j);
	return id;
}

/* To make one is the only call that cannot be repeated: so it is looked for first, and an answer
 * that did not come is left to the next push. */
static int
make_segment(struct send *g, struct str slug, struct str *id)
{
	struct journal_line x = { .op = JOURNAL_SEGMENT_NEW, .segment = slug };
	struct str name = str_printf(&g->a, "flowstory: %.*s – entered", STR_ARG(name_of(g, slug)));
	struct caller_answer c = { 0 };
	int rc = send_call(g,
	    (struct caller_request){ .method = HTTP_GET, .path = "/segments", .is_known = true },
	    &x, &c);

	if (rc != SEND_DONE)
		return rc;
	*id = find_named(g, c.answer.body, name);
	if (id->n == 0) {
		buf_reset(&g->body);
		buf_z(&g->body, "{\"id\":0,\"name\":");
		buf_json(&g->body, name);
		buf_char(&g->body, '}');
		rc = send_call(g,
		    (struct caller_request){ .method = HTTP_POST,
		        .path = "/segment",
		        .body = buf_view(&g->body),
		        .is_known = true,
		        .is_once = true,
		        .shape = ANSWER_SEGMENT },
		    &x, &c);
		*id = rc == SEND_DONE ? str_copy(&g->a, c.answer.id) : STR("");
	}
	x.dsid = *id;
	return rc != SEND_DONE ? rc : send_call_note(g, &x, &c) < 0 ? -1 : SEND_DONE;
}

/* One call; a line for each of them, the first of which tells of the call. */
static int
note_members(struct send *g, struct journal_line *x, const struct caller_answer *c,
    const struct statics_member *list, size_t n)
{
	x->fh_id = list[0].fh_id;
	if (send_call_note(g, x, c) < 0)
		return -1;
	x->http = x->tries = x->ms = 0;
	for (size_t i = 1; i < n; i++) {
		x->fh_id = list[i].fh_id;
		if (books_note(g->x->books, x, g->e) < 0)
			return -1;
	}
	return SEND_DONE;
}

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
	return rc == SEND_DONE ? note_members(g, &x, &c, list, n) : rc;
}

static int
find_segment(struct send *g, struct str slug, struct str *id)
{
	int rc = statics_id(g->x, &g->a, slug, id, g->e);

	return rc == 0 ? make_segment(g, slug, id) : rc < 0 ? -1 : SEND_DONE;
}

int
send_segment(struct send *g, const struct push_item *item)
{
	struct statics_range range = { .only = item->fh_id };
	struct str slug = item->address, id = STR("");
	struct statics_member *list;
	struct arena batch = { 0 };
	size_t n;
	int rc;

	arena_reset(&g->a);
	g->is_taken = false;
	do {
		rc = statics_members(g->x, &batch, slug, &range, &list, &n, g->e) < 0 ? -1
		                                                                      : SEND_DONE;
		if (rc == SEND_DONE && n > 0 && id.n == 0)
			rc = find_segment(g, slug, &id);
		if (rc == SEND_DONE && n > 0) {
			rc = add_members(g, slug, id, list, n);
			range.after = str_copy(&g->a, list[n - 1].fh_id);
		}
		arena_reset(&batch);
	} while (rc == SEND_DONE && n == STATICS_MOST);
	arena_release(&batch);
	return rc;
}
