/* customer.c -- of the generator: customers as JSON. */
#include "record.h"
#include "tables.h"

/* The kinds of edits that a customer meets in turn. */
enum edit {
	EDIT_POINTS,
	EDIT_PHONE,
	EDIT_ADDRESS,
	EDIT_CONSENT,
	EDIT_MAIL
};

#define EDITS 5

static const struct name *
first_of(const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_NAME, i);

	return &table_first[hash % COUNT(table_first)];
}

static const struct name *
last_of(const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_NAME, i);

	return &table_last[(hash >> 16) % COUNT(table_last)];
}

static uint32_t
edits_of(const struct world *w, uint32_t i, enum edit kind)
{
	return record_edits(
	    w->customer[i].edits, record_hash(w, STREAM_CUSTOMER_EDIT, i), EDITS, kind);
}

/* A hash of one attribute, another after each edit of it. */
static uint64_t
attribute(const struct world *w, uint32_t i, enum edit kind)
{
	uint64_t hash = record_hash(w, STREAM_CUSTOMER, i);

	return hash3(hash, kind, edits_of(w, i, kind));
}

bool
record_is_medical(const struct world *w, uint32_t i)
{
	return record_hash(w, STREAM_CUSTOMER, i) / 7 % 100 < 9;
}

void
record_customer_id(struct text *t, const struct world *w, uint32_t i)
{
	if (w->opt->faults && i % 50 == 3)
		text_num(t, UINT64_C(9007199254740993) + i);
	else
		record_id(t, w->opt, STREAM_CUSTOMER_ID, i);
}

static const struct place *
place_of(const struct world *w, uint32_t i)
{
	uint64_t hash = attribute(w, i, EDIT_ADDRESS);

	/* three of four live in the first 32 places */
	return &table_place[hash / 64 % (hash % 4 ? 32 : COUNT(table_place))];
}

/* Any "missing": no member, null or an empty text. */
static void
put_missing(struct text *t, const char *member, uint64_t hash)
{
	if (hash % 3 == 0)
		return;
	PUT(t, ",\"");
	text_str(t, member);
	if (hash % 3 == 1)
		PUT(t, "\":null");
	else
		PUT(t, "\":\"\"");
}

void
record_name(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_NAME, i) >> 40;
	const char *first = first_of(w, i)->text;
	const char *last = last_of(w, i)->text;

	if (hash % 100 < 2) {
		text_str(t, last);
		PUT(t, ", ");
		text_str(t, first);
		return;
	}
	text_str(t, first);
	text_char(t, ' ');
	if (hash % 100 < 6) {
		text_char(t, (char)('A' + hash % 23));
		PUT(t, ". ");
	}
	text_str(t, last);
}

static void
put_mail(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = attribute(w, i, EDIT_MAIL);
	uint32_t edits = edits_of(w, i, EDIT_MAIL);
	uint32_t roll = under(hash, 1000), who = i;
	uint64_t home;

	if (roll < 120) {
		put_missing(t, "email", hash);
		return;
	}
	PUT(t, ",\"email\":\"");
	if (roll < 150) {
		text_str(t, table_no_mail[hash % COUNT(table_no_mail)]);
	} else if (roll < 160) {
		text_str(t, first_of(w, i)->ascii);
		text_char(t, '@');
	} else {
		/* two of one household share an address */
		if (roll < 200 && i > 0)
			who--, edits = 0;
		home = record_hash(w, STREAM_NAME, who) >> 50;
		text_str(t, first_of(w, who)->ascii);
		text_char(t, home % 2 ? '.' : '_');
		text_str(t, last_of(w, who)->ascii);
		text_num(t, who);
		if (edits > 0) {
			text_char(t, '+');
			text_num(t, edits);
		}
		text_str(t, home % 16 ? "@" : "@Shop.");
		text_str(t, table_mail[who % COUNT(table_mail)]);
	}
	text_char(t, '"');
}

static void
put_phone(struct text *t, const struct world *w, uint32_t i)
{
	static const char *const shape[6][3] = { { "(", ") ", "-" }, { "", "-", "-" },
		{ "", "", "" }, { "+1 ", " ", " " }, { "1-", "-", "-" }, { "", ".", "." } };
	uint64_t hash = attribute(w, i, EDIT_PHONE);
	uint32_t roll = under(hash, 100);
	const char *const *s = shape[hash % 6];

	if (roll < 10) {
		put_missing(t, "phone", hash);
		return;
	}
	PUT(t, ",\"phone\":\"");
	if (roll < 12) {
		PUT(t, "0000000000\"");
		return;
	}
	text_str(t, s[0]);
	text_num(t, place_of(w, i)->area);
	text_str(t, s[1]);
	PUT(t, "555");
	text_str(t, s[2]);
	text_pad(t, hash / 7 % 10000, 4);
	text_char(t, '"');
}

