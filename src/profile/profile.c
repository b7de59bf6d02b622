#include "profile/profile.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "state/rows.h"
#include "profile/recent.h"
#include "record/normalize.h"
#include "profile/totals.h"
#include "state/location_names.h"

/* All sales of the customer, oldest first.  Of orders' ids only their order counts; nothing is
 * written meanwhile, so they stay where they lie in the store. */
static int
add_sales(struct arena *a, struct state *s, const struct record_settings *settings, struct str id,
    struct order_totals *t, struct err *e)
{
	struct str key, row, order;
	struct buf prefix = { 0 };
	struct order_kind kind;
	struct kv_cursor *c;
	struct sale sale;
	int64_t created;
	uint32_t buyer;
	int rc;

	if (dictionary_find(&s->buyers, s->txn, id, &buyer, e) < 0)
		return -1;
	if (buyer == 0)
		return 0;
	c = kv_scan(s->txn, TABLE_SALES, row_key_number(&prefix, buyer), e);
	while ((rc = kv_next_stored(c, &key, &row, e)) > 0) {
		if (!row_key_dated_unpack(key, &buyer, &created, &order) ||
		    !row_sale_unpack(row, created, &sale))
			rc = state_broken(e, "a sale's row");
		else
			rc = totals_kind(s, settings, &sale, &kind, e);
		if (rc < 0 || totals_add(a, t, order, &sale, kind, e) < 0) {
			rc = -1;
			break;
		}
	}
	buf_release(&prefix);
	kv_cursor_close(c);
	return rc;
}

static struct str
type_name(struct str type)
{
	if (str_eq_nocase(type, STR("recCustomer")))
		return STR("Recreational");
	if (str_eq_nocase(type, STR("medCustomer")))
		return STR("Medicinal");
	return type;
}

/* The customer's addresses, whose forms hang on the country. */
static void
fill_addresses(struct arena *a, const struct record_settings *settings, const struct customer *c,
    struct profile *p)
{
	enum normalize_country country = normalize_country(a, c->country);
	const struct phone_rules rules = {
		.is_abroad = country == COUNTRY_OTHER,
		.placeholders = settings->placeholder_mobiles,
		.n = settings->placeholder_mobiles_n,
	};

	p->email = normalize_email(
	    a, c->email, settings->placeholder_emails, settings->placeholder_n, &p->dropped);
	p->mobile = normalize_phone(a, c->phone, &rules, &p->dropped);
	p->address = normalize_address(a, c->street1, c->street2);
	p->city = c->city;
	p->state = normalize_state(a, c->state);
	p->postal_code = normalize_postal(a, c->zip, country);
	p->is_abroad = country != COUNTRY_US;
}

/* The customer's own fields, normalised. */
static void
fill_fields(struct arena *a, const struct record_settings *settings, const struct customer *c,
    struct profile *p)
{
	p->cust_type = type_name(c->type);
	p->is_loyal = c->is_loyal;
	p->points = c->points;
	p->med_id = c->med_id;
	normalize_name(a, c->first_name, c->last_name, c->name, &p->first_name, &p->last_name);
	fill_addresses(a, settings, c, p);
	p->birthdate = normalize_birthdate(c->birth_date, &p->dropped);
	p->email_consent = c->email_consent;
	p->text_consent = c->text_consent;
	p->created = c->created;
}

static int64_t
whole_second(int64_t us)
{
	int64_t rest = us % TIMESTAMP_SECOND;

	if (us == TIMESTAMP_NONE)
		return us;
	return us - (rest < 0 ? rest + TIMESTAMP_SECOND : rest);
}

/* Where they bought, by the names that the locations have now. */
static int
fill_stores(struct arena *a, struct state *s, const struct order_totals *t, struct profile *p,
    struct err *e)
{
	uint32_t *names = arena_array(a, t->locations_n, sizeof(*names)), last;
	struct dictionary_list stores;

