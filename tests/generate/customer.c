/* customer.c -- of the generator: customers as JSON. */
#include <ctype.h>
#include <string.h>

#include "record.h"

/*
 * Mail domains and the 555 exchange belong to nobody; postal codes are real ones.  Behind a bar
 * stands a name's form in an email address, if it is not the name's letters.
 */
static const char *const first_names[64] = { "Ava", "Liam", "Olivia", "Noah", "Emma", "James",
	"Sophia", "Mason", "Mia", "Lucas", "Amelia", "Ethan", "Harper", "Logan", "Evelyn", "Jacob",
	"Abigail", "Daniel", "Emily", "Henry", "Ella", "Jack", "Grace", "Owen", "Chloe", "Samuel",
	"Zoë|zoe", "José|jose", "François|francois", "Łukasz|lukasz", "Renée|renee", "André|andre",
	"María|maria", "Jesús|jesus", "Siân|sian", "Björn|bjorn", "Nguyệt|nguyet", "Søren|soren",
	"Chloé|chloe", "Ángela|angela", "Priya", "Wei", "Fatima", "Omar", "Keisha", "DeShawn",
	"Malik", "Aaliyah", "Mary-Jane", "Beth", "Tom", "Linda", "Robert", "Susan", "Karen", "Mike",
	"Patricia", "Gary", "Dawn", "Brandon", "Crystal", "Tyler", "Heather", "Dustin" };

static const char *const last_names[80] = { "Smith", "Johnson", "Williams", "Brown", "Jones",
	"Garcia", "Miller", "Davis", "Rodríguez|rodriguez", "Martínez|martinez",
	"Hernández|hernandez", "López|lopez", "González|gonzalez", "Wilson", "Anderson", "Thomas",
	"Taylor", "Moore", "Jackson", "Martin", "Lee", "Pérez|perez", "Thompson", "White", "Harris",
	"Sánchez|sanchez", "Clark", "Ramírez|ramirez", "Lewis", "Robinson", "Walker", "Young",
	"Allen", "King", "Wright", "Scott", "Torres", "Nguyễn|nguyen", "Hill", "Flores", "Green",
	"Adams", "Nelson", "Baker", "Hall", "Rivera", "Campbell", "Mitchell", "Carter", "Roberts",
	"O'Brien", "D'Angelo", "McDonald", "Muñoz|munoz", "Núñez|nunez", "Peña|pena",
	"Müller|muller", "Schröder|schroder", "Åkesson|akesson", "Dvořák|dvorak", "Kowalski",
	"Tran", "Chen", "Patel", "Kim", "Singh", "Begay", "Yazzie", "Tsosie", "Smith-Jones",
	"Van Dyke", "St. John", "de la Cruz", "Brontë|bronte", "Lefèvre|lefevre", "Whitehorse",
	"Okafor", "Mbeki", "Haddad", "Santos" };

struct place {
	const char *zip, *city, *state, *full; /* state: two letters, name */
	uint16_t area;                         /* of its telephones */
};

