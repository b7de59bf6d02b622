#include "erase/folded_diffs.h"

#include "account/account.h"
#include "base/file.h"
#include "base/num.h"
#include "delta/diff_file.h"
#include "delta/diff_line.h"
#include "erase/folded_text.h"
#include "erase/redact_order.h"
#include "lib/sha256.h"
#include "record/field.h"

struct diffs {
	const struct folded_diffs *f;
	struct arena a; /* of one line */
	struct json json;
	struct str id; /* of the diff at hand */
	struct buf out, changes, side;
	bool is_changed;
	uint64_t gone; /* lines */
	struct err *e;
};

static void
keep(struct diffs *g, struct str line)
{
	buf_str(&g->out, line);
	buf_char(&g->out, '\n');
}

/* ---- One change */

static struct str
member(struct diffs *g, uint32_t object, const char *name)
{
	return json_find_text(&g->a, &g->json, object, name);
}

/* Ids may be numbers, too. */
static bool
names_another(struct diffs *g, uint32_t value)
{
	struct str id;

	return field_id(&g->a, &g->json, value, &id) == FIELD_IS_READ &&
	       !folded_names_is(g->f->names, id);
}

/* A side of a change, as it may stay, into g->side.  Returns: false if nothing of it may. */
static bool
read_side(struct diffs *g, struct str path, uint32_t value, bool is_order, bool is_theirs)
{
	struct redactor *r = g->f->names->r;
	struct str text = json_raw(&g->json, value);

	buf_reset(&g->side);
	if (!is_theirs) {
		if (!redact_change(r, is_order, path, text, &g->side))
			buf_str(&g->side, text);
		return true;
	}
	if (str_eq(path, STR("/customerId"))) {
		buf_str(&g->side, text);
		return names_another(g, value);
	}
	if (!redact_order_member(&g->a, path, text, &g->side))
		return false;
	if (redact_tells(r, buf_view(&g->side))) {
		buf_reset(&g->side);
		buf_z(&g->side, "null");
	}
	return true;
}

static void
put_change(struct diffs *g, uint32_t change, bool is_order, bool is_theirs)
{
	static const char *const sides[] = { "before", "after" };
	struct str path = member(g, change, "path"), kept[2] = { { 0 }, { 0 } };

	if (redact_tells(g->f->names->r, path))
		return;
	for (size_t i = 0; i < 2; i++) {
		uint32_t at = json_find(&g->json, change, str_c(sides[i]));

		if (at != 0 && read_side(g, path, at, is_order, is_theirs))
			kept[i] = str_copy(&g->a, buf_view(&g->side));
	}
	if ((kept[0].n == 0 && kept[1].n == 0) || (is_theirs && str_eq(kept[0], kept[1])))
		return;
	buf_z(&g->changes, g->changes.n == 1 ? "{\"path\":" : ",{\"path\":");
	buf_json(&g->changes, path);
	for (size_t i = 0; i < 2; i++)
		if (kept[i].n > 0) {
			buf_printf(&g->changes, ",\"%s\":", sides[i]);
			buf_str(&g->changes, kept[i]);
		}
	buf_char(&g->changes, '}');
}

/* What stays of the changes into g->changes, a list. */
static void
put_changes(struct diffs *g, uint32_t list, bool is_order, bool is_theirs)
{
	const struct json_node *n = g->json.nodes;

	buf_reset(&g->changes);
	buf_char(&g->changes, '[');
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next)
		if (n[i].kind == JSON_OBJECT)
			put_change(g, i, is_order, is_theirs);
	buf_char(&g->changes, ']');
}

/* ---- One line */

static uint32_t
number_of(struct diffs *g, uint32_t object, const char *name)
{
	uint32_t at = json_find(&g->json, object, str_c(name));
	uint64_t v = 0;

	if (at != 0)
		(void)!num_u64(json_raw(&g->json, at), &v);
	return (uint32_t)v;
}

static struct diff_line_place
place_of(struct diffs *g, uint32_t object, struct str snapshot)
{
	struct str page = member(g, object, "page");

	if (page.n > 0)
		page = folded_names_page(g->f->names, snapshot, page);
	return (struct diff_line_place){ page, number_of(g, object, "index") };
}

/* The line anew; it goes if it tells of a change of which nothing stays. */
static void
put_record(struct diffs *g, struct str line, bool is_order, bool is_theirs)
{
	uint32_t changes = json_find(&g->json, 0, STR("changes"));
	uint32_t previous = json_find(&g->json, 0, STR("previous"));
	struct diff_line_parts x = { .entity = is_order ? ENTITY_ORDER : ENTITY_CUSTOMER,
		.id = member(g, 0, "id"),
		.op = str_z(&g->a, member(g, 0, "op")),
		.now = place_of(g, 0, g->id) };

	if (previous != 0) {
		x.previous_snapshot = member(g, previous, "snapshot");
		x.previous = place_of(g, previous, x.previous_snapshot);
	}
	if (changes != 0) {
		put_changes(g, changes, is_order, is_theirs);
		x.changes = buf_view(&g->changes);
	}
	if (changes != 0 && x.changes.n == 2) {
		g->gone++;
		return;
	}
	buf_reset(&g->side);
	diff_line_write(&g->side, &x);
	g->is_changed = g->is_changed || !str_eq(str_of(g->side.p, g->side.n - 1), line);
	buf_str(&g->out, buf_view(&g->side));
}

static bool
is_about_them(const struct diffs *g, bool is_order, struct str id)
{
	if (is_order)
		return folded_names_removes(g->f->names, id);
	return folded_names_is(g->f->names, id);
}

