#include "flowhub/left_out.h"

#include "lib/json_writer.h"

/* Of the setting in a warning; a longer one is told by what to take out of it. */
#define SETTING_MOST 200

bool
left_out_has(const struct left_out *o, struct str location)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_eq(o->list[i].id, location))
			return true;
	return false;
}

void
left_out_add(
    struct arena *a, struct left_out *o, struct str location, long status, const struct err *why)
{
	if (o->n == 0)
		o->first = *why;
	o->list = arena_grow(a, o->list, o->n, &o->cap, sizeof(*o->list));
	o->list[o->n++] = (struct left_out_location){
		.id = str_copy(a, location), .status = status, .why = str_copy(a, str_c(why->msg))
	};
}

/* The setting that reads all others: "locations": ["L1","L3"]. */
static void
format_setting(const struct left_out *o, const struct str *ids, size_t n, struct buf *b)
{
	struct doc *list = doc_array();

	for (size_t i = 0; i < n; i++)
		if (!left_out_has(o, ids[i]))
			doc_text(list, NULL, ids[i]);
	buf_z(b, "set \"locations\": ");
	doc_print_line(list, b);
	while (b->n > 0 && b->p[b->n - 1] == '\n')
		b->n--;
	buf_z(b, " in flowstory.json");
	doc_free(list);
	if (b->n <= SETTING_MOST)
		return;
	buf_reset(b);
	buf_z(b, "name only the others in 'locations' in flowstory.json");
}

size_t
left_out_report(const struct left_out *o, const struct str *ids, size_t n, const struct host *host,
    struct hints *hints)
{
	struct buf setting = { 0 }, key = { 0 };
	size_t news = 0;

	if (o->n > 0)
		format_setting(o, ids, n, &setting);
	for (size_t i = 0; i < o->n; i++) {
		const struct left_out_location *l = &o->list[i];

		host_note(host, NOTE_WARNING,
		    "location %.*s is left out of this snapshot: %.*s; to leave it out for good, "
		    "%.*s",
		    STR_ARG(l->id), STR_ARG(l->why), STR_ARG(setting));
		/* Another status is another fault. */
		buf_reset(&key);
		buf_printf(&key, "%.*s: %ld", STR_ARG(l->id), l->status);
		news += hints_tell(hints, buf_view(&key));
	}
	buf_release(&setting);
	buf_release(&key);
	return news;
}
