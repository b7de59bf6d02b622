#include "report/census.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "dailystory/identity.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "profile/totals.h"
#include "report/calendar.h"

/* How many customers have a word of the dictionary in one of their lists. */
struct words {
	uint64_t *customers; /* by number */
	size_t cap;
};

struct census {
	struct arena *a;      /* the model's */
	struct arena scratch; /* of one customer */
	struct state *s;
	struct report_model *m;
	struct words products, categories;
	struct buf spent; /* int64_t cents of each customer with an order */
	struct err *e;
};

static void
count_words(struct words *w, const uint32_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] >= w->cap) {
			size_t cap = 2 * (size_t)list[i] + 256;

			w->customers = mem_resize(w->customers, cap, sizeof(*w->customers));
			memset(w->customers + w->cap, 0, (cap - w->cap) * sizeof(*w->customers));
			w->cap = cap;
		}
		w->customers[list[i]]++;
	}
}

static void
count_purchases(struct census *c, const struct profile *p)
{
	uint64_t n = p->total_orders;

	if (n == 0)
		return;
	c->m->purchases_of[n == 1 ? 0 : n == 2 ? 1 : n < 6 ? 2 : 3]++;
	buf_add(&c->spent, &p->total_spent, sizeof(p->total_spent));
}

/* An address that another customer has refused as well is not written to. */
static int
may_reach(struct census *c, enum opt_out_channel channel, struct str address, bool *out)
{
	struct buf key = { 0 };
	struct str row;
	int rc = 1;

	*out = false;
	if (address.n == 0)
		return 0;
	buf_char(&key, (char)channel);
	buf_str(&key, address);
	rc = kv_get(c->s->txn, TABLE_OWED, buf_view(&key), &row, c->e);
	*out = rc == 0;
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

/* A segment's place in the model: both are in the order of the rules. */
static int
count_reach(struct census *c, const struct profile *p)
{
	struct contact_status status;
	struct identity_addresses x;
	struct membership m;
	bool by_email, by_text;
	struct str row;
	int rc = kv_get(c->s->txn, TABLE_CONTACT_STATUS, p->id, &row, c->e);

	if (rc <= 0)
		return rc;
	if (!row_contact_status_unpack(row, &status))
		return state_broken(c->e, "a contact's status");
	x = identity_exported(&status, p);
	if (may_reach(c, OPT_OUT_EMAIL, x.email, &by_email) < 0 ||
	    may_reach(c, OPT_OUT_TEXT, x.mobile, &by_text) < 0)
		return -1;
	while ((rc = row_membership_next(&status.memberships, &m)) > 0) {
		struct str slug;
		size_t i = 0;

		if (dictionary_text(&c->s->words, c->s->txn, m.slug, &slug, c->e) < 0)
			return -1;
		while (i < c->m->segments_n && !str_eq(c->m->segments[i].slug, slug))
			i++;
		if (i == c->m->segments_n)
			continue;
		c->m->segments[i].by_email += by_email && p->email_consent != TRI_FALSE;
		c->m->segments[i].by_text += by_text && p->text_consent != TRI_FALSE;
	}
	return rc < 0 ? state_broken(c->e, "a membership") : 0;
}

static int
count_profiles(struct census *c)
{
	struct kv_cursor *cursor = kv_all(c->s->txn, TABLE_PROFILES, c->e);
	struct str id, row;
	int rc;

	while ((rc = kv_next(cursor, &id, &row, c->e)) > 0) {
		struct profile p = { .id = id };

		if (profile_unpack(&c->scratch, c->s, row, &p, c->e) < 0 ||
		    count_reach(c, &p) < 0) {
			rc = -1;
			break;
		}
		count_words(&c->products, p.product_words, p.products_n);
		count_words(&c->categories, p.category_words, p.categories_n);
		count_purchases(c, &p);
		arena_reset(&c->scratch);
	}
	kv_cursor_close(cursor);
	return rc;
}

static int
count_owed(struct census *c)
{
	struct kv_cursor *cursor = kv_all(c->s->txn, TABLE_OWED, c->e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(cursor, &key, &row, c->e)) > 0) {
		c->m->owed_email += key.p[0] == OPT_OUT_EMAIL;
		c->m->owed_text += key.p[0] == OPT_OUT_TEXT;
	}
	kv_cursor_close(cursor);
	return rc;
}

/* The most frequent first; of as many the lesser text. */
static int
by_customers(const void *x, const void *y)
{
	const struct report_value *a = x, *b = y;

	if (a->customers != b->customers)
		return a->customers > b->customers ? -1 : 1;
	return str_cmp(a->text, b->text);
}

