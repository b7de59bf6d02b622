#include "timemachine/past_records.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/identity.h"
#include "record/field.h"
#include "profile/profile.h"

struct loading {
	struct arena *a;
	struct state *s;
	const struct past_records_source *source;
	struct past_records *records;
	struct wanted_record *wanted;
	size_t wanted_n;
	struct err *e;
};

static bool
in_force(const struct version *v, uint32_t number)
{
	return v->place.snapshot <= number && (v->until == 0 || v->until > number);
}

static bool
is_wanted(const struct loading *g, const struct record_version *x)
{
	return !record_text_is_gone(&x->from) &&
	       (g->source->at == 0 || in_force(&x->v, g->source->at));
}

static int
find_versions(struct loading *g, struct record_history *r, struct str id, enum entity entity)
{
	struct version *list;

	*r = (struct record_history){ .entity = entity, .id = id };
	if (versions_list(g->a, g->s, entity, id, &list, &r->n, g->e) < 0)
		return -1;
	r->list = arena_zero(g->a, r->n, sizeof(*r->list));
	for (size_t i = 0; i < r->n; i++) {
		r->list[i].v = list[i];
		if (record_text_source(g->a, g->s, list[i].place, &r->list[i].from, g->e) < 0)
			return -1;
	}
	return 0;
}

static void
add_wanted(struct loading *g, const struct record_history *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct record_version *x = &r->list[i];

		if (is_wanted(g, x))
			g->wanted[g->wanted_n++] = (struct wanted_record){ .from = &x->from,
				.index = x->v.place.index,
				.hash = x->v.until == 0 ? &x->v.hash : NULL };
	}
}

/* Of the page that the order came with; for a version in force, of the one it came with last. */
static int
find_location(struct loading *g, const struct record_history *r, struct record_version *x)
{
	struct str location = x->from.page.location;
	struct known_record known;

	if (x->v.until == 0) {
		if (state_record_must(g->s->txn, ENTITY_ORDER, r->id, &known, g->e) < 0 ||
		    dictionary_text(&g->s->words, g->s->txn, known.location, &location, g->e) < 0)
			return -1;
		location = str_copy(g->a, location);
	}
	if (location.n > 0)
		x->order.location = location;
	return 0;
}

/* The texts come in the order they were asked for in. */
static int
parse_versions(
    struct loading *g, struct record_reader *reader, struct record_history *r, size_t *next)
{
	struct record_fault fault;

	for (size_t i = 0; i < r->n; i++) {
		struct record_version *x = &r->list[i];
		bool ok;

		if (!is_wanted(g, x))
			continue;
		x->text = g->wanted[(*next)++].text;
		if (!timestamp_parse_id(x->from.snapshot, &reader->taken_at))
			return state_broken(g->e, "the snapshot of a record");
		ok = r->entity == ENTITY_ORDER
		         ? record_read_order(reader, g->a, x->text, &x->order, &fault)
		         : record_read_customer(reader, g->a, x->text, &x->customer, &fault);
		if (!ok)
			return state_broken(g->e, "the place of a record");
		if (r->entity == ENTITY_CUSTOMER)
			(void)state_answers_settle(&x->customer, x->v.answers);
		if (r->entity == ENTITY_ORDER && find_location(g, r, x) < 0)
			return -1;
	}
	return 0;
}

static int
parse_all(struct loading *g)
{
	/* with no settings nothing is refused that was read once */
	const struct record_settings lenient = { .completed_n = 0 };
	struct schema schema;
	struct intern words = { 0 };
	struct record_reader reader = {
		.schema = &schema, .settings = &lenient, .unknown = { .words = &words }
	};
	size_t next = 0;
	int rc;

	schema_init(&schema);
	rc = parse_versions(g, &reader, &g->records->customer, &next);
	for (size_t i = 0; rc == 0 && i < g->records->orders_n; i++)
		rc = parse_versions(g, &reader, &g->records->orders[i], &next);
	record_reader_release(&reader);
	intern_release(&words);
	return rc;
}

static int
read_records(struct loading *g)
{
	struct past_records *records = g->records;
	struct str *ids;
	size_t n;

	if (find_versions(g, &records->customer, records->id, ENTITY_CUSTOMER) < 0 ||
	    versions_orders(g->a, g->s, records->id, &ids, &records->orders_n, g->e) < 0)
		return -1;
	records->orders = arena_zero(g->a, records->orders_n, sizeof(*records->orders));
	n = records->customer.n;
	for (size_t i = 0; i < records->orders_n; i++) {
		if (find_versions(g, &records->orders[i], ids[i], ENTITY_ORDER) < 0)
			return -1;
		n += records->orders[i].n;
	}
	g->wanted = arena_zero(g->a, n, sizeof(*g->wanted));
	add_wanted(g, &records->customer);
	for (size_t i = 0; i < records->orders_n; i++)
		add_wanted(g, &records->orders[i]);
	if (record_text_read(
	        g->a, g->source->account, g->wanted, g->wanted_n, g->source->jobs, g->e) < 0)
		return -1;
	return parse_all(g);
}

