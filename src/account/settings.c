#include "account/settings.h"

#include <errno.h>

#include "base/file.h"
#include "json/read.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "lib/sha256.h"
#include "lib/json_writer.h"

#define SETTINGS_LIMIT (UINT64_C(1) << 20)
#define SUPPRESS_LIMIT (UINT64_C(1) << 28)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What a value may be; the type decides the member it is stored in. */
enum kind {
	KIND_TEXT,      /* struct str */
	KIND_TEXTS,     /* list of struct str: pointer, then count */
	KIND_LOWER,     /* the same, in lower case, not empty */
	KIND_COUNT,     /* uint64_t within limits */
	KIND_PERCENT,   /* struct str: plain decimal, 0 to 100 */
	KIND_SPAN,      /* int64_t us */
	KIND_SPAN_TEXT, /* struct str */
	KIND_RECORD,    /* struct str, in settings.json of an export only */
	KIND_DAY,       /* struct str: YYYY-MM-DD */
	KIND_FLAG       /* bool */
};

static const char *const wanted[] = {
	[KIND_TEXT] = "a string",
	[KIND_TEXTS] = "a list of strings",
	[KIND_LOWER] = "a list of strings",
	[KIND_COUNT] = "a whole number",
	[KIND_PERCENT] = "a number from 0 to 100",
	[KIND_SPAN] = "a span of time like \"24h\" or \"7d\"",
	[KIND_SPAN_TEXT] = "a span of time like \"90d\"",
	[KIND_RECORD] = "a string",
	[KIND_DAY] = "a day like \"2018-01-01\"",
	[KIND_FLAG] = "true or false",
};

#define AT(member) offsetof(struct settings, member)

static const struct setting {
	const char *name;
	enum kind kind;
	size_t at, count_at;
	uint64_t least, most;
} table[] = {
	{ "base_url", KIND_TEXT, AT(flowhub.base_url), 0, 0, 0 },
	{ "client_id", KIND_TEXT, AT(flowhub.client_id), 0, 0, 0 },
	{ "api_key_file", KIND_TEXT, AT(flowhub.api_key_file), 0, 0, 0 },
	{ "ca_file", KIND_TEXT, AT(flowhub.ca_file), 0, 0, 0 },
	{ "locations", KIND_TEXTS, AT(flowhub.locations), AT(flowhub.locations_n), 0, 0 },
	{ "history_start", KIND_DAY, AT(flowhub.history_start), 0, 0, 0 },
	{ "overlap_days", KIND_COUNT, AT(flowhub.overlap_days), 0, 1, 3650 },
	{ "deep_days", KIND_COUNT, AT(flowhub.deep_days), 0, 1, 36500 },
	{ "deep_every", KIND_SPAN, AT(flowhub.deep_every), 0, 0, 0 },
	{ "full_orders_every", KIND_SPAN, AT(flowhub.full_orders_every), 0, 0, 0 },
	{ "full_customers_every", KIND_SPAN, AT(flowhub.full_customers_every), 0, 0, 0 },
	{ "window_days", KIND_COUNT, AT(flowhub.window_days), 0, 1, 3650 },
	{ "page_size", KIND_COUNT, AT(flowhub.page_size), 0, 1, 10000 },
	{ "min_interval_ms", KIND_COUNT, AT(flowhub.min_interval_ms), 0, 0, 3600000 },
	{ "timeout_s", KIND_COUNT, AT(flowhub.timeout_s), 0, 1, 3600 },
	{ "retries", KIND_COUNT, AT(flowhub.retries), 0, 0, 100 },
	{ "stale_after", KIND_SPAN, AT(flowhub.stale_after), 0, 0, 0 },
	{ "completed_statuses", KIND_LOWER, AT(ledger.completed_statuses), AT(ledger.completed_n),
	    1, 0 },
	{ "placeholder_emails", KIND_LOWER, AT(ledger.placeholder_emails), AT(ledger.placeholder_n),
	    0, 0 },
	{ "min_age", KIND_COUNT, AT(export.min_age), 0, 0, 150 },
	{ "suppress", KIND_TEXT, AT(suppress), 0, 0, 0 },
	{ "suppress_sha256", KIND_RECORD, AT(suppress_sha256), 0, 0, 0 },
	{ "list_separator", KIND_TEXT, AT(export.list_separator), 0, 1, 0 },
	{ "csv_bom", KIND_FLAG, AT(export.csv_bom), 0, 0, 0 },
	{ "segment_lists", KIND_FLAG, AT(export.segment_lists), 0, 0, 0 },
	{ "breaker_percent", KIND_PERCENT, AT(ledger.breaker_percent), 0, 0, 0 },
	{ "retention", KIND_SPAN_TEXT, AT(retention), 0, 0, 0 },
};

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
		.ledger = { completed, COUNT(completed), placeholders, COUNT(placeholders), NULL, 0,
		    STR("10") },
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
	};
}

struct parser {
	struct settings *s;
	struct json json;
	const char *file;
	bool is_record; /* settings.json of an export */
	struct err *e;
};

