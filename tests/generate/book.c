/* book.c -- of the generator: the catalogue, locations and ids. */
#include "record.h"
#include "tables.h"

uint64_t
record_hash(const struct world *w, enum stream s, uint64_t n)
{
	return hash3(w->opt->seed, s, n);
}

/* Accounts that are mixed hold records of both generations. */
static bool
is_old(const struct options *opt, enum stream s, uint64_t n)
{
	if (opt->format == FORMAT_MIXED)
		return hash3(opt->seed, s, n) & 1;
	return opt->format == FORMAT_V0;
}

void
record_id(struct text *t, const struct options *opt, enum stream s, uint64_t n)
{
	uint64_t a = hash3(opt->seed, s, n);

	if (is_old(opt, s, n))
		text_short(t, a, mix(a + 1));
	else
		text_uuid(t, a, mix(a + 1));
}

void
record_key(struct text *t, const struct options *opt, enum stream s, uint64_t n)
{
	if (is_old(opt, s, n))
		PUT(t, "{\"_id\":");
	else
		PUT(t, "{\"id\":");
}

void
record_import_id(struct text *t, const struct options *opt, uint32_t i)
{
	if (opt->format == FORMAT_V0)
		text_num(t, 101 + i);
	else {
		text_char(t, 'L');
		text_num(t, i + 1);
	}
}

bool
record_is_faulty(const struct world *w, enum stream s, uint64_t n)
{
	uint64_t dice = STREAM_FAULT + 4 * (uint64_t)w->snapshot + 2;

	if (!w->opt->faults)
		return false;
	dice += s == STREAM_ORDER;
	return hash3(w->opt->seed, dice, n) % 3000 == 0;
}

uint32_t
record_edits(uint32_t edits, uint64_t hash, uint32_t kinds, uint32_t kind)
{
	uint32_t first = (kind + kinds - (uint32_t)(hash % kinds)) % kinds;

	if (first == 0)
		first = kinds;
	return edits < first ? 0 : (edits - first) / kinds + 1;
}

static const struct group *
group_of(uint64_t roll)
{
	uint32_t place = under(roll, 100), i = 0;

	while (i + 1 < COUNT(table_group) && place >= table_group[i].share)
		place -= table_group[i++].share;
	return &table_group[i];
}

static void
put_ids(struct text *t, uint32_t i, uint64_t hash)
{
	PUT(t, "\"id\":\"");
	text_num(t, 20100 + 7 * i);
	PUT(t, "\",\"productId\":\"");
	text_short(t, mix(hash + 3), mix(hash + 4));
	PUT(t, "\",\"sku\":\"");
}

/*
 * The members of a good up to its strain.  One in ninety says no category
 * and one in ninety no productName: readers fall back to type and title1.
 */
static void
stock(struct text *t, struct good *g, uint32_t i, uint64_t hash)
{
	const struct group *group = group_of(hash);
	struct rng r = { mix(hash) };
	uint32_t size = rng_under(&r, 3);
	uint32_t maker = rng_under(&r, COUNT(table_brand));
	const char *strain = table_strain[rng_under(&r, COUNT(table_strain))];
	const char *space = *group->noun ? " " : "";

	g->price = group->price[size] * (20 + maker) / 2000 * 100;
	g->price += hash % 3 ? 0 : 50;
	text_room(t, TEXT_ROOM);
	g->head = (uint32_t)t->n;
	put_ids(t, i, hash);
	text_put(t, group->category, 2);
	text_char(t, '-');
	text_pad(t, i, 4);
	if (i % 90 != 17) {
		PUT(t, "\",\"productName\":\"");
		text_str(t, strain);
		text_str(t, space);
		text_str(t, group->noun);
		text_char(t, ' ');
		text_str(t, group->size[size]);
	}
	PUT(t, "\",\"title1\":\"");
	text_str(t, strain);
	text_str(t, space);
	text_str(t, group->noun);
	PUT(t, "\",\"title2\":\"");
	text_str(t, group->size[size]);
	PUT(t, "\",\"brand\":\"");
	text_str(t, table_brand[maker]);
	if (i % 90 != 53) {
		PUT(t, "\",\"category\":\"");
		text_str(t, group->category);
	}
	PUT(t, "\",\"type\":\"");
	text_str(t, group->type);
	if (group < table_group + 3) {
		PUT(t, "\",\"strainName\":\"");
		text_str(t, strain);
	}
	if (group == table_group)
		PUT(t, "\",\"unitOfWeight\":\"Each");
	PUT(t, "\",\"quantity\":");
	g->head_n = (uint32_t)(t->n - g->head);
}

void
book_init(struct book *b, const struct options *opt)
{
	struct text t = { 0 };

	memset(b, 0, sizeof(*b));
	for (uint32_t i = 0; i < BOOK_GOODS; i++)
		stock(&b->text, &b->good[i], i, hash3(opt->seed, STREAM_PRODUCT, i));
	text_room(&t, TEXT_ROOM);
	if (opt->format == FORMAT_V0)
		text_num(&t, 1000 + opt->seed % 9000);
	else
		text_uuid(&t, hash3(opt->seed, 0, 0), hash3(opt->seed, 0, 1));
	text_put(&t, "", 1);
	memcpy(b->client, t.p, t.n);
	text_free(&t);
}

void
book_free(struct book *b)
{
	text_free(&b->text);
}

void
record_location(struct text *t, const struct world *w, const struct book *b, uint32_t i)
{
	const struct site *site = &table_site[i % COUNT(table_site)];
	const char *quote = w->opt->format == FORMAT_V0 ? "" : "\"";

	PUT(t, "{\"locationId\":");
	text_str(t, quote);
	record_import_id(t, w->opt, i);
	text_str(t, quote);
	PUT(t, ",\"importId\":");
	text_str(t, quote);
	record_import_id(t, w->opt, i);
	text_str(t, quote);
	PUT(t, ",\"locationName\":\"");
	text_str(t, site->name);
	PUT(t, "\",\"clientId\":\"");
	text_str(t, b->client);
	PUT(t, "\",\"clientName\":\"Sample Dispensary\",\"address\":{"
	       "\"streetAddress1\":\"");
	text_str(t, site->street);
	PUT(t, "\",\"streetAddress2\":null,\"city\":\"");
	text_str(t, site->city);
	PUT(t, "\",\"county\":null,\"state\":\"Colorado\",\"zip\":\"");
	text_str(t, site->zip);
	PUT(t, "\",\"country\":\"\"},\"email\":\"\",\"phoneNumber\":\""
	       "(303) 555-0");
	text_pad(t, 100 + i % 100, 3);
	PUT(t, "\",\"website\":\"\",\"timeZone\":\"US/Mountain\","
	       "\"hoursOfOperation\":null,\"licenseType\":[\"rec\",\"med\"],"
	       "\"locationLogoURL\":null}");
}
