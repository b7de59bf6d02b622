#include "dailystory/latest_row.h"

#include "dailystory/contact.h"
#include "state/rows.h"

int
latest_row_write(struct latest_row *r, struct state *s, const struct export_source *source,
    const struct profile *p, const struct identity_addresses *x, uint32_t since, struct csv_rows *f,
    struct err *e)
{
	struct exported last = { 0 };
	struct contact c;
	struct str row;
	int rc = kv_get(s->txn, TABLE_EXPORTED, p->id, &row, e);

	if (rc <= 0 || !row_exported_unpack(row, &last))
		return rc < 0 ? -1 : state_broken(e, "what was exported last");
	if (last.row_snapshot <= since)
		return 0;
	contact_make(&r->arena, p, source->run->as_of, source->run->exports->list_separator, &c);
	c.cells[COLUMN_EMAIL] = x->email;
	c.cells[COLUMN_MOBILE] = x->mobile;
	buf_reset(&r->csv);
	buf_reset(&r->json);
	contact_csv(&r->csv, &c);
	contact_json(&r->json, &c, last.known);
	return csv_rows_contact(f, buf_view(&r->csv), buf_view(&r->json), e);
}

void
latest_row_release(struct latest_row *r)
{
	arena_release(&r->arena);
	buf_release(&r->csv);
	buf_release(&r->json);
}
