#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOUR 3600
#define DAY (24 * HOUR)

static const char *const products[] = { "Blue Dream 3.5g", "Sour Diesel", "Gummies; 10 pack",
	"Pre-roll \"King\"", "Caf\xc3\xa9 Brownie" };
static const char *const categories[] = { "Flower", "Flower", "Edible", "PreRoll", "Edible" };
static const char *const budtenders[] = { "Alice", "Bob", "Carol" };

/* splitmix64: the same numbers everywhere. */
static uint64_t
roll(struct world *w)
{
	uint64_t z = w->dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static size_t
below(struct world *w, size_t n)
{
	return n == 0 ? 0 : (size_t)(roll(w) % n);
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
	uint64_t a = roll(w), b = roll(w);

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
		out[i] = letters[roll(w) % (sizeof(letters) - 1)];
	out[17] = '\0';
}

static void *
grow(void *list, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return list;
	*cap = *cap == 0 ? 256 : 2 * *cap;
	list = realloc(list, *cap * size);
	if (list == NULL)
		abort();
	return list;
}

static struct world_customer *
add_customer(struct world *w, int64_t created)
{
	struct world_customer *c;

	w->customers = grow(w->customers, w->customers_n, &w->customers_cap, sizeof(*w->customers));
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

	w->orders = grow(w->orders, w->orders_n, &w->orders_cap, sizeof(*w->orders));
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
	w->dice = seed;
	w->now = now;
	w->locations = locations;
	for (size_t i = 0; i < customers; i++)
		(void)add_customer(w, now - (int64_t)(days + 400 - i % 400) * DAY);
	for (size_t i = 0; i < days * orders_a_day; i++)
		(void)add_order(w, now - 1 - (int64_t)below(w, days * DAY), below(w, locations));
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

		if (!o->is_gone && o->created > w->now - 2 * DAY)
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
	size_t sales = (size_t)(seconds / HOUR) * (2 + below(w, 5)) + 1;

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
		    w->orders[i].created > w->now - 3 * DAY) {
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
world_lose_customer(struct world *w)
{
	for (size_t i = 0; i < w->customers_n; i++)
		if (!w->customers[i].is_gone && !w->customers[i].is_hidden) {
			w->customers[i].is_gone = true;
			return;
		}
}

void
world_location_id(const struct world *w, size_t location, char *out)
{
	snprintf(out, ID_SIZE, w->is_old ? "%zu" : "import-%zu", 100 + location);
}

void
world_time(int64_t seconds, char *out)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Old accounts' ids are numbers where they can be. */
static void
print_id(const struct world *w, const char *id, FILE *f)
{
	bool is_number = w->is_old && *id != '\0' && id[strspn(id, "0123456789")] == '\0';

	fprintf(f, is_number ? "%s" : "\"%s\"", id);
}

void
world_print_locations(const struct world *w, FILE *f)
{
	char id[ID_SIZE];

	fputs("{\"status\":200,\"data\":[null", f);
	for (size_t i = 0; i < w->locations; i++) {
		world_location_id(w, i, id);
		fputs(",{\"locationId\":\"l\",\"importId\":", f);
		print_id(w, id, f);
		fprintf(f,
		    ",\"locationName\":\"Shop %zu\",\"clientId\":\"c\","
		    "\"timeZone\":\"US/Mountain\"}",
		    i + 1);
	}
	fputs("]}", f);
}

void
world_print_customer(const struct world *w, const struct world_customer *c, FILE *f)
{
	char created[32], updated[32];

	world_time(c->created, created);
	world_time(c->updated, updated);
	fprintf(f, "{\"%s\":", w->is_old ? "_id" : "id");
	print_id(w, c->id, f);
	fprintf(f,
	    ",\"createdAt\":\"%s\",\"updatedAt\":\"%s\",\"type\":\"%s\","
	    "\"name\":\"Pat %s\",\"isLoyal\":%s,\"loyaltyPoints\":%u,"
	    "\"email\":\"p.%s@example.com\",\"phone\":null,\"zip\":\"80202\"}",
	    created, updated, c->is_med ? "medCustomer" : "recCustomer", c->id,
	    c->is_loyal ? "true" : "false", c->points, c->id);
}

static void
print_money(long cents, FILE *f)
{
	long whole = labs(cents);

	fprintf(f, "%s%ld.%02ld", cents < 0 ? "-" : "", whole / 100, whole % 100);
}

void
world_print_order(const struct world *w, const struct world_order *o, FILE *f)
{
	char created[32], completed[32];

	world_time(o->created, created);
	world_time(o->completed, completed);
	fprintf(f, "{\"%s\":", w->is_old ? "_id" : "id");
	print_id(w, o->id, f);
	fprintf(f,
	    ",\"createdAt\":\"%s\",\"completedOn\":\"%s\",\"orderStatus\":"
	    "\"%s\",\"orderType\":\"in-store\",\"voided\":%s,"
	    "\"originalSaleId\":\"%s\",\"budtender\":\"%s\",\"customerId\":",
	    created, completed, o->is_pending ? "pending" : "sold", o->is_voided ? "true" : "false",
	    o->undoes, budtenders[o->budtender]);
	if (o->customer[0] == '\0')
		fputs("null", f);
	else
		print_id(w, o->customer, f);
	fputs(",\"totals\":{\"finalTotal\":", f);
	print_money(o->cents, f);
	fputs("},\"itemsInCart\":[{\"id\":\"i\",\"productName\":\"", f);
	for (const char *p = products[o->product]; *p != '\0'; p++)
		fprintf(f, *p == '"' ? "\\%c" : "%c", *p);
	fprintf(f, "\",\"category\":\"%s\",\"voided\":false}]}", categories[o->product]);
}

static bool
counts(const struct world_order *o)
{
	return !o->is_gone && !o->is_voided && !o->is_pending;
}

static bool
is_known(const struct world *w, const char *id)
{
	for (size_t i = 0; i < w->customers_n; i++)
		if (!w->customers[i].is_gone && strcmp(w->customers[i].id, id) == 0)
			return true;
	return false;
}

static void
print_sum(const char *name, long cents, FILE *f)
{
	fprintf(f, ",\"%s\":\"", name);
	print_money(cents, f);
	fputc('"', f);
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
		else if (!is_known(w, o->customer))
			unattributed += o->cents;
	}
	print_sum("guest", guest, f);
	print_sum("unattributed", unattributed, f);
	print_sum("completed", completed, f);
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
		fprintf(f,
		    "%s\"%s\":{\"hidden\":%s,\"seen\":%zu,\"orders\":%zu,"
		    "\"spent\":\"",
		    comma, c->id, c->is_hidden ? "true" : "false", any, n);
		print_money(spent, f);
		fputs("\"}", f);
		comma = ",";
	}
	fputs("}", f);
	print_sums(w, f);
	fputs("}", f);
}
