/* world.c -- see world.h. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#define AN_HOUR 3600 /* seconds, as all times here */
#define A_DAY (24 * AN_HOUR)

static const char *const products[] = { "Blue Dream 3.5g", "Sour Diesel", "Gummies; 10 pack",
	"Pre-roll \\\"King\\\"", "Caf\xc3\xa9 Brownie" };
static const char *const categories[] = { "Flower", "Flower", "Edible", "PreRoll", "Edible" };
static const char *const budtenders[] = { "Alice", "Bob", "Carol" };

static size_t
below(struct world *w, size_t n)
{
	return n == 0 ? 0 : (size_t)(rng_next(&w->dice) % n);
}

static bool
chance(struct world *w, unsigned percent)
{
	return below(w, 100) < percent;
}

static void
make_id(struct world *w, char *out)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqr"
	                              "stuvwxyz23456789";
	uint64_t a = rng_next(&w->dice), b = rng_next(&w->dice);

	if (!w->is_old) {
		snprintf(out, ID_SIZE, "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(a >> 32),
		    (unsigned)(a & 0xffff), (unsigned)(a >> 16 & 0xfff), (unsigned)(b >> 52),
		    (unsigned long long)(b & UINT64_C(0xffffffffffff)));
		return;
	}
	/* some are numbers, beyond what a double can hold */
	if (a % 3 == 0) {
		snprintf(out, ID_SIZE, "9007199254%09llu", (unsigned long long)(b % 1000000000));
		return;
	}
	for (size_t i = 0; i < 17; i++)
		out[i] = letters[rng_next(&w->dice) % (sizeof(letters) - 1)];
	out[17] = '\0';
}

static struct world_customer *
add_customer(struct world *w, int64_t created)
{
	struct world_customer *c;

	w->customers =
	    grow(w->customers, &w->customers_size, w->customers_n + 1, sizeof(*w->customers));
	c = &w->customers[w->customers_n++];
	*c = (struct world_customer){ .created = created,
		.updated = created,
		.points = (unsigned)below(w, 500),
		.is_med = chance(w, 20),
		.is_loyal = chance(w, 60),
		.is_hidden = chance(w, w->hidden) };
	make_id(w, c->id);
	return c;
}

static struct world_customer *
any_customer(struct world *w)
{
	for (int i = 0; i < 100 && w->customers_n > 0; i++) {
		struct world_customer *c = &w->customers[below(w, w->customers_n)];

		if (!c->is_gone)
			return c;
	}
	return NULL;
}

static struct world_order *
add_order(struct world *w, int64_t created, size_t location)
{
	struct world_customer *c = any_customer(w);
	struct world_order *o;

	w->orders = grow(w->orders, &w->orders_size, w->orders_n + 1, sizeof(*w->orders));
	o = &w->orders[w->orders_n++];
	*o = (struct world_order){ .location = location,
		.created = created,
		.completed = created + 60 * (int64_t)below(w, 30),
		.cents = (long)(100 + below(w, 20000)),
		.product = (unsigned)below(w, 5),
		.budtender = (unsigned)below(w, 3),
		.is_pending = chance(w, 5),
		.is_voided = chance(w, 3) };
	make_id(w, o->id);
	if (c != NULL && !chance(w, 8))
		memcpy(o->customer, c->id, ID_SIZE);
	return o;
}

static int
by_created(const void *x, const void *y)
{
	const struct world_order *a = x, *b = y;

	if (a->created != b->created)
		return a->created < b->created ? -1 : 1;
	return strcmp(a->id, b->id);
}

static void
sort_orders(struct world *w)
{
	if (w->orders_n > 1)
		qsort(w->orders, w->orders_n, sizeof(*w->orders), by_created);
}

void
world_make(struct world *w, uint64_t seed, int64_t now, size_t locations, size_t customers,
    size_t days, size_t orders_a_day)
{
	w->dice.s = seed;
	w->now = now;
	w->locations = locations;
	for (size_t i = 0; i < customers; i++)
		(void)add_customer(w, now - (int64_t)(days + 400 - i % 400) * A_DAY);
	for (size_t i = 0; i < days * orders_a_day; i++)
		(void)add_order(w, now - 1 - (int64_t)below(w, days * A_DAY), below(w, locations));
	sort_orders(w);
}