static const struct place places[48] = {
	{ "80202", "Denver", "CO", "Colorado", 303 },
	{ "80203", "Denver", "CO", "Colorado", 720 },
	{ "80205", "Denver", "CO", "Colorado", 303 },
	{ "80206", "Denver", "CO", "Colorado", 720 },
	{ "80209", "Denver", "CO", "Colorado", 303 },
	{ "80210", "Denver", "CO", "Colorado", 720 },
	{ "80211", "Denver", "CO", "Colorado", 303 },
	{ "80014", "Aurora", "CO", "Colorado", 720 },
	{ "80012", "Aurora", "CO", "Colorado", 303 },
	{ "80110", "Englewood", "CO", "Colorado", 720 },
	{ "80226", "Denver", "CO", "Colorado", 303 },
	{ "80228", "Denver", "CO", "Colorado", 720 },
	{ "80301", "Boulder", "CO", "Colorado", 303 },
	{ "80302", "Boulder", "CO", "Colorado", 720 },
	{ "80401", "Golden", "CO", "Colorado", 303 },
	{ "80501", "Longmont", "CO", "Colorado", 720 },
	{ "80521", "Fort Collins", "CO", "Colorado", 970 },
	{ "80525", "Fort Collins", "CO", "Colorado", 970 },
	{ "80631", "Greeley", "CO", "Colorado", 970 },
	{ "80903", "Colorado Springs", "CO", "Colorado", 719 },
	{ "80918", "Colorado Springs", "CO", "Colorado", 719 },
	{ "81001", "Pueblo", "CO", "Colorado", 719 },
	{ "81301", "Durango", "CO", "Colorado", 970 },
	{ "81501", "Grand Junction", "CO", "Colorado", 970 },
	{ "80435", "Dillon", "CO", "Colorado", 970 },
	{ "80487", "Steamboat Springs", "CO", "Colorado", 970 },
	{ "80020", "Broomfield", "CO", "Colorado", 303 },
	{ "80031", "Westminster", "CO", "Colorado", 720 },
	{ "80229", "Denver", "CO", "Colorado", 303 },
	{ "80234", "Denver", "CO", "Colorado", 720 },
	{ "80104", "Castle Rock", "CO", "Colorado", 303 },
	{ "80004", "Arvada", "CO", "Colorado", 720 },
	{ "82001", "Cheyenne", "WY", "Wyoming", 307 },
	{ "82070", "Laramie", "WY", "Wyoming", 307 },
	{ "87102", "Albuquerque", "NM", "New Mexico", 505 },
	{ "87501", "Santa Fe", "NM", "New Mexico", 505 },
	{ "69101", "North Platte", "NE", "Nebraska", 308 },
	{ "66002", "Atchison", "KS", "Kansas", 913 },
	{ "84101", "Salt Lake City", "UT", "Utah", 801 },
	{ "85001", "Phoenix", "AZ", "Arizona", 602 },
	{ "75201", "Dallas", "TX", "Texas", 214 },
	{ "94103", "San Francisco", "CA", "California", 213 },
	{ "10001", "New York", "NY", "New York", 212 },
	{ "07102", "Newark", "NJ", "New Jersey", 973 },
	{ "60601", "Chicago", "IL", "Illinois", 312 },
	{ "02108", "Boston", "MA", "Massachusetts", 617 },
	{ "33101", "Miami", "FL", "Florida", 305 },
	{ "89101", "Las Vegas", "NV", "Nevada", 702 },
};

static const char *const streets[16] = { "Main St", "Broadway", "Elm St", "Maple Ave", "S Pearl St",
	"W 32nd Ave", "Federal Blvd", "Oak Dr", "County Road 12", "Juniper Ln", "N Peña Blvd",
	"Cedar Ct", "Larimer St", "E 17th Ave", "Highland Park Rd", "Aspen Way" };

static const char *const mail_domains[4] = { "example.com", "example.org", "example.net",
	"mail.example.com" };

static const char *const no_mail[4] = { "none@none.com", "noemail@noemail.com", "no@email.com",
	"na@na.com" };

/* The kinds of edits that a customer meets in turn. */
enum edit {
	EDIT_POINTS,
	EDIT_PHONE,
	EDIT_ADDRESS,
	EDIT_CONSENT,
	EDIT_MAIL
};

#define EDITS 5

/* A name as it is written. */
static struct word
written(const char *name)
{
	return word_print("%.*s", (int)strcspn(name, "|"), name);
}

/* A name as it stands in an email address. */
static struct word
mailed(const char *name)
{
	const char *bar = strchr(name, '|');
	struct word w = { "" };
	size_t n = 0;

	if (bar)
		return word_print("%s", bar + 1);
	for (; *name; name++)
		if (isalpha((unsigned char)*name))
			w.s[n++] = (char)tolower((unsigned char)*name);
	return w;
}

struct word
record_first_name(uint64_t n)
{
	return written(first_names[n % COUNT(first_names)]);
}

