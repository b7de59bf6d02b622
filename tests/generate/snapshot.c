/* snapshot.c -- of the generator: see snapshot.h. */
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_JOBS 64
#define MOST_PATH 4096

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
	struct text text, path;
	struct libdeflate_compressor *gzip;
	unsigned char *out;
	size_t out_size;
};

static void
die(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Add the pages of one read: one at least, so that nothing is a proof too. */
static void
list_add(struct list *l, struct read read)
{
	uint32_t size = l->w->opt->page_size;
	uint32_t pages = read.total ? (read.total - 1) / size + 1 : 1;

	if (l->count + pages > l->size) {
		l->size = 2 * l->size + pages;
		l->page = realloc(l->page, l->size * sizeof(*l->page));
		if (!l->page)
			die("pages");
	}
	for (uint32_t i = 0; i < pages; i++) {
		struct page *p = &l->page[l->count++];

		memset(p, 0, sizeof(*p));
		p->read = read;
		p->number = i + 1;
	}
}

static void
put_bounds(struct text *t, const struct read *r, const char *between)
{
	text_date(t, r->from);
	text_str(t, between);
	text_date(t, r->to);
}

static void
put_path(struct text *t, const struct world *w, const struct page *p)
{
	static const char *const stem[] = { "locations-", "customers-", "orders-" };

	text_str(t, stem[p->read.resource]);
	if (p->read.resource == ORDERS) {
		record_import_id(t, w->opt, p->read.location);
		text_char(t, '-');
		if (p->read.scope == SCOPE_CREATED)
			put_bounds(t, &p->read, "-");
		else
			PUT(t, "all");
		text_char(t, '-');
	}
	text_pad(t, p->number, 4);
	PUT(t, ".json.gz");
}

static void
put_request(struct text *t, const struct world *w, const struct page *p)
{
	if (p->read.resource == LOCATIONS) {
		PUT(t, "/v0/clientsLocations");
		return;
	}
	if (p->read.resource == ORDERS) {
		PUT(t, "/v1/orders/findByLocationId/");
		record_import_id(t, w->opt, p->read.location);
		text_char(t, '?');
	} else {
		PUT(t, "/v1/customers/?");
	}
	if (p->read.scope == SCOPE_CREATED) {
		PUT(t, "created_after=");
		put_bounds(t, &p->read, "&created_before=");
		text_char(t, '&');
	} else if (p->read.scope == SCOPE_UPDATED) {
		PUT(t, "updated_after=");
		text_date(t, p->read.from);
		text_char(t, '&');
	}
	PUT(t, "order_by=asc&page=");
	text_num(t, p->number);
	PUT(t, "&page_size=");
	text_num(t, w->opt->page_size);
}

static void
put_scope(struct text *t, const struct read *r)
{
	switch (r->scope) {
	case SCOPE_ALL:
		PUT(t, "{\"kind\":\"all\"}");
		return;
	case SCOPE_UPDATED:
		PUT(t, "{\"kind\":\"updated\",\"after\":\"");
		text_date(t, r->from);
		break;
	case SCOPE_CREATED:
		PUT(t, "{\"kind\":\"created\",\"from\":\"");
		text_time(t, r->from, 0);
		PUT(t, "\",\"to\":\"");
		text_time(t, r->to, 0);
		break;
	}
	PUT(t, "\"}");
}

/* The time of the ${i}-th answer: three in a second. */
static int64_t
answered(const struct world *w, uint64_t i)
{
	return w->taken + (int64_t)(i / 3) * SECOND;
}

static void
put_entry(struct text *t, const struct list *l, uint32_t i)
{
	static const char *const names[] = { "locations", "customers", "orders" };
	const struct page *p = &l->page[i];

	PUT(t, "{\"path\":\"");
	put_path(t, l->w, p);
	PUT(t, "\",\"resource\":\"");
	text_str(t, names[p->read.resource]);
	if (p->read.resource == ORDERS) {
		PUT(t, "\",\"location\":\"");
		record_import_id(t, l->w->opt, p->read.location);
	}
	PUT(t, "\",\"scope\":");
	put_scope(t, &p->read);
	PUT(t, ",\"page\":");
	text_num(t, p->number);
	if (p->read.resource == ORDERS) {
		PUT(t, ",\"total\":");
		text_num(t, p->read.total);
	}
	PUT(t, ",\"request\":\"");
	put_request(t, l->w, p);
	PUT(t, "\",\"fetched_at\":\"");
	text_time(t, answered(l->w, i), 0);
	PUT(t, "\",\"records\":");
	text_num(t, p->records);
	PUT(t, ",\"bytes\":");
	text_num(t, p->bytes);
	PUT(t, ",\"sha256\":\"");
	text_str(t, p->sha256);
	PUT(t, "\"}");
}

static void
put_manifest(struct text *t, const struct list *l)
{
	text_room(t, TEXT_ROOM);
	PUT(t, "{\"format\":1,\"taken_at\":\"");
	text_time(t, l->w->taken, 0);
	PUT(t, "\",\"finished_at\":\"");
	text_time(t, answered(l->w, l->count), 0);
	PUT(t, "\",\"tool\":\"flowstory generate\","
	       "\"source\":\"https://api.flowhub.co\",\n\"pages\":[\n");
	for (uint32_t i = 0; i < l->count; i++) {
		text_room(t, TEXT_ROOM);
		put_entry(t, l, i);
		text_str(t, i + 1 < l->count ? ",\n" : "\n");
	}
	PUT(t, "]}\n");
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
put_oddities(struct text *t, const struct world *w, struct page *p)
{
	if (p->number % 7 == 3)
		PUT(t, "null,");
	if (w->snapshot > 1 || p->number > 1 || p->read.location > 0)
		return;
	if (p->read.resource == CUSTOMERS)
		PUT(t, "{\"id\":\"bad\",\"name\":\"a bad \\q escape\"},");
	else
		PUT(t, "{\"name\":\"an order without an id\"},");
	p->records++;
}

static void
put_envelope(struct text *t, const struct world *w, const struct page *p)
{
	bool old = w->opt->format == FORMAT_V0 || (w->opt->format == FORMAT_MIXED && p->number % 2);

	switch (p->read.resource) {
	case LOCATIONS:
		PUT(t, "{\"status\":200,\"data\":[");
		break;
	case CUSTOMERS:
		text_str(t, old ? "{\"customers\":[" : "{\"data\":[");
		break;
	case ORDERS:
		PUT(t, "{\"total\":");
		text_num(t, p->read.total);
		PUT(t, ",\"orders\":[");
		break;
	}
}

static void
put_page(struct text *t, const struct list *l, struct page *p)
{
	uint32_t size = l->w->opt->page_size;
	uint32_t first = (p->number - 1) * size;
	uint32_t end = p->read.total - first;

	end = first + (end < size ? end : size);
	t->n = 0;
	text_room(t, TEXT_ROOM);
	put_envelope(t, l->w, p);
	p->records = end - first;
	if (l->w->opt->faults && end > first && p->read.resource != LOCATIONS)
		put_oddities(t, l->w, p);
	for (uint32_t i = first; i < end; i++) {
		uint32_t n = p->read.ids ? p->read.ids[i] : i;

		text_room(t, TEXT_ROOM);
		if (i > first)
			text_char(t, ',');
		if (p->read.resource == LOCATIONS)
			record_location(t, l->w, l->b, n);
		else if (p->read.resource == CUSTOMERS)
			record_customer(t, l->w, n);
		else
			record_order(t, l->w, l->b, n);
	}
	PUT(t, "]}");
}

/* Compress a page, store it, and note its size and hash. */
static void
keep_page(struct worker *k, const struct list *l, struct page *p)
{
	static const char hex[] = "0123456789abcdef";
	size_t need = libdeflate_gzip_compress_bound(k->gzip, k->text.n);
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	if (need > k->out_size) {
		k->out_size = need + need / 4;
		k->out = realloc(k->out, k->out_size);
		if (!k->out)
			die("page");
	}
	p->bytes = libdeflate_gzip_compress(k->gzip, k->text.p, k->text.n, k->out, k->out_size);
	if (p->bytes == 0)
		die("compression");
	sha256_init(&sha);
	sha256_update(&sha, p->bytes, k->out);
	sha256_digest(&sha, sizeof(sum), sum);
	for (size_t i = 0; i < sizeof(sum); i++) {
		p->sha256[2 * i] = hex[sum[i] >> 4];
		p->sha256[2 * i + 1] = hex[sum[i] & 15];
	}
	k->path.n = 0;
	text_room(&k->path, TEXT_ROOM);
	put_path(&k->path, l->w, p);
	text_char(&k->path, '\0');
	put_file(l->dir, k->path.p, k->out, p->bytes);
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
		put_page(&k.text, l, &l->page[i]);
		keep_page(&k, l, &l->page[i]);
	}
	libdeflate_free_compressor(k.gzip);
	text_free(&k.text);
	text_free(&k.path);
	free(k.out);
	return NULL;
}

static void
work_all(struct list *l)
{
	uint32_t jobs = l->w->opt->jobs;
	pthread_t thread[MOST_JOBS];

	if (jobs > MOST_JOBS)
		jobs = MOST_JOBS;
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
	struct text t = { 0 };
	int dir;

	text_room(&t, MOST_PATH + TEXT_ROOM);
	text_str(&t, w->opt->out);
	for (int level = 0; level < 3; level++) {
		if (level == 1)
			PUT(&t, "/snapshots");
		if (level == 2) {
			text_char(&t, '/');
			text_stamp(&t, w->taken);
		}
		t.p[t.n] = '\0';
		if (mkdir(t.p, 0700) < 0 && (level == 2 || errno != EEXIST))
			die(t.p);
	}
	dir = open(t.p, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		die(t.p);
	text_free(&t);
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
	text_free(&manifest);
	free(l.page);
	free(ids);
}