	for (size_t i = 0; i < t->locations_n; i++)
		if (location_names_find(s, t->locations[i], &names[i], e) < 0)
			return -1;
	if (location_names_find(s, t->last_location, &last, e) < 0 ||
	    dictionary_text(&s->words, s->txn, last, &p->last_store, e) < 0 ||
	    dictionary_distinct(a, &s->words, s->txn, names, t->locations_n, &stores, e) < 0)
		return -1;
	p->stores = stores.texts;
	p->store_words = stores.numbers;
	p->stores_n = stores.n;
	return 0;
}

static int
fill_totals(struct arena *a, struct state *s, const struct order_totals *t, struct profile *p,
    struct err *e)
{
	struct dictionary_list products, categories;

	p->total_spent = t->spent;
	p->total_orders = t->purchases;
	p->first_order_date = t->first;
	p->last_purchase = t->last;
	p->last_orderdate = whole_second(t->last);
	if (dictionary_text(&s->words, s->txn, t->last_budtender, &p->last_budtender, e) < 0 ||
	    dictionary_text(&s->words, s->txn, t->latest_type, &p->last_ordertype, e) < 0 ||
	    dictionary_text(&s->words, s->txn, t->latest_status, &p->last_orderstatus, e) < 0)
		return -1;
	if (t->latest_voided)
		p->last_orderstatus = STR("voided");
	if (dictionary_distinct(a, &s->words, s->txn, t->products, t->items_n, &products, e) < 0 ||
	    dictionary_distinct(a, &s->words, s->txn, t->categories, t->items_n, &categories, e) <
	        0)
		return -1;
	p->products = products.texts;
	p->product_words = products.numbers;
	p->products_n = products.n;
	p->categories = categories.texts;
	p->category_words = categories.numbers;
	p->categories_n = categories.n;
	return fill_stores(a, s, t, p, e);
}

int
profile_recent(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, int64_t since, struct profile *p, struct err *e)
{
	struct order_totals t = ORDER_TOTALS_INIT;

	if (since == TIMESTAMP_NEVER)
		return 0;
	t.since = since;
	if (add_sales(a, s, settings, id, &t, e) < 0)
		return -1;
	return recent_fill(a, s, &t, p, e);
}

/* Returns 1 with the customer's fields in the arena, 0 if not known. */
static int
find_customer(struct arena *a, struct state *s, struct str id, struct customer *out, struct err *e)
{
	struct known_record known;
	int rc = state_record(s->txn, ENTITY_CUSTOMER, id, &known, e);

	if (rc <= 0)
		return rc;
	*out = (struct customer){ .id = id };
	if (!record_unpack_customer(str_copy(a, known.fields), out))
		return state_broken(e, "a customer's row");
	return 1;
}

int
profile_record(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile *out, struct err *e)
{
	struct customer customer;
	int rc = find_customer(a, s, id, &customer, e);

	if (rc <= 0)
		return rc;
	*out = (struct profile){ .id = id };
	fill_fields(a, settings, &customer, out);
	return 1;
}

/* The totals are also those of a customer who is not known: 1 known, 0 not. */
static int
rebuild(struct arena *a, struct state *s, const struct record_settings *settings, struct str id,
    struct order_totals *t, struct profile *out, struct err *e)
{
	int rc;

	*t = (struct order_totals)ORDER_TOTALS_INIT;
	if (add_sales(a, s, settings, id, t, e) < 0)
		return -1;
	rc = profile_record(a, s, settings, id, out, e);
	if (rc <= 0)
		return rc;
	return fill_totals(a, s, t, out, e) < 0 ? -1 : 1;
}

int
profile_purchase(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile *out, struct err *e)
{
	struct order_totals t = ORDER_TOTALS_INIT;
	int rc = add_sales(a, s, settings, id, &t, e);

	if (rc == 0)
		rc = profile_record(a, s, settings, id, out, e);
	out->last_purchase = t.last;
	return rc;
}

/* The number of a word that is in the dictionary: its order was applied once. */
static int
word_number(struct state *s, struct str word, uint32_t *number, struct err *e)
{
	if (dictionary_find(&s->words, s->txn, word, number, e) < 0)
		return -1;
	return *number == 0 && word.n > 0 ? state_broken(e, "a word of an order has no number") : 0;
}