static int
pick_top(struct census *c, const struct words *w, struct report_value **out, size_t *n)
{
	struct report_value *all = arena_array(&c->scratch, w->cap + 1, sizeof(*all));
	size_t found = 0;

	for (size_t i = 1; i < w->cap; i++) {
		if (w->customers[i] == 0)
			continue;
		if (dictionary_text(&c->s->words, c->s->txn, (uint32_t)i, &all[found].text, c->e) <
		    0)
			return -1;
		all[found++].customers = w->customers[i];
	}
	if (found > 1)
		qsort(all, found, sizeof(*all), by_customers);
	*n = found < REPORT_TOP ? found : REPORT_TOP;
	*out = arena_array(c->a, *n, sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct report_value){ str_copy(c->a, all[i].text), all[i].customers };
	return 0;
}

static int
by_cents(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

/* To the cent, half of one away from 0. */
static int64_t
mean_of(int64_t sum, int64_t n)
{
	int64_t half = sum < 0 ? -(n / 2) : n / 2;

	return (sum + half) / n;
}

static void
find_quartiles(struct census *c)
{
	size_t n = c->spent.n / sizeof(int64_t);
	int64_t *list, sum = 0;

	if (n == 0)
		return;
	list = arena_copy(&c->scratch, c->spent.p, c->spent.n);
	qsort(list, n, sizeof(*list), by_cents);
	for (size_t i = 0; i < 5; i++)
		c->m->spent[i] = list[(n - 1) * i / 4];
	for (size_t i = 0; i < n; i++)
		sum += list[i];
	c->m->spent_mean = mean_of(sum, (int64_t)n);
}

int
census_customers(struct arena *a, struct state *s, struct report_model *m, struct err *e)
{
	struct census c = { .a = a, .s = s, .m = m, .e = e };
	int rc = -1;

	if (count_profiles(&c) == 0 && count_owed(&c) == 0 &&
	    pick_top(&c, &c.products, &m->products, &m->products_n) == 0 &&
	    pick_top(&c, &c.categories, &m->categories, &m->categories_n) == 0) {
		find_quartiles(&c);
		rc = 0;
	}
	mem_free(c.products.customers);
	mem_free(c.categories.customers);
	buf_release(&c.spent);
	arena_release(&c.scratch);
	return rc;
}

/* Whose orders come one after the other. */
struct buyer {
	uint32_t number; /* 0: a guest */
	bool is_unknown; /* no record of this customer has come */
};

static int
look_at_buyer(struct state *s, uint32_t number, struct buyer *x, struct err *e)
{
	struct str id, row;
	int rc;

	if (number == x->number)
		return 0;
	*x = (struct buyer){ .number = number };
	if (number == 0)
		return 0;
	if (dictionary_text(&s->buyers, s->txn, number, &id, e) < 0)
		return -1;
	rc = kv_get(s->txn, TABLE_UNATTRIBUTED, id, &row, e);
	x->is_unknown = rc > 0;
	return rc < 0 ? -1 : 0;
}

static void
count_order(struct report_model *m, const struct buyer *buyer, const struct sale *sale,
    struct order_kind kind)
{
	struct report_bucket *b = calendar_find(m, calendar_day(sale->time));

	if (b == NULL || !kind.completed)
		return;
	if (!kind.purchase) {
		b->refunds++;
		b->refunded += sale->total < 0 ? -sale->total : 0;
		return;
	}
	b->purchases++;
	b->guest_purchases += buyer->number == 0;
	b->unknown_purchases += buyer->is_unknown;
	b->completed += sale->total;
}

int
census_orders(
    struct state *s, const struct record_settings *settings, struct report_model *m, struct err *e)
{
	struct kv_cursor *cursor = kv_all(s->txn, TABLE_SALES, e);
	struct str key, row, order;
	struct buyer who = { 0 };
	int rc;

	while ((rc = kv_next(cursor, &key, &row, e)) > 0) {
		struct sale sale;
		struct order_kind kind;
		uint32_t buyer;
		int64_t created;

		if (!row_key_dated_unpack(key, &buyer, &created, &order) ||
		    !row_sale_unpack(row, created, &sale)) {
			rc = state_broken(e, "a sale");
			break;
		}
		if (totals_kind(s, settings, &sale, &kind, e) < 0 ||
		    look_at_buyer(s, buyer, &who, e) < 0) {
			rc = -1;
			break;
		}
		count_order(m, &who, &sale, kind);
	}
	kv_cursor_close(cursor);
	return rc;
}