/* The status and the memberships that hold now; none of somebody who is not known. */
static int
read_present(struct loading *g, struct buf *contacts, struct buf *memberships)
{
	struct past_contact x = { .was_known = true };
	struct past_membership m = { 0 };
	struct identity_addresses exported;
	struct contact_status now;
	struct profile p = { 0 };
	struct str row;
	int more, rc = kv_get(g->s->txn, TABLE_CONTACT_STATUS, g->records->id, &row, g->e);

	if (rc <= 0)
		return rc;
	if (!row_contact_status_unpack(str_copy(g->a, row), &now))
		return state_broken(g->e, "a customer's status");
	if (profile_stored_brief(g->a, g->s, g->records->id, &p, g->e) < 0)
		return -1;
	exported = identity_exported(&now, &p);
	x.reason = now.reason;
	x.detail = row_detail(&now);
	x.email = exported.email;
	x.mobile = exported.mobile;
	buf_add(contacts, &x, sizeof(x));
	while ((more = row_membership_next(&now.memberships, &m.was)) > 0)
		buf_add(memberships, &m, sizeof(m));
	return more < 0 ? state_broken(g->e, "a customer's memberships") : 0;
}

/* What has ended, then what still holds. */
static int
read_standings(struct loading *g)
{
	struct past_records *records = g->records;
	struct buf contacts = { 0 }, memberships = { 0 };
	struct past_membership *left;
	struct past_contact *ended;
	size_t left_n, ended_n;
	int rc;

	if (membership_history_read(g->a, g->s, records->id, &left, &left_n, g->e) < 0 ||
	    past_contacts_read(g->a, g->s, records->id, &ended, &ended_n, g->e) < 0)
		return -1;
	buf_add(&contacts, ended, ended_n * sizeof(*ended));
	buf_add(&memberships, left, left_n * sizeof(*left));
	rc = read_present(g, &contacts, &memberships);
	records->statuses =
	    buf_list(&contacts, g->a, sizeof(*records->statuses), &records->statuses_n);
	records->memberships =
	    buf_list(&memberships, g->a, sizeof(*records->memberships), &records->memberships_n);
	return rc;
}

int
past_records_load(struct arena *a, struct state *s, const struct past_records_source *source,
    struct str id, struct past_records *out, struct err *e)
{
	struct loading g = { .a = a, .s = s, .source = source, .records = out, .e = e };

	*out = (struct past_records){ .id = str_copy(a, id) };
	if (id.n == 0 || id.n > ID_MAX)
		return 0;
	if (read_records(&g) < 0 || read_standings(&g) < 0)
		return -1;
	return out->customer.n + out->orders_n > 0;
}

const struct record_version *
past_records_at(const struct record_history *r, uint32_t number)
{
	for (size_t i = 0; i < r->n; i++)
		if (in_force(&r->list[i].v, number))
			return &r->list[i];
	return NULL;
}

static uint32_t
known_from(const struct record_history *r)
{
	uint32_t from = 0;

	for (size_t i = 0; i < r->n; i++)
		if (record_text_is_gone(&r->list[i].from) && r->list[i].v.until > from)
			from = r->list[i].v.until;
	return from;
}

uint32_t
past_records_known_from(const struct past_records *records)
{
	uint32_t from = known_from(&records->customer);

	for (size_t i = 0; i < records->orders_n; i++)
		if (known_from(&records->orders[i]) > from)
			from = known_from(&records->orders[i]);
	return from;
}

const struct record_version *
past_records_order(const struct past_records *records, size_t i, uint32_t number)
{
	const struct record_version *x = past_records_at(&records->orders[i], number);

	return x != NULL && str_eq(x->order.customer, records->id) ? x : NULL;
}

int
past_records_profile(struct arena *a, struct state *s, const struct past_records *records,
    const struct record_settings *settings, uint32_t number, struct profile *out, struct err *e)
{
	const struct record_version *c = past_records_at(&records->customer, number);
	const struct order **orders;
	size_t n = 0;

	if (c == NULL)
		return 0;
	orders = arena_array(a, records->orders_n, sizeof(*orders));
	for (size_t i = 0; i < records->orders_n; i++) {
		const struct record_version *x = past_records_order(records, i, number);

		if (x != NULL)
			orders[n++] = &x->order;
	}
	return profile_records(a, s, settings, &c->customer, orders, n, out, e) < 0 ? -1 : 1;
}

const struct past_membership *
past_records_membership(const struct past_records *records, uint32_t slug, uint32_t number)
{
	const struct past_membership *ended = NULL;

	for (size_t i = 0; i < records->memberships_n; i++) {
		const struct past_membership *p = &records->memberships[i];

		if (p->was.slug != slug || p->was.since > number)
			continue;
		if (p->until == 0 || p->until > number)
			return p;
		ended = p;
	}
	return ended;
}

const struct past_contact *
past_records_status(const struct past_records *records, uint32_t number)
{
	if (past_records_at(&records->customer, number) == NULL)
		return NULL;
	for (size_t i = 0; i < records->statuses_n; i++)
		if (records->statuses[i].until == 0 || records->statuses[i].until > number)
			return &records->statuses[i];
	return NULL;
}
