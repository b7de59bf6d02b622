#include "snapshot/manifest.h"

#include "base/arena.h"
#include "json/fault.h"
#include "json/read.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "lib/json_writer.h"

static const char *const resources[] = { "locations", "customers", "customer", "orders" };
static const char *const scopes[] = { "all", "created", "updated", "id" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const char *
manifest_resource(enum resource r)
{
	return resources[r];
}

/* Every error names the manifest and the byte. */
struct parser {
	struct arena *a;
	struct json json;
	struct str file;
	struct err *e;
};

static int
fail_at(struct parser *r, uint32_t node, const char *what)
{
	err_set(r->e, ERR_DAMAGED, "%s", what);
	err_file(r->e, r->file.p);
	return err_byte(r->e, r->json.nodes[node].at);
}

/* Text of a member; a number counts as its digits (old accounts' location ids). */
static struct str
text_of(struct parser *r, uint32_t object, const char *name)
{
	uint32_t i = json_find(&r->json, object, str_c(name));

	if (i == 0)
		return (struct str){ 0 };
	if (r->json.nodes[i].kind == JSON_STRING)
		return str_trim(json_text(r->a, &r->json, i));
	if (r->json.nodes[i].kind == JSON_NUMBER)
		return json_raw(&r->json, i);
	return (struct str){ 0 };
}

static uint64_t
count_of(struct parser *r, uint32_t object, const char *name, bool *has)
{
	uint32_t i = json_find(&r->json, object, str_c(name));
	uint64_t v = 0;
	bool ok =
	    i != 0 && r->json.nodes[i].kind == JSON_NUMBER && num_u64(json_raw(&r->json, i), &v);

	if (has != NULL)
		*has = ok;
	return ok ? v : 0;
}

static int
index_of(struct str word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, str_c(list[i])))
			return (int)i;
	return -1;
}

static int
parse_scope(struct parser *r, uint32_t page, struct scope *out)
{
	uint32_t at = json_find(&r->json, page, STR("scope"));
	int kind;

	if (at == 0 || r->json.nodes[at].kind != JSON_OBJECT)
		return fail_at(r, page, "a page without a scope");
	kind = index_of(text_of(r, at, "kind"), scopes, COUNT(scopes));
	if (kind < 0)
		return fail_at(r, at, "an unknown kind of scope");
	*out = (struct scope){ .kind = (enum scope_kind)kind };
	if (out->kind == SCOPE_UPDATED)
		out->detail = text_of(r, at, "after");
	if (out->kind == SCOPE_ID)
		out->detail = text_of(r, at, "id");
	if (out->kind == SCOPE_CREATED && (!timestamp_parse(text_of(r, at, "from"), &out->from) ||
	                                      !timestamp_parse(text_of(r, at, "to"), &out->to)))
		return fail_at(r, at, "a created scope without from and to");
	return 0;
}

static bool
is_file_name(struct str path)
{
	return path.n > 0 && path.n < 256 && path.p[0] != '.' &&
	       memchr(path.p, '/', path.n) == NULL && memchr(path.p, '\0', path.n) == NULL;
}

