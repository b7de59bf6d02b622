#include "ledger/fold.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/pack.h"
#include "base/when.h"
#include "ledger/rows.h"

/* What the orders of one customer add up to. */
struct sum {
	int64_t spent;
	uint64_t purchases, orders;
	int64_t first, last;          /* purchases, us */
	int64_t latest;               /* any order's created, us */
	struct str last_id, latest_id;
	uint32_t last_budtender, latest_type, latest_status;
	bool latest_voided;
	uint32_t *products, *categories;
	size_t items_n, items_cap;
};

/* A later time, or the same time and the greater id. */
static bool
is_later(int64_t time, struct str id, int64_t best, struct str best_id)
{
	return time > best || (time == best && str_cmp(id, best_id) > 0);
}

static void
add_items(struct arena *a, struct sum *sum, struct str items)
{
	struct item_names item;

	while (item_next(&items, &item) > 0) {
		if (sum->items_n == sum->items_cap) {
			size_t cap = sum->items_cap == 0 ? 32
			                                 : 2 * sum->items_cap;
			uint32_t *p = arena_array(a, cap, sizeof(*p));
			uint32_t *c = arena_array(a, cap, sizeof(*c));

			if (sum->items_n > 0) {
				memcpy(p, sum->products,
				    sum->items_n * sizeof(*p));
				memcpy(c, sum->categories,
				    sum->items_n * sizeof(*c));
			}
			sum->products = p;
			sum->categories = c;
			sum->items_cap = cap;
		}
		sum->products[sum->items_n] = item.product;
		sum->categories[sum->items_n++] = item.category;
	}
}

static int
add_sale(struct arena *a, struct sum *sum, struct str id,
    const struct sale *sale, struct order_kind kind, struct err *e)
{
	sum->orders++;
	if (is_later(sale->created, id, sum->latest, sum->latest_id)) {
		sum->latest = sale->created;
		sum->latest_id = id;
		sum->latest_type = sale->type;
		sum->latest_status = sale->status;
		sum->latest_voided = sale->voided;
	}
	if (kind.completed &&
	    __builtin_add_overflow(sum->spent, sale->total, &sum->spent))
		return err_set(e, ERR_FAILED,
		    "a customer's orders are too large to add up");
	if (!kind.purchase)
		return 0;
	if (sum->purchases++ == 0 || sale->time < sum->first)
		sum->first = sale->time;
	if (is_later(sale->time, id, sum->last, sum->last_id)) {
		sum->last = sale->time;
		sum->last_id = id;
		sum->last_budtender = sale->budtender;
	}
	add_items(a, sum, sale->items);
	return 0;
}

/* All sales of the customer, in the order of their ids. */
static int
sum_sales(struct arena *a, struct state *s,
    const struct ledger_settings *settings, struct str id, struct sum *sum,
    struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_SALES, e);
	struct buf from = { 0 };
	struct str key, row, prefix, status;
	struct sale sale;
	int rc;

	*sum = (struct sum){ .first = WHEN_NONE,
		.last = WHEN_NONE,
		.latest = WHEN_NONE };
	if (c == NULL)
		return -1;
	prefix = key_sale(&from, id, STR(""));
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		struct str order = str_of(key.p + prefix.n, key.n - prefix.n);

		if (!sale_unpack(row, &sale))
			rc = state_broken(e, "a sale's row");
		else if (names_text(&s->names, s->txn, sale.status, &status,
		             e) < 0)
			rc = -1;
		else
			rc = add_sale(a, sum, order, &sale,
			    order_kind(settings, status, sale.voided,
			        sale.undoes_sale, sale.total),
			    e);
		if (rc == 0)
			rc = kv_next(c, &key, &row, e);
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

static int
by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

