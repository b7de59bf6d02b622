#include "report/drift.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/gz.h"

#define DIFF_LIMIT ((uint64_t)1 << 31)
#define TAIL 24 /* "2026-11-20-2026-11-23-0001.json.gz" without its last letters */

/* The day before which all orders of a page were created: the second one in
 * "orders-L1-2026-11-20-2026-11-23-0001.json.gz". */
static bool
end_of_page(struct str name, int32_t *day)
{
	size_t n = name.n;

	if (!str_starts(name, STR("orders-")))
		return false;
	while (n > 0 && name.p[n - 1] != '-')
		n--;
	return n > TAIL - 1 && name.p[n - 12] == '-' && day_parse(str_of(name.p + n - 11, 10), day);
}

static void
add_line(
    struct arena *a, const struct json *j, int32_t today, struct drift_days days, struct drift *d)
{
	struct str op = json_find_text(a, j, 0, "op");
	uint32_t previous = json_find(j, 0, STR("previous"));
	bool is_removed = str_eq(op, STR("removed"));
	struct str page =
	    is_removed ? json_find_text(a, j, previous, "page") : json_find_text(a, j, 0, "page");
	int32_t end;

	if (!end_of_page(page, &end) || end > today - (int32_t)days.overlap)
		return;
	d->added += str_eq(op, STR("added"));
	d->changed += str_eq(op, STR("changed"));
	d->removed += is_removed;
	d->full += end <= today - (int32_t)days.deep;
}

void
drift_add(struct str text, int64_t as_of, struct drift_days days, struct drift *d)
{
	const struct str begin = STR("{\"entity\":\"order\"");
	int32_t today = timestamp_day(as_of);
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct arena a = { 0 };

	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = str_of(text.p, end == NULL ? text.n : (size_t)(end - text.p));

		text = str_from(text, line.n + (end != NULL));
		if (str_starts(line, begin) && json_read(&j, line, &fault))
			add_line(&a, &j, today, days, d);
		arena_reset(&a);
	}
	json_release(&j);
	arena_release(&a);
}

int
drift_of(struct arena *a, const char *account, struct str id, struct drift_days days,
    struct drift *d, struct err *e)
{
	char *path = str_z(a, str_printf(a, "%s/diffs/%.*s.jsonl.gz", account, STR_ARG(id)));
	struct gz_reader *gz;
	struct buf text = { 0 };
	struct str packed;
	int64_t as_of = 0;
	int rc;

	if (file_load(a, path, DIFF_LIMIT, &packed, e) < 0)
		return -1;
	gz = gz_reader_new();
	rc = gz_inflate(gz, packed, DIFF_LIMIT, &text, e);
	if (rc == 0 && timestamp_parse_id(id, &as_of))
		drift_add(buf_view(&text), as_of, days, d);
	gz_reader_free(gz);
	buf_release(&text);
	return rc;
}

uint64_t
drift_voided(struct str diff)
{
	const struct str flag = STR("{\"path\":\"/voided\",\"before\":false,\"after\":true}");
	uint64_t n = 0;
	const char *at;

	while ((at = memmem(diff.p, diff.n, flag.p, flag.n)) != NULL) {
		n++;
		diff = str_from(diff, (size_t)(at - diff.p) + flag.n);
	}
	return n;
}
