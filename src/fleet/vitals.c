#include "fleet/vitals.h"

#include "account/account.h"
#include "account/settings_load.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "report/metrics.h"
#include "state/state.h"

#define FILE_MOST (UINT64_C(1) << 20)

/* ---- Metrics of the last run */

/* The sum of the samples of that name; all of them are whole numbers. */
static bool
find_sum(struct str text, struct str name, uint64_t *out)
{
	bool is_there = false;

	*out = 0;
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n), *space;
		struct str line = str_of(text.p, end == NULL ? text.n : (size_t)(end - text.p));

		space = memrchr(line.p, ' ', line.n);
		if (space != NULL && line.n > name.n && str_starts(line, name) &&
		    (line.p[name.n] == '{' || line.p[name.n] == ' ')) {
			uint64_t n = 0;

			is_there = num_u64(str_from(line, (size_t)(space + 1 - line.p)), &n);
			*out += n;
		}
		text = str_from(text, end == NULL ? text.n : line.n + 1);
	}
	return is_there;
}

static int64_t
seconds(uint64_t n)
{
	return n == 0 || n > (uint64_t)INT64_MAX / TIMESTAMP_SECOND ? TIMESTAMP_NONE
	                                                            : (int64_t)n * TIMESTAMP_SECOND;
}

static void
load_metrics(struct arena *a, struct vitals *v)
{
	struct err ignored = ERR_INIT;
	struct str text;
	uint64_t success, run;

	/* not of what would be waited for, such as a pipe */
	if (!file_exists(v->metrics_path) ||
	    file_load(a, v->metrics_path, FILE_MOST, &text, &ignored) < 0 ||
	    !find_sum(text, STR("flowstory_exit_code"), &v->exit_status) ||
	    !find_sum(text, STR("flowstory_last_success_timestamp_seconds"), &success) ||
	    !find_sum(text, STR("flowstory_last_run_timestamp_seconds"), &run))
		return;
	(void)find_sum(text, STR("flowstory_disk_bytes"), &v->disk);
	v->has_push = find_sum(text, STR("flowstory_push_pending"), &v->to_push);
	v->has_run = true;
	v->last_success = seconds(success);
	v->last_run = seconds(run);
}

static void
load_settings(struct arena *a, const char *account, struct vitals *v)
{
	struct settings s = { 0 };
	int rc = settings_load_file(&s, account, &v->why);

	(void)rc; /* told as why; what could be read is used */
	v->metrics_path = metrics_path(a, account, &s);
	v->base_url = str_copy(a, s.flowhub.base_url);
	v->client_id = str_copy(a, s.flowhub.client_id);
	v->limit_dir = str_z(a, s.flowhub.limit_dir);
	settings_release(&s);
}

/* ---- What is applied */

static int
load_state(struct arena *a, const char *account, struct vitals *v, struct err *e)
{
	struct state s = { 0 };
	struct applied row;
	int rc = state_open(&s, account, false, e);

	if (rc > 0 && s.totals.applied > 0) {
		rc = state_applied_must(&s, (uint32_t)s.totals.applied, &row, e);
		if (rc == 0) {
			v->has_state = true;
			v->last = str_copy(a, row.id);
			v->as_of = row.as_of;
			v->customers = s.totals.customers;
			v->contacts = state_contacts(&s.totals);
		}
	}
	state_close(&s);
	return rc < 0 ? -1 : 0;
}

/* Those after the last one applied.  One that is late is refused by each run, so it is told by its
 * exit status. */
static int
count_pending(const char *account, struct vitals *v, struct err *e)
{
	struct arena a = { 0 };
	const char *dir = file_join(&a, account, "snapshots");
	struct str *ids;
	size_t n;
	int rc = account_ids(&a, dir, STR(""), &ids, &n, e);

	while (rc == 0 && n > 0 && str_cmp(ids[n - 1], v->last) > 0) {
		const char *snapshot = file_join(&a, dir, str_z(&a, ids[--n]));

		v->pending += file_exists(file_join(&a, snapshot, "manifest.json"));
	}
	v->has_pending = rc == 0;
	arena_release(&a);
	return rc;
}

/* Rows of contacts-0001.csv and so on. */
static uint64_t
sum_rows(struct arena *a, const struct json *j)
{
	uint32_t files = json_find(j, 0, STR("files"));
	const struct json_node *n = j->nodes;
	uint64_t sum = 0, rows;

	if (files == 0 || n[files].kind != JSON_ARRAY)
		return 0;
	for (uint32_t i = files + 1; i < n[files].next; i = n[i].next) {
		struct str path =
		    n[i].kind == JSON_OBJECT ? json_find_text(a, j, i, "path") : STR("");
		uint32_t at = path.n > 0 ? json_find(j, i, STR("rows")) : 0;

		if (str_starts(path, STR("contacts-")) && str_ends(path, STR(".csv")) && at > 0 &&
		    num_u64(json_raw(j, at), &rows))
			sum += rows;
	}
	return sum;
}

static void
count_changed(const char *account, struct vitals *v)
{
	struct arena a = { 0 };
	struct err ignored = ERR_INIT;
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text;
	const char *path =
	    str_z(&a, str_printf(&a, "%s/exports/%.*s/manifest.json", account, STR_ARG(v->last)));

	if (file_exists(path) && file_load(&a, path, FILE_MOST, &text, &ignored) == 0 &&
	    json_read(&j, text, &fault))
		v->changed = sum_rows(&a, &j);
	json_release(&j);
	arena_release(&a);
}

void
vitals_load(struct arena *a, const char *account, struct vitals *out)
{
	struct err e = ERR_INIT;

	*out = (struct vitals){ .why = ERR_INIT,
		.as_of = TIMESTAMP_NONE,
		.last_success = TIMESTAMP_NONE,
		.last_run = TIMESTAMP_NONE };
	if (account_check(account, &out->why) < 0) {
		out->metrics_path = metrics_path(a, account, &(struct settings){ 0 });
		out->limit_dir = "";
		return;
	}
	load_settings(a, account, out);
	load_metrics(a, out);
	if (load_state(a, account, out, &e) < 0 || count_pending(account, out, &e) < 0)
		out->why = out->why.kind == ERR_NONE ? e : out->why;
	if (out->has_state)
		count_changed(account, out);
}
