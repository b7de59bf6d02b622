#include "push/push_body.h"

#include "dailystory/opt_outs.h"
#include "push/owed.h"

/* How it is said that an address of the row refuses. */
static void
add_flag(struct buf *b, const struct wanted_source *x, unsigned channel, bool is_refused)
{
	if (is_refused)
		buf_printf(b, " %u:%.*s", channel, STR_ARG(owed_flag(x, channel)));
}

void
push_body_row(struct buf *b, const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, const struct standing_facts *now)
{
	bool deletes = now->has_row && wanted_deletes(x, w);

	buf_reset(b);
	buf_str(b, w->gone);
	if (deletes)
		buf_printf(b, " delete %.*s", STR_ARG(acked->dsid));
	if (now->has_row && !deletes) {
		wanted_fields_body(b, w->fields, w->fields_n, acked->dsid);
		add_flag(b, x, OPT_OUT_EMAIL, w->email_refused);
		add_flag(b, x, OPT_OUT_TEXT, w->mobile_refused);
	}
	if (w->strays.n > 0)
		buf_printf(b, " strays %zu", w->strays.n);
	if (standing_outcome(now) != STANDING_NOTHING)
		buf_char(b, (char)('0' + standing_outcome(now)));
}

void
push_body_opt_out(struct buf *b, const struct wanted_source *x, struct str key, struct str dsid)
{
	buf_reset(b);
	buf_str(b, key);
	buf_printf(b, " %.*s %.*s", STR_ARG(owed_flag(x, (unsigned char)key.p[0])), STR_ARG(dsid));
}
