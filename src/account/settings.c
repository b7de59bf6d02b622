#include "account/settings.h"

#include <assert.h>

#include "base/num.h"
#include "base/timestamp.h"
#include "base/zone.h"
#include "bases/retention.h"
#include "flowhub/client.h"
#include "http/url.h"
#include "json/object.h"
#include "record/normalize.h"
#include "settings_table.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const wanted[] = {
	[KIND_TEXT] = "a string",
	[KIND_URL] = "a string",
	[KIND_FILLED] = "a string that is not empty",
	[KIND_ID] = "a string or a whole number",
	[KIND_SEPARATOR] =
	    ("a string of punctuation like \";\", without letters, digits, quotes or "
	     "line ends"),
	[KIND_TEXTS] = "a list of strings",
	[KIND_LOWER] = "a list of strings",
	[KIND_EMAILS] = "a list of email addresses",
	[KIND_MOBILES] = "a list of mobile numbers like \"+13035550123\"",
	[KIND_COUNT] = "a whole number",
	[KIND_PERCENT] = "a number from 0 to 100",
	[KIND_SPAN] = "a span of time like \"24h\" or \"7d\"",
	[KIND_RETENTION] = "a span like \"90d\", or an object as in flowstory.json(5)",
	[KIND_DAY] = "a day like \"2018-01-01\"",
	[KIND_FLAG] = "true or false",
	[KIND_ZONE] = "a time zone of this machine like \"America/Denver\"",
	[KIND_NAME] = "a name of letters and digits",
};

#define AT(member) offsetof(struct settings, member)

static const struct setting table[] = {
	{ "base_url", KIND_URL, AT(flowhub.base_url), 0, 0, 0, NULL },
	{ "client_id", KIND_ID, AT(flowhub.client_id), 0, 0, 0, NULL },
	{ "api_key_file", KIND_TEXT, AT(flowhub.api_key_file), 0, 0, 0, NULL },
	{ "ca_file", KIND_TEXT, AT(flowhub.ca_file), 0, 0, 0, NULL },
	{ "locations", KIND_TEXTS, AT(flowhub.locations), AT(flowhub.locations_n), 0, 0, NULL },
	{ "history_start", KIND_DAY, AT(flowhub.history_start), 0, 0, 0, NULL },
	{ "overlap_days", KIND_COUNT, AT(flowhub.overlap_days), 0, 1, 3650, NULL },
	{ "deep_days", KIND_COUNT, AT(flowhub.deep_days), 0, 1, 36500, NULL },
	{ "deep_every", KIND_SPAN, AT(flowhub.deep_every), 0, 0, 0, NULL },
	{ "full_orders_every", KIND_SPAN, AT(flowhub.full_orders_every), 0, 0, 0, NULL },
	{ "full_customers_every", KIND_SPAN, AT(flowhub.full_customers_every), 0, 0, 0, NULL },
	{ "window_days", KIND_COUNT, AT(flowhub.window_days), 0, 1, 3650, NULL },
	{ "page_size", KIND_COUNT, AT(flowhub.page_size), 0, 1, 10000, NULL },
	{ "min_interval_ms", KIND_COUNT, AT(flowhub.min_interval_ms), 0, 0, 3600000, NULL },
	{ "timeout_s", KIND_COUNT, AT(flowhub.timeout_s), 0, 1, 3600, NULL },
	{ "retries", KIND_COUNT, AT(flowhub.retries), 0, 0, 100, NULL },
	{ "stale_after", KIND_SPAN, AT(flowhub.stale_after), 0, 0, 0, NULL },
	{ "completed_statuses", KIND_LOWER, AT(records.completed_statuses), AT(records.completed_n),
	    1, 0, "[\"sold\",\"completed\"]" },
	{ "placeholder_emails", KIND_EMAILS, AT(records.placeholder_emails),
	    AT(records.placeholder_n), 0, 0,
	    "[\"none@none.com\",\"noemail@noemail.com\",\"no@email.com\",\"na@na.com\",\"test@test."
	    "com\"]" },
	{ "placeholder_mobiles", KIND_MOBILES, AT(records.placeholder_mobiles),
	    AT(records.placeholder_mobiles_n), 0, 0, "[]" },
	{ "min_age", KIND_COUNT, AT(export.min_age), 0, 0, 150, "0" },
	{ "suppress", KIND_TEXT, AT(suppress), 0, 0, 0, "" },
	{ "list_separator", KIND_SEPARATOR, AT(export.list_separator), 0, 1, 0, "\";\"" },
	{ "csv_bom", KIND_FLAG, AT(export.csv_bom), 0, 0, 0, "false" },
	{ "segment_lists", KIND_FLAG, AT(export.segment_lists), 0, 0, 0, "false" },
	{ "breaker_percent", KIND_PERCENT, AT(records.breaker_percent), 0, 0, 0, "10" },
	{ "metrics_file", KIND_FILLED, AT(metrics_file), 0, 0, 0, NULL },
	{ "on_end", KIND_FILLED, AT(on_end), 0, 0, 0, NULL },
	{ "retention", KIND_RETENTION, AT(retention), 0, 0, 0, NULL },
	{ "report", KIND_FLAG, AT(report), 0, 0, 0, NULL },
	{ "time_zone", KIND_ZONE, AT(time_zone), 0, 1, 0, NULL },
	{ "limit_dir", KIND_FILLED, AT(flowhub.limit_dir), 0, 0, 0, NULL },
};

