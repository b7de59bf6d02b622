/* snapshot.c -- of the generator: one snapshot of the world on disk. */
#include "blocks.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_JOBS 64
#define MOST_PATH 4096
/* Bytes of text in a member, more or less. */
#define CUSTOMERS_BLOCK (32u << 10)
#define ORDERS_BLOCK (160u << 10)

enum resource {
	LOCATIONS,
	CUSTOMERS,
	ORDERS
};

enum scope {
	SCOPE_ALL,
	SCOPE_CREATED,
	SCOPE_UPDATED
};

/* What one read covers; its pages are cut from it. */
struct read {
	enum resource resource;
	enum scope scope;
	uint32_t location;
	int64_t from, to;
	const uint32_t *ids; /* borrowed; NULL: 0, 1, 2, ... */
	uint32_t total;
};

struct page {
	struct read read;
	uint32_t number; /* counted from 1 */
	uint32_t records;
	size_t bytes;
	char sha256[65];
};

struct list {
	const struct world *w;
	const struct book *b;
	struct page *page; /* owned */
	uint32_t count, size;
	int dir; /* where the files go */
	atomic_uint next;
};

/* The buffers of one thread. */
struct worker {
	struct text text;
	struct block_records records; /* in it */
	struct libdeflate_compressor *gzip;
	struct text out;
};

/* Add the pages of one read: one at least, so that nothing is a proof too. */
static void
list_add(struct list *l, struct read read)
{
	uint32_t size = l->w->opt->page_size;
	uint32_t pages = read.total ? (read.total - 1) / size + 1 : 1;

	l->page = grow(l->page, &l->size, l->count + pages, sizeof(*l->page));
	for (uint32_t i = 0; i < pages; i++)
		l->page[l->count++] = (struct page){ .read = read, .number = i + 1 };
}

static const char *const names[] = { "locations", "customers", "orders" };

static struct word
path_of(const struct world *w, const struct page *p)
{
	const struct read *r = &p->read;

	if (r->resource != ORDERS)
		return word_print("%s-%04u.json.gz", names[r->resource], p->number);
	if (r->scope != SCOPE_CREATED)
		return word_print("orders-%s-all-%04u.json.gz",
		    record_import_id(w->opt, r->location).s, p->number);
	return word_print("orders-%s-%s-%s-%04u.json.gz", record_import_id(w->opt, r->location).s,
	    word_date(r->from).s, word_date(r->to).s, p->number);
}

static void
put_request(struct text *t, const struct world *w, const struct page *p)
{
	const struct read *r = &p->read;

	if (r->resource == LOCATIONS) {
		text_print(t, "/v0/clientsLocations");
		return;
	}
	if (r->resource == ORDERS)
		text_print(
		    t, "/v1/orders/findByLocationId/%s?", record_import_id(w->opt, r->location).s);
	else
		text_print(t, "/v1/customers/?");
	if (r->scope == SCOPE_CREATED)
		text_print(t, "created_after=%s&created_before=%s&", word_date(r->from).s,
		    word_date(r->to).s);
	else if (r->scope == SCOPE_UPDATED)
		text_print(t, "updated_after=%s&", word_date(r->from).s);
	text_print(t, "order_by=asc&page=%u&page_size=%u", p->number, w->opt->page_size);
}

static void
put_scope(struct text *t, const struct read *r)
{
	switch (r->scope) {
	case SCOPE_ALL:
		text_print(t, "{\"kind\":\"all\"}");
		return;
	case SCOPE_UPDATED:
		text_print(t, "{\"kind\":\"updated\",\"after\":\"%s\"}", word_date(r->from).s);
		return;
	case SCOPE_CREATED:
		text_print(t, "{\"kind\":\"created\",\"from\":\"%s\",\"to\":\"%s\"}",
		    word_time(r->from, 0).s, word_time(r->to, 0).s);
		return;
	}
}

/* The time of the ${i}-th answer: three in a second. */
static struct word
answered(const struct world *w, uint64_t i)
{
	return word_time(w->taken + (int64_t)(i / 3) * SECOND, 0);
}

