#include "erase/check_page.h"

#include "snapshot/store.h"
#include "base/timestamp.h"
#include "bases/fold_reader.h"
#include "record/field.h"

/* <room>/<id>/<path>, nothing deeper; ${prefix} is "<room>/". */
static bool
split_name(struct str file, struct str prefix, struct str *id, struct str *path)
{
	int64_t when;

	if (!str_starts(file, prefix) || file.n < prefix.n + SNAPSHOT_ID_LEN + 2 ||
	    file.p[prefix.n + SNAPSHOT_ID_LEN] != '/')
		return false;
	*id = str_of(file.p + prefix.n, SNAPSHOT_ID_LEN);
	*path = str_from(file, prefix.n + SNAPSHOT_ID_LEN + 1);
	return timestamp_parse_id(*id, &when) && memchr(path->p, '/', path->n) == NULL;
}

static bool
load_manifest(struct check_page *p, const char *account, struct str id)
{
	struct err ignored = ERR_INIT;

	if (str_eq(p->snapshot, id))
		return true;
	p->snapshot = (struct str){ 0 };
	arena_reset(&p->of_manifest);
	if (store_manifest(&p->of_manifest, account, id, &p->manifest, &ignored) < 0)
		return false;
	p->snapshot = str_copy(&p->of_manifest, id);
	return true;
}

static bool
load_base(struct check_page *p, const char *account, struct str id)
{
	struct err ignored = ERR_INIT;

	if (str_eq(p->base, id))
		return true;
	p->base = (struct str){ 0 };
	arena_reset(&p->of_base);
	if (fold_manifest_load(&p->of_base, account, id, &p->folded, &ignored) < 0)
		return false;
	p->base = str_copy(&p->of_base, id);
	return true;
}

/* A page of a base. */
static bool
load_folded(struct check_page *p, const char *account, struct str id, struct str path)
{
	const struct fold_file *file;
	struct err ignored = ERR_INIT;

	if (!fold_reader_resource(path, &p->resource) || !load_base(p, account, id))
		return false;
	p->taken_at = p->folded.as_of;
	file = fold_manifest_find(&p->folded, path);
	return file != NULL &&
	       page_load_folded(&p->reader, account, id, path, file->sha256, &ignored) == 0 &&
	       page_scan(&p->reader, p->resource, &ignored) == 0;
}

bool
check_page_load(struct check_page *p, const char *account, struct str file)
{
	struct err ignored = ERR_INIT;
	struct str id, path;

	p->n = 0;
	if (split_name(file, STR("bases/"), &id, &path))
		return load_folded(p, account, id, path);
	if (!split_name(file, STR("snapshots/"), &id, &path) || !load_manifest(p, account, id))
		return false;
	p->taken_at = p->manifest.taken_at;
	for (size_t i = 0; i < p->manifest.n; i++) {
		const struct manifest_page *m = &p->manifest.pages[i];

		if (!str_eq(m->path, path))
			continue;
		p->resource = m->resource;
		return page_load(&p->reader, account, id, path, m->sha256, &ignored) == 0 &&
		       page_scan(&p->reader, m->resource, &ignored) == 0;
	}
	return false;
}

void
check_page_add(struct check_page *p, size_t which, size_t at)
{
	p->list = mem_grow(p->list, p->n, &p->cap, sizeof(*p->list));
	p->list[p->n++] = (struct check_page_hit){ which, at };
}

int64_t
check_page_record(const struct check_page *p, uint64_t at)
{
	const struct split *scan = &p->reader.scan;
	size_t low = 0, high = scan->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct split_record *r = &scan->records[middle];

		if (at < r->at)
			high = middle;
		else if (at >= (uint64_t)r->at + r->len)
			low = middle + 1;
		else
			return r->index;
	}
	return -1;
}

static void
set_true(void *context, size_t which, size_t at)
{
	(void)which;
	(void)at;
	*(bool *)context = true;
}

/* Whether the field holds the text, and nothing but it is searched for. */
static bool
holds(const struct search_text *text, struct str field)
{
	struct search one = { 0 };
	bool found = false;

	search_add(&one, text->kind, text->text);
	search_run(&one, field, SEARCH_FORM_TEXT, set_true, &found);
	search_release(&one);
	return found;
}

static struct str
field_for(enum search_kind kind, const struct customer *c)
{
	switch (kind) {
	case SEARCH_EMAIL:
		return c->email;
	case SEARCH_PHONE:
		return c->phone;
	case SEARCH_MED_ID:
		return c->med_id;
	case SEARCH_ID:
	case SEARCH_NAME:
	case SEARCH_TEXT:
		break;
	}
	return (struct str){ 0 };
}

/* An order may be called as a customer is: in these members that is said of it, or of the sale that
 * it takes back.  One that is called so and more tells of them. */
static bool
is_order_id(struct check_page *p, struct str id, int64_t record, uint64_t at)
{
	static const char *const members[] = { "id", "_id", "orderId", "originalSaleId" };
	struct json *j = &p->redactor.json;
	struct json_fault fault;
	struct str text, found;

	arena_reset(&p->arena);
	if (p->resource != RESOURCE_ORDERS || !page_record(&p->reader, (uint32_t)record, &text) ||
	    !json_read(j, text, &fault) || j->nodes[0].kind != JSON_OBJECT)
		return false;
	at -= (uint64_t)(text.p - p->reader.text.p);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		uint32_t value = json_find(j, 0, str_c(members[i]));
		const struct json_node *n = &j->nodes[value];

		if (value != 0 && at >= n->at && at < (uint64_t)n->at + n->len)
			return field_id(&p->arena, j, value, &found) != FIELD_IS_UNREADABLE &&
			       str_eq(found, id);
	}
	return false;
}

bool
check_page_is_shared(
    struct check_page *p, const struct search_text *text, int64_t record, uint64_t at)
{
	struct record_fault fault;
	struct customer c;
	struct str whole;
	bool is_read;

	if (record < 0 || text->kind == SEARCH_NAME)
		return record >= 0;
	if (text->kind == SEARCH_ID)
		return is_order_id(p, text->text, record, at);
	if (p->resource == RESOURCE_ORDERS || !page_record(&p->reader, (uint32_t)record, &whole))
		return false;
	arena_reset(&p->arena);
	redact_ready(&p->redactor);
	p->redactor.reader.taken_at = p->taken_at;
	is_read = record_read_customer(&p->redactor.reader, &p->arena, whole, &c, &fault);
	return is_read && holds(text, field_for(text->kind, &c));
}

void
check_page_release(struct check_page *p)
{
	page_reader_release(&p->reader);
	redact_release(&p->redactor);
	mem_free(p->list);
	arena_release(&p->arena);
	arena_release(&p->of_manifest);
	arena_release(&p->of_base);
}
