#include "profile/profile.h"

#include "profile/values.h"
#include "base/arena.h"
#include "base/num.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "state/buyers.h"
#include "state/rows.h"
#include "profile/totals.h"
#include "state/word_list.h"

/* All sales of the customer, oldest first. */
static int
sum_sales(struct arena *a, struct state *s, const struct record_settings *settings, struct str id,
    struct order_totals *sum, struct err *e)
{
	struct str key, row, prefix, order, status;
	struct buf from = { 0 };
	struct kv_cur *c;
	struct sale sale;
	int64_t created;
	uint32_t buyer;
	int rc;

	*sum = (struct order_totals)ORDER_TOTALS_INIT;
	if (buyers_find(s, id, &buyer, e) < 0)
		return -1;
	if (buyer == 0)
		return 0;
	c = kv_cursor(s->txn, TABLE_SALES, e);
	if (c == NULL)
		return -1;
	prefix = row_key_number(&from, buyer);
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		if (!row_key_dated_unpack(key, &buyer, &created, &order) ||
		    !row_sale_unpack(row, created, &sale))
			rc = state_broken(e, "a sale's row");
		else if (dictionary_text(&s->names, s->txn, sale.status, &status, e) < 0)
			rc = -1;
		else
			rc = totals_add(a, sum, order, &sale,
			    record_order_kind(
			        settings, status, sale.voided, sale.undoes_sale, sale.total),
			    e);
		if (rc == 0)
			rc = kv_next(c, &key, &row, e);
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
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

static void
take_person(struct arena *a, const struct record_settings *settings, const struct customer *c,
    struct profile *p)
{
	p->cust_type = type_name(c->type);
	p->is_loyal = c->is_loyal;
	p->points = c->points;
	p->med_id = c->med_id;
	normalize_name(a, c->first_name, c->last_name, c->name, &p->first_name, &p->last_name);
	p->email = normalize_email(
	    a, c->email, settings->placeholder_emails, settings->placeholder_n, &p->dropped);
	p->mobile = normalize_mobile(a, c->phone, &p->dropped);
	p->address = normalize_address(a, c->street1, c->street2);
	p->city = c->city;
	p->state = normalize_state(a, c->state);
	p->postal_code = normalize_postal(a, c->zip);
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

static int
take_sums(
    struct arena *a, struct state *s, struct order_totals *sum, struct profile *p, struct err *e)
{
	p->total_spent = sum->spent;
	p->total_orders = sum->purchases;
	p->first_order_date = sum->first;
	p->last_purchase = sum->last;
	p->last_orderdate = whole_second(sum->last);
	if (dictionary_text(&s->names, s->txn, sum->last_budtender, &p->last_budtender, e) < 0 ||
	    dictionary_text(&s->names, s->txn, sum->latest_type, &p->last_ordertype, e) < 0 ||
	    dictionary_text(&s->names, s->txn, sum->latest_status, &p->last_orderstatus, e) < 0)
		return -1;
	if (sum->latest_voided)
		p->last_orderstatus = STR("voided");
	if (word_list_make(a, s, sum->products, sum->items_n, &p->products, &p->product_words,
	        &p->products_n, e) < 0)
		return -1;
	return word_list_make(a, s, sum->categories, sum->items_n, &p->categories,
	    &p->category_words, &p->categories_n, e);
}

/* Returns 1 with the customer's fields in the arena, 0 if not known. */
static int
find_customer(struct arena *a, struct state *s, struct str id, struct customer *out, struct err *e)
{
	struct known_customer known;
	struct str row;
	int rc = kv_get(s->txn, TABLE_CUSTOMERS, id, &row, e);

	if (rc <= 0)
		return rc;
	*out = (struct customer){ .id = id };
	if (!known_customer_unpack(row, &known) ||
	    !record_unpack_customer(str_copy(a, known.fields), out))
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
	take_person(a, settings, &customer, out);
	return 1;
}

/* Profile and sums together; the sums also of a customer who is not known. */
static int
fold(struct arena *a, struct state *s, const struct record_settings *settings, struct str id,
    struct order_totals *sum, struct profile *out, struct err *e)
{
	int rc;

	if (sum_sales(a, s, settings, id, sum, e) < 0)
		return -1;
	rc = profile_record(a, s, settings, id, out, e);
	if (rc <= 0)
		return rc;
	return take_sums(a, s, sum, out, e) < 0 ? -1 : 1;
}

/* The number of a word that was applied once. */
static int
word_number(struct state *s, struct str word, uint32_t *number, struct err *e)
{
	if (dictionary_find(&s->names, s->txn, word, number, e) < 0)
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
	    word_number(s, o->budtender, &sale->budtender, e) < 0)
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
	struct order_totals sum = ORDER_TOTALS_INIT;
	struct buf items = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct order *o = orders[i];
		struct sale sale;

