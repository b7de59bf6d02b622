#include "json/object.h"

#include "base/arena.h"
#include "base/near.h"
#include "json/fault.h"

static int
fail_at(struct object *o, size_t at)
{
	unsigned line, column;

	json_place(o->json.text, at, &line, &column);
	err_file(o->e, o->file);
	return err_place(o->e, line, column);
}

int
object_fail(struct object *o, uint32_t node)
{
	return fail_at(o, o->json.nodes[node].at);
}

int
object_unknown(
    struct object *o, uint32_t name, const char *(*names)(size_t i), size_t n, const char *where)
{
	struct arena a = { 0 };
	struct str text = json_text(&a, &o->json, name);
	const char *nearest = near_find(text, names, n);

	err_set(o->e, ERR_SETTINGS, "no such setting: '%.*s'", STR_ARG(text));
	if (nearest != NULL)
		err_advise(o->e, "Did you mean '%s'? %s lists the settings.", nearest, where);
	else
		err_advise(o->e, "%s lists the settings.", where);
	arena_release(&a);
	return object_fail(o, name);
}

int
object_read(struct object *o, struct str text, object_fn *fn, void *context)
{
	struct json_fault found;
	const struct json_node *n;
	int rc = 0;

	o->later = (struct err)ERR_INIT;
	if (!json_read(&o->json, text, &found)) {
		const struct fault x = fault_explain(text, &found);

		err_set(o->e, ERR_SETTINGS, "%s", x.what);
		err_advise(o->e, "%s", x.advice);
		o->json.text = text;
		return fail_at(o, x.at);
	}
	n = o->json.nodes;
	if (n[0].kind != JSON_OBJECT) {
		err_set(o->e, ERR_SETTINGS, "the settings must be one JSON object");
		return object_fail(o, 0);
	}
	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next)
		if (fn(context, i, n[i].next) < 0) {
			rc = -1;
			o->e = &o->later;
		}
	return rc;
}

void
object_release(struct object *o)
{
	json_release(&o->json);
}
