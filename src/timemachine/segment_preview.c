#include "timemachine/segment_preview.h"

#include "profile/profile.h"

int
segment_preview_begin(
    struct segment_preview *p, struct state *s, const struct segment_set *rules, struct err *e)
{
	struct applied last;
	uint32_t number;

	*p = (struct segment_preview){ .s = s, .rules = rules };
	if (state_snapshot_find(s, NULL, &number, &last, e) < 0)
		return -1;
	p->as_of = last.as_of;
	p->member = arena_zero(&p->a, rules->n + 1, sizeof(*p->member));
	if (recent_orders_begin(&p->a, s, rules, p->as_of, &p->recent, e) < 0)
		return -1;
	p->cursor = kv_all(s->txn, TABLE_PROFILES, e);
	return 0;
}

static int
evaluate(struct segment_preview *p, struct str row, struct err *e)
{
	struct profile profile = { .id = p->id };
	struct str text;
	int rc;

	if (profile_unpack(&p->scratch, p->s, row, &profile, e) < 0)
		return -1;
	rc = kv_get(p->s->txn, TABLE_CONTACT_STATUS, p->id, &text, e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !row_contact_status_unpack(text, &p->status))
		return state_broken(e, "a customer's status");
	if (recent_orders_add(&p->recent, &p->scratch, p->s, &profile, e) < 0)
		return -1;
	segment_eval(p->rules, &profile, p->as_of, p->member);
	return 1;
}

int
segment_preview_next(struct segment_preview *p, struct err *e)
{
	struct str row;
	int rc = kv_next(p->cursor, &p->id, &row, e);

	if (rc <= 0)
		return rc;
	arena_reset(&p->scratch);
	return evaluate(p, row, e);
}

void
segment_preview_end(struct segment_preview *p)
{
	kv_cursor_close(p->cursor);
	recent_orders_release(&p->recent);
	arena_release(&p->scratch);
	arena_release(&p->a);
}
