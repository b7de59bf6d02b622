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
	KIND_RECORD,    /* struct str, in records of exports only */
	KIND_DAY,       /* struct str: YYYY-MM-DD */
	KIND_FLAG       /* bool */
};

static const char *const wanted[] = {
	[KIND_TEXT] = "a text",
	[KIND_TEXTS] = "a list of texts",
	[KIND_LOWER] = "a list of texts",
	[KIND_COUNT] = "a whole number",
	[KIND_PERCENT] = "a number from 0 to 100",
	[KIND_SPAN] = "a span of time like \"24h\" or \"7d\"",
	[KIND_SPAN_TEXT] = "a span of time like \"90d\"",
	[KIND_RECORD] = "a text",
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
		.ledger = { completed, COUNT(completed), placeholders, COUNT(placeholders),
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
		    .retries = 6 },
	};
}

struct reading {
	struct settings *s;
	struct json json;
	const char *file;
	bool is_record; /* of an export, not the user's */
	struct err *e;
};

static int
fail_at(struct reading *r, size_t at)
{
	unsigned line, column;

	json_place(r->json.text, at, &line, &column);
	err_file(r->e, r->file);
	return err_place(r->e, line, column);
}

static int
wrong_type(struct reading *r, const struct setting *t, uint32_t value)
{
	if (t->kind == KIND_COUNT)
		err_set(r->e, ERR_SETTINGS, "'%s' takes a whole number from %llu to %llu", t->name,
		    (unsigned long long)t->least, (unsigned long long)t->most);
	else
		err_set(r->e, ERR_SETTINGS, "'%s' takes %s%s", t->name, wanted[t->kind],
		    t->kind == KIND_LOWER && t->least > 0 ? ", at least one" : "");
	return fail_at(r, r->json.nodes[value].at);
}

static void *
member(struct settings *s, size_t at)
{
	return (char *)s + at;
}

/* A list of texts; false if it is none. */
static bool
read_texts(struct reading *r, const struct setting *t, uint32_t value)
{
	const struct json_node *n = r->json.nodes;
	struct str *list;
	size_t count = 0;

	if (n[value].kind != JSON_ARRAY || n[value].count < t->least)
		return false;
	list = arena_array(&r->s->arena, n[value].count, sizeof(*list));
	for (uint32_t i = value + 1; i < n[value].next; i = n[i].next) {
		struct str text;

		if (n[i].kind != JSON_STRING)
			return false;
		text = str_trim(json_text(&r->s->arena, &r->json, i));
		list[count++] = t->kind == KIND_LOWER ? str_lower(&r->s->arena, text)
		                                      : str_copy(&r->s->arena, text);
	}
	*(const struct str **)member(r->s, t->at) = list;
	*(size_t *)member(r->s, t->count_at) = count;
	return true;
}

static bool
read_text(struct reading *r, const struct setting *t, uint32_t value)
{
	struct str text;
	int64_t span;
	int32_t day;

	if (r->json.nodes[value].kind != JSON_STRING)
		return false;
	text = str_copy(&r->s->arena, json_text(&r->s->arena, &r->json, value));
	if ((t->kind == KIND_TEXT && text.n < t->least) ||
	    (t->kind == KIND_DAY && !day_parse(text, &day)) ||
	    (t->kind == KIND_SPAN_TEXT && !span_parse(text, &span)))
		return false;
	*(struct str *)member(r->s, t->at) = text;
	return true;
}

static bool
read_number(struct reading *r, const struct setting *t, uint32_t value)
{
	struct str raw = json_raw(&r->json, value), plain;
	uint64_t n;

	if (r->json.nodes[value].kind != JSON_NUMBER)
		return false;
	if (t->kind == KIND_PERCENT) {
		if (!decimal_plain(&r->s->arena, raw, &plain) || plain.p[0] == '-' ||
		    decimal_cmp(plain, STR("100")) > 0)
			return false;
		*(struct str *)member(r->s, t->at) = str_copy(&r->s->arena, plain);
		return true;
	}
	if (!num_u64(raw, &n) || n < t->least || n > t->most)
		return false;
	*(uint64_t *)member(r->s, t->at) = n;
	return true;
}