/* The order as a row of sales; its items lie in ${items}. */
static int
sale_of(struct state *s, const struct order *o, struct sale *sale, struct buf *items, struct err *e)
{
	*sale = (struct sale){ .created = o->created,
		.time = o->time,
		.total = o->total,
		.has_total = o->has_total,
		.voided = o->voided,
		.undoes_sale = o->undoes_sale };
	if (word_number(s, o->status, &sale->status, e) < 0 ||
	    word_number(s, o->type, &sale->type, e) < 0 ||
	    word_number(s, o->budtender, &sale->budtender, e) < 0 ||
	    word_number(s, o->location, &sale->own_location, e) < 0)
		return -1;
	buf_reset(items);
	for (size_t i = 0; i < o->items_n; i++) {
		struct item_words item;

		if (word_number(s, o->items[i].product, &item.product, e) < 0 ||
		    word_number(s, o->items[i].category, &item.category, e) < 0)
			return -1;
		row_item_pack(items, item);
	}
	sale->items = buf_view(items);
	return 0;
}

int
profile_records(struct arena *a, struct state *s, const struct record_settings *settings,
    const struct customer *customer, const struct order *const *orders, size_t n,
    struct profile *out, struct err *e)
{
	struct order_totals t = ORDER_TOTALS_INIT;
	struct buf items = { 0 };
	int rc = 0;

	t.since = INT64_MIN;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct order *o = orders[i];
		struct sale sale;

		rc = sale_of(s, o, &sale, &items, e);
		if (rc == 0)
			rc = totals_add(a, &t, o->id, &sale,
			    record_order_kind(
			        settings, o->status, o->voided, o->undoes_sale, o->total),
			    e);
	}
	buf_release(&items);
	if (rc < 0)
		return -1;
	*out = (struct profile){ .id = customer->id };
	fill_fields(a, settings, customer, out);
	return fill_totals(a, s, &t, out, e) < 0 ? -1 : recent_fill(a, s, &t, out, e);
}

int
profile_unpack(struct arena *a, struct state *s, struct str row, struct profile *out, struct err *e)
{
	if (!values_unpack(a, row, out))
		return state_broken(e, "a profile's row");
	if (dictionary_texts(
	        a, &s->words, s->txn, out->product_words, out->products_n, &out->products, e) < 0)
		return -1;
	if (dictionary_texts(a, &s->words, s->txn, out->category_words, out->categories_n,
	        &out->categories, e) < 0)
		return -1;
	return dictionary_texts(
	    a, &s->words, s->txn, out->store_words, out->stores_n, &out->stores, e);
}

/* Returns 1 with the row in the arena and what it says, 0 if there is none. */
static int
load(struct arena *a, struct state *s, struct str id, bool has_lists, struct str *row,
    struct profile *out, struct err *e)
{
	int rc = kv_get(s->txn, TABLE_PROFILES, id, row, e);

	if (rc <= 0)
		return rc;
	*row = str_copy(a, *row);
	*out = (struct profile){ .id = id };
	if (has_lists)
		return profile_unpack(a, s, *row, out, e) < 0 ? -1 : 1;
	return values_unpack(NULL, *row, out) ? 1 : state_broken(e, "a profile's row");
}

int
profile_stored(struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e)
{
	struct str row;

	return load(a, s, id, true, &row, out, e);
}

int
profile_stored_brief(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e)
{
	struct str row;

	return load(a, s, id, false, &row, out, e);
}

static int
too_large(struct err *e)
{
	return err_set(e, ERR_FAILED, "the sum of all orders is too large to count");
}

static int
add_money(int64_t *total, int64_t cents, struct err *e)
{
	return __builtin_add_overflow(*total, cents, total) ? too_large(e) : 0;
}

/* Not by adding -cents: INT64_MIN has no opposite. */
static int
take_money(int64_t *total, int64_t cents, struct err *e)
{
	return __builtin_sub_overflow(*total, cents, total) ? too_large(e) : 0;
}

