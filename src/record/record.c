#include "record/record.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "record/field.h"

const char *
record_entity_name(enum entity e)
{
	return e == ENTITY_CUSTOMER ? "customer" : "order";
}

/* A record while it is read; the first fault ends it. */
struct record_job {
	struct record_reader *r;
	struct arena *a;
	const struct schema_slots *slots;
	struct record_fault *f;
	bool ok;
};

static void
unreadable(struct record_job *g, uint32_t node, const char *field)
{
	if (!g->ok)
		return;
	g->ok = false;
	g->f->field = field;
	g->f->at = g->r->o.tape.nodes[node].at;
}

/* Each of these reads a field into ${out} and leaves it absent if it cannot be read. */
static void
get_text(struct record_job *g, enum schema_field field, const char *name, struct str *out)
{
	uint32_t node = g->slots->at[field];

	if (field_text(g->a, &g->r->o.tape, node, out) == FIELD_IS_UNREADABLE)
		unreadable(g, node, name);
}

static void
get_bool(struct record_job *g, enum schema_field field, const char *name, enum tri *out)
{
	uint32_t node = g->slots->at[field];

	if (field_bool(g->a, &g->r->o.tape, node, out) == FIELD_IS_UNREADABLE)
		unreadable(g, node, name);
}

static void
get_time(struct record_job *g, enum schema_field field, const char *name, int64_t *out)
{
	uint32_t node = g->slots->at[field];

	if (field_time(g->a, &g->r->o.tape, node, out) == FIELD_IS_UNREADABLE)
		unreadable(g, node, name);
}

/* For flags where missing means false. */
static bool
get_flag(struct record_job *g, enum schema_field field, const char *name)
{
	enum tri t;

	get_bool(g, field, name, &t);
	return t == TRI_TRUE;
}

/* The id by the chain of names; the first that is present decides. */
static bool
get_id(struct record_job *g, bool is_order, struct str *id)
{
	static const enum schema_field chain[] = { SCHEMA_FIELD_ID, SCHEMA_FIELD_UNDERSCORE_ID,
		SCHEMA_FIELD_ORDER_ID };
	size_t n = is_order ? 3 : 2;

	for (size_t i = 0; i < n; i++) {
		uint32_t node = g->slots->at[chain[i]];
		enum field_state s = field_id(g->a, &g->r->o.tape, node, id);

		if (s == FIELD_IS_READ)
			return true;
		if (s == FIELD_IS_UNREADABLE) {
			g->f->at = g->r->o.tape.nodes[node].at;
			break;
		}
	}
	g->ok = false;
	g->f->what = "no usable id";
	return false;
}

/* The record's outline and its id. */
static bool
read_outline(struct record_job *g, struct str text, enum schema_object object, struct str *id)
{
	struct json_fault fault;
	struct record_reader *r = g->r;

	*g->f = (struct record_fault){ 0 };
	g->ok = true;
	if ((r->strict ||
	        !fast_outline_read(&r->fast, r->schema, object, text, &r->o, &r->unknown)) &&
	    !outline_strict(&r->o, r->schema, object, text, &r->unknown, &fault)) {
		g->f->what = fault.what;
		g->f->at = fault.at;
		return g->ok = false;
	}
	g->slots = &r->o.own;
	if (!get_id(g, object == SCHEMA_ORDER, id))
		return false;
	g->f->has_id = true;
	g->f->id = *id;
	return true;
}

/* A birthdate is no text field: what holds no text is simply no date. */
static struct str
birth_date(struct record_job *g)
{
	struct str s;

	if (field_text(g->a, &g->r->o.tape, g->slots->at[SCHEMA_FIELD_BIRTH_DATE], &s) ==
	    FIELD_IS_UNREADABLE)
		return STR("?");
	return s;
}

bool
record_read_customer(struct record_reader *r, struct arena *a, struct str text,
    struct customer *out, struct record_fault *f)
{
	struct record_job g = { .r = r, .a = a, .f = f };
	uint32_t points;

