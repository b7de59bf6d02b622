/* book.c -- of the generator: the catalogue, locations and ids. */
#include <string.h>

#include "record.h"

/* A group of goods: ${sizes} are the ways it is sold. */
struct group {
	const char *category, *type, *noun;
	const char *size[3];
	uint16_t price[3]; /* cents, of the cheapest brand */
	uint8_t share;     /* goods of 100 */
};

static const struct group groups[9] = {
	{ "Flower", "PackedBud", "", { "3.5g", "7g", "14g" }, { 2200, 3900, 7000 }, 26 },
	{ "Pre-Rolls", "PreRoll", "Pre-Roll", { "1g", "5 pack", "0.5g" }, { 700, 2600, 450 }, 14 },
	{ "Vapes", "Cartridge", "Cartridge", { "500mg", "1g", "2g" }, { 2100, 3600, 5900 }, 16 },
	{ "Edibles", "Edible", "Gummies", { "100mg", "10 pack", "20 pack" }, { 1400, 1600, 2500 },
	    18 },
	{ "Concentrates", "Concentrate", "Live Resin", { "1g", "2g", "0.5g" }, { 2800, 4900, 1700 },
	    12 },
	{ "Tinctures", "Tincture", "Tincture", { "30ml", "15ml", "60ml" }, { 3200, 1900, 5600 },
	    4 },
	{ "Topicals", "Topical", "Balm", { "50g", "100g", "Roll-On" }, { 2400, 4100, 2700 }, 4 },
	{ "Accessories", "Merchandise", "Papers; King Size", { "1 book", "Box", "1/2\\\"" },
	    { 250, 1900, 900 }, 4 },
	{ "Seeds & Clones", "Plant", "Seeds", { "3 pack", "6 pack", "1" }, { 3500, 6000, 1800 },
	    2 },
};

static const char *const strains[40] = { "Blue Dream", "Sour Diesel", "Girl Scout Cookies",
	"Gorilla Glue #4", "Wedding Cake", "Gelato", "Durban Poison", "Jack Herer", "OG Kush",
	"Granddaddy Purple", "Northern Lights", "White Widow", "Pineapple Express", "Green Crack",
	"Bubba Kush", "Trainwreck", "Super Lemon Haze", "Chemdawg", "AK-47", "Strawberry Cough",
	"Cherry Pie", "Zkittlez", "Runtz", "Do-Si-Dos", "Mimosa", "Ice Cream Cake", "Tangie",
	"Maui Wowie", "Skywalker OG", "Headband", "Bruce Banner", "Animal Mints", "Crème Brûlée",
	"Jalapeño Haze", "Papaya", "GMO", "MAC 1", "Purple Punch", "Watermelon", "Sunset Sherbet" };

static const char *const brands[16] = { "Rocky", "Half Moon, Inc.", "Alpine Roots",
	"Mesa Verde Farms", "Fourteener", "Cañon Craft", "Bud & Co.", "High Plains", "Silverthread",
	"The \\\"Good\\\" Stuff", "Aspenglow", "Red Rocks Remedies", "Prairie Fire", "Mile Marker",
	"Timberline", "O'Hare's" };

struct site {
	const char *name, *street, *city, *zip;
};

static const struct site sites[8] = {
	{ "Colfax", "2100 E Colfax Ave", "Denver", "80206" },
	{ "Pearl Street", "1445 Pearl St", "Boulder", "80302" },
	{ "Old Town", "230 Linden St", "Fort Collins", "80525" },
	{ "South Academy", "1710 S Academy Blvd", "Colorado Springs", "80918" },
	{ "Main Avenue", "945 Main Ave", "Durango", "81301" },
	{ "Wadsworth", "5300 Wadsworth Blvd", "Arvada", "80004" },
	{ "Havana", "1250 Havana St", "Aurora", "80012" },
	{ "Lincoln", "701 Lincoln Ave", "Steamboat Springs", "80487" },
};

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

struct word
record_id(const struct options *opt, enum stream s, uint64_t n)
{
	uint64_t a = hash3(opt->seed, s, n);

	return is_old(opt, s, n) ? word_short(a, mix(a + 1)) : word_uuid(a, mix(a + 1));
}

