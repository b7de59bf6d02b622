#include "timemachine/segment_sizes.h"

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "base/num.h"

#define EXPORT_LIMIT (UINT64_C(1) << 26)

static uint64_t
member_count(const struct json *j, uint32_t at, const char *name)
{
	uint32_t i = json_find(j, at, str_c(name));
	uint64_t v = 0;

	if (i != 0)
		(void)!num_u64(json_raw(j, i), &v);
	return v;
}

static int
parse(struct arena *a, struct str text, struct json *j, struct segment_size **list, size_t *n,
    struct err *e)
{
	struct json_fault fault = { "it is not a list of segments", 0 };
	uint32_t at = 1;

	if (!json_read(j, text, &fault) || j->nodes[0].kind != JSON_ARRAY) {
		err_set(e, ERR_FAILED, "%s", fault.what);
		return err_byte(e, fault.at);
	}
	*n = j->nodes[0].count;
	*list = arena_zero(a, *n, sizeof(**list));
	for (size_t i = 0; i < *n; i++, at = j->nodes[at].next) {
		if (j->nodes[at].kind != JSON_OBJECT)
			continue;
		(*list)[i] = (struct segment_size){
			.name = json_find_text(a, j, at, "name"),
			.slug = json_find_text(a, j, at, "slug"),
			.sentence = json_find_text(a, j, at, "rule"),
			.members = member_count(j, at, "members"),
			.contacts = member_count(j, at, "contacts"),
			.entered = member_count(j, at, "entered"),
			.left = member_count(j, at, "left"),
		};
	}
	return 0;
}

int
segment_sizes_load(struct arena *a, const char *root, struct str id, struct segment_size **list,
    size_t *n, struct err *e)
{
	char *file = str_z(a, str_printf(a, "exports/%.*s/segments.json", STR_ARG(id)));
	struct json j = JSON_INIT;
	struct str text;
	int rc;

	if (file_load(a, file_join(a, root, file), EXPORT_LIMIT, &text, e) < 0)
		return -1;
	rc = parse(a, text, &j, list, n, e);
	if (rc < 0)
		err_file(e, file);
	json_release(&j);
	return rc;
}
