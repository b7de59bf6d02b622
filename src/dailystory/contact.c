#include "dailystory/contact.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "dailystory/centroid.h"
#include "lib/csv.h"
#include "segment/rule_fields.h"

static const struct {
	const char *header, *field, *label, *type;
	struct str rule_field;
	struct str member; /* the field's name in JSON, which needs no escape */
} columns[COLUMN_COUNT] = {
#define X(column, header, field, label, type, rule_field)                                          \
	[column] = { header, field, label, type, { rule_field, sizeof(rule_field) - 1 },           \
		{ "\"" field "\":", sizeof("\"" field "\":") - 1 } },
	CONTACT_COLUMNS(X)
#undef X
};

/* Numbers may begin with a sign: no spreadsheet takes them for a formula. */
static bool
is_number(enum contact_column c)
{
	return c == COLUMN_GEO || c == COLUMN_POINTS || c == COLUMN_SPENT || c == COLUMN_ORDERS;
}

/* What is in the buffer, which is empty then. */
static struct str
taken(struct arena *a, struct buf *b)
{
	struct str s = str_copy(a, buf_view(b));

	buf_reset(b);
	return s;
}

static char *
put_text(char *to, struct str s)
{
	if (s.n > 0)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

/* Members joined.  A separator inside a member is replaced, for it would make two of it. */
static struct str
join(struct arena *a, const struct str *list, size_t n, struct str separator)
{
	struct str instead = str_eq(separator, STR(",")) ? STR(" ") : STR(",");
	size_t room = 0;
	char *out, *to;

	/* The replacement is no longer than the separator. */
	for (size_t i = 0; i < n; i++)
		room += list[i].n + separator.n;
	out = to = arena_bytes(a, NULL, room);
	for (size_t i = 0; i < n; i++) {
		struct str m = list[i];
		const char *hit;

		if (i > 0)
			to = put_text(to, separator);
		while (m.n > 0 && (hit = memmem(m.p, m.n, separator.p, separator.n)) != NULL) {
			size_t before = (size_t)(hit - m.p);
			size_t step = before + separator.n;

			to = put_text(to, str_of(m.p, before));
			to = put_text(to, instead);
			m = str_of(m.p + step, m.n - step);
		}
		to = put_text(to, m);
	}
	return str_of(out, (size_t)(to - out));
}

struct str
contact_id(struct arena *a, struct str id)
{
	return str_clean(a, id);
}

/* "39.7491,-104.9946", or {0}: the table holds codes of the US. */
static struct str
geo_code(struct arena *a, const struct profile *p)
{
	struct str lat, lon;

	if (p->is_abroad || !centroid_find(a, p->postal_code, &lat, &lon))
		return (struct str){ 0 };
	return str_printf(a, "%.*s,%.*s", STR_ARG(lat), STR_ARG(lon));
}

static void
make_person(struct arena *a, const struct profile *p, int64_t as_of, struct contact *out)
{
	struct buf b = { 0 };

	out->cells[COLUMN_EMAIL] = p->email;
	out->cells[COLUMN_MOBILE] = p->mobile;
	out->cells[COLUMN_FIRST_NAME] = p->first_name;
	out->cells[COLUMN_LAST_NAME] = p->last_name;
	out->cells[COLUMN_ADDRESS] = p->address;
	out->cells[COLUMN_CITY] = p->city;
	out->cells[COLUMN_STATE] = p->state;
	out->cells[COLUMN_POSTAL] = p->postal_code;
	if (p->birthdate != DAY_NONE && p->birthdate <= timestamp_day(as_of)) {
		day_format(&b, p->birthdate);
		out->cells[COLUMN_BIRTHDATE] = taken(a, &b);
	}
	out->cells[COLUMN_GEO] = geo_code(a, p);
	buf_release(&b);
}

void
contact_make(struct arena *a, const struct profile *p, int64_t as_of, struct str separator,
    struct contact *out)
{
	struct buf b = { 0 };

	*out = (struct contact){ 0 };
	make_person(a, p, as_of, out);
	out->cells[COLUMN_ID] = contact_id(a, p->id);
	out->cells[COLUMN_CUST_TYPE] = p->cust_type;
	if (p->is_loyal != TRI_ABSENT)
		out->cells[COLUMN_IS_LOYAL] = p->is_loyal == TRI_TRUE ? STR("True") : STR("False");
	out->cells[COLUMN_POINTS] = p->points;
	out->cells[COLUMN_PRODUCTS] = join(a, p->products, p->products_n, separator);
	out->cells[COLUMN_CATEGORIES] = join(a, p->categories, p->categories_n, separator);
	out->cells[COLUMN_MED_ID] = p->med_id;
	out->cells[COLUMN_BUDTENDER] = p->last_budtender;
	money_format(&b, p->total_spent);
	out->cells[COLUMN_SPENT] = taken(a, &b);
	buf_u64(&b, p->total_orders);
	out->cells[COLUMN_ORDERS] = taken(a, &b);
	out->cells[COLUMN_ORDERTYPE] = p->last_ordertype;
	out->cells[COLUMN_ORDERSTATUS] = p->last_orderstatus;
	if (p->last_orderdate != TIMESTAMP_NONE) {
		timestamp_format(&b, p->last_orderdate);
		out->cells[COLUMN_ORDERDATE] = taken(a, &b);
	}
	buf_release(&b);
}

uint32_t
contact_known(const struct contact *c)
{
	uint32_t known = 0;

	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		if (c->cells[i].n > 0)
			known |= UINT32_C(1) << i;
	return known;
}

void
contact_header(struct buf *b)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_z(b, columns[i].header);
	}
	buf_z(b, "\r\n");
}