/* Whether the line can be kept without another look. */
static bool
is_plain(struct diffs *g, struct str line)
{
	return g->f->names->pages.n <= 1 && !redact_tells(g->f->names->r, line);
}

/* The last line: unknown fields that are called after them. */
static void
put_end(struct diffs *g, struct str line)
{
	uint32_t list = json_find(&g->json, 0, STR("unknown_fields"));
	const struct json_node *n = g->json.nodes;
	uint64_t gone = g->gone + number_of(g, 0, "redacted");
	bool is_first = true;

	if (list == 0 || n[list].kind != JSON_ARRAY ||
	    (g->gone == 0 && !redact_tells(g->f->names->r, line))) {
		keep(g, line);
		return;
	}
	g->is_changed = true;
	buf_add(&g->out, line.p, n[list].at);
	buf_char(&g->out, '[');
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		if (redact_tells(g->f->names->r, json_raw(&g->json, i)))
			continue;
		if (!is_first)
			buf_char(&g->out, ',');
		is_first = false;
		buf_str(&g->out, json_raw(&g->json, i));
	}
	buf_char(&g->out, ']');
	if (gone > 0)
		buf_printf(&g->out, ",\"redacted\":%llu", (unsigned long long)gone);
	buf_z(&g->out, "}\n");
}

/* The first line: the digest of the diff before may be another. */
static void
put_first(struct diffs *g, struct str line)
{
	const struct folded_digest *before =
	    folded_digests_find(g->f->digests, member(g, 0, "previous"));
	uint32_t at = json_find(&g->json, 0, STR("previous_diff_sha256"));

	if (before == NULL || before->diff.n == 0 || at == 0) {
		keep(g, line);
		return;
	}
	g->is_changed = true;
	buf_add(&g->out, line.p, g->json.nodes[at].at);
	buf_json(&g->out, before->diff);
	buf_str(&g->out, str_from(line, g->json.nodes[at].at + g->json.nodes[at].len));
	buf_char(&g->out, '\n');
}

static int
take_line(void *context, struct str line, struct err *e)
{
	struct diffs *g = context;
	struct json_fault fault;
	struct str type, id;
	bool is_order, is_theirs;

	arena_reset(&g->a);
	if (!json_read(&g->json, line, &fault) || g->json.nodes[0].kind != JSON_OBJECT)
		return err_set(e, ERR_DAMAGED, "a line of it cannot be read");
	type = member(g, 0, "type");
	if (type.n > 0) {
		(str_eq(type, STR("end")) ? put_end : put_first)(g, line);
		return 0;
	}
	is_order = str_eq(member(g, 0, "entity"), STR("order"));
	id = member(g, 0, "id");
	is_theirs = is_order && folded_names_ordered(g->f->names, id);
	if (is_about_them(g, is_order, id)) {
		g->gone++;
		g->is_changed = true;
	} else if (!is_theirs && is_plain(g, line)) {
		keep(g, line);
	} else {
		put_record(g, line, is_order, is_theirs);
	}
	return 0;
}

/* ---- One diff */

static int
save(struct diffs *g, const char *path)
{
	struct folded_digest *x = folded_digests_put(g->f->digests, g->id);
	struct buf packed = { 0 };
	int rc;

	x->diff = str_copy(&g->f->digests->arena, str_c(sha256_of(buf_view(&g->out)).hex));
	if (path == NULL)
		return 0;
	diff_file_pack(buf_view(&g->out), &packed);
	rc = file_write(path, buf_view(&packed), g->e);
	buf_release(&packed);
	return rc;
}

static int
take_diff(struct diffs *g, struct folded_text *text, const char *from, const char *to)
{
	const struct folded_digest *was = folded_digests_find(g->f->was, g->id);

	buf_reset(&g->out);
	g->is_changed = false;
	g->gone = 0;
	if (folded_text_load(text, from, g->e) < 0)
		return -1;
	if (was != NULL && folded_digests_check(was->diff, buf_view(&text->text), g->e) < 0)
		return err_file(g->e, from);
	if (folded_text_lines(buf_view(&text->text), take_line, g, g->e) < 0)
		return err_file(g->e, from);
	if (g->is_changed || g->gone > 0)
		return save(g, to);
	return to == NULL ? 0 : folded_text_link(from, to, g->e);
}

static int
take_all(struct diffs *g, struct arena *a, const char *from, const char *to)
{
	struct folded_text text = { 0 };
	struct str *ids;
	size_t n;
	int rc = account_ids(a, from, STR(FOLDED_DIFF), &ids, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n && str_cmp(ids[i], g->f->start) <= 0; i++) {
		char *name = str_z(a, str_printf(a, "%.*s" FOLDED_DIFF, STR_ARG(ids[i])));

		g->id = ids[i];
		rc = take_diff(
		    g, &text, file_join(a, from, name), to == NULL ? NULL : file_join(a, to, name));
	}
	folded_text_release(&text);
	return rc;
}

int
folded_diffs_write(const struct folded_diffs *f, struct err *e)
{
	struct diffs g = { .f = f, .e = e };
	struct arena a = { 0 };
	char *to = f->to == NULL ? NULL : file_join(&a, f->to, "diffs");
	int rc = to == NULL ? 0 : dir_make_quick(to, e);

	if (rc == 0)
		rc = take_all(&g, &a, file_join(&a, f->from, "diffs"), to);
	json_release(&g.json);
	buf_release(&g.out);
	buf_release(&g.changes);
	buf_release(&g.side);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}
