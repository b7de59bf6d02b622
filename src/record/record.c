#include "record/record.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "record/email.h"
#include "record/field.h"
#include "record/normalize.h"
#include "record/phone.h"

const char *
record_entity_name(enum entity e)
{
	return e == ENTITY_CUSTOMER ? "customer" : "order";
}

#define EARLIEST_ORDER (INT64_C(946684800) * TIMESTAMP_SECOND) /* 2000-01-01 */

/* A record while it is read; the first fault of a field that decides ends it. */
struct record_job {
	struct record_reader *r;
	struct arena *a;
	const struct schema_slots *slots;
	const struct outline_item *item; /* whose slots they are; NULL: the record's own */
	struct record_drops *drops;
	struct record_fault *f;
	bool ok;
};

static const struct json *
tape_of(const struct record_job *g)
{
	return &g->r->o.tape;
}

/* A field that decides. */
static void
unreadable(struct record_job *g, uint32_t node, const char *field)
{
	if (!g->ok)
		return;
	g->ok = false;
	g->f->field = field;
	g->f->at = tape_of(g)->nodes[node].at;
}

/* A field that decides nothing is as if it were missing, but listed. */
static void
drop(struct record_job *g, uint32_t node, const char *name, enum drop_reason why)
{
	struct str field = str_c(name);

	if (g->item != NULL)
		field = str_printf(g->a, "itemsInCart/%lu/%s", (unsigned long)g->item->index, name);
	drops_add(g->a, g->drops, field, drops_value(g->a, tape_of(g), node), why);
}