/* The money and orders of a customer who is not known: the old count goes out, the new one in. */
static int
store_unattributed(struct state *s, struct str id, const struct profile_update *f, struct err *e)
{
	struct totals *t = &s->totals;
	struct buf b = { 0 };
	struct str row;
	int rc = kv_get(s->txn, TABLE_UNATTRIBUTED, id, &row, e);

	if (rc < 0)
		return -1;
	if (rc > 0) {
		struct unpack u = unpack_of(row);

		if (take_money(&t->unattributed, unpack_i64(&u), e) < 0)
			return -1;
		t->unattributed_orders -= unpack_u64(&u);
		if (u.bad)
			return state_broken(e, "the row of an unknown customer");
		if (kv_del(s->txn, TABLE_UNATTRIBUTED, id, e) < 0)
			return -1;
	}
	if (f->has || f->orders == 0)
		return 0;
	if (add_money(&t->unattributed, f->spent, e) < 0)
		return -1;
	t->unattributed_orders += f->orders;
	pack_i64(&b, f->spent);
	pack_u64(&b, f->orders);
	rc = kv_put(s->txn, TABLE_UNATTRIBUTED, id, buf_view(&b), e);
	buf_release(&b);
	return rc;
}

int
profile_look(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile_update *out, struct err *e)
{
	struct buf row = { 0 };
	struct order_totals t;
	int rc = load(a, s, id, false, &out->old_row, &out->before, e);

	if (rc < 0)
		return -1;
	out->had = rc > 0;
	rc = rebuild(a, s, settings, id, &t, &out->now, e);
	if (rc < 0)
		return -1;
	out->has = rc > 0;
	out->spent = t.spent;
	out->orders = t.orders;
	if (out->has)
		values_pack(&row, &out->now);
	out->row = str_copy(a, buf_view(&row));
	buf_release(&row);
	return 0;
}

int
profile_keep(struct state *s, struct str id, const struct profile_update *f, struct err *e)
{
	if (store_unattributed(s, id, f, e) < 0)
		return -1;
	if (f->had && take_money(&s->totals.profiles, f->before.total_spent, e) < 0)
		return -1;
	if (!f->has)
		return f->had && kv_del(s->txn, TABLE_PROFILES, id, e) < 0 ? -1 : 0;
	if (add_money(&s->totals.profiles, f->now.total_spent, e) < 0)
		return -1;
	if (f->had && str_eq(f->row, f->old_row))
		return 0;
	return kv_put(s->txn, TABLE_PROFILES, id, f->row, e);
}

/* By the key of a sale. */
static bool
is_guests(struct str key)
{
	struct unpack u = unpack_of(key);

	return unpack_key_u32(&u) == 0;
}

int
profile_recount(struct state *s, const struct record_settings *settings, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_SALES, e);
	struct order_kind kind;
	struct str key, row;
	struct sale sale;
	int rc;

	s->totals.completed = s->totals.guest = 0;
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		if (!row_sale_unpack(row, TIMESTAMP_NONE, &sale))
			rc = state_broken(e, "a sale's row");
		else
			rc = totals_kind(s, settings, &sale, &kind, e);
		if (rc >= 0 && kind.completed)
			rc = add_money(&s->totals.completed, sale.total, e);
		if (rc >= 0 && kind.completed && is_guests(key))
			rc = add_money(&s->totals.guest, sale.total, e);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc;
}

int
profile_sums(const struct state *s, struct err *e)
{
	const struct totals *t = &s->totals;
	int64_t sum = t->profiles;

	if (add_money(&sum, t->guest, e) < 0 || add_money(&sum, t->unattributed, e) < 0)
		return -1;
	if (sum == t->completed)
		return 0;
	err_set(e, ERR_INTERNAL,
	    "the sums do not agree: %lld cents of completed orders, %lld of "
	    "profiles, guests and unattributed orders",
	    (long long)t->completed, (long long)sum);
	return err_advise(e, "Nothing was written. Run 'flowstory process "
	                     "--rebuild'; if this happens again, please report it.");
}