static const char *
first_of(const struct world *w, uint32_t i)
{
	return first_names[record_hash(w, STREAM_NAME, i) % COUNT(first_names)];
}

static const char *
last_of(const struct world *w, uint32_t i)
{
	return last_names[(record_hash(w, STREAM_NAME, i) >> 16) % COUNT(last_names)];
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
	return hash3(record_hash(w, STREAM_CUSTOMER, i), kind, edits_of(w, i, kind));
}

bool
record_is_medical(const struct world *w, uint32_t i)
{
	return record_hash(w, STREAM_CUSTOMER, i) / 7 % 100 < 9;
}

const char *
record_type(const struct world *w, uint32_t i)
{
	return record_is_medical(w, i) ? "medCustomer" : "recCustomer";
}

static bool
has_number_for_id(const struct world *w, uint32_t i)
{
	return w->opt->faults && i % 50 == 3;
}

struct word
record_customer_id(const struct world *w, uint32_t i)
{
	if (has_number_for_id(w, i))
		return word_print("%lu", UINT64_C(9007199254740993) + i);
	return record_id(w->opt, STREAM_CUSTOMER_ID, i);
}

static const struct place *
place_of(const struct world *w, uint32_t i)
{
	uint64_t hash = attribute(w, i, EDIT_ADDRESS);

	/* three of four live in the first 32 places */
	return &places[hash / 64 % (hash % 4 ? 32 : COUNT(places))];
}

/* Any "missing": no member, null or an empty text. */
static void
put_missing(struct text *t, const char *member, uint64_t hash)
{
	if (hash % 3 > 0)
		text_print(t, ",\"%s\":%s", member, hash % 3 == 1 ? "null" : "\"\"");
}

struct word
record_name(const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_NAME, i) >> 40;
	struct word first = written(first_of(w, i)), last = written(last_of(w, i));

	if (hash % 100 < 2)
		return word_print("%s, %s", last.s, first.s);
	if (hash % 100 < 6)
		return word_print("%s %c. %s", first.s, (char)('A' + hash % 23), last.s);
	return word_print("%s %s", first.s, last.s);
}

static void
put_mail(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = attribute(w, i, EDIT_MAIL), home;
	uint32_t edits = edits_of(w, i, EDIT_MAIL);
	uint32_t roll = under(hash, 1000), who = i;

	if (roll < 120) {
		put_missing(t, "email", hash);
	} else if (roll < 150) {
		text_print(t, ",\"email\":\"%s\"", no_mail[hash % COUNT(no_mail)]);
	} else if (roll < 160) {
		text_print(t, ",\"email\":\"%s@\"", mailed(first_of(w, i)).s);
	} else {
		/* two of one household share an address */
		if (roll < 200 && i > 0)
			who--, edits = 0;
		home = record_hash(w, STREAM_NAME, who) >> 50;
		text_print(t, ",\"email\":\"%s%c%s%u%s%s%s\"", mailed(first_of(w, who)).s,
		    home % 2 ? '.' : '_', mailed(last_of(w, who)).s, who,
		    edits > 0 ? word_print("+%u", edits).s : "", home % 16 ? "@" : "@Shop.",
		    mail_domains[who % COUNT(mail_domains)]);
	}
}

static void
put_phone(struct text *t, const struct world *w, uint32_t i)
{
	static const char *const shape[6][3] = { { "(", ") ", "-" }, { "", "-", "-" },
		{ "", "", "" }, { "+1 ", " ", " " }, { "1-", "-", "-" }, { "", ".", "." } };
	uint64_t hash = attribute(w, i, EDIT_PHONE);
	uint32_t roll = under(hash, 100);
	const char *const *s = shape[hash % 6];

	if (roll < 10)
		put_missing(t, "phone", hash);
	else if (roll < 12)
		text_print(t, ",\"phone\":\"0000000000\"");
	else
		text_print(t, ",\"phone\":\"%s%u%s555%s%04u\"", s[0], place_of(w, i)->area, s[1],
		    s[2], (uint32_t)(hash / 7 % 10000));
}

