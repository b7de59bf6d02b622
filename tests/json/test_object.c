/* Goal: a file of settings is read whole, and its first fault is told with its place. */
#include "json/object.h"

#include <string.h>

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What was read: the names that take a number, and their sum. */
struct read {
	struct object object;
	unsigned members, sum;
};

static const char *
name_at(size_t i)
{
	static const char *const names[] = { "jobs", "limit", "limit_shared" };

	return names[i];
}

static int
read_member(void *context, uint32_t name, uint32_t value)
{
	struct read *g = context;
	struct str digits = json_raw(&g->object.json, value);

	g->members++;
	if (!json_is(&g->object.json, name, STR("jobs")) &&
	    !json_is(&g->object.json, name, STR("limit")))
		return object_unknown(&g->object, name, name_at, 3, "flowstory.json(5)");
	if (digits.n == 1 && digits.p[0] >= '0' && digits.p[0] <= '9') {
		g->sum += (unsigned)(digits.p[0] - '0');
		return 0;
	}
	err_set(g->object.e, ERR_SETTINGS, "no digit");
	return object_fail(&g->object, value);
}

static int
read_text(struct read *g, const char *text, struct err *e)
{
	int rc;

	*e = (struct err)ERR_INIT;
	*g = (struct read){ .object = { .file = "some.json", .e = e } };
	rc = object_read(&g->object, str_c(text), read_member, g);
	object_release(&g->object);
	return rc;
}

Test(object, each_member_is_handed_on)
{
	struct read g;
	struct err e;

	cr_assert(read_text(&g, "{\"jobs\": 3, \"limit\": 4}", &e) == 0, "%s", e.msg);
	cr_expect(g.members == 2 && g.sum == 7);
	cr_assert(read_text(&g, "{}", &e) == 0);
	cr_expect(g.members == 0);
}

Test(object, the_first_fault_is_told_and_the_rest_is_read)
{
	static const struct {
		const char *text, *msg, *advice;
		unsigned line, column, members, sum;
	} rows[] = {
		{ "{\"jobs\": \"3\",\n \"limit\": 4}", "no digit", "", 1, 10, 2, 4 },
		{ "{\"jobs\": 1,\n \"limit\": true,\n \"job\": 2, \"jobs \": 2}", "no digit", "", 2,
		    11, 4, 1 },
		{ "{\"limits\": 1, \"jobs\": \"x\"}", "no such setting: 'limits'",
		    "Did you mean 'limit'? flowstory.json(5) lists the settings.", 1, 2, 2, 0 },
		{ "{\"limit_share\": 1, \"jobs\": 2}", "no such setting: 'limit_share'",
		    "Did you mean 'limit_shared'? flowstory.json(5) lists the settings.", 1, 2, 2,
		    2 },
		{ "{\"colour\": 1}", "no such setting: 'colour'",
		    "flowstory.json(5) lists the settings.", 1, 2, 1, 0 },
		{ "\n[]", "the settings must be one JSON object", "", 2, 1, 0, 0 },
		{ "{\"jobs\": 1,}", "a comma before a closing bracket", "Take the comma out.", 1,
		    11, 0, 0 },
		{ "{\"jobs\": 1, \"jobs\": 2}", NULL, NULL, 1, 13, 0, 0 },
	};
	struct read g;
	struct err e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(read_text(&g, rows[i].text, &e) == -1, "%s", rows[i].text);
		cr_expect(e.kind == ERR_SETTINGS && strcmp(e.file, "some.json") == 0);
		cr_expect(e.line == rows[i].line && e.column == rows[i].column, "%s: %u:%u",
		    rows[i].text, e.line, e.column);
		cr_expect(g.members == rows[i].members && g.sum == rows[i].sum, "%s: %u %u",
		    rows[i].text, g.members, g.sum);
		if (rows[i].msg == NULL)
			continue;
		cr_expect(strcmp(e.msg, rows[i].msg) == 0, "%s", e.msg);
		cr_expect(strcmp(e.advice, rows[i].advice) == 0, "%s", e.advice);
	}
}