/* One customer becomes part of another: the id vanishes and the orders move. */
static void
merge(struct world *w)
{
	struct world_customer *from = any_customer(w), *to = any_customer(w);

	if (from == NULL || to == NULL || from == to)
		return;
	from->is_gone = true;
	to->updated = w->now;
	for (size_t i = 0; i < w->orders_n; i++)
		if (strcmp(w->orders[i].customer, from->id) == 0)
			memcpy(w->orders[i].customer, to->id, ID_SIZE);
}

/* An order of the last days, where every fetch looks again. */
static struct world_order *
recent_order(struct world *w)
{
	for (int i = 0; i < 50 && w->orders_n > 0; i++) {
		struct world_order *o = &w->orders[below(w, w->orders_n)];

		if (!o->is_gone && o->created > w->now - 2 * A_DAY)
			return o;
	}
	return NULL;
}

static void
change_one(struct world *w)
{
	struct world_order *o = recent_order(w), *refund;
	struct world_customer *c = any_customer(w);
	char sale[ID_SIZE], customer[ID_SIZE];

	if (c != NULL) {
		c->points += 10;
		c->updated = w->now;
	}
	if (o == NULL)
		return;
	switch (below(w, 6)) {
	case 0:
		o->is_voided = true;
		break;
	case 1:
		o->is_pending = false;
		break;
	case 2:
		o->is_gone = true;
		break;
	case 3:
		memcpy(sale, o->id, ID_SIZE);
		memcpy(customer, o->customer, ID_SIZE);
		refund = add_order(w, w->now, o->location);
		memcpy(refund->undoes, sale, ID_SIZE);
		memcpy(refund->customer, customer, ID_SIZE);
		refund->cents = -refund->cents;
		break;
	default:
		o->cents += (long)below(w, 500);
		break;
	}
}

void
world_advance(struct world *w, int64_t seconds)
{
	int64_t from = w->now;
	size_t sales = (size_t)(seconds / AN_HOUR) * (2 + below(w, 5)) + 1;

	w->now += seconds;
	for (size_t i = 0; i < sales; i++)
		(void)add_order(
		    w, from + (int64_t)below(w, (size_t)seconds), below(w, w->locations));
	if (chance(w, 60))
		(void)add_customer(w, w->now - 1);
	for (size_t i = below(w, 4); i > 0; i--)
		change_one(w);
	if (chance(w, 6))
		merge(w);
	sort_orders(w);
}

void
world_lose_order(struct world *w, size_t location)
{
	for (size_t i = 0; i < w->orders_n; i++)
		if (w->orders[i].location == location && !w->orders[i].is_gone &&
		    w->orders[i].created > w->now - 3 * A_DAY) {
			w->orders[i].is_gone = true;
			return;
		}
}

void
world_sell(struct world *w, size_t location)
{
	(void)add_order(w, w->now, location);
	sort_orders(w);
}

void
world_hide(struct world *w, size_t n)
{
	for (size_t i = 0; i < w->customers_n && i < n; i++)
		w->customers[i].is_hidden = true;
}

void
world_lose_customer(struct world *w)
{
	for (size_t i = 0; i < w->customers_n; i++)
		if (!w->customers[i].is_gone && !w->customers[i].is_hidden) {
			w->customers[i].is_gone = true;
			return;
		}
}

const struct world_customer *
world_find_customer(const struct world *w, const char *id)
{
	for (size_t i = 0; i < w->customers_n; i++)
		if (!w->customers[i].is_gone && strcmp(w->customers[i].id, id) == 0)
			return &w->customers[i];
	return NULL;
}

struct word
world_location_id(const struct world *w, size_t location)
{
	return word_print("%s%zu", w->is_old ? "" : "import-", 100 + location);
}

/* Old accounts' ids are numbers where they can be. */
static struct word
id_of(const struct world *w, const char *id)
{
	bool is_number = w->is_old && *id != '\0' && id[strspn(id, "0123456789")] == '\0';

	return is_number ? word_print("%s", id) : word_print("\"%s\"", id);
}

static struct word
time_of(int64_t seconds)
{
	return word_time(seconds * SECOND, 0);
}