/* The table above first. */
#define ALL (COUNT(table) + SETTINGS_PUSH_MOST)

static const struct setting *
setting_at(size_t i)
{
	return i < COUNT(table) ? &table[i] : &settings_push_table[i - COUNT(table)];
}

static const struct str completed[] = { { "sold", 4 }, { "completed", 9 } };
static const struct str placeholders[] = {
	{ "none@none.com", 13 },
	{ "noemail@noemail.com", 19 },
	{ "no@email.com", 12 },
	{ "na@na.com", 9 },
	{ "test@test.com", 13 },
};

static void
set_defaults(struct settings *s)
{
	*s = (struct settings){
		.records = { completed, COUNT(completed), placeholders, COUNT(placeholders), NULL,
		    0, STR("10") },
		.export = { .list_separator = STR(";") },
		.flowhub = { .base_url = STR("https://api.flowhub.co"),
		    .history_start = STR("2018-01-01"),
		    .overlap_days = 3,
		    .deep_days = 35,
		    .deep_every = 24 * TIMESTAMP_HOUR,
		    .full_orders_every = 7 * TIMESTAMP_DAY,
		    .full_customers_every = 24 * TIMESTAMP_HOUR,
		    .window_days = 7,
		    .page_size = 500,
		    .min_interval_ms = 300,
		    .timeout_s = 120,
		    .retries = 6,
		    .stale_after = 6 * TIMESTAMP_HOUR },
		.time_zone = STR("UTC"),
	};
	settings_push_defaults(&s->push);
	for (size_t i = 0, n = 0; i < COUNT(table); i++)
		if (table[i].otherwise != NULL)
			s->terms[n++] =
			    (struct settings_term){ table[i].name, str_c(table[i].otherwise) };
}

struct parser {
	struct settings *s;
	struct object object;
	bool is_term; /* the settings in terms/: no others, and a value is not judged again */
};

static bool
is_whole(struct str digits)
{
	for (size_t i = 0; i < digits.n; i++)
		if (!ascii_digit(digits.p[i]))
			return false;
	return true;
}

static bool
is_push(const struct setting *t)
{
	return t >= settings_push_table && t < settings_push_table + SETTINGS_PUSH_MOST;
}

/* Only its quotes are wrong. */
static bool
is_quoted(struct parser *p, const struct setting *t, uint32_t value)
{
	struct str text;

	if (p->object.json.nodes[value].kind != JSON_STRING)
		return false;
	text = json_text(&p->s->arena, &p->object.json, value);
	if (t->kind == KIND_FLAG)
		return str_eq(text, STR("true")) || str_eq(text, STR("false"));
	return t->kind == KIND_COUNT && text.n > 0 && is_whole(text);
}

static struct str
words_of(const struct setting *t, struct buf *b)
{
	if (t->kind == KIND_CHOICE)
		return settings_push_words(t, b);
	buf_z(b, wanted[t->kind]);
	if (t->kind == KIND_URL)
		buf_printf(b, " like \"%s\"", is_push(t) ? settings_push_example(t) : CLIENT_URL);
	if (t->kind == KIND_LOWER && t->least > 0)
		buf_z(b, ", at least one");
	return buf_view(b);
}

static int
wrong_type(struct parser *p, const struct setting *t, uint32_t value)
{
	struct buf b = { 0 };
	struct str words = words_of(t, &b);

	if (t->kind == KIND_COUNT)
		err_set(p->object.e, ERR_SETTINGS, "'%s' takes a whole number from %llu to %llu",
		    t->name, (unsigned long long)t->least, (unsigned long long)t->most);
	else
		err_set(p->object.e, ERR_SETTINGS, "'%s' takes %.*s", t->name, STR_ARG(words));
	buf_release(&b);
	if (is_quoted(p, t, value))
		err_advise(p->object.e, "Write it without quotes.");
	return object_fail(&p->object, value);
}

