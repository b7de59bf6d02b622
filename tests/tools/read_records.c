/* Goal: what records say, as text, so that two readers of them can be compared.
 *
 * read_records TAKEN_AT reads "customer N" or "order N", a line end and N bytes of a record, again
 * and again, and prints a line of JSON for each.  The settings are those of the table below.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "record/normalize.h"
#include "record/record.h"

#define TABLE(list) (list), sizeof(list) / sizeof((list)[0])

static const struct str statuses[] = { { "sold", 4 }, { "completed", 9 } };
static const struct str emails[] = { { "none@none.com", 13 }, { "noemail@noemail.com", 19 },
	{ "no@email.com", 12 }, { "na@na.com", 9 }, { "test@test.com", 13 } };
static const struct str mobiles[] = { { "+17205550100", 12 }, { "+447911123456", 13 } };

struct tool {
	struct record_reader r;
	struct arena a;
	struct buf out;
	int64_t taken_at;
};

static void
put(struct tool *t, const char *name, struct str value)
{
	buf_printf(&t->out, "%s\"%s\":", t->out.p[t->out.n - 1] == '{' ? "" : ",", name);
	buf_json(&t->out, value);
}

static void
put_number(struct tool *t, const char *name, int64_t value)
{
	put(t, name, str_printf(&t->a, "%lld", (long long)value));
}

static void
put_time(struct tool *t, const char *name, int64_t us)
{
	put(t, name, us == TIMESTAMP_NONE ? STR("") : str_printf(&t->a, "%lld", (long long)us));
}

static void
put_drops(struct tool *t, const struct record_drops *d)
{
	buf_z(&t->out, ",\"drops\":[");
	for (size_t i = 0; i < d->n; i++) {
		buf_z(&t->out, i > 0 ? ",[" : "[");
		buf_json(&t->out, d->list[i].field);
		buf_char(&t->out, ',');
		buf_json(&t->out, d->list[i].value);
		buf_printf(&t->out, ",\"%s\"]", drop_reason_name(d->list[i].reason));
	}
	buf_char(&t->out, ']');
}

static void
put_profile(struct tool *t, const struct customer *c)
{
	const struct record_settings *s = t->r.settings;
	enum normalize_country country = normalize_country(&t->a, c->country);
	const struct phone_rules rules = { country == COUNTRY_OTHER, s->placeholder_mobiles,
		s->placeholder_mobiles_n };
	struct str first, last;
	struct buf day = { 0 };
	unsigned dropped = 0;
	int32_t born;

	normalize_name(&t->a, c->first_name, c->last_name, c->name, &first, &last);
	put(t, "first_name", first);
	put(t, "last_name", last);
	put(t, "email",
	    normalize_email(&t->a, c->email, s->placeholder_emails, s->placeholder_n, &dropped));
	put(t, "mobile", normalize_phone(&t->a, c->phone, &rules, &dropped));
	put(t, "address", normalize_address(&t->a, c->street1, c->street2));
	put(t, "state", normalize_state(&t->a, c->state));
	put(t, "postal_code", normalize_postal(&t->a, c->zip, country));
	put_number(t, "in_us", country == COUNTRY_US);
	born = normalize_birthdate(c->birth_date, &dropped);
	if (born != DAY_NONE && born <= timestamp_day(t->taken_at))
		day_format(&day, born);
	put(t, "birthdate", buf_view(&day));
	buf_release(&day);
}

static void
put_customer(struct tool *t, const struct customer *c)
{
	put(t, "id", c->id);
	put(t, "type", c->type);
	put(t, "city", c->city);
	put(t, "medId", c->med_id);
	put_number(t, "isLoyal", c->is_loyal);
	put_number(t, "mail_ok", c->email_consent_unread ? 9 : (int64_t)c->email_consent);
	put_number(t, "text_ok", c->text_consent_unread ? 9 : (int64_t)c->text_consent);
	put(t, "points", c->points);
	put_time(t, "created", c->created);
	put_profile(t, c);
	put_drops(t, &c->drops);
}

static void
put_order(struct tool *t, const struct order *o)
{
	struct order_kind k =
	    record_order_kind(t->r.settings, o->status, o->voided, o->undoes_sale, o->total);

	put(t, "id", o->id);
	put(t, "customer", o->customer);
	put(t, "status", o->status);
	put(t, "type", o->type);
	put(t, "budtender", o->budtender);
	put(t, "place", o->location);
	put_time(t, "created", o->created);
	put_time(t, "time", o->time);
	put(t, "total", o->has_total ? str_printf(&t->a, "%lld", (long long)o->total) : STR(""));
	put_number(t, "voided", o->voided);
	put_number(t, "completed", k.completed);
	put_number(t, "purchase", k.purchase);
	buf_z(&t->out, ",\"items\":[");
	for (size_t i = 0; i < o->items_n; i++) {
		buf_z(&t->out, i > 0 ? ",[" : "[");
		buf_json(&t->out, o->items[i].product);
		buf_char(&t->out, ',');
		buf_json(&t->out, o->items[i].category);
		buf_char(&t->out, ']');
	}
	buf_char(&t->out, ']');
	put_drops(t, &o->drops);
}

static void
show(struct tool *t, bool is_order, struct str text)
{
	struct record_fault f;
	struct customer c;
	struct order o;
	bool ok;

	arena_reset(&t->a);
	buf_reset(&t->out);
	buf_char(&t->out, '{');
	ok = is_order ? record_read_order(&t->r, &t->a, text, &o, &f)
	              : record_read_customer(&t->r, &t->a, text, &c, &f);
	if (!ok) {
		put(t, "fault", str_c(f.what != NULL ? f.what : f.field));
		put(t, "id", f.has_id ? f.id : STR(""));
	} else if (is_order) {
		put_order(t, &o);
	} else {
		put_customer(t, &c);
	}
	buf_z(&t->out, "}\n");
	fwrite(t->out.p, 1, t->out.n, stdout);
}

int
main(int argc, char **argv)
{
	static const struct record_settings settings = { TABLE(statuses), TABLE(emails),
		TABLE(mobiles), { "10", 2 } };
	struct intern words = { 0 };
	struct schema schema;
	struct tool t = { .r = { .schema = &schema, .settings = &settings } };
	char *text = NULL, kind[16];
	size_t n;

	if (argc != 2 || !timestamp_parse(str_c(argv[1]), &t.taken_at)) {
		fputs("usage: read_records TAKEN_AT <FRAMES\n", stderr);
		return 2;
	}
	schema_init(&schema);
	t.r.unknown.words = &words;
	t.r.taken_at = t.taken_at;
	while (scanf("%15s %zu", kind, &n) == 2) {
		text = mem_resize(text, n + 1, 1);
		if (getchar() != '\n' || fread(text, 1, n, stdin) != n)
			return 1;
		show(&t, kind[0] == 'o', str_of(text, n));
	}
	mem_free(text);
	record_reader_release(&t.r);
	intern_release(&words);
	arena_release(&t.a);
	buf_release(&t.out);
	return fflush(stdout) != 0 ? 1 : 0;
}