static bool
is_sha256(struct str s)
{
	if (s.n != SHA256_HEX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return true;
}

static int
parse_page(struct parser *r, uint32_t at, struct manifest_page *out)
{
	int resource;

	if (r->json.nodes[at].kind != JSON_OBJECT)
		return fail_at(r, at, "a page that is not an object");
	*out = (struct manifest_page){
		.path = text_of(r, at, "path"),
		.location = text_of(r, at, "location"),
		.sha256 = text_of(r, at, "sha256"),
		.request = text_of(r, at, "request"),
		.fetched_at = text_of(r, at, "fetched_at"),
		.page = count_of(r, at, "page", NULL),
		.records = count_of(r, at, "records", NULL),
		.bytes = count_of(r, at, "bytes", NULL),
		.redacted = count_of(r, at, "redacted", NULL),
	};
	out->total = count_of(r, at, "total", &out->has_total);
	if (!is_file_name(out->path))
		return fail_at(r, at, "a page whose path is not a file name");
	if (!is_sha256(out->sha256))
		return fail_at(r, at, "a page without its sha256");
	resource = index_of(text_of(r, at, "resource"), resources, COUNT(resources));
	if (resource < 0)
		return fail_at(r, at, "a page of an unknown resource");
	out->resource = (enum resource)resource;
	return parse_scope(r, at, &out->scope);
}

static int
parse_pages(struct parser *r, struct manifest *out)
{
	uint32_t list = json_find(&r->json, 0, STR("pages"));
	uint32_t at;

	if (list == 0 || r->json.nodes[list].kind != JSON_ARRAY)
		return fail_at(r, 0, "it has no list of pages");
	out->n = r->json.nodes[list].count;
	out->pages = arena_zero(r->a, out->n, sizeof(*out->pages));
	at = list + 1;
	for (size_t i = 0; i < out->n; i++) {
		if (parse_page(r, at, &out->pages[i]) < 0)
			return -1;
		at = r->json.nodes[at].next;
	}
	return 0;
}

static int
parse_root(struct parser *r, struct str name, struct manifest *out)
{
	int64_t named;
	uint32_t format;

	if (r->json.nodes[0].kind != JSON_OBJECT)
		return fail_at(r, 0, "no object");
	format = json_find(&r->json, 0, STR("format"));
	if (format == 0 || !str_eq(json_raw(&r->json, format), STR("1")))
		return fail_at(r, 0, "its format is not 1");
	if (!timestamp_parse(text_of(r, 0, "taken_at"), &out->taken_at) ||
	    !timestamp_parse_id(name, &named) || out->taken_at != named)
		return fail_at(r, 0, "taken_at is not the time in its directory's name");
	out->finished_at = text_of(r, 0, "finished_at");
	out->tool = text_of(r, 0, "tool");
	out->source = text_of(r, 0, "source");
	out->erased_at = text_of(r, 0, "erased_at");
	return parse_pages(r, out);
}

int
manifest_parse(
    struct arena *a, struct str name, struct str text, struct manifest *out, struct err *e)
{
	struct parser r = { .a = a, .e = e };
	struct json_fault fault;
	int rc;

	*out = (struct manifest){ .sha256 = sha256_of(text) };
	r.file = str_printf(a, "snapshots/%.*s/manifest.json", STR_ARG(name));
	r.file.p = str_z(a, r.file);
	if (!json_read(&r.json, text, &fault)) {
		const struct fault x = fault_explain(text, &fault);

		json_release(&r.json);
		err_set(e, ERR_DAMAGED, "%s", x.what);
		err_file(e, r.file.p);
		err_place(e, x.line, x.column);
		return err_byte(e, x.at);
	}
	rc = parse_root(&r, name, out);
	json_release(&r.json);
	return rc;
}

static void
format_scope(struct doc *page, const struct scope *s)
{
	struct doc *d = doc_in_object(page, "scope");
	struct buf b = { 0 };

	doc_text(d, "kind", str_c(scopes[s->kind]));
	if (s->kind == SCOPE_CREATED) {
		timestamp_format_exact(&b, s->from);
		doc_text(d, "from", buf_view(&b));
		buf_reset(&b);
		timestamp_format_exact(&b, s->to);
		doc_text(d, "to", buf_view(&b));
	} else if (s->kind == SCOPE_UPDATED && s->detail.n > 0) {
		doc_text(d, "after", s->detail);
	} else if (s->kind == SCOPE_ID && s->detail.n > 0) {
		doc_text(d, "id", s->detail);
	}
	buf_release(&b);
}

static void
format_page(struct doc *pages, const struct manifest_page *p)
{
	struct doc *d = doc_in_object(pages, NULL);

	doc_text(d, "path", p->path);
	doc_text(d, "resource", str_c(resources[p->resource]));
	if (p->location.n > 0)
		doc_text(d, "location", p->location);
	format_scope(d, &p->scope);
	if (p->page > 0)
		doc_u64(d, "page", p->page);
	if (p->has_total)
		doc_u64(d, "total", p->total);
	if (p->request.n > 0)
		doc_text(d, "request", p->request);
	if (p->fetched_at.n > 0)
		doc_text(d, "fetched_at", p->fetched_at);
	doc_u64(d, "records", p->records);
	if (p->redacted > 0)
		doc_u64(d, "redacted", p->redacted);
	doc_u64(d, "bytes", p->bytes);
	doc_text(d, "sha256", p->sha256);
}

bool
manifest_is_in_doubt(const struct manifest_page *p)
{
	return p->scope.kind == SCOPE_UPDATED && p->scope.detail.n == 0 && p->request.n > 0 &&
	       p->page == 1;
}

void
manifest_format(const struct manifest *m, struct buf *b)
{
	struct doc *d = doc_object();
	struct doc *pages;

	doc_u64(d, "format", 1);
	doc_time(d, "taken_at", m->taken_at);
	doc_text(d, "finished_at", m->finished_at);
	doc_text(d, "tool", m->tool);
	doc_text(d, "source", m->source);
	if (m->erased_at.n > 0)
		doc_text(d, "erased_at", m->erased_at);
	pages = doc_in_array(d, "pages");
	for (size_t i = 0; i < m->n; i++)
		format_page(pages, &m->pages[i]);
	doc_print(d, b);
	doc_free(d);
}
