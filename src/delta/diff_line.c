#include "delta/diff_line.h"

static void
write_place(struct buf *b, const struct diff_line_place *place)
{
	buf_z(b, "\"page\":");
	buf_json(b, place->page);
	buf_z(b, ",\"index\":");
	buf_u64(b, place->index);
}

void
diff_line_write(struct buf *b, const struct diff_line_parts *p)
{
	buf_z(b, "{\"entity\":\"");
	buf_z(b, record_entity_name(p->entity));
	buf_z(b, "\",\"id\":");
	buf_json(b, p->id);
	buf_z(b, ",\"op\":\"");
	buf_z(b, p->op);
	buf_char(b, '"');
	if (p->now.page.n > 0) {
		buf_char(b, ',');
		write_place(b, &p->now);
	}
	if (p->previous.page.n > 0) {
		buf_z(b, ",\"previous\":{\"snapshot\":");
		buf_json(b, p->previous_snapshot);
		buf_char(b, ',');
		write_place(b, &p->previous);
		buf_char(b, '}');
	}
	if (p->changes.n > 0) {
		buf_z(b, ",\"changes\":");
		buf_str(b, p->changes);
	}
	if (p->why.n > 0) {
		buf_z(b, ",\"why\":");
		buf_json(b, p->why);
	}
	buf_z(b, "}\n");
}