static int
by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Numbers of words as the distinct words, sorted by bytes. */
static int
word_list(struct arena *a, struct state *s, uint32_t *numbers, size_t n,
    struct str **list, size_t *list_n, struct err *e)
{
	*list_n = 0;
	*list = arena_array(a, n, sizeof(**list));
	if (n > 0)
		qsort(numbers, n, sizeof(*numbers), by_number);
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == 0 || (i > 0 && numbers[i] == numbers[i - 1]))
			continue;
		if (names_text(&s->names, s->txn, numbers[i],
		        &(*list)[(*list_n)++], e) < 0)
			return -1;
	}
	qsort(*list, *list_n, sizeof(**list), by_text);
	return 0;
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
take_person(struct arena *a, const struct ledger_settings *settings,
    const struct customer *c, struct profile *p)
{
	p->cust_type = type_name(c->type);
	p->is_loyal = c->is_loyal;
	p->points = c->points;
	p->med_id = c->med_id;
	person_name(a, c->first_name, c->last_name, c->name, &p->first_name,
	    &p->last_name);
	p->email = person_email(a, c->email, settings->placeholder_emails,
	    settings->placeholder_n, &p->dropped);
	p->mobile = person_mobile(a, c->phone, &p->dropped);
	p->address = person_address(a, c->street1, c->street2);
	p->city = c->city;
	p->state = person_state(a, c->state);
	p->postal_code = person_postal(a, c->zip);
	p->birthdate = person_birthdate(c->birth_date, &p->dropped);
	p->email_consent = c->email_consent;
	p->text_consent = c->text_consent;
	p->created = c->created;
}

static int64_t
whole_second(int64_t us)
{
	int64_t rest = us % WHEN_SECOND;

	if (us == WHEN_NONE)
		return us;
	return us - (rest < 0 ? rest + WHEN_SECOND : rest);
}

static int
take_sums(struct arena *a, struct state *s, struct sum *sum,
    struct profile *p, struct err *e)
{
	p->total_spent = sum->spent;
	p->total_orders = sum->purchases;
	p->first_order_date = sum->first;
	p->last_purchase = sum->last;
	p->last_orderdate = whole_second(sum->last);
	if (names_text(&s->names, s->txn, sum->last_budtender,
	        &p->last_budtender, e) < 0 ||
	    names_text(&s->names, s->txn, sum->latest_type,
	        &p->last_ordertype, e) < 0 ||
	    names_text(&s->names, s->txn, sum->latest_status,
	        &p->last_orderstatus, e) < 0)
		return -1;
	if (sum->latest_voided)
		p->last_orderstatus = STR("voided");
	if (word_list(a, s, sum->products, sum->items_n, &p->products,
	        &p->products_n, e) < 0)
		return -1;
	return word_list(a, s, sum->categories, sum->items_n, &p->categories,
	    &p->categories_n, e);
}

/* Returns 1 with the customer's fields in the arena, 0 if not known. */
static int
find_customer(struct arena *a, struct state *s, struct str id,
    struct customer *out, struct err *e)
{
	struct known_customer known;
	struct str row;
	int rc = kv_get(s->txn, TABLE_CUSTOMERS, id, &row, e);

	if (rc <= 0)
		return rc;
	*out = (struct customer){ .id = id };
	if (!known_customer_unpack(row, &known) ||
	    !customer_unpack(str_copy(a, known.fields), out))
		return state_broken(e, "a customer's row");
	return 1;
}

/* Profile and sums together; the sums also of a customer who is not known. */
static int
fold(struct arena *a, struct state *s, const struct ledger_settings *settings,
    struct str id, struct sum *sum, struct profile *out, struct err *e)
{
	struct customer customer;
	int rc;

	if (sum_sales(a, s, settings, id, sum, e) < 0)
		return -1;
	rc = find_customer(a, s, id, &customer, e);
	if (rc <= 0)
		return rc;
	*out = (struct profile){ .id = id };
	take_person(a, settings, &customer, out);
	return take_sums(a, s, sum, out, e) < 0 ? -1 : 1;
}

int
fold_profile(struct arena *a, struct state *s,
    const struct ledger_settings *settings, struct str id,
    struct profile *out, struct err *e)
{
	struct sum sum;

	return fold(a, s, settings, id, &sum, out, e);
}