static void *
member_of(struct settings *s, const struct setting *t)
{
	return is_push(t) ? (char *)&s->push + t->at : (char *)s + t->at;
}

/* What a record's field with that text would say; empty: nothing. */
static struct str
read_entry(struct arena *a, enum settings_kind kind, struct str text)
{
	unsigned ignored = 0;

	if (kind == KIND_EMAILS)
		return normalize_email(a, text, NULL, 0, &ignored);
	if (kind == KIND_MOBILES)
		return normalize_mobile(a, text, &ignored);
	return kind == KIND_LOWER ? str_lower(a, text) : text;
}

/* An entry that nothing can equal does nothing. */
static int
fail_entry(struct parser *p, const struct setting *t, uint32_t node)
{
	err_set(p->object.e, ERR_SETTINGS, "'%s' takes %s, and this entry is not one", t->name,
	    wanted[t->kind]);
	return object_fail(&p->object, node);
}

/* Returns: 1; 0 if it is no list of texts; -1 if an entry is at fault. */
static int
read_texts(struct parser *p, const struct setting *t, uint32_t value)
{
	const struct json_node *n = p->object.json.nodes;
	struct str *list;
	size_t count = 0;

	if (n[value].kind != JSON_ARRAY || n[value].count < t->least)
		return 0;
	list = arena_array(&p->s->arena, n[value].count, sizeof(*list));
	for (uint32_t i = value + 1; i < n[value].next; i = n[i].next) {
		struct str text;

		if (n[i].kind != JSON_STRING)
			return 0;
		text = str_clean(&p->s->arena, json_text(&p->s->arena, &p->object.json, i));
		text = read_entry(&p->s->arena, t->kind, text);
		if (text.n > 0)
			list[count++] = str_copy(&p->s->arena, text);
		else if (!p->is_term)
			return fail_entry(p, t, i);
	}
	*(const struct str **)member_of(p->s, t) = list;
	*(size_t *)((char *)p->s + t->count_at) = count;
	return 1;
}

/* What a value of a list is made of cannot part it, nor can what ends a cell or a row. */
static bool
is_separator(struct str s)
{
	bool is_blank = true;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (ascii_digit(c) || ascii_lower(c) != ascii_upper(c) || c == '"' || c == '\n' ||
		    c == '\r' || c == '\0' || (unsigned char)c >= 0x80)
			return false;
		is_blank = is_blank && c == ' ';
	}
	return !is_blank;
}

static bool
read_text(struct parser *p, const struct setting *t, uint32_t value)
{
	struct str text;
	int32_t day;

	if (t->kind == KIND_ID && p->object.json.nodes[value].kind == JSON_NUMBER)
		text = json_raw(&p->object.json, value);
	else if (p->object.json.nodes[value].kind == JSON_STRING)
		text = json_text(&p->s->arena, &p->object.json, value);
	else
		return false;
	if (t->kind == KIND_ID && p->object.json.nodes[value].kind == JSON_NUMBER &&
	    !is_whole(text))
		return false;
	text = str_copy(&p->s->arena, text);
	if ((t->kind == KIND_SEPARATOR && !p->is_term && !is_separator(text)) ||
	    (t->kind == KIND_SEPARATOR && text.n == 0) ||
	    (t->kind == KIND_FILLED && (text.n == 0 || memchr(text.p, '\0', text.n) != NULL)) ||
	    (t->kind == KIND_ZONE && !zone_exists(text)) ||
	    (t->kind == KIND_NAME && !settings_push_is_name(text)) ||
	    (t->kind == KIND_DAY && !day_parse(text, &day)))
		return false;
	*(struct str *)member_of(p->s, t) = text;
	return true;
}

static bool
read_number(struct parser *p, const struct setting *t, uint32_t value)
{
	struct str raw = json_raw(&p->object.json, value), plain;
	uint64_t n;

	if (p->object.json.nodes[value].kind != JSON_NUMBER)
		return false;
	if (t->kind == KIND_PERCENT) {
		if (!decimal_plain(&p->s->arena, raw, &plain) || plain.p[0] == '-' ||
		    decimal_cmp(plain, STR("100")) > 0)
			return false;
		*(struct str *)member_of(p->s, t) = str_copy(&p->s->arena, plain);
		return true;
	}
	if (!num_u64(raw, &n) || n < t->least || n > t->most)
		return false;
	*(uint64_t *)member_of(p->s, t) = n;
	return true;
}