static int
fail_at(struct parser *p, size_t at)
{
	unsigned line, column;

	json_place(p->json.text, at, &line, &column);
	err_file(p->e, p->file);
	return err_place(p->e, line, column);
}

static int
wrong_type(struct parser *p, const struct setting *t, uint32_t value)
{
	if (t->kind == KIND_COUNT)
		err_set(p->e, ERR_SETTINGS, "'%s' takes a whole number from %llu to %llu", t->name,
		    (unsigned long long)t->least, (unsigned long long)t->most);
	else
		err_set(p->e, ERR_SETTINGS, "'%s' takes %s%s", t->name, wanted[t->kind],
		    t->kind == KIND_LOWER && t->least > 0 ? ", at least one" : "");
	return fail_at(p, p->json.nodes[value].at);
}

static void *
member_at(struct settings *s, size_t at)
{
	return (char *)s + at;
}

/* False if it is no list of texts. */
static bool
read_texts(struct parser *p, const struct setting *t, uint32_t value)
{
	const struct json_node *n = p->json.nodes;
	struct str *list;
	size_t count = 0;

	if (n[value].kind != JSON_ARRAY || n[value].count < t->least)
		return false;
	list = arena_array(&p->s->arena, n[value].count, sizeof(*list));
	for (uint32_t i = value + 1; i < n[value].next; i = n[i].next) {
		struct str text;

		if (n[i].kind != JSON_STRING)
			return false;
		text = str_trim(json_text(&p->s->arena, &p->json, i));
		list[count++] = t->kind == KIND_LOWER ? str_lower(&p->s->arena, text)
		                                      : str_copy(&p->s->arena, text);
	}
	*(const struct str **)member_at(p->s, t->at) = list;
	*(size_t *)member_at(p->s, t->count_at) = count;
	return true;
}

static bool
read_text(struct parser *p, const struct setting *t, uint32_t value)
{
	struct str text;
	int64_t span;
	int32_t day;

	if (p->json.nodes[value].kind != JSON_STRING)
		return false;
	text = str_copy(&p->s->arena, json_text(&p->s->arena, &p->json, value));
	if ((t->kind == KIND_TEXT && text.n < t->least) ||
	    (t->kind == KIND_DAY && !day_parse(text, &day)) ||
	    (t->kind == KIND_SPAN_TEXT && !span_parse(text, &span)))
		return false;
	*(struct str *)member_at(p->s, t->at) = text;
	return true;
}

static bool
read_number(struct parser *p, const struct setting *t, uint32_t value)
{
	struct str raw = json_raw(&p->json, value), plain;
	uint64_t n;

	if (p->json.nodes[value].kind != JSON_NUMBER)
		return false;
	if (t->kind == KIND_PERCENT) {
		if (!decimal_plain(&p->s->arena, raw, &plain) || plain.p[0] == '-' ||
		    decimal_cmp(plain, STR("100")) > 0)
			return false;
		*(struct str *)member_at(p->s, t->at) = str_copy(&p->s->arena, plain);
		return true;
	}
	if (!num_u64(raw, &n) || n < t->least || n > t->most)
		return false;
	*(uint64_t *)member_at(p->s, t->at) = n;
	return true;
}

static bool
read_value(struct parser *p, const struct setting *t, uint32_t value)
{
	enum json_kind kind = (enum json_kind)p->json.nodes[value].kind;

	switch (t->kind) {
	case KIND_TEXTS:
	case KIND_LOWER:
		return read_texts(p, t, value);
	case KIND_COUNT:
	case KIND_PERCENT:
		return read_number(p, t, value);
	case KIND_FLAG:
		*(bool *)member_at(p->s, t->at) = kind == JSON_TRUE;
		return kind == JSON_TRUE || kind == JSON_FALSE;
	case KIND_SPAN:
		return kind == JSON_STRING &&
		       span_parse(json_text(&p->s->arena, &p->json, value), member_at(p->s, t->at));
	case KIND_TEXT:
	case KIND_RECORD:
	case KIND_DAY:
	case KIND_SPAN_TEXT:
		break;
	}
	return read_text(p, t, value);
}

static int
read_member(struct parser *p, uint32_t name, uint32_t value)
{
	struct str text = json_text(&p->s->arena, &p->json, name);

	for (size_t i = 0; i < COUNT(table); i++) {
		if (!str_eq(text, str_c(table[i].name)) ||
		    (table[i].kind == KIND_RECORD && !p->is_record))
			continue;
		/* null is "as if it were not there" */
		if (p->json.nodes[value].kind != JSON_NULL && !read_value(p, &table[i], value))
			return wrong_type(p, &table[i], value);
		return 0;
	}
	err_set(p->e, ERR_SETTINGS, "no such setting: '%.*s'", STR_ARG(text));
	err_advise(p->e, "The settings are listed in flowstory.json(5).");
	return fail_at(p, p->json.nodes[name].at);
}