static void
put_address(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t rest = mix(attribute(w, i, EDIT_ADDRESS));
	const struct place *place = place_of(w, i);

	PUT(t, ",\"streetAddress1\":\"");
	text_num(t, 1 + rest % 9800);
	text_char(t, ' ');
	text_str(t, table_street[(rest >> 20) % COUNT(table_street)]);
	text_char(t, '"');
	if (rest % 5 == 0) {
		PUT(t, ",\"streetAddress2\":\"Apt ");
		text_num(t, 1 + rest / 5 % 240);
		text_char(t, '"');
	} else {
		put_missing(t, "streetAddress2", rest / 5);
	}
	PUT(t, ",\"city\":\"");
	text_str(t, place->city);
	PUT(t, "\",\"state\":\"");
	text_str(t, rest % 10 == 1 ? place->full : place->state);
	PUT(t, "\",\"zip\":\"");
	text_str(t, place->zip);
	if (rest % 20 == 2) {
		text_char(t, '-');
		text_pad(t, rest / 20 % 10000, 4);
	}
	PUT(t, "\",\"country\":\"US\"");
}

static void
put_consent(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_CUSTOMER, i) / 11;
	uint32_t edits = edits_of(w, i, EDIT_CONSENT);
	bool by_mail = (hash % 4 != 0) ^ (edits & 1);
	bool by_text = hash / 4 % 5 > 1;

	if (hash % 8 == 5 && edits == 0)
		return;
	text_str(t, by_mail ? ",\"consentsToPromotionalEmail\":true"
	                    : ",\"consentsToPromotionalEmail\":false");
	text_str(t,
	    by_text ? ",\"consentsToPromotionalSMS\":true" : ",\"consentsToPromotionalSMS\":false");
}

static void
put_points(struct text *t, const struct world *w, uint32_t i)
{
	const struct customer *c = &w->customer[i];
	uint32_t halves = c->halves + 15 * edits_of(w, i, EDIT_POINTS);
	bool as_text = w->opt->faults && i % 20 == 7;

	PUT(t, ",\"loyaltyPoints\":");
	if (as_text)
		text_char(t, '"');
	text_cents(t, (int64_t)halves * 50);
	if (as_text)
		text_char(t, '"');
}

static void
put_head(struct text *t, const struct world *w, uint32_t i)
{
	const struct customer *c = &w->customer[i];
	bool number = w->opt->faults && i % 50 == 3;
	int digits = w->opt->format == FORMAT_V0 ? 3 : 6;

	record_key(t, w->opt, STREAM_CUSTOMER_ID, i);
	text_str(t, number ? "" : "\"");
	record_customer_id(t, w, i);
	text_str(t, number ? "" : "\"");
	PUT(t, ",\"createdAt\":\"");
	text_time(t, c->created, digits);
	PUT(t, "\",\"updatedAt\":\"");
	if (c->updated == 0)
		PUT(t, "0001-01-01T00:00:00Z");
	else
		text_time(t, c->updated, digits);
	text_str(
	    t, record_is_medical(w, i) ? "\",\"type\":\"medCustomer" : "\",\"type\":\"recCustomer");
	PUT(t, "\",\"name\":\"");
	record_name(t, w, i);
	PUT(t, "\",\"birthDate\":\"");
}

void
record_customer(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_TALLY, i);
	/* born 1940-01-01 to 2004-12-31, the young more often */
	uint32_t age = under(hash * 31, 23741) / 2 + under(hash * 37, 23741) / 2;
	int64_t born = (12783 - (int64_t)(hash % 2 ? age : age / 2)) * DAY;

	put_head(t, w, i);
	text_date(t, born);
	if (hash % 10 == 3)
		PUT(t, "T00:00:00Z");
	PUT(t, "\",\"isLoyal\":");
	if (record_is_faulty(w, STREAM_CUSTOMER, i))
		PUT(t, "\"maybe\"");
	else
		text_str(t, hash % 5 ? "true" : "false");
	put_points(t, w, i);
	put_phone(t, w, i);
	put_mail(t, w, i);
	put_address(t, w, i);
	put_consent(t, w, i);
	if (record_is_medical(w, i) && hash % 7 > 0) {
		PUT(t, ",\"medId\":\"");
		text_str(t, "MED-");
		text_pad(t, hash % 10000000, 7);
		text_char(t, '"');
	}
	if (w->opt->faults && i % 100 == 9)
		PUT(t, ",\"preferredPickup\":\"evening\"");
	text_str(t, hash / 16 % 12 ? ",\"groups\":[]}" : ",\"groups\":[{\"name\":\"VIP\"}]}");
}