/* Each of these reads a field that decides nothing into ${out}. */
static void
get_text(struct record_job *g, enum schema_field field, const char *name, struct str *out)
{
	uint32_t node = g->slots->at[field];

	if (field_text(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		drop(g, node, name, DROPPED_UNREADABLE);
}

static void
get_bool(struct record_job *g, enum schema_field field, const char *name, enum tri *out)
{
	uint32_t node = g->slots->at[field];

	if (field_bool(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		drop(g, node, name, DROPPED_UNREADABLE);
}

static void
get_decimal(struct record_job *g, enum schema_field field, const char *name, struct str *out)
{
	uint32_t node = g->slots->at[field];

	if (field_decimal(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		drop(g, node, name, DROPPED_UNREADABLE);
}

/* Returns: whether there is an amount. */
static bool
get_money(struct record_job *g, const struct schema_slots *slots, enum schema_field field,
    const char *name, int64_t *cents)
{
	uint32_t node = slots->at[field];
	enum field_state s = field_money(g->a, tape_of(g), node, cents);

	if (s == FIELD_IS_UNREADABLE)
		drop(g, node, name, DROPPED_UNREADABLE);
	return s == FIELD_IS_READ;
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
		enum field_state s = field_id(g->a, tape_of(g), node, id);

		if (s == FIELD_IS_READ)
			return true;
		if (s == FIELD_IS_UNREADABLE) {
			g->f->at = tape_of(g)->nodes[node].at;
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

/* -- Customers -- */

/* A flag that cannot be read is neither consent nor refusal, but what was said last. */
static void
get_consent(
    struct record_job *g, enum schema_field field, const char *name, enum tri *out, bool *unread)
{
	size_t before = g->drops->n;

	get_bool(g, field, name, out);
	*unread = g->drops->n > before;
}

/* What there is a text for, but no use. */
static void
drop_addresses(struct record_job *g, const struct customer *c)
{
	const struct record_settings *s = g->r->settings;
	const struct phone_rules rules = {
		.is_abroad = normalize_country(g->a, c->country) == COUNTRY_OTHER,
		.placeholders = s->placeholder_mobiles,
		.n = s->placeholder_mobiles_n,
	};
	enum drop_reason why;

	email_read(g->a, c->email, s->placeholder_emails, s->placeholder_n, &why);
	if (why != DROPPED_REASONS)
		drop(g, g->slots->at[SCHEMA_FIELD_EMAIL], "email", why);
	phone_read(g->a, c->phone, &rules, &why);
	if (why != DROPPED_REASONS)
		drop(g, g->slots->at[SCHEMA_FIELD_PHONE], "phone", why);
}

/* It is judged again with each snapshot; what holds no text is simply no date. */
static void
get_birth_date(struct record_job *g, struct str *out)
{
	uint32_t node = g->slots->at[SCHEMA_FIELD_BIRTH_DATE];
	unsigned dropped = 0;
	int32_t day;

	if (field_date(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		*out = STR("?");
	day = normalize_birthdate(*out, &dropped);
	if ((dropped >> DROP_BIRTHDATE_UNREADABLE & 1) != 0)
		drop(g, node, "birthDate", DROPPED_UNREADABLE);
	else if (dropped != 0 || day > timestamp_day(g->r->taken_at))
		drop(g, node, "birthDate", DROPPED_OUT_OF_RANGE);
}

static void
get_created(struct record_job *g, int64_t *out)
{
	uint32_t node = g->slots->at[SCHEMA_FIELD_CREATED_AT];

	if (field_time(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		drop(g, node, "createdAt", DROPPED_UNREADABLE);
}

bool
record_read_customer(struct record_reader *r, struct arena *a, struct str text,
    struct customer *out, struct record_fault *f)
{
	struct record_job g = { .r = r, .a = a, .drops = &out->drops, .f = f };

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
	get_text(&g, SCHEMA_FIELD_COUNTRY, "country", &out->country);
	get_text(&g, SCHEMA_FIELD_MED_ID, "medId", &out->med_id);
	get_bool(&g, SCHEMA_FIELD_IS_LOYAL, "isLoyal", &out->is_loyal);
	get_decimal(&g, SCHEMA_FIELD_LOYALTY_POINTS, "loyaltyPoints", &out->points);
	get_consent(&g, SCHEMA_FIELD_EMAIL_CONSENT, "consentsToPromotionalEmail",
	    &out->email_consent, &out->email_consent_unread);
	get_consent(&g, SCHEMA_FIELD_TEXT_CONSENT, "consentsToPromotionalSMS", &out->text_consent,
	    &out->text_consent_unread);
	get_created(&g, &out->created);
	get_birth_date(&g, &out->birth_date);
	drop_addresses(&g, out);
	return true;
}

/* -- Orders -- */

/* Missing, null and "" are one. */
static bool
is_absent(struct record_job *g, uint32_t node)
{
	struct str text;

	return field_text(g->a, tape_of(g), node, &text) == FIELD_IS_ABSENT;
}

static void
read_totals(struct record_job *g, struct order *out)
{
	const struct schema_slots *in = &g->r->o.totals;
	uint32_t node = g->slots->at[SCHEMA_FIELD_TOTALS];

	if (is_absent(g, node))
		return;
	if (tape_of(g)->nodes[node].kind != JSON_OBJECT) {
		unreadable(g, node, "totals");
		return;
	}
	out->has_total =
	    get_money(g, in, SCHEMA_FIELD_FINAL_TOTAL, "totals/finalTotal", &out->total) ||
	    get_money(g, in, SCHEMA_FIELD_FINAL_TOTAL_PASCAL, "totals/FinalTotal", &out->total);
}

/* Goods that came back are none. */
static bool
read_item(struct record_job *g, struct order_item *out, bool *is_sold)
{
	struct str product, title, category, type, quantity;
	int64_t price;
	enum tri voided;
	bool has_price;

	get_text(g, SCHEMA_FIELD_PRODUCT_NAME, "productName", &product);
	get_text(g, SCHEMA_FIELD_TITLE1, "title1", &title);
	get_text(g, SCHEMA_FIELD_CATEGORY, "category", &category);
	get_text(g, SCHEMA_FIELD_TYPE, "type", &type);
	get_bool(g, SCHEMA_FIELD_VOIDED, "voided", &voided);
	get_decimal(g, SCHEMA_FIELD_QUANTITY, "quantity", &quantity);
	has_price = get_money(g, g->slots, SCHEMA_FIELD_TOTAL_PRICE, "totalPrice", &price);
	*out = (struct order_item){
		.product = product.n > 0 ? product : title,
		.category = category.n > 0 ? category : type,
	};
	*is_sold = has_price && price > 0;
	return voided != TRI_TRUE && price >= 0 && !str_starts(quantity, STR("-"));
}

/* Returns: whether there are goods of a positive price. */
static bool
read_items(struct record_job *g, struct order *out)
{
	const struct outline *o = &g->r->o;
	const struct schema_slots *own = g->slots;
	uint32_t list = own->at[SCHEMA_FIELD_ITEMS];
	bool has_sold = false, is_sold;

	if (is_absent(g, list))
		return false;
	if (o->tape.nodes[list].kind != JSON_ARRAY) {
		unreadable(g, list, "itemsInCart");
		return false;
	}
	out->items = arena_array(g->a, o->items_n, sizeof(*out->items));
	for (uint32_t i = 0; i < o->items_n; i++) {
		g->item = &o->items[i];
		g->slots = &g->item->slots;
		if (o->tape.nodes[g->item->node].kind != JSON_OBJECT)
			unreadable(g, g->item->node, "itemsInCart/*");
		else if (read_item(g, &out->items[out->items_n], &is_sold)) {
			out->items_n++;
			has_sold = has_sold || is_sold;
		}
	}
	g->item = NULL;
	g->slots = own;
	return has_sold;
}

/* One that cannot be read decides; one out of range is dropped. */
static int64_t
get_time(struct record_job *g, enum schema_field field, const char *name)
{
	uint32_t node = g->slots->at[field];
	int64_t us;

	if (field_time(g->a, tape_of(g), node, &us) == FIELD_IS_UNREADABLE)
		unreadable(g, node, name);
	if (us == TIMESTAMP_NONE || (us >= EARLIEST_ORDER && us <= g->r->taken_at + TIMESTAMP_DAY))
		return us;
	drop(g, node, name, DROPPED_OUT_OF_RANGE);
	return TIMESTAMP_NONE;
}

static void
read_times(struct record_job *g, struct order *out)
{
	int64_t created = get_time(g, SCHEMA_FIELD_CREATED_AT, "createdAt");
	int64_t completed = get_time(g, SCHEMA_FIELD_COMPLETED_ON, "completedOn");

	if (g->ok && created == TIMESTAMP_NONE && completed == TIMESTAMP_NONE) {
		g->ok = false;
		g->f->what = "no time of an order";
	}
	out->created = created != TIMESTAMP_NONE ? created : completed;
	out->time = completed != TIMESTAMP_NONE ? completed : created;
}

static void
read_status(struct record_job *g, struct order *out)
{
	uint32_t status = g->slots->at[SCHEMA_FIELD_ORDER_STATUS];
	uint32_t flag = g->slots->at[SCHEMA_FIELD_VOIDED];
	enum tri voided;

	if (field_text(g->a, tape_of(g), status, &out->status) == FIELD_IS_UNREADABLE)
		unreadable(g, status, "orderStatus");
	if (field_bool(g->a, tape_of(g), flag, &voided) == FIELD_IS_UNREADABLE)
		unreadable(g, flag, "voided");
	get_text(g, SCHEMA_FIELD_ORDER_TYPE, "orderType", &out->type);
	out->status = str_lower(g->a, out->status);
	out->type = str_lower(g->a, out->type);
	out->voided = voided == TRI_TRUE || str_eq(out->status, STR("voided"));
}

/* Whether another sale is named: by an id where it is one, else by whatever text stands there. */
static bool
names_a_sale(struct record_job *g, struct str own)
{
	static const char *const nothing[] = { "0", "null", "none" };
	uint32_t node = g->slots->at[SCHEMA_FIELD_ORIGINAL_SALE];
	struct str sale;

	if (field_id(g->a, tape_of(g), node, &sale) == FIELD_IS_UNREADABLE)
		get_text(g, SCHEMA_FIELD_ORIGINAL_SALE, "originalSaleId", &sale);
	sale = str_clean(g->a, sale);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (str_eq_nocase(sale, str_c(nothing[i])))
			return false;
	return sale.n > 0 && !str_eq(sale, str_clean(g->a, own));
}

static void
get_location(struct record_job *g, struct str *out)
{
	uint32_t node = g->slots->at[SCHEMA_FIELD_LOCATION_ID];

	if (field_id(g->a, tape_of(g), node, out) == FIELD_IS_UNREADABLE)
		drop(g, node, "locationId", DROPPED_UNREADABLE);
}

bool
record_read_order(struct record_reader *r, struct arena *a, struct str text, struct order *out,
    struct record_fault *f)
{
	struct record_job g = { .r = r, .a = a, .drops = &out->drops, .f = f };
	bool names, sells;
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
	get_location(&g, &out->location);
	names = names_a_sale(&g, out->id);
	read_totals(&g, out);
	sells = read_items(&g, out);
	out->undoes_sale = names && !sells;
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
	/* Any other completed order is a refund. */
	k.purchase = k.completed && !undoes_sale && total >= 0;
	return k;
}

/* The text fields in the order of their row. */
/* clang-format off */
#define CUSTOMER_TEXTS(X)                                                                          \
	X(type)                                                                                    \
	X(name)                                                                                    \
	X(first_name) X(last_name) X(phone) X(email) X(street1) X(street2) X(city) X(state) X(zip) \
	    X(med_id) X(birth_date) X(points) X(country)
/* clang-format on */

void
record_pack_customer(struct buf *b, const struct customer *c)
{
	pack_u64(b, (uint64_t)c->is_loyal | (uint64_t)c->email_consent << 2 |
	                (uint64_t)c->text_consent << 4 | (uint64_t)c->email_consent_unread << 6 |
	                (uint64_t)c->text_consent_unread << 7);
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
	c->email_consent_unread = (flags >> 6 & 1) != 0;
	c->text_consent_unread = (flags >> 7 & 1) != 0;
	c->created = (int64_t)unpack_fixed(&u);
#define X(field) c->field = unpack_text(&u);
	CUSTOMER_TEXTS(X)
#undef X
	return !u.bad && u.p == u.end;
}
