#include "fleet/fleet_file.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/near.h"
#include "base/num.h"
#include "json/fault.h"
#include "json/read.h"

#define FILE_NAME "fleet.json"
#define FILE_MOST (UINT64_C(1) << 20)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct reader {
	struct arena *a;
	struct json j;
	const char *dir;
	struct fleet_file *out;
	struct err *e;
};

/* Each reads a value; false: it is not what the setting takes. */
static bool
read_whole(const struct reader *r, uint32_t value, uint64_t most, uint64_t *out)
{
	uint64_t n;

	if (r->j.nodes[value].kind != JSON_NUMBER || !num_u64(json_raw(&r->j, value), &n) ||
	    n < 1 || n > most)
		return false;
	*out = n;
	return true;
}

static bool
read_calls(struct reader *r, uint32_t value)
{
	return read_whole(r, value, 1000, &r->out->calls_per_second);
}

static bool
read_jobs(struct reader *r, uint32_t value)
{
	return read_whole(r, value, 64, &r->out->jobs);
}

static bool
read_shared(struct reader *r, uint32_t value)
{
	r->out->is_limit_shared = r->j.nodes[value].kind == JSON_TRUE;
	return r->j.nodes[value].kind == JSON_TRUE || r->j.nodes[value].kind == JSON_FALSE;
}

static bool
read_metrics(struct reader *r, uint32_t value)
{
	bool is_text = r->j.nodes[value].kind == JSON_STRING;

	r->out->has_few_metrics = is_text && json_is(&r->j, value, STR("few"));
	return r->out->has_few_metrics || (is_text && json_is(&r->j, value, STR("all")));
}

static bool
read_file(struct reader *r, uint32_t value)
{
	struct str text;
	char *path;

	if (r->j.nodes[value].kind != JSON_STRING)
		return false;
	text = json_text(r->a, &r->j, value);
	if (text.n == 0 || memchr(text.p, '\0', text.n) != NULL)
		return false;
	path = str_z(r->a, text);
	r->out->metrics_file = path[0] == '/' ? path : file_join(r->a, r->dir, path);
	return true;
}

static const struct fleet_setting {
	const char *name;
	bool (*read)(struct reader *r, uint32_t value);
	const char *takes;
} table[] = {
	{ "calls_per_second", read_calls, "a whole number from 1 to 1000" },
	{ "jobs", read_jobs, "a whole number from 1 to 64" },
	{ "limit_shared", read_shared, "true or false" },
	{ "metrics", read_metrics, "\"all\" or \"few\"" },
	{ "metrics_file", read_file, "a path" },
};

static int
fail_at(struct reader *r, size_t at)
{
	unsigned line, column;

	json_place(r->j.text, at, &line, &column);
	err_file(r->e, FILE_NAME);
	return err_place(r->e, line, column);
}

static void
advise_name(struct reader *r, struct str text)
{
	err_advise(r->e, "The settings of a fleet are listed in flowstory-fleet(7).");
	for (size_t i = 0; i < COUNT(table); i++)
		if (near_distance(text, str_c(table[i].name)) < text.n / 3 + 2)
			err_advise(r->e,
			    "Did you mean '%s'? The settings of a fleet are listed in "
			    "flowstory-fleet(7).",
			    table[i].name);
}

static int
read_member(struct reader *r, uint32_t name, uint32_t value)
{
	struct str text = json_text(r->a, &r->j, name);

	for (size_t i = 0; i < COUNT(table); i++) {
		if (!str_eq(text, str_c(table[i].name)))
			continue;
		/* null is "as if it were not there" */
		if (r->j.nodes[value].kind == JSON_NULL || table[i].read(r, value))
			return 0;
		err_set(r->e, ERR_SETTINGS, "'%s' takes %s", table[i].name, table[i].takes);
		return fail_at(r, r->j.nodes[value].at);
	}
	err_set(r->e, ERR_SETTINGS, "no such setting of a fleet: '%.*s'", STR_ARG(text));
	advise_name(r, text);
	return fail_at(r, r->j.nodes[name].at);
}

static int
read_all(struct reader *r, struct str text)
{
	struct json_fault found;
	const struct json_node *n;

	if (!json_read(&r->j, text, &found)) {
		const struct fault x = fault_explain(text, &found);

		err_set(r->e, ERR_SETTINGS, "%s", x.what);
		err_advise(r->e, "%s", x.advice);
		r->j.text = text;
		return fail_at(r, x.at);
	}
	n = r->j.nodes;
	if (n[0].kind != JSON_OBJECT) {
		err_set(r->e, ERR_SETTINGS, "the settings must be one JSON object");
		return fail_at(r, n[0].at);
	}
	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next)
		if (read_member(r, i, n[i].next) < 0)
			return -1;
	return 0;
}

int
fleet_file_load(struct arena *a, const char *dir, struct fleet_file *out, struct err *e)
{
	struct reader r = { .a = a, .dir = dir, .out = out, .e = e };
	struct err missing = ERR_INIT;
	struct str text;
	int rc;

	*out = (struct fleet_file){ .calls_per_second = 10,
		.jobs = 16,
		.is_limit_shared = true,
		.metrics_file = file_join(a, dir, "fleet.prom") };
	if (file_load(a, file_join(a, dir, FILE_NAME), FILE_MOST, &text, &missing) < 0) {
		if (missing.sys == ENOENT)
			return 0;
		*e = missing;
		e->kind = ERR_SETTINGS;
		return -1;
	}
	rc = read_all(&r, text);
	json_release(&r.j);
	return rc;
}
