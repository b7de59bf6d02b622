/* generate.c -- a made-up dispensary: an account's snapshots from a seed.
 *
 *     build/generate --customers 100000 --orders 1000000 --locations 4 \
 *         --snapshots 25 --full-every 24 --changed 1 --out ACCOUNT
 *
 * writes ACCOUNT/snapshots/ID/manifest.json and gzipped pages in the shape of
 * Flowhub's API.  The same arguments give the same bytes, whatever --jobs is
 * (and the same version of libdeflate).  demo.sh makes fixtures/demo with it.
 *
 *   --seed S            another seed, another dispensary (1)
 *   --customers N       at the first snapshot; it lists all but a few (1000)
 *   --orders N          in the first snapshot (10000)
 *   --locations N       1 to 31 (1)
 *   --snapshots N       (1)
 *   --first ID          time of the first (20260301T040000Z)
 *   --every SECONDS     between two, 600 at least (3600)
 *   --last-after SECONDS  the last comes this long after its predecessor
 *   --full-every K      snapshots 1, K+1, 2K+1 ... are full; 0: the first (0)
 *   --changed PERCENT   of all records in a later full snapshot, of those in
 *                       the window in others; 0: nothing old changes (1)
 *   --added N           new orders a snapshot (10)
 *   --last-added N      new orders of the last (as --added)
 *   --orders-windowed   a later full snapshot reads all customers, but the
 *                       orders of a window
 *   --page-size N       records a page (500)
 *   --format F          v0: envelope "customers", "_id", short ids, numbers
 *                       for locations; v1: "data", "id", UUIDs; mixed (v1)
 *   --faults            odd records: quarantine, null, numbers for ids,
 *                       numbers as text, FinalTotal, a field unheard of
 *   --jobs N            threads (2)
 *   --level N           of compression, 0 to 12 (6)
 *   --out ACCOUNT       made if it is not there; a snapshot is never replaced
 *
 * What comes out of it (an order is 1.6 kB of JSON and has 2 items on average;
 * costs and some other members that readers do not need are left out):
 *   - 7 % of the customers never order; a few order very often; all orders
 *     lie in the 14 months before the first snapshot, in shop hours.
 *   - 3 % guests, 2 % voided, 1 % refunds, 2.5 % cancelled; late orders wait.
 *   - A full snapshot reads everything (scope `all`).  Others read customers
 *     `updated` since the day of the one before, and of each location the
 *     orders `created` from three days ago to the next midnight.
 *   - Between snapshots customers buy, join, edit their data, gain points;
 *     orders are completed, edited and voided.  A full snapshot also brings
 *     a void older than all windows and, rarely, merged customers (one id
 *     in 5000, and at least one, vanishes; its orders are another's now).
 *   - Some orders name a customer that only the next snapshot lists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* One of the pointers says where its value goes. */
struct argument {
	const char *name;
	uint32_t *number;
	uint32_t least, most;
	int places;       /* decimals of a number, read as digits too */
	int64_t *seconds; /* as a number, kept as microseconds */
	int64_t *stamp;
	enum format *format;
	bool *flag;
	const char **text;
};

static void
usage(const char *what, const char *which)
{
	fprintf(stderr,
	    "generate: %s '%s'\nusage: generate [OPTIONS] --out ACCOUNT\n"
	    "See the top of tests/generate/generate.c.\n",
	    what, which);
	exit(2);
}

static uint64_t
number_of(const struct argument *a, const char *s)
{
	const int places = a->places;
	uint64_t v = 0;
	int decimals = -1;

	if (!*s)
		usage("no number for", a->name);
	for (const char *p = s; *p; p++) {
		if (*p == '.' && decimals < 0 && places > 0) {
			decimals = 0;
			continue;
		}
		if (*p < '0' || *p > '9' || v > UINT32_MAX ||
		    (decimals >= 0 && decimals++ == places))
			usage("not a number in bounds", s);
		v = v * 10 + (uint64_t)(*p - '0');
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < places; decimals++)
		v *= 10;
	if (v < a->least || v > a->most)
		usage("not a number in bounds", s);
	return v;
}

static enum format
format_of(const char *s)
{
	static const char *const names[] = { "v0", "v1", "mixed" }; /* as enum format */

	for (size_t i = 0; i < 3; i++)
		if (strcmp(s, names[i]) == 0)
			return (enum format)i;
	usage("unknown format", s);
	return 0;
}

static void
set(const struct argument *a, const char *s)
{
	if (a->flag)
		*a->flag = true;
	else if (a->text)
		*a->text = s;
	else if (a->format)
		*a->format = format_of(s);
	else if (a->number)
		*a->number = (uint32_t)number_of(a, s);
	else if (a->seconds)
		*a->seconds = (int64_t)number_of(a, s) * SECOND;
	else if ((*a->stamp = parse_stamp(s)) < 0)
		usage("not a time like 20260301T040000Z", s);
}

static void
read_arguments(struct options *o, uint32_t *seed, char **argv)
{
	const struct argument known[] = {
		{ "--seed", .number = seed, .most = UINT32_MAX },
		{ "--customers", .number = &o->customers, .least = 1, .most = 20000000 },
		{ "--orders", .number = &o->orders, .most = 100000000 },
		{ "--locations", .number = &o->locations, .least = 1, .most = 31 },
		{ "--snapshots", .number = &o->snapshots, .least = 1, .most = 60000 },
		{ "--first", .stamp = &o->first },
		{ "--every", .seconds = &o->every, .least = 600, .most = UINT32_MAX },
		{ "--last-after", .seconds = &o->last_after, .least = 600, .most = UINT32_MAX },
		{ "--full-every", .number = &o->full_every, .most = 60000 },
		{ "--changed", .number = &o->changed_ppm, .most = 1000000, .places = 4 },
		{ "--added", .number = &o->added, .most = 10000000 },
		{ "--last-added", .number = &o->last_added, .least = 1, .most = 10000000 },
		{ "--orders-windowed", .flag = &o->orders_windowed },
		{ "--page-size", .number = &o->page_size, .least = 1, .most = 10000 },
		{ "--format", .format = &o->format },
		{ "--faults", .flag = &o->faults },
		{ "--jobs", .number = &o->jobs, .least = 1, .most = 64 },
		{ "--level", .number = &o->level, .most = 12 },
		{ "--out", .text = &o->out },
	};
	const size_t count = sizeof(known) / sizeof(known[0]);

	for (; *argv; argv++) {
		size_t i = 0;

		while (i < count && strcmp(*argv, known[i].name) != 0)
			i++;
		if (i == count)
			usage("unknown argument", *argv);
		if (!known[i].flag && !*++argv)
			usage("no value for", known[i].name);
		set(&known[i], *argv);
	}
}

int
main(int argc, char **argv)
{
	struct options opt = { .customers = 1000,
		.orders = 10000,
		.locations = 1,
		.snapshots = 1,
		.every = 3600 * SECOND,
		.changed_ppm = 10000,
		.added = 10,
		.page_size = 500,
		.jobs = 2,
		.level = 6,
		.format = FORMAT_V1 };
	static struct book book;
	static struct world world;
	uint32_t seed = 1;

	opt.first = parse_stamp("20260301T040000Z");
	if (argc > 0)
		read_arguments(&opt, &seed, argv + 1);
	if (!opt.out || strlen(opt.out) > 4000)
		usage("no directory given with", "--out");
	opt.seed = seed;
	book_init(&book, &opt);
	world_init(&world, &opt);
	snapshot_write(&world, &book);
	while (world.snapshot < opt.snapshots) {
		world_next(&world);
		snapshot_write(&world, &book);
	}
	return 0;
}