static void
put_entry(struct text *t, const struct list *l, uint32_t i)
{
	const struct page *p = &l->page[i];

	text_print(
	    t, "{\"path\":\"%s\",\"resource\":\"%s\"", path_of(l->w, p).s, names[p->read.resource]);
	if (p->read.resource == ORDERS)
		text_print(
		    t, ",\"location\":\"%s\"", record_import_id(l->w->opt, p->read.location).s);
	text_print(t, ",\"scope\":");
	put_scope(t, &p->read);
	text_print(t, ",\"page\":%u", p->number);
	if (p->read.resource == ORDERS)
		text_print(t, ",\"total\":%u", p->read.total);
	text_print(t, ",\"request\":\"");
	put_request(t, l->w, p);
	text_print(t, "\",\"fetched_at\":\"%s\",\"records\":%u,\"bytes\":%zu,\"sha256\":\"%s\"}",
	    answered(l->w, i).s, p->records, p->bytes, p->sha256);
}

static void
put_manifest(struct text *t, const struct list *l)
{
	text_print(t,
	    "{\"format\":1,\"taken_at\":\"%s\",\"finished_at\":\"%s\","
	    "\"tool\":\"flowstory generate\",\"source\":\"https://api.flowhub.co\",\n\"pages\":[\n",
	    word_time(l->w->taken, 0).s, answered(l->w, l->count).s);
	for (uint32_t i = 0; i < l->count; i++) {
		put_entry(t, l, i);
		text_print(t, i + 1 < l->count ? ",\n" : "\n");
	}
	text_print(t, "]}\n");
}

static void
put_file(int dir, const char *name, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		die(name);
	while (n > 0) {
		ssize_t got = write(fd, p, n);

		if (got < 0)
			die(name);
		p += got;
		n -= (size_t)got;
	}
	if (close(fd) < 0)
		die(name);
}

/* Records that every reader must set aside, once, and gaps now and then. */
static void
put_oddities(struct worker *k, const struct world *w, struct page *p)
{
	struct text *t = &k->text;

	if (p->number % 7 == 3) {
		text_print(t, "null,");
		k->records.index++;
	}
	if (w->snapshot > 1 || p->number > 1 || p->read.location > 0)
		return;
	blocks_note(&k->records, t);
	text_print(t, p->read.resource == CUSTOMERS
	                  ? "{\"id\":\"bad\",\"name\":\"a bad \\q escape\"},"
	                  : "{\"name\":\"an order without an id\"},");
	p->records++;
}

static void
put_envelope(struct text *t, const struct world *w, const struct page *p)
{
	bool old = w->opt->format == FORMAT_V0 || (w->opt->format == FORMAT_MIXED && p->number % 2);

	if (p->read.resource == LOCATIONS)
		text_print(t, "{\"status\":200,\"data\":[");
	else if (p->read.resource == CUSTOMERS)
		text_print(t, old ? "{\"customers\":[" : "{\"data\":[");
	else
		text_print(t, "{\"total\":%u,\"orders\":[", p->read.total);
}

static void
put_page(struct worker *k, const struct list *l, struct page *p)
{
	struct text *t = &k->text;
	uint32_t size = l->w->opt->page_size;
	uint32_t first = (p->number - 1) * size;
	uint32_t end = p->read.total - first;

	end = first + (end < size ? end : size);
	t->n = 0;
	k->records.n = k->records.index = 0;
	put_envelope(t, l->w, p);
	p->records = end - first;
	if (l->w->opt->faults && end > first && p->read.resource != LOCATIONS)
		put_oddities(k, l->w, p);
	for (uint32_t i = first; i < end; i++) {
		uint32_t n = p->read.ids ? p->read.ids[i] : i;

		if (i > first)
			text_print(t, ",");
		if (p->read.resource != LOCATIONS)
			blocks_note(&k->records, t);
		if (p->read.resource == LOCATIONS)
			record_location(t, l->w, l->b, n);
		else if (p->read.resource == CUSTOMERS)
			record_customer(t, l->w, n);
		else
			record_order(t, l->w, l->b, n);
	}
	text_print(t, "]}");
}

