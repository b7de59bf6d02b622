/* object.h -- settings: a JSON object that a person wrote, read member by member.
 *
 * A fault is told with file, line and column.  It keeps no other member from being read, so that
 * what can be known of a faulty file is known; but only the first fault is told.
 */
#ifndef JSON_OBJECT_H
#define JSON_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "json/read.h"

/* Zero-initialisable but for the first two. */
struct object {
	const char *file; /* what faults call it; borrowed */
	struct err *e;    /* where a fault goes: the first to the caller's, ... */
	struct err later; /* ... any other here */
	struct json json;
};

/* Takes one member, by the nodes of its name and its value.  Returns: 0; -1 with ${o->e} filled. */
typedef int object_fn(void *context, uint32_t name, uint32_t value);

/*
 * object_read(o, text, fn, context):
 * Hand each member of ${text} to ${fn}; o->json is valid until object_release.
 * Returns: 0; -1 if anything was at fault.  Errors: ERR_SETTINGS: no JSON, no object; those of fn.
 */
int object_read(struct object *o, struct str text, object_fn *fn, void *context) ERR_MUST;

/* object_fail(o, node): the fault that ${o->e} tells is at this name or value.  Returns: -1. */
int object_fail(struct object *o, uint32_t node);

/* object_unknown(o, name, names, n, where): there is no setting of this name; the advice says which
 * of ${n} is the nearest, and where all are listed, "flowstory.json(5)".  Returns: -1. */
int object_unknown(
    struct object *o, uint32_t name, const char *(*names)(size_t i), size_t n, const char *where);

void object_release(struct object *o);

#endif /* JSON_OBJECT_H */
