#include "timemachine/verify_note.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"

#define NAME "verify.json"
#define LIMIT (UINT64_C(1) << 16)

/* The members that are counts. */
#define COUNTS(X) X(snapshots) X(pages) X(diffs) X(exports) X(files) X(faults)

int
verify_note_save(const char *account, const struct verify_note *x, struct err *e)
{
	struct doc *d = doc_object();

	doc_u64(d, "format", 1);
	doc_time(d, "at", x->at);
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_bool(d, "rebuilt", x->is_rebuilt);
	if (x->snapshot.n > 0)
		doc_text(d, "snapshot", x->snapshot);
#define X(name) doc_u64(d, #name, x->name);
	COUNTS(X)
#undef X
	return doc_save(d, account, NAME, e);
}

static bool
read_note(struct arena *a, struct json *j, struct str text, struct verify_note *out)
{
	struct json_fault fault;
	uint32_t node;

	if (!json_read(j, text, &fault) || j->nodes[0].kind != JSON_OBJECT ||
	    !timestamp_parse(json_find_text(a, j, 0, "at"), &out->at))
		return false;
	node = json_find(j, 0, STR("rebuilt"));
	out->is_rebuilt = node != 0 && j->nodes[node].kind == JSON_TRUE;
	out->snapshot = json_find_text(a, j, 0, "snapshot");
#define X(name)                                                                                    \
	node = json_find(j, 0, STR(#name));                                                        \
	if (node == 0 || !num_u64(json_raw(j, node), &out->name))                                  \
		return false;
	COUNTS(X)
#undef X
	return true;
}

int
verify_note_load(struct arena *a, const char *account, struct verify_note *out, struct err *e)
{
	struct err missing = ERR_INIT;
	struct json j = JSON_INIT;
	struct str text;

	*out = (struct verify_note){ 0 };
	if (file_load(a, file_join(a, account, NAME), LIMIT, &text, &missing) < 0) {
		if (missing.sys == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	if (!read_note(a, &j, text, out))
		*out = (struct verify_note){ 0 };
	json_release(&j);
	return 0;
}