static struct word
money(long cents)
{
	return word_print(
	    "%s%ld.%02ld", cents < 0 ? "-" : "", labs(cents) / 100, labs(cents) % 100);
}

void
world_print_locations(const struct world *w, FILE *f)
{
	fputs("{\"status\":200,\"data\":[null", f);
	for (size_t i = 0; i < w->locations; i++)
		fprintf(f,
		    ",{\"locationId\":\"l\",\"importId\":%s,\"locationName\":\"Shop %zu\","
		    "\"clientId\":\"c\",\"timeZone\":\"US/Mountain\"}",
		    id_of(w, world_location_id(w, i).s).s, i + 1);
	fputs("]}", f);
}

void
world_print_customer(const struct world *w, const struct world_customer *c, FILE *f)
{
	fprintf(f,
	    "{\"%s\":%s,\"createdAt\":\"%s\",\"updatedAt\":\"%s\",\"type\":\"%s\","
	    "\"name\":\"Pat %s\",\"isLoyal\":%s,\"loyaltyPoints\":%u,"
	    "\"email\":\"p.%s@example.com\",\"phone\":null,\"zip\":\"80202\"}",
	    w->is_old ? "_id" : "id", id_of(w, c->id).s, time_of(c->created).s,
	    time_of(c->updated).s, c->is_med ? "medCustomer" : "recCustomer", c->id,
	    c->is_loyal ? "true" : "false", c->points, c->id);
}

void
world_print_order(const struct world *w, const struct world_order *o, FILE *f)
{
	fprintf(f,
	    "{\"%s\":%s,\"createdAt\":\"%s\",\"completedOn\":\"%s\",\"orderStatus\":\"%s\","
	    "\"orderType\":\"in-store\",\"voided\":%s,\"originalSaleId\":\"%s\","
	    "\"budtender\":\"%s\",\"customerId\":%s,\"totals\":{\"finalTotal\":%s},"
	    "\"itemsInCart\":[{\"id\":\"i\",\"productName\":\"%s\",\"category\":\"%s\","
	    "\"voided\":false}]}",
	    w->is_old ? "_id" : "id", id_of(w, o->id).s, time_of(o->created).s,
	    time_of(o->completed).s, o->is_pending ? "pending" : "sold",
	    o->is_voided ? "true" : "false", o->undoes, budtenders[o->budtender],
	    o->customer[0] == '\0' ? "null" : id_of(w, o->customer).s, money(o->cents).s,
	    products[o->product], categories[o->product]);
}

static bool
counts(const struct world_order *o)
{
	return !o->is_gone && !o->is_voided && !o->is_pending;
}

static void
print_sums(const struct world *w, FILE *f)
{
	long guest = 0, unattributed = 0, completed = 0;

	for (size_t i = 0; i < w->orders_n; i++) {
		const struct world_order *o = &w->orders[i];

		if (!counts(o))
			continue;
		completed += o->cents;
		if (o->customer[0] == '\0')
			guest += o->cents;
		else if (world_find_customer(w, o->customer) == NULL)
			unattributed += o->cents;
	}
	fprintf(f, ",\"guest\":\"%s\",\"unattributed\":\"%s\",\"completed\":\"%s\"", money(guest).s,
	    money(unattributed).s, money(completed).s);
}

void
world_print_books(const struct world *w, FILE *f)
{
	const char *comma = "";

	fputs("{\"customers\":{", f);
	for (size_t i = 0; i < w->customers_n; i++) {
		const struct world_customer *c = &w->customers[i];
		long spent = 0;
		size_t n = 0, any = 0;

		for (size_t k = 0; k < w->orders_n; k++) {
			const struct world_order *o = &w->orders[k];

			if (strcmp(o->customer, c->id) != 0 || o->is_gone)
				continue;
			any++;
			if (!counts(o))
				continue;
			spent += o->cents;
			n += o->cents >= 0 && o->undoes[0] == '\0';
		}
		if (c->is_gone)
			continue;
		fprintf(f, "%s\"%s\":{\"hidden\":%s,\"seen\":%zu,\"orders\":%zu,\"spent\":\"%s\"}",
		    comma, c->id, c->is_hidden ? "true" : "false", any, n, money(spent).s);
		comma = ",";
	}
	fputs("}", f);
	print_sums(w, f);
	fputs("}", f);
}