	*out = (struct customer){ 0 };
	if (!read_outline(&g, text, SCHEMA_CUSTOMER, &out->id))
		return false;
	get_text(&g, SCHEMA_FIELD_TYPE, "type", &out->type);
	get_text(&g, SCHEMA_FIELD_NAME, "name", &out->name);
	get_text(&g, SCHEMA_FIELD_FIRST_NAME, "firstName", &out->first_name);
	get_text(&g, SCHEMA_FIELD_LAST_NAME, "lastName", &out->last_name);
	get_text(&g, SCHEMA_FIELD_PHONE, "phone", &out->phone);
	get_text(&g, SCHEMA_FIELD_EMAIL, "email", &out->email);
	get_text(&g, SCHEMA_FIELD_STREET1, "streetAddress1", &out->street1);
	get_text(&g, SCHEMA_FIELD_STREET2, "streetAddress2", &out->street2);
	get_text(&g, SCHEMA_FIELD_CITY, "city", &out->city);
	get_text(&g, SCHEMA_FIELD_STATE, "state", &out->state);
	get_text(&g, SCHEMA_FIELD_ZIP, "zip", &out->zip);
	get_text(&g, SCHEMA_FIELD_MED_ID, "medId", &out->med_id);
	get_bool(&g, SCHEMA_FIELD_IS_LOYAL, "isLoyal", &out->is_loyal);
	get_bool(&g, SCHEMA_FIELD_EMAIL_CONSENT, "consentsToPromotionalEmail", &out->email_consent);
	get_bool(&g, SCHEMA_FIELD_TEXT_CONSENT, "consentsToPromotionalSMS", &out->text_consent);
	points = g.slots->at[SCHEMA_FIELD_LOYALTY_POINTS];
	if (field_decimal(a, &r->o.tape, points, &out->points) == FIELD_IS_UNREADABLE)
		unreadable(&g, points, "loyaltyPoints");
	if (field_time(a, &r->o.tape, g.slots->at[SCHEMA_FIELD_CREATED_AT], &out->created) !=
	    FIELD_IS_READ)
		out->created = TIMESTAMP_NONE;
	out->birth_date = birth_date(&g);
	return g.ok;
}

/* Missing, null and "" are one. */
static bool
is_absent(const struct json *j, uint32_t node)
{
	return node == 0 || j->nodes[node].kind == JSON_NULL ||
	       (j->nodes[node].kind == JSON_STRING && j->nodes[node].len == 2);
}

static void
read_totals(struct record_job *g, struct order *out)
{
	const struct json *j = &g->r->o.tape;
	uint32_t node = g->slots->at[SCHEMA_FIELD_TOTALS];
	const struct schema_slots *in = &g->r->o.totals;
	uint32_t total;
	enum field_state s;

	if (is_absent(j, node))
		return;
	if (j->nodes[node].kind != JSON_OBJECT) {
		unreadable(g, node, "totals");
		return;
	}
	total = in->at[SCHEMA_FIELD_FINAL_TOTAL];
	s = field_money(g->a, j, total, &out->total);
	if (s == FIELD_IS_ABSENT) {
		total = in->at[SCHEMA_FIELD_FINAL_TOTAL_PASCAL];
		s = field_money(g->a, j, total, &out->total);
	}
	if (s == FIELD_IS_UNREADABLE)
		unreadable(g, total, "finalTotal");
	out->has_total = s == FIELD_IS_READ;
}

static void
read_item(struct record_job *g, const struct schema_slots *slots, struct order *out)
{
	const struct schema_slots *own = g->slots;
	struct str product, title, category, type;
	bool voided;

	g->slots = slots;
	voided = get_flag(g, SCHEMA_FIELD_VOIDED, "itemsInCart/*/voided");
	get_text(g, SCHEMA_FIELD_PRODUCT_NAME, "itemsInCart/*/productName", &product);
	get_text(g, SCHEMA_FIELD_TITLE1, "itemsInCart/*/title1", &title);
	get_text(g, SCHEMA_FIELD_CATEGORY, "itemsInCart/*/category", &category);
	get_text(g, SCHEMA_FIELD_TYPE, "itemsInCart/*/type", &type);
	g->slots = own;
	if (!voided)
		out->items[out->items_n++] = (struct order_item){
			.product = product.n > 0 ? product : title,
			.category = category.n > 0 ? category : type,
		};
}

static void
read_items(struct record_job *g, struct order *out)
{
	const struct outline *o = &g->r->o;
	uint32_t list = g->slots->at[SCHEMA_FIELD_ITEMS];

	if (is_absent(&o->tape, list))
		return;
	if (o->tape.nodes[list].kind != JSON_ARRAY) {
		unreadable(g, list, "itemsInCart");
		return;
	}
	out->items = arena_array(g->a, o->items_n, sizeof(*out->items));
	for (uint32_t i = 0; i < o->items_n; i++) {
		uint32_t node = o->items[i].node;

		if (o->tape.nodes[node].kind == JSON_OBJECT)
			read_item(g, &o->items[i].slots, out);
		else
			unreadable(g, node, "itemsInCart/*");
	}
}