/* "+" and 8 to 15 digits, the first not 0. */
static bool
is_e164(struct str s)
{
	if (s.n < 9 || s.n > 16 || s.p[0] != '+' || s.p[1] == '0')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return true;
}

void
contact_cell(struct buf *b, struct str s)
{
	struct buf guarded = { 0 };
	bool runs =
	    s.n > 0 && (memchr("=-@\t\r", s.p[0], 5) != NULL || (s.p[0] == '+' && !is_e164(s)));

	if (!runs) {
		csv_cell(b, s);
		return;
	}
	buf_char(&guarded, '\'');
	buf_str(&guarded, s);
	csv_cell(b, buf_view(&guarded));
	buf_release(&guarded);
}

void
contact_csv(struct buf *b, const struct contact *c)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		if (i > 0)
			buf_char(b, ',');
		if (is_number((enum contact_column)i))
			csv_cell(b, c->cells[i]);
		else
			contact_cell(b, c->cells[i]);
	}
	buf_z(b, "\r\n");
}

void
contact_segment_csv(struct buf *b, const struct contact *c)
{
	contact_cell(b, c->cells[COLUMN_EMAIL]);
	buf_char(b, ',');
	contact_cell(b, c->cells[COLUMN_MOBILE]);
	buf_char(b, ',');
	contact_cell(b, c->cells[COLUMN_ID]);
	buf_z(b, "\r\n");
}

void
contact_opt_out_csv(struct buf *b, struct str address, bool is_email)
{
	if (!is_email)
		buf_char(b, ',');
	/* with a ' before it, it would be another address, which nobody refused */
	csv_cell(b, address);
	buf_z(b, is_email ? ",,True,\r\n" : ",,True\r\n");
}

/* Writes ,"name": before a member; the first has no comma. */
static void
member_name(struct buf *b, struct str name)
{
	if (b->p[b->n - 1] != '{')
		buf_char(b, ',');
	buf_str(b, name);
}

bool
contact_is_member(const struct contact *c, uint32_t known, enum contact_column column)
{
	if ((column == COLUMN_EMAIL || column == COLUMN_MOBILE) && c->cells[column].n == 0)
		return false;
	return (known >> column & 1) != 0;
}

void
contact_json(struct buf *b, const struct contact *c, uint32_t known)
{
	buf_char(b, '{');
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		if (i == COLUMN_ID) {
			member_name(b, STR("\"extendedProperties\":"));
			buf_char(b, '{');
		}
		if (!contact_is_member(c, known, (enum contact_column)i))
			continue;
		member_name(b, columns[i].member);
		buf_json(b, c->cells[i]);
	}
	buf_z(b, "}}");
}

const char *
contact_field(enum contact_column column)
{
	return columns[column].field;
}

void
contact_fields(struct buf *b, const struct segment_set *rules)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		buf_printf(b, "%s,%s,%s,%s,%s\r\n", columns[i].header, columns[i].field,
		    columns[i].label, columns[i].type,
		    rule_fields_ask(rules, columns[i].rule_field) ? "yes" : "");
}
