#include "account/terms.h"

#include <assert.h>
#include <errno.h>

#include "account/settings_load.h"
#include "account/settings_suppress.h"
#include "base/file.h"
#include "json/fault.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define FORMAT 1
#define RULES_LIMIT (UINT64_C(1) << 22)

int
terms_rules(
    struct arena *a, const char *account, const char *file, struct segment_set *out, struct err *e)
{
	struct err missing = ERR_INIT;
	struct str text;
	const char *path = file != NULL ? file : file_join(a, account, "segments.json");

	if (file_load(a, path, RULES_LIMIT, &text, &missing) < 0) {
		if (file == NULL && missing.sys == ENOENT)
			return segment_parse(a, "built-in rules", segment_builtin(), out, e);
		*e = missing;
		e->kind = ERR_SETTINGS;
		return -1;
	}
	return segment_parse(a, file != NULL ? file : "segments.json", text, out, e);
}

/* ---- As a document */

/* The value at a node of ${j}, with its members in their order and its numbers by their digits. */
static void
add_node(struct arena *a, struct doc *d, const char *name, const struct json *j, uint32_t at)
{
	const struct json_node *n = j->nodes;
	enum json_kind kind = (enum json_kind)n[at].kind;
	struct doc *x;

	if (kind == JSON_STRING) {
		doc_text(d, name, json_text(a, j, at));
	} else if (kind == JSON_ARRAY) {
		x = doc_in_array(d, name);
		for (uint32_t i = at + 1; i < n[at].next; i = n[i].next)
			add_node(a, x, NULL, j, i);
	} else if (kind == JSON_OBJECT) {
		x = doc_in_object(d, name);
		for (uint32_t i = at + 1; i < n[at].next; i = n[n[i].next].next)
			add_node(a, x, str_z(a, json_text(a, j, i)), j, n[i].next);
	} else {
		doc_raw(d, name, json_raw(j, at));
	}
}

/* ${text} is JSON that was read before. */
static void
add_json(struct arena *a, struct doc *d, const char *name, struct str text)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool is_read = json_read(&j, text, &fault);

	assert(is_read);
	if (is_read)
		add_node(a, d, name, &j, 0);
	json_release(&j);
}

/* The members of a segment, in the contract's order. */
static void
add_segment(struct arena *a, struct doc *list, const struct json *j, uint32_t at)
{
	static const char *const names[] = { "name", "slug", "where" };
	struct doc *d = doc_in_object(list, NULL);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint32_t value = json_find(j, at, str_c(names[i]));

		if (value != 0)
			add_node(a, d, names[i], j, value);
	}
}

static void
add_rules(struct arena *a, struct doc *list, struct str text)
{
	struct json j = JSON_INIT;
	struct json_fault fault;

	if (json_read(&j, text, &fault))
		for (uint32_t i = 1; i < j.nodes[0].next; i = j.nodes[i].next)
			add_segment(a, list, &j, i);
	json_release(&j);
}

void
terms_print(const struct terms *t, struct str accepted, struct buf *b)
{
	struct arena a = { 0 };
	struct doc *d = doc_object();

	doc_u64(d, "format", FORMAT);
	add_json(&a, d, "settings", t->settings_text);
	add_rules(&a, doc_in_array(d, "rules"), t->rules.text);
	if (accepted.n > 0)
		doc_text(d, "accepted_mass_change", accepted);
	doc_print(d, b);
	doc_free(d);
	arena_release(&a);
}

/* ---- One text for one meaning: the state stores it, and must hold the same after a rebuild */

static struct str
print_settings(struct terms *t)
{
	const struct settings_term *list = t->settings.terms;
	struct doc *d = doc_object();
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < SETTINGS_TERMS; i++)
		if (list[i].json.n > 0)
			add_json(&t->arena, d, list[i].name, list[i].json);
	doc_print_line(d, &b);
	text = str_copy(&t->arena, buf_view(&b));
	buf_release(&b);
	doc_free(d);
	return text;
}

static int
complete(struct terms *t, struct str rules, struct err *e)
{
	struct buf b = { 0 };
	struct doc *d = doc_array();
	int rc;

	add_rules(&t->arena, d, rules);
	doc_print_line(d, &b);
	rc = segment_parse(&t->arena, "rules", buf_view(&b), &t->rules, e);
	t->settings_text = print_settings(t);
	buf_release(&b);
	doc_free(d);
	return rc;
}

int
terms_present(struct terms *t, const char *account, struct err *e)
{
	if (terms_present_unlisted(t, account, e) < 0)
		return -1;
	return settings_suppress_load(&t->settings, account, e);
}

int
terms_present_unlisted(struct terms *t, const char *account, struct err *e)
{
	struct segment_set rules;

	*t = (struct terms){ 0 };
	if (settings_load_file(&t->settings, account, e) < 0 ||
	    terms_rules(&t->arena, account, NULL, &rules, e) < 0)
		return -1;
	return complete(t, rules.text, e);
}

/* ---- terms/<id>.json */

static int
fail(const char *file, const char *what, struct err *e)
{
	err_set(e, ERR_SETTINGS, "%s", what);
	return err_file(e, file);
}

static int
parse_parts(
    struct terms *t, const char *file, const struct json *j, struct buf *scratch, struct err *e)
{
	uint32_t settings = json_find(j, 0, STR("settings")), rules = json_find(j, 0, STR("rules"));
	struct segment_set ignored;

	if (settings == 0 || rules == 0)
		return fail(file, "it lacks the settings or the rules", e);
	t->accepted = str_copy(&t->arena, json_find_text(&t->arena, j, 0, "accepted_mass_change"));
	json_compact(scratch, j, settings);
	if (settings_parse_terms(&t->settings, file, buf_view(scratch), e) < 0)
		return -1;
	buf_reset(scratch);
	json_compact(scratch, j, rules);
	if (segment_parse(&t->arena, file, buf_view(scratch), &ignored, e) < 0)
		return -1;
	return complete(t, ignored.text, e);
}

int
terms_parse(struct terms *t, const char *file, struct str text, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct buf scratch = { 0 };
	int rc;

	*t = (struct terms){ 0 };
	if (!json_read(&j, text, &fault)) {
		const struct fault x = fault_explain(text, &fault);

		fail(file, x.what, e);
		rc = err_place(e, x.line, x.column);
	} else if (j.nodes[0].kind != JSON_OBJECT) {
		rc = fail(file, "it is not the terms of a snapshot", e);
	} else {
		rc = parse_parts(t, file, &j, &scratch, e);
	}
	buf_release(&scratch);
	json_release(&j);
	return rc;
}

void
terms_release(struct terms *t)
{
	settings_release(&t->settings);
	arena_release(&t->arena);
	*t = (struct terms){ 0 };
}
