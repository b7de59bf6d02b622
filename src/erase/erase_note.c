#include "erase/erase_note.h"

#include <errno.h>

#include "base/file.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define FILE_NAME "erase.json"
#define FILE_LIMIT (UINT64_C(1) << 30)

static const char *const steps[] = {
#define X(step, name) name,
	ERASE_STEPS(X)
#undef X
};

static void
read_texts(struct arena *a, const struct json *j, const char *name, struct str **out, size_t *n)
{
	uint32_t list = json_find(j, 0, str_c(name));

	*n = 0;
	*out = NULL;
	if (list == 0 || j->nodes[list].kind != JSON_ARRAY)
		return;
	*out = arena_array(a, j->nodes[list].count + 1, sizeof(**out));
	for (uint32_t i = list + 1; i < j->nodes[list].next; i = j->nodes[i].next)
		if (j->nodes[i].kind == JSON_STRING)
			(*out)[(*n)++] = str_copy(a, json_text(a, j, i));
}

static bool
read_note(struct arena *a, const struct json *j, struct erase_note *out)
{
	struct str step, pages;
	uint32_t at;

	if (j->nodes[0].kind != JSON_OBJECT ||
	    !timestamp_parse(json_find_text(a, j, 0, "at"), &out->at))
		return false;
	step = json_find_text(a, j, 0, "step");
	while (out->step < ERASE_STEPS_END && !str_eq(step, str_c(steps[out->step])))
		out->step++;
	if (str_eq(json_find_text(a, j, 0, "orders"), STR("remove")))
		out->orders = ORDERS_REMOVE;
	read_texts(a, j, "customers", &out->customers, &out->customers_n);
	read_texts(a, j, "exported", &out->exported, &out->exported_n);
	read_texts(a, j, "snapshots", &out->snapshots, &out->snapshots_n);
	at = json_find(j, 0, STR("pages"));
	pages = at == 0 ? STR("[]") : json_raw(j, at);
	out->pages = str_copy(a, pages);
	return out->step < ERASE_STEPS_END && out->customers_n > 0;
}

int
erase_note_load(struct arena *a, const char *account, struct erase_note *out, struct err *e)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct err why = ERR_INIT;
	struct str text;
	bool is_read;

	*out = (struct erase_note){ 0 };
	if (file_load(a, file_join(a, account, FILE_NAME), FILE_LIMIT, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	is_read = json_read(&j, text, &fault) && read_note(a, &j, out);
	json_release(&j);
	if (is_read)
		return 1;
	err_set(e, ERR_FAILED, "it cannot be read, and it says how far an erasure has come");
	err_file(e, FILE_NAME);
	return err_advise(e, "Restore the account from a backup, and begin the erasure again.");
}

int
erase_note_save(const struct erase_note *n, const char *account, struct err *e)
{
	struct doc *d = doc_object();

	doc_u64(d, "format", 1);
	doc_time(d, "at", n->at);
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_text(d, "step", str_c(steps[n->step]));
	doc_text(d, "orders", n->orders == ORDERS_REMOVE ? STR("remove") : STR("guest"));
	doc_texts(d, "customers", n->customers, n->customers_n);
	doc_texts(d, "exported", n->exported, n->exported_n);
	doc_texts(d, "snapshots", n->snapshots, n->snapshots_n);
	doc_raw(d, "pages", n->pages.n > 0 ? n->pages : STR("[]"));
	return doc_save(d, account, FILE_NAME, e);
}

int
erase_note_remove(const char *account, struct err *e)
{
	struct arena a = { 0 };
	char *path = file_join(&a, account, FILE_NAME);
	int rc = dir_remove(path, e);

	if (rc == 0)
		rc = dir_sync_parent(path, e);
	arena_release(&a);
	return rc;
}