int
fold_stored(struct arena *a, struct state *s, struct str id,
    struct profile *out, struct err *e)
{
	struct str row;
	int rc = kv_get(s->txn, TABLE_PROFILES, id, &row, e);

	if (rc <= 0)
		return rc;
	*out = (struct profile){ .id = id };
	if (!profile_unpack(a, str_copy(a, row), out))
		return state_broken(e, "a profile's row");
	return 1;
}

static int
add_money(int64_t *total, int64_t cents, struct err *e)
{
	if (__builtin_add_overflow(*total, cents, total))
		return err_set(e, ERR_FAILED,
		    "the sum of all orders is too large to count");
	return 0;
}

/* The money and orders of a customer not known: out with the old count, in with the new. */
static int
store_orphan(struct state *s, struct str id, const struct sum *sum,
    bool is_known, struct err *e)
{
	struct totals *t = &s->totals;
	struct buf b = { 0 };
	struct str row;
	int rc = kv_get(s->txn, TABLE_ORPHANS, id, &row, e);

	if (rc < 0)
		return -1;
	if (rc > 0) {
		struct unpack u = unpack_of(row);

		if (add_money(&t->unattributed, -unpack_i64(&u), e) < 0)
			return -1;
		t->unattributed_orders -= unpack_u64(&u);
		if (u.bad)
			return state_broken(e, "an orphan's row");
		if (kv_del(s->txn, TABLE_ORPHANS, id, e) < 0)
			return -1;
	}
	if (is_known || sum->orders == 0)
		return 0;
	if (add_money(&t->unattributed, sum->spent, e) < 0)
		return -1;
	t->unattributed_orders += sum->orders;
	pack_i64(&b, sum->spent);
	pack_u64(&b, sum->orders);
	rc = kv_put(s->txn, TABLE_ORPHANS, id, buf_view(&b), e);
	buf_release(&b);
	return rc;
}

static int
store_profile(struct state *s, const struct folded *f, struct str id,
    struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (f->had &&
	    add_money(&s->totals.profiles, -f->before.total_spent, e) < 0)
		return -1;
	if (!f->has)
		return f->had && kv_del(s->txn, TABLE_PROFILES, id, e) < 0
		    ? -1
		    : 0;
	if (add_money(&s->totals.profiles, f->now.total_spent, e) < 0)
		return -1;
	profile_pack(&b, &f->now);
	rc = kv_put(s->txn, TABLE_PROFILES, id, buf_view(&b), e);
	buf_release(&b);
	return rc;
}

int
fold_touched(struct arena *a, struct state *s,
    const struct ledger_settings *settings, struct str id,
    struct folded *out, struct err *e)
{
	struct sum sum;
	int rc = fold_stored(a, s, id, &out->before, e);

	if (rc < 0)
		return -1;
	out->had = rc > 0;
	rc = fold(a, s, settings, id, &sum, &out->now, e);
	if (rc < 0)
		return -1;
	out->has = rc > 0;
	if (store_orphan(s, id, &sum, out->has, e) < 0)
		return -1;
	return store_profile(s, out, id, e);
}

int
fold_recount(struct state *s, const struct ledger_settings *settings,
    struct err *e)
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
		if (!sale_unpack(row, &sale)) {
			rc = state_broken(e, "a sale's row");
		} else if (names_text(&s->names, s->txn, sale.status, &status,
		               e) < 0) {
			rc = -1;
		} else if (order_kind(settings, status, sale.voided,
		               sale.undoes_sale, sale.total)
		               .completed) {
			rc = add_money(&s->totals.completed, sale.total, e);
			if (rc == 0 && key.p[0] == '\0')
				rc = add_money(
				    &s->totals.guest, sale.total, e);
		}
		if (rc >= 0)
			rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	return rc;
}

int
fold_sums(const struct state *s, struct err *e)
{
	const struct totals *t = &s->totals;
	int64_t sum = t->profiles;

	if (add_money(&sum, t->guest, e) < 0 ||
	    add_money(&sum, t->unattributed, e) < 0)
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