/* Compress a page, store it, and note its size and hash. */
static void
keep_page(struct worker *k, const struct list *l, struct page *p)
{
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	blocks_write(k->gzip, &k->text, &k->records,
	    p->read.resource == ORDERS ? ORDERS_BLOCK : CUSTOMERS_BLOCK, &k->out);
	p->bytes = k->out.n;
	sha256_init(&sha);
	sha256_update(&sha, p->bytes, (const uint8_t *)k->out.p);
	sha256_digest(&sha, sizeof(sum), sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		snprintf(p->sha256 + 2 * i, 3, "%02x", sum[i]);
	put_file(l->dir, path_of(l->w, p).s, k->out.p, p->bytes);
}

static void *
work(void *arg)
{
	struct list *l = arg;
	struct worker k = { 0 };
	uint32_t i;

	k.gzip = libdeflate_alloc_compressor((int)l->w->opt->level);
	if (!k.gzip)
		die("compressor");
	while ((i = atomic_fetch_add(&l->next, 1)) < l->count) {
		put_page(&k, l, &l->page[i]);
		keep_page(&k, l, &l->page[i]);
	}
	libdeflate_free_compressor(k.gzip);
	free(k.text.p);
	free(k.records.list);
	free(k.out.p);
	return NULL;
}

static void
work_all(struct list *l)
{
	uint32_t jobs = l->w->opt->jobs;
	pthread_t thread[MOST_JOBS];

	for (uint32_t i = 1; i < jobs; i++) {
		errno = pthread_create(&thread[i], NULL, work, l);
		if (errno)
			die("thread");
	}
	work(l);
	for (uint32_t i = 1; i < jobs; i++)
		pthread_join(thread[i], NULL);
}

/* Make OUT/snapshots/ID and open it. */
static int
open_dir(const struct world *w)
{
	const struct word id = word_stamp(w->taken);
	const char *const parts[] = { w->opt->out, "/snapshots/", id.s };
	char path[MOST_PATH] = "";
	int dir;

	for (int i = 0; i < 3; i++) {
		strcat(path, parts[i]);
		if (mkdir(path, 0700) < 0 && (i == 2 || errno != EEXIST))
			die(path);
	}
	dir = open(path, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		die(path);
	return dir;
}

/*
 * The customers that the list shows: all of them, or those touched since
 * the day of the snapshot before (Flowhub takes days, not hours).
 */
static void
read_customers(struct list *l, uint32_t *ids)
{
	const struct world *w = l->w;
	struct read r = { .resource = CUSTOMERS, .ids = ids };

	if (!w->full_customers) {
		r.scope = SCOPE_UPDATED;
		r.from = w->before - w->before % DAY;
	}
	for (uint32_t i = 0; i < w->customers; i++)
		if (world_lists(w, i) && (r.scope == SCOPE_ALL || w->customer[i].updated >= r.from))
			ids[r.total++] = i;
	list_add(l, r);
}

static void
read_orders(struct list *l, uint32_t shop)
{
	const struct world *w = l->w;
	struct read r = { .resource = ORDERS, .location = shop };
	uint32_t first = 0;

	if (!w->full_orders) {
		r.scope = SCOPE_CREATED;
		r.from = world_from(w);
		r.to = world_to(w);
		first = world_position(w, shop, r.from);
	}
	r.total = w->shop[shop].count - first;
	if (r.total > 0)
		r.ids = w->shop[shop].order + first;
	list_add(l, r);
}

void
snapshot_write(const struct world *w, const struct book *b)
{
	struct list l = { .w = w, .b = b };
	uint32_t *ids = malloc((w->customers + 1) * sizeof(*ids));
	struct text manifest = { 0 };

	if (!ids)
		die("customers");
	list_add(&l, (struct read){ .total = w->opt->locations });
	read_customers(&l, ids);
	for (uint32_t i = 0; i < w->opt->locations; i++)
		read_orders(&l, i);
	l.dir = open_dir(w);
	work_all(&l);
	put_manifest(&manifest, &l);
	put_file(l.dir, "manifest.json", manifest.p, manifest.n);
	close(l.dir);
	free(manifest.p);
	free(l.page);
	free(ids);
}
