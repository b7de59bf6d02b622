#include "push/lost.h"

#include <errno.h>

#include "base/dir.h"
#include "base/file.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define FILE_NAME "lost.json"
#define FILE_LIMIT (UINT64_C(1) << 28)

static const char *const keys[] = { "email", "mobilePhone" };

#define KEYS (sizeof(keys) / sizeof(keys[0]))
#define THEIRS STR("theirs")

static bool
is_theirs(struct lost *l, const struct json *j, struct str address)
{
	uint32_t list = json_find(j, 0, THEIRS);
	const struct json_node *n = j->nodes;

	if (list == 0 || n[list].kind != JSON_ARRAY)
		return false;
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next)
		if (n[i].kind == JSON_STRING && str_eq(json_text(&l->arena, j, i), address))
			return true;
	return false;
}

static bool
read_list(struct lost *l, const struct json *j, const char *key)
{
	uint32_t list = json_find(j, 0, str_c(key));
	const struct json_node *n = j->nodes;
	struct lost_address x = { .key = str_c(key) };

	if (list == 0 || n[list].kind != JSON_ARRAY)
		return false;
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		if (n[i].kind != JSON_STRING)
			return false;
		x.address = json_text(&l->arena, j, i);
		x.is_theirs = is_theirs(l, j, x.address);
		lost_add(l, x);
	}
	return true;
}

static bool
read_all(struct lost *l, struct str text)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	bool is_read = json_read(&j, text, &ignored) && j.nodes[0].kind == JSON_OBJECT;

	for (size_t i = 0; is_read && i < KEYS; i++)
		is_read = read_list(l, &j, keys[i]);
	json_release(&j);
	return is_read;
}

int
lost_load(struct lost *l, const char *dir, struct err *e)
{
	struct err why = ERR_INIT;
	struct str text;

	*l = (struct lost){ 0 };
	if (file_load(&l->arena, file_join(&l->arena, dir, FILE_NAME), FILE_LIMIT, &text, &why) <
	    0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (read_all(l, text))
		return 0;
	err_set(e, ERR_FAILED, "push/" FILE_NAME " is damaged");
	return err_advise(e, "Restore it from a backup: without it, a contact that may have been "
	                     "made of somebody who is erased cannot be found.");
}

struct lost_address
lost_find(const struct lost *l, struct books *books, const struct journal_field *field)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->list[i].key, field->key) &&
		    books_hash(books, field->key, l->list[i].address) == field->hash)
			return l->list[i];
	return (struct lost_address){ .key = field->key };
}

void
lost_add(struct lost *l, struct lost_address x)
{
	l->list = mem_grow(l->list, l->n, &l->cap, sizeof(*l->list));
	l->list[l->n++] = (struct lost_address){ str_copy(&l->arena, x.key),
		str_copy(&l->arena, x.address), x.is_theirs };
}

static struct doc *
written(const struct lost *l)
{
	struct doc *d = doc_object(), *theirs;

	for (size_t k = 0; k < KEYS; k++) {
		struct doc *list = doc_in_array(d, keys[k]);

		for (size_t i = 0; i < l->n; i++)
			if (str_eq(l->list[i].key, str_c(keys[k])))
				doc_text(list, NULL, l->list[i].address);
	}
	theirs = doc_in_array(d, "theirs");
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].is_theirs)
			doc_text(theirs, NULL, l->list[i].address);
	return d;
}

int
lost_save(const struct lost *l, const char *dir, struct err *e)
{
	struct arena a = { 0 };
	char *path = file_join(&a, dir, FILE_NAME);
	int rc;

	if (l->n > 0)
		rc = doc_save(written(l), dir, FILE_NAME, e);
	else
		rc = dir_remove(path, e) < 0 ? -1 : dir_sync_parent(path, e);
	arena_release(&a);
	return rc;
}

void
lost_release(struct lost *l)
{
	mem_free(l->list);
	arena_release(&l->arena);
	*l = (struct lost){ 0 };
}
