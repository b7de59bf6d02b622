#include "erase/tombstones.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/hmac.h"
#include "lib/json_writer.h"

#define FILE_NAME "erased.json"
#define KEY_NAME "erased.key"
#define FILE_LIMIT (UINT64_C(1) << 28)
#define HASH_LEAST 8 /* digits of a hash that a person may name */

/* ---- Reading */

struct tombstone_reader {
	struct tombstones *t;
	struct json json;
};

static int
fail(struct err *e, const char *file, const char *what)
{
	err_set(e, ERR_FAILED, "%s", what);
	err_file(e, file);
	return err_advise(e,
	    "Restore it from a backup: without it, an erased customer would come back "
	    "with the next fetch.");
}

static struct str
text_of(struct tombstone_reader *r, uint32_t object, const char *name)
{
	return str_copy(&r->t->arena, json_find_text(&r->t->arena, &r->json, object, name));
}

static uint64_t
count_of(struct tombstone_reader *r, uint32_t object, const char *name)
{
	uint32_t i = json_find(&r->json, object, str_c(name));
	uint64_t n = 0;

	return i != 0 && num_u64(json_raw(&r->json, i), &n) ? n : 0;
}

static void
read_addresses(struct tombstone_reader *r, uint32_t object, struct tombstone *x)
{
	uint32_t list = json_find(&r->json, object, STR("addresses"));
	const struct json_node *n = r->json.nodes;

	if (list == 0 || n[list].kind != JSON_ARRAY)
		return;
	x->addresses = arena_array(&r->t->arena, n[list].count, sizeof(*x->addresses));
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next)
		if (n[i].kind == JSON_STRING)
			x->addresses[x->addresses_n++] =
			    str_copy(&r->t->arena, json_text(&r->t->arena, &r->json, i));
}

static bool
read_one(struct tombstone_reader *r, uint32_t object, struct tombstone *x)
{
	*x = (struct tombstone){
		.customer = text_of(r, object, "customer"),
		.orders = str_eq(text_of(r, object, "orders"), STR("remove")) ? ORDERS_REMOVE
		                                                              : ORDERS_GUEST,
		.records = count_of(r, object, "records"),
		.order_records = count_of(r, object, "order_records"),
		.pages = count_of(r, object, "pages"),
		.left = count_of(r, object, "left"),
		.head_before = text_of(r, object, "chain_before"),
		.head_after = text_of(r, object, "chain_after"),
		.tool = text_of(r, object, "tool"),
	};
	read_addresses(r, object, x);
	return x->customer.n == SHA256_HEX && timestamp_parse(text_of(r, object, "at"), &x->at);
}

static bool
read_all(struct tombstone_reader *r, struct str text)
{
	const struct json_node *n;
	struct json_fault fault;
	struct tombstone x;
	uint32_t list;

	if (!json_read(&r->json, text, &fault))
		return false;
	n = r->json.nodes;
	list = n[0].kind == JSON_OBJECT ? json_find(&r->json, 0, STR("erased")) : 0;
	if (list == 0 || n[list].kind != JSON_ARRAY)
		return false;
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		if (n[i].kind != JSON_OBJECT || !read_one(r, i, &x))
			return false;
		(void)tombstones_add(r->t, &x);
	}
	return true;
}

/* A file's text; empty if it is not there. */
static int
load_file(struct arena *a, const char *account, const char *name, struct str *out, struct err *e)
{
	struct err why = ERR_INIT;

	*out = (struct str){ 0 };
	if (file_load(a, file_join(a, account, name), FILE_LIMIT, out, &why) == 0 ||
	    why.sys == ENOENT)
		return 0;
	*e = why;
	return -1;
}

int
tombstones_load(struct tombstones *t, const char *account, struct err *e)
{
	struct tombstone_reader r = { .t = t };
	struct arena a = { 0 };
	struct str text = { 0 };
	int rc;

	*t = (struct tombstones){ 0 };
	rc = load_file(&t->arena, account, KEY_NAME, &t->key, e);
	if (rc == 0)
		rc = load_file(&a, account, FILE_NAME, &text, e);
	if (rc == 0 && text.n > 0 && !read_all(&r, text))
		rc = fail(e, FILE_NAME, "it is damaged");
	if (rc == 0 && text.n == 0 && t->key.n > 0)
		rc = fail(e, FILE_NAME, "it is missing, and its key is there");
	if (rc == 0 && (t->n > 0 || t->key.n > 0) && t->key.n != TOMBSTONES_KEY)
		rc = fail(e, KEY_NAME, "the key is missing or damaged");
	json_release(&r.json);
	arena_release(&a);
	return rc;
}

/* ---- Writing */