static void
put_address(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t rest = mix(attribute(w, i, EDIT_ADDRESS));
	const struct place *place = place_of(w, i);

	text_print(t, ",\"streetAddress1\":\"%lu %s\"", 1 + rest % 9800,
	    streets[(rest >> 20) % COUNT(streets)]);
	if (rest % 5 == 0)
		text_print(t, ",\"streetAddress2\":\"Apt %lu\"", 1 + rest / 5 % 240);
	else
		put_missing(t, "streetAddress2", rest / 5);
	text_print(t, ",\"city\":\"%s\",\"state\":\"%s\",\"zip\":\"%s%s\",\"country\":\"US\"",
	    place->city, rest % 10 == 1 ? place->full : place->state, place->zip,
	    rest % 20 == 2 ? word_print("-%04lu", rest / 20 % 10000).s : "");
}

static void
put_consent(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_CUSTOMER, i) / 11;
	uint32_t edits = edits_of(w, i, EDIT_CONSENT);
	bool by_mail = (hash % 4 != 0) ^ (edits & 1);

	if (hash % 8 == 5 && edits == 0)
		return;
	text_print(t, ",\"consentsToPromotionalEmail\":%s,\"consentsToPromotionalSMS\":%s",
	    by_mail ? "true" : "false", hash / 4 % 5 > 1 ? "true" : "false");
}

static void
put_head(struct text *t, const struct world *w, uint32_t i)
{
	const struct customer *c = &w->customer[i];
	const char *quote = has_number_for_id(w, i) ? "" : "\"";
	int digits = w->opt->format == FORMAT_V0 ? 3 : 6;

	text_print(t,
	    "{\"%s\":%s%s%s,\"createdAt\":\"%s\",\"updatedAt\":\"%s\",\"type\":\"%s\","
	    "\"name\":\"%s\"",
	    record_key(w->opt, STREAM_CUSTOMER_ID, i), quote, record_customer_id(w, i).s, quote,
	    word_time(c->created, digits).s,
	    c->updated ? word_time(c->updated, digits).s : "0001-01-01T00:00:00Z",
	    record_type(w, i), record_name(w, i).s);
}

void
record_customer(struct text *t, const struct world *w, uint32_t i)
{
	uint64_t hash = record_hash(w, STREAM_TALLY, i);
	/* born 1940-01-01 to 2004-12-31, the young more often */
	uint32_t age = under(hash * 31, 23741) / 2 + under(hash * 37, 23741) / 2;
	int64_t born = (12783 - (int64_t)(hash % 2 ? age : age / 2)) * DAY;
	uint32_t halves = w->customer[i].halves + 15 * edits_of(w, i, EDIT_POINTS);
	const char *quote = w->opt->faults && i % 20 == 7 ? "\"" : "";

	put_head(t, w, i);
	text_print(t, ",\"birthDate\":\"%s%s\",\"isLoyal\":%s,\"loyaltyPoints\":%s%s%s",
	    word_date(born).s, hash % 10 == 3 ? "T00:00:00Z" : "",
	    record_is_faulty(w, STREAM_CUSTOMER, i) ? "\"maybe\""
	    : hash % 5                              ? "true"
	                                            : "false",
	    quote, word_cents((int64_t)halves * 50).s, quote);
	put_phone(t, w, i);
	put_mail(t, w, i);
	put_address(t, w, i);
	put_consent(t, w, i);
	if (record_is_medical(w, i) && hash % 7 > 0)
		text_print(t, ",\"medId\":\"MED-%07lu\"", hash % 10000000);
	if (w->opt->faults && i % 100 == 9)
		text_print(t, ",\"preferredPickup\":\"evening\"");
	text_print(t, ",\"groups\":[%s]}", hash / 16 % 12 ? "" : "{\"name\":\"VIP\"}");
}