static bool
read_value(struct reading *r, const struct setting *t, uint32_t value)
{
	enum json_kind kind = (enum json_kind)r->json.nodes[value].kind;

	switch (t->kind) {
	case KIND_TEXTS:
	case KIND_LOWER:
		return read_texts(r, t, value);
	case KIND_COUNT:
	case KIND_PERCENT:
		return read_number(r, t, value);
	case KIND_FLAG:
		*(bool *)member(r->s, t->at) = kind == JSON_TRUE;
		return kind == JSON_TRUE || kind == JSON_FALSE;
	case KIND_SPAN:
		return kind == JSON_STRING &&
		       span_parse(json_text(&r->s->arena, &r->json, value), member(r->s, t->at));
	case KIND_TEXT:
	case KIND_RECORD:
	case KIND_DAY:
	case KIND_SPAN_TEXT:
		break;
	}
	return read_text(r, t, value);
}

static int
read_member(struct reading *r, uint32_t name, uint32_t value)
{
	struct str text = json_text(&r->s->arena, &r->json, name);

	for (size_t i = 0; i < COUNT(table); i++) {
		if (!str_eq(text, str_c(table[i].name)) ||
		    (table[i].kind == KIND_RECORD && !r->is_record))
			continue;
		/* null is "as if it were not there" */
		if (r->json.nodes[value].kind != JSON_NULL && !read_value(r, &table[i], value))
			return wrong_type(r, &table[i], value);
		return 0;
	}
	err_set(r->e, ERR_SETTINGS, "no such setting: '%.*s'", STR_ARG(text));
	err_advise(r->e, "The settings are listed in flowstory.json(5).");
	return fail_at(r, r->json.nodes[name].at);
}

static int
read_all(struct reading *r, struct str text)
{
	struct json_fault fault;
	const struct json_node *n;

	if (!json_read(&r->json, text, &fault)) {
		err_set(r->e, ERR_SETTINGS, "%s", fault.what);
		r->json.text = text;
		return fail_at(r, fault.at);
	}
	n = r->json.nodes;
	if (n[0].kind != JSON_OBJECT) {
		err_set(r->e, ERR_SETTINGS, "settings are one JSON object");
		return fail_at(r, n[0].at);
	}
	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next)
		if (read_member(r, i, n[i].next) < 0)
			return -1;
	return 0;
}

static int
parse(struct settings *s, const char *file, struct str text, bool is_record, struct err *e)
{
	struct reading r = { .s = s, .file = file, .is_record = is_record, .e = e };
	int rc;

	set_defaults(s);
	rc = read_all(&r, text);
	json_release(&r.json);
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
	suppress_read(text, &s->export.suppressed);
}

/* The list lies where the settings say, seen from the account. */
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
		err_wrap(e, "the list that 'suppress' names");
		return err_advise(e, "Nobody is exported while it cannot be "
		                     "read: it says whom not to write to.");
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
record_texts(struct doc *d, const char *name, const struct str *list, size_t n)
{
	struct doc *x = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		doc_text(x, NULL, list[i]);
}

static void
record_counting(const struct settings *s, struct doc *d)
{
	record_texts(d, "completed_statuses", s->ledger.completed_statuses, s->ledger.completed_n);
	record_texts(
	    d, "placeholder_emails", s->ledger.placeholder_emails, s->ledger.placeholder_n);
}

static void
record_choosing(const struct settings *s, struct doc *d)
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

	record_counting(s, d);
	record_choosing(s, d);
	doc_bool(d, "csv_bom", s->export.csv_bom);
	doc_bool(d, "segment_lists", s->export.segment_lists);
	doc_raw(d, "breaker_percent", s->ledger.breaker_percent);
	doc_print(d, b);
	doc_free(d);
}

static void
print_part(
    const struct settings *s, struct buf *b, void (*part)(const struct settings *, struct doc *))
{
	struct doc *d = doc_object();

	part(s, d);
	doc_print_line(d, b);
	doc_free(d);
}

void
settings_counting(const struct settings *s, struct buf *b)
{
	print_part(s, b, record_counting);
}

void
settings_choosing(const struct settings *s, struct buf *b)
{
	print_part(s, b, record_choosing);
}

void
settings_release(struct settings *s)
{
	intern_release(&s->export.suppressed);
	arena_release(&s->arena);
	*s = (struct settings){ 0 };
}