void
tombstones_put(struct doc *d, const struct tombstone *x)
{
	doc_time(d, "at", x->at);
	doc_text(d, "orders", x->orders == ORDERS_REMOVE ? STR("remove") : STR("guest"));
	doc_u64(d, "records", x->records);
	doc_u64(d, "order_records", x->order_records);
	doc_u64(d, "pages", x->pages);
	doc_u64(d, "left", x->left);
	doc_text(d, "chain_before", x->head_before);
	doc_text(d, "chain_after", x->head_after);
}

static void
put_one(struct doc *list, const struct tombstone *x)
{
	struct doc *d = doc_in_object(list, NULL);

	doc_text(d, "customer", x->customer);
	tombstones_put(d, x);
	doc_text(d, "tool", x->tool);
	doc_texts(d, "addresses", x->addresses, x->addresses_n);
}

int
tombstones_save(const struct tombstones *t, const char *account, struct err *e)
{
	struct doc *d = doc_object(), *list;

	doc_u64(d, "format", 1);
	list = doc_in_array(d, "erased");
	for (size_t i = 0; i < t->n; i++)
		put_one(list, &t->list[i]);
	return doc_save(d, account, FILE_NAME, e);
}

int
tombstones_make_key(struct tombstones *t, const char *account, struct err *e)
{
	struct arena a = { 0 };
	char raw[TOMBSTONES_KEY];
	int rc;

	if (t->key.n > 0)
		return 0;
	if (getrandom(raw, sizeof(raw), 0) != sizeof(raw))
		return err_sys(e, errno, "cannot make a key");
	t->key = str_copy(&t->arena, str_of(raw, sizeof(raw)));
	/* a key without a list says that the list was lost */
	rc = tombstones_save(t, account, e);
	if (rc == 0)
		rc = file_save(file_join(&a, account, KEY_NAME), t->key, e);
	arena_release(&a);
	return rc;
}

/* ---- Asking */

/* Kinds are told apart, so that a number is not taken for an id. */
struct sha256
tombstones_name(const struct tombstones *t, enum tombstones_kind kind, struct str text)
{
	static const char *const kinds[] = { "id", "email", "mobile" };
	struct buf b = { 0 };
	struct sha256 out;

	buf_z(&b, kinds[kind]);
	buf_char(&b, '\0');
	buf_str(&b, text);
	out = hmac_of(t->key, buf_view(&b));
	buf_release(&b);
	return out;
}

struct tombstone *
tombstones_at(struct tombstones *t, struct str customer)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i].customer, customer))
			return &t->list[i];
	return NULL;
}

struct tombstone *
tombstones_add(struct tombstones *t, const struct tombstone *x)
{
	struct tombstone *at = tombstones_at(t, x->customer);

	if (at == NULL) {
		t->list = mem_grow(t->list, t->n, &t->cap, sizeof(*t->list));
		at = &t->list[t->n++];
	}
	*at = *x;
	at->customer = str_copy(&t->arena, x->customer);
	at->tool = str_copy(&t->arena, x->tool);
	at->head_before = str_copy(&t->arena, x->head_before);
	at->head_after = str_copy(&t->arena, x->head_after);
	at->addresses = arena_array(&t->arena, x->addresses_n + 1, sizeof(*x->addresses));
	for (size_t i = 0; i < at->addresses_n; i++)
		at->addresses[i] = str_copy(&t->arena, x->addresses[i]);
	return at;
}

const struct tombstone *
tombstones_find(const struct tombstones *t, struct str id)
{
	struct sha256 name;

	if (t->n == 0 || id.n == 0)
		return NULL;
	name = tombstones_name(t, TOMBSTONE_ID, id);
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i].customer, str_c(name.hex)))
			return &t->list[i];
	return NULL;
}

bool
tombstones_has_address(const struct tombstones *t, enum tombstones_kind kind, struct str text)
{
	struct sha256 name;

	if (t->n == 0 || text.n == 0)
		return false;
	name = tombstones_name(t, kind, text);
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->list[i].addresses_n; k++)
			if (str_eq(t->list[i].addresses[k], str_c(name.hex)))
				return true;
	return false;
}

int
tombstones_forget(struct tombstones *t, struct str prefix, struct err *e)
{
	size_t found = 0, at = 0;

	for (size_t i = 0; i < t->n; i++)
		if (prefix.n >= HASH_LEAST && str_starts(t->list[i].customer, prefix))
			found++, at = i;
	if (found != 1) {
		err_set(e, ERR_USAGE, "%zu tombstones have this hash", found);
		return err_advise(e,
		    "'flowstory erase --list' prints them; give at least %d digits.", HASH_LEAST);
	}
	t->n--;
	memmove(&t->list[at], &t->list[at + 1], (t->n - at) * sizeof(*t->list));
	return 0;
}

void
tombstones_release(struct tombstones *t)
{
	mem_free(t->list);
	arena_release(&t->arena);
	*t = (struct tombstones){ 0 };
}