const char *
record_key(const struct options *opt, enum stream s, uint64_t n)
{
	return is_old(opt, s, n) ? "_id" : "id";
}

struct word
record_import_id(const struct options *opt, uint32_t i)
{
	return opt->format == FORMAT_V0 ? word_print("%u", 101 + i) : word_print("L%u", i + 1);
}

struct word
record_import_value(const struct options *opt, uint32_t i)
{
	struct word id = record_import_id(opt, i);

	return opt->format == FORMAT_V0 ? id : word_print("\"%s\"", id.s);
}

bool
record_is_faulty(const struct world *w, enum stream s, uint64_t n)
{
	uint64_t dice = STREAM_FAULT + 4 * (uint64_t)w->snapshot + 2 + (s == STREAM_ORDER);

	return w->opt->faults && hash3(w->opt->seed, dice, n) % 3000 == 0;
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

	while (i + 1 < COUNT(groups) && place >= groups[i].share)
		place -= groups[i++].share;
	return &groups[i];
}

/*
 * The members of a good up to its strain.  One in ninety says no category
 * and one in ninety no productName: readers fall back to type and title1.
 */
static void
stock(struct good *g, uint32_t i, uint64_t hash)
{
	const struct group *group = group_of(hash);
	struct rng r = { mix(hash) };
	uint32_t size = rng_under(&r, 3);
	uint32_t maker = rng_under(&r, COUNT(brands));
	const char *strain = strains[rng_under(&r, COUNT(strains))];
	struct word title = word_print("%s%s%s", strain, *group->noun ? " " : "", group->noun);
	struct text *t = &g->head;

	g->price = group->price[size] * (20 + maker) / 2000 * 100 + (hash % 3 ? 0 : 50);
	text_print(t, "\"id\":\"%u\",\"productId\":\"%s\",\"sku\":\"%.2s-%04u\"", 20100 + 7 * i,
	    word_short(mix(hash + 3), mix(hash + 4)).s, group->category, i);
	if (i % 90 != 17)
		text_print(t, ",\"productName\":\"%s %s\"", title.s, group->size[size]);
	text_print(t, ",\"title1\":\"%s\",\"title2\":\"%s\",\"brand\":\"%s\"", title.s,
	    group->size[size], brands[maker]);
	if (i % 90 != 53)
		text_print(t, ",\"category\":\"%s\"", group->category);
	text_print(t, ",\"type\":\"%s\"", group->type);
	if (group < groups + 3)
		text_print(t, ",\"strainName\":\"%s\"", strain);
	if (group == groups)
		text_print(t, ",\"unitOfWeight\":\"Each\"");
}

void
book_init(struct book *b, const struct options *opt)
{
	for (uint32_t i = 0; i < BOOK_GOODS; i++)
		stock(&b->good[i], i, hash3(opt->seed, STREAM_PRODUCT, i));
	b->client = opt->format == FORMAT_V0
	                ? word_print("%lu", 1000 + opt->seed % 9000)
	                : word_uuid(hash3(opt->seed, 0, 0), hash3(opt->seed, 0, 1));
}

void
record_location(struct text *t, const struct world *w, const struct book *b, uint32_t i)
{
	const struct site *site = &sites[i % COUNT(sites)];
	struct word id = record_import_value(w->opt, i);

	text_print(t,
	    "{\"locationId\":%s,\"importId\":%s,\"locationName\":\"%s\",\"clientId\":\"%s\","
	    "\"clientName\":\"Sample Dispensary\",\"address\":{\"streetAddress1\":\"%s\","
	    "\"streetAddress2\":null,\"city\":\"%s\",\"county\":null,\"state\":\"Colorado\","
	    "\"zip\":\"%s\",\"country\":\"\"},\"email\":\"\",\"phoneNumber\":\"(303) 555-0%03u\","
	    "\"website\":\"\",\"timeZone\":\"US/Mountain\",\"hoursOfOperation\":null,"
	    "\"licenseType\":[\"rec\",\"med\"],\"locationLogoURL\":null}",
	    id.s, id.s, site->name, b->client.s, site->street, site->city, site->zip,
	    100 + i % 100);
}
