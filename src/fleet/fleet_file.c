#include "fleet/fleet_file.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "json/object.h"

#define FILE_NAME "fleet.json"
#define FILE_MOST (UINT64_C(1) << 20)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct reader {
	struct arena *a;
	struct object object;
	const char *dir;
	struct fleet_file *out;
};

/* Each reads a value; false: it is not what the setting takes. */
static bool
read_whole(const struct reader *r, uint32_t value, uint64_t most, uint64_t *out)
{
	uint64_t n;

	if (r->object.json.nodes[value].kind != JSON_NUMBER ||
	    !num_u64(json_raw(&r->object.json, value), &n) || n < 1 || n > most)
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
	r->out->is_limit_shared = r->object.json.nodes[value].kind == JSON_TRUE;
	return r->object.json.nodes[value].kind == JSON_TRUE ||
	       r->object.json.nodes[value].kind == JSON_FALSE;
}

static bool
read_metrics(struct reader *r, uint32_t value)
{
	bool is_text = r->object.json.nodes[value].kind == JSON_STRING;

	r->out->has_few_metrics = is_text && json_is(&r->object.json, value, STR("few"));
	return r->out->has_few_metrics || (is_text && json_is(&r->object.json, value, STR("all")));
}

static bool
read_file(struct reader *r, uint32_t value)
{
	struct str text;
	char *path;

	if (r->object.json.nodes[value].kind != JSON_STRING)
		return false;
	text = json_text(r->a, &r->object.json, value);
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

static const char *
name_at(size_t i)
{
	return table[i].name;
}

static int
read_member(void *context, uint32_t name, uint32_t value)
{
	struct reader *r = context;
	struct str text = json_text(r->a, &r->object.json, name);

	for (size_t i = 0; i < COUNT(table); i++) {
		if (!str_eq(text, str_c(table[i].name)))
			continue;
		/* null is "as if it were not there" */
		if (r->object.json.nodes[value].kind == JSON_NULL || table[i].read(r, value))
			return 0;
		err_set(r->object.e, ERR_SETTINGS, "'%s' takes %s", table[i].name, table[i].takes);
		return object_fail(&r->object, value);
	}
	return object_unknown(&r->object, name, name_at, COUNT(table), "flowstory-fleet(7)");
}

int
fleet_file_load(struct arena *a, const char *dir, struct fleet_file *out, struct err *e)
{
	struct reader r = {
		.a = a, .object = { .file = FILE_NAME, .e = e }, .dir = dir, .out = out
	};
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
	rc = object_read(&r.object, text, read_member, &r);
	object_release(&r.object);
	return rc;
}