static int
read_all(struct parser *p, struct str text)
{
	struct json_fault fault;
	const struct json_node *n;

	if (!json_read(&p->json, text, &fault)) {
		err_set(p->e, ERR_SETTINGS, "%s", fault.what);
		p->json.text = text;
		return fail_at(p, fault.at);
	}
	n = p->json.nodes;
	if (n[0].kind != JSON_OBJECT) {
		err_set(p->e, ERR_SETTINGS, "the settings must be one JSON object");
		return fail_at(p, n[0].at);
	}
	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next)
		if (read_member(p, i, n[i].next) < 0)
			return -1;
	return 0;
}

static int
parse(struct settings *s, const char *file, struct str text, bool is_record, struct err *e)
{
	struct parser p = { .s = s, .file = file, .is_record = is_record, .e = e };
	int rc;

	set_defaults(s);
	rc = read_all(&p, text);
	json_release(&p.json);
	return rc;
}

int
settings_parse(struct settings *s, const char *file, struct str text, struct err *e)
{
	return parse(s, file, text, false, e);
}

int
settings_parse_record(struct settings *s, const char *file, struct str text, struct err *e)
{
	return parse(s, file, text, true, e);
}

void
settings_suppress(struct settings *s, struct str text)
{
	intern_release(&s->export.suppressed);
	s->export.suppress_text = str_copy(&s->arena, text);
	s->suppress_sha256 =
	    text.n == 0 ? (struct str){ 0 } : str_copy(&s->arena, str_c(sha256_of(text).hex));
	s->export.suppress_unread = suppress_read(text, &s->export.suppressed);
}

/* A relative path starts at the account. */
static int
load_suppress(struct settings *s, const char *account, struct err *e)
{
	char *path = str_z(&s->arena, s->suppress);
	struct str text;

	if (s->suppress.n == 0)
		return 0;
	if (path[0] != '/')
		path = file_join(&s->arena, account, path);
	if (file_load(&s->arena, path, SUPPRESS_LIMIT, &text, e) < 0) {
		e->kind = ERR_SETTINGS;
		err_wrap(e, "the suppression list");
		return err_advise(e, "Nothing is exported until the suppression list can be read.");
	}
	if (!suppress_is_text(text)) {
		err_set(e, ERR_SETTINGS,
		    "the suppression list '%s' is not text: it holds zero bytes", path);
		return err_advise(
		    e, "Save it as text, in UTF-8 or UTF-16, and run the command again.");
	}
	settings_suppress(s, text);
	return 0;
}

int
settings_load(struct settings *s, const char *account, struct err *e)
{
	struct arena a = { 0 };
	struct err missing = ERR_INIT;
	struct str text;
	int rc = file_load(
	    &a, file_join(&a, account, "flowstory.json"), SETTINGS_LIMIT, &text, &missing);

	set_defaults(s);
	if (rc == 0) {
		rc = settings_parse(s, "flowstory.json", text, e);
		s->has_file = true;
	} else if (missing.sys == ENOENT) {
		rc = 0;
	} else {
		*e = missing;
		e->kind = ERR_SETTINGS;
	}
	if (rc == 0)
		rc = load_suppress(s, account, e);
	arena_release(&a);
	return rc;
}

static void
add_texts(struct doc *d, const char *name, const struct str *list, size_t n)
{
	struct doc *x = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		doc_text(x, NULL, list[i]);
}

static void
add_profile_settings(const struct settings *s, struct doc *d)
{
	add_texts(d, "completed_statuses", s->ledger.completed_statuses, s->ledger.completed_n);
	add_texts(d, "placeholder_emails", s->ledger.placeholder_emails, s->ledger.placeholder_n);
}

static void
add_contact_settings(const struct settings *s, struct doc *d)
{
	doc_u64(d, "min_age", s->export.min_age);
	if (s->suppress_sha256.n > 0)
		doc_text(d, "suppress_sha256", s->suppress_sha256);
	doc_text(d, "list_separator", s->export.list_separator);
}

void
settings_record(const struct settings *s, struct buf *b)
{
	struct doc *d = doc_object();

	add_profile_settings(s, d);
	add_contact_settings(s, d);
	doc_bool(d, "csv_bom", s->export.csv_bom);
	doc_bool(d, "segment_lists", s->export.segment_lists);
	doc_raw(d, "breaker_percent", s->ledger.breaker_percent);
	doc_print(d, b);
	doc_free(d);
}

static struct str
print_part(
    const struct settings *s, struct arena *a, void (*add)(const struct settings *, struct doc *))
{
	struct doc *d = doc_object();
	struct buf b = { 0 };
	struct str text;

	add(s, d);
	doc_print_line(d, &b);
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	doc_free(d);
	return text;
}

struct str
settings_of_profiles(const struct settings *s, struct arena *a)
{
	return print_part(s, a, add_profile_settings);
}

struct str
settings_of_contacts(const struct settings *s, struct arena *a)
{
	return print_part(s, a, add_contact_settings);
}

void
settings_release(struct settings *s)
{
	intern_release(&s->export.suppressed);
	arena_release(&s->arena);
	*s = (struct settings){ 0 };
}