static void
read_times(struct record_job *g, struct order *out)
{
	int64_t created, completed;

	get_time(g, SCHEMA_FIELD_CREATED_AT, "createdAt", &created);
	get_time(g, SCHEMA_FIELD_COMPLETED_ON, "completedOn", &completed);
	if (g->ok && created == TIMESTAMP_NONE && completed == TIMESTAMP_NONE)
		unreadable(g, 0, "createdAt");
	out->created = created != TIMESTAMP_NONE ? created : completed;
	out->time = completed != TIMESTAMP_NONE ? completed : created;
}

static void
read_status(struct record_job *g, struct order *out)
{
	get_text(g, SCHEMA_FIELD_ORDER_STATUS, "orderStatus", &out->status);
	get_text(g, SCHEMA_FIELD_ORDER_TYPE, "orderType", &out->type);
	out->status = str_lower(g->a, out->status);
	out->type = str_lower(g->a, out->type);
	out->voided =
	    get_flag(g, SCHEMA_FIELD_VOIDED, "voided") || str_eq(out->status, STR("voided"));
}

bool
record_read_order(struct record_reader *r, struct arena *a, struct str text, struct order *out,
    struct record_fault *f)
{
	struct record_job g = { .r = r, .a = a, .f = f };
	struct str original;
	uint32_t customer;

	*out = (struct order){ 0 };
	if (!read_outline(&g, text, SCHEMA_ORDER, &out->id))
		return false;
	customer = g.slots->at[SCHEMA_FIELD_CUSTOMER_ID];
	if (field_id(a, &r->o.tape, customer, &out->customer) == FIELD_IS_UNREADABLE)
		unreadable(&g, customer, "customerId");
	read_times(&g, out);
	read_status(&g, out);
	get_text(&g, SCHEMA_FIELD_BUDTENDER, "budtender", &out->budtender);
	/* It decides nothing, so what cannot be read is as if it were missing. */
	if (field_id(a, &r->o.tape, g.slots->at[SCHEMA_FIELD_LOCATION_ID], &out->location) !=
	    FIELD_IS_READ)
		out->location = (struct str){ 0 };
	get_text(&g, SCHEMA_FIELD_ORIGINAL_SALE, "originalSaleId", &original);
	out->undoes_sale = original.n > 0;
	read_totals(&g, out);
	read_items(&g, out);
	if (g.ok && !out->has_total &&
	    record_order_kind(r->settings, out->status, out->voided, false, 0).completed) {
		g.ok = false;
		f->what = "a completed order without finalTotal";
	}
	return g.ok;
}

void
record_reader_release(struct record_reader *r)
{
	fast_outline_release(&r->fast);
	outline_release(&r->o);
	schema_unknown_release(&r->unknown);
}

struct order_kind
record_order_kind(const struct record_settings *settings, struct str status, bool voided,
    bool undoes_sale, int64_t total)
{
	struct order_kind k = { 0 };

	for (size_t i = 0; !voided && i < settings->completed_n; i++)
		k.completed = k.completed || str_eq(status, settings->completed_statuses[i]);
	k.purchase = k.completed && !undoes_sale && total >= 0;
	return k;
}

/* The text fields in the order of their row. */
/* clang-format off */
#define CUSTOMER_TEXTS(X)                                                                          \
	X(type)                                                                                    \
	X(name)                                                                                    \
	X(first_name) X(last_name) X(phone) X(email) X(street1) X(street2) X(city) X(state) X(zip) \
	    X(med_id) X(birth_date) X(points)
/* clang-format on */

void
record_pack_customer(struct buf *b, const struct customer *c)
{
	pack_u64(b, (uint64_t)c->is_loyal | (uint64_t)c->email_consent << 2 |
	                (uint64_t)c->text_consent << 4);
	pack_fixed(b, (uint64_t)c->created);
#define X(field) pack_text(b, c->field);
	CUSTOMER_TEXTS(X)
#undef X
}

bool
record_unpack_customer(struct str row, struct customer *c)
{
	struct unpack u = unpack_of(row);
	uint64_t flags = unpack_u64(&u);
	struct str id = c->id;

	*c = (struct customer){ .id = id };
	c->is_loyal = (enum tri)(flags & 3);
	c->email_consent = (enum tri)(flags >> 2 & 3);
	c->text_consent = (enum tri)(flags >> 4 & 3);
	c->created = (int64_t)unpack_fixed(&u);
#define X(field) c->field = unpack_text(&u);
	CUSTOMER_TEXTS(X)
#undef X
	return !u.bad && u.p == u.end;
}