/* Returns: 1; 0 if it is of another type; -1 if the type is right and the value is not. */
static int
read_value(struct parser *p, const struct setting *t, uint32_t value)
{
	enum json_kind kind = (enum json_kind)p->object.json.nodes[value].kind;
	bool is_plain;

	switch (t->kind) {
	case KIND_TEXTS:
	case KIND_LOWER:
	case KIND_EMAILS:
	case KIND_MOBILES:
		return read_texts(p, t, value);
	case KIND_COUNT:
	case KIND_PERCENT:
		return read_number(p, t, value);
	case KIND_FLAG:
		*(bool *)member_of(p->s, t) = kind == JSON_TRUE;
		return kind == JSON_TRUE || kind == JSON_FALSE;
	case KIND_CHOICE:
		return settings_push_choice(t, &p->object.json, value, member_of(p->s, t));
	case KIND_SPAN:
		return kind == JSON_STRING &&
		       span_parse(
		           json_text(&p->s->arena, &p->object.json, value), member_of(p->s, t));
	case KIND_RETENTION:
		p->s->retention = str_copy(&p->s->arena, json_raw(&p->object.json, value));
		return retention_check(p->s->retention);
	case KIND_URL:
		if (!read_text(p, t, value))
			return 0;
		if (url_check(*(struct str *)member_of(p->s, t), t->name,
		        is_push(t) ? settings_push_example(t) : CLIENT_URL, &is_plain,
		        p->object.e) == 0)
			return 1;
		return object_fail(&p->object, value);
	case KIND_TEXT:
	case KIND_FILLED:
	case KIND_ID:
	case KIND_SEPARATOR:
	case KIND_DAY:
	case KIND_ZONE:
	case KIND_NAME:
		break;
	}
	return read_text(p, t, value);
}

/* The value as it stands, for terms/; and where, for who finds that a file is missing. */
static void
note_value(struct parser *p, const struct setting *t, size_t number, uint32_t value)
{
	struct settings_place *place = &p->s->places[number];
	struct buf b = { 0 };

	*place = (struct settings_place){ .name = t->name, .file = p->object.file };
	json_place(
	    p->object.json.text, p->object.json.nodes[value].at, &place->line, &place->column);
	if (t->otherwise == NULL)
		return;
	json_compact(&b, &p->object.json, value);
	for (size_t i = 0; i < SETTINGS_TERMS; i++)
		if (p->s->terms[i].name == t->name)
			p->s->terms[i].json = str_copy(&p->s->arena, buf_view(&b));
	buf_release(&b);
}

static const char *
name_at(size_t i)
{
	return setting_at(i)->name;
}

static int
read_member(void *context, uint32_t name, uint32_t value)
{
	struct parser *p = context;
	struct str text = json_text(&p->s->arena, &p->object.json, name);

	for (size_t i = 0; i < ALL; i++) {
		const struct setting *t = setting_at(i);
		int rc;

		if (!str_eq(text, str_c(t->name)) || (p->is_term && t->otherwise == NULL))
			continue;
		/* null is "as if it were not there" */
		if (p->object.json.nodes[value].kind == JSON_NULL)
			return 0;
		rc = read_value(p, t, value);
		if (rc > 0)
			note_value(p, t, i, value);
		return rc > 0 ? 0 : rc < 0 ? -1 : wrong_type(p, t, value);
	}
	return object_unknown(&p->object, name, name_at, ALL, "flowstory.json(5)");
}

static int
parse(struct settings *s, const char *file, struct str text, bool is_term, struct err *e)
{
	struct parser p = { .s = s, .object = { .file = file, .e = e }, .is_term = is_term };
	int rc = object_read(&p.object, text, read_member, &p);

	object_release(&p.object);
	return rc;
}

int
settings_parse(struct settings *s, const char *file, struct str text, struct err *e)
{
	set_defaults(s);
	return parse(s, file, text, false, e);
}

int
settings_parse_over(struct settings *s, const char *file, struct str text, struct err *e)
{
	return parse(s, file, text, false, e);
}

int
settings_parse_terms(struct settings *s, const char *file, struct str text, struct err *e)
{
	set_defaults(s);
	return parse(s, file, text, true, e);
}

/* The name is the table's own. */
static const struct settings_place *
find_place(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < ALL; i++)
		if (strcmp(setting_at(i)->name, name) == 0)
			return &s->places[i];
	return NULL;
}

int
settings_fail(const struct settings *s, const char *name, struct err *e)
{
	const struct settings_place *place = find_place(s, name);

	assert(place != NULL);
	e->kind = ERR_SETTINGS;
	if (place->line == 0)
		return -1;
	err_file(e, place->file);
	return err_place(e, place->line, place->column);
}

void
settings_release(struct settings *s)
{
	intern_release(&s->export.suppressed);
	arena_release(&s->arena);
	*s = (struct settings){ 0 };
}