		rc = sale_of(s, o, &sale, &items, e);
		if (rc == 0)
			rc = totals_add(a, &sum, o->id, &sale,
			    record_order_kind(
			        settings, o->status, o->voided, o->undoes_sale, o->total),
			    e);
	}
	buf_release(&items);
	if (rc < 0)
		return -1;
	*out = (struct profile){ .id = customer->id };
	take_person(a, settings, customer, out);
	return take_sums(a, s, &sum, out, e);
}

int
profile_unpack(struct arena *a, struct state *s, struct str row, struct profile *out, struct err *e)
{
	if (!values_unpack(a, row, out))
		return state_broken(e, "a profile's row");
	if (word_list_texts(a, s, out->product_words, out->products_n, &out->products, e) < 0)
		return -1;
	return word_list_texts(a, s, out->category_words, out->categories_n, &out->categories, e);
}

/* Returns 1 with the row in the arena, 0 if there is none. */
static int
stored_row(struct arena *a, struct state *s, struct str id, struct str *row, struct err *e)
{
	int rc = kv_get(s->txn, TABLE_PROFILES, id, row, e);

	if (rc > 0)
		*row = str_copy(a, *row);
	return rc;
}

int
profile_stored(struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e)
{
	struct str row;
	int rc = stored_row(a, s, id, &row, e);

	if (rc <= 0)
		return rc;
	*out = (struct profile){ .id = id };
	return profile_unpack(a, s, row, out, e) < 0 ? -1 : 1;
}

/* The row with the profile, its lists left out. */
static int
stored_brief(struct arena *a, struct state *s, struct str id, struct str *row, struct profile *out,
    struct err *e)
{
	int rc = stored_row(a, s, id, row, e);

	if (rc <= 0)
		return rc;
	*out = (struct profile){ .id = id };
	return values_unpack(NULL, *row, out) ? 1 : state_broken(e, "a profile's row");
}

int
profile_stored_brief(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e)
{
	struct str row;

	return stored_brief(a, s, id, &row, out, e);
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

/* Not the sum with -cents, which INT64_MIN has not. */
static int
take_money(int64_t *total, int64_t cents, struct err *e)
{
	return __builtin_sub_overflow(*total, cents, total) ? too_large(e) : 0;
}

/* The money and orders of a customer not known: out with the old count, in with the new. */
static int
store_orphan(struct state *s, struct str id, const struct profile_update *f, struct err *e)
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
			return state_broken(e, "an orphan's row");
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

static int
store_profile(struct state *s, struct str id, const struct profile_update *f, struct err *e)
{
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

int
profile_look(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile_update *out, struct err *e)
{
	struct buf row = { 0 };
	struct order_totals sum;
	int rc = stored_brief(a, s, id, &out->old_row, &out->before, e);

	if (rc < 0)
		return -1;
	out->had = rc > 0;
	rc = fold(a, s, settings, id, &sum, &out->now, e);
	if (rc < 0)
		return -1;
	out->has = rc > 0;
	out->spent = sum.spent;
	out->orders = sum.orders;
	if (out->has)
		values_pack(&row, &out->now);
	out->row = str_copy(a, buf_view(&row));
	buf_release(&row);
	return 0;
}

int
profile_keep(struct state *s, struct str id, const struct profile_update *f, struct err *e)
{
	if (store_orphan(s, id, f, e) < 0)
		return -1;
	return store_profile(s, id, f, e);
}

/* Of a sale. */
static bool
is_guests(struct str key)
{
	struct unpack u = unpack_of(key);

	return unpack_key_u32(&u) == 0;
}

int
profile_recount(struct state *s, const struct record_settings *settings, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_SALES, e);
	struct str key, row, status;
	struct sale sale;
	int rc;

	if (c == NULL)
		return -1;
	s->totals.completed = s->totals.guest = 0;
	rc = kv_seek(c, STR(""), &key, &row, e);
	while (rc > 0) {
		if (!row_sale_unpack(row, TIMESTAMP_NONE, &sale)) {
			rc = state_broken(e, "a sale's row");
		} else if (dictionary_text(&s->names, s->txn, sale.status, &status, e) < 0) {
			rc = -1;
		} else if (record_order_kind(
		               settings, status, sale.voided, sale.undoes_sale, sale.total)
		               .completed) {
			rc = add_money(&s->totals.completed, sale.total, e);
			if (rc == 0 && is_guests(key))
				rc = add_money(&s->totals.guest, sale.total, e);
		}
		if (rc >= 0)
			rc = kv_next(c, &key, &row, e);
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
	                     "--rebuild'; if it comes again, it is a bug.");
}
