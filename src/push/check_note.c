#include "push/check_note.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define NAME "push/check.json"
#define LIMIT ((uint64_t)1 << 16)

static const char *const names[] = {
#define X(kind, name) [kind] = name,
	PUSH_CHECK_KINDS(X)
#undef X
};

const char *
check_note_name(enum push_check_kind kind)
{
	return names[kind];
}

int
check_note_save(const char *account, const struct push_check *d, struct err *e)
{
	uint64_t sums[PUSH_CHECK_COUNT] = { 0 };
	struct doc *out = doc_object();

	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < PUSH_CHECK_COUNT; k++)
			sums[k] += d->fields[i].n[k];
	doc_u64(out, "contacts", d->contacts);
	doc_u64(out, "deleted", d->deleted);
	doc_u64(out, "opted_out", d->opted_out);
	for (size_t k = 0; k < PUSH_CHECK_COUNT; k++)
		doc_u64(out, names[k], sums[k]);
	return doc_save(out, account, NAME, e);
}

static bool
find(const struct json *j, const char *name, uint64_t *out)
{
	uint32_t i = json_find(j, 0, str_c(name));

	return i != 0 && num_u64(json_raw(j, i), out);
}

static bool
read_note(struct str text, struct check_note *out)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	bool is_ours = json_read(&j, text, &ignored) && find(&j, "contacts", &out->contacts) &&
	               find(&j, "deleted", &out->deleted) && find(&j, "opted_out", &out->opted_out);

	for (size_t k = 0; is_ours && k < PUSH_CHECK_COUNT; k++)
		is_ours = find(&j, names[k], &out->fields[k]);
	json_release(&j);
	return is_ours;
}

bool
check_note_load(const char *account, struct check_note *out)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str text;
	bool is_there;

	*out = (struct check_note){ 0 };
	is_there = file_load(&a, file_join(&a, account, NAME), LIMIT, &text, &ignored) == 0 &&
	           read_note(text, out);
	arena_release(&a);
	return is_there;
}
