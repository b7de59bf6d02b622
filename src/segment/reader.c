#include "reader.h"

#include <stdarg.h>
#include <stdio.h>

#define SHOWN_MAX 80

int
reader_fault(struct reader *rd, size_t at, const char *advice, const char *fmt, ...)
{
	unsigned line, column;
	char msg[sizeof(rd->e->msg)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(msg, sizeof(msg), fmt, args);
	va_end(args);
	json_place(rd->json.text, at, &line, &column);
	err_set(rd->e, ERR_SETTINGS, "%s", msg);
	err_file(rd->e, rd->file);
	err_advise(rd->e, "%s", advice);
	return err_place(rd->e, line, column);
}

struct str
reader_shown(struct str s)
{
	return str_of(s.p, s.n < SHOWN_MAX ? s.n : SHOWN_MAX);
}

int
reader_keys(struct reader *rd, uint32_t object, const char *const keys[4], const char *advice)
{
	uint32_t name = object + 1;

	for (uint32_t i = 0; i < rd->json.nodes[object].count; i++) {
		struct str key = reader_text(rd, name);

		if (!str_eq(key, str_c(keys[0])) && !str_eq(key, str_c(keys[1])) &&
		    !str_eq(key, str_c(keys[2])) &&
		    (keys[3] == NULL || !str_eq(key, str_c(keys[3]))))
			return reader_fault(rd, reader_at(rd, name), advice, "unknown key '%.*s'",
			    STR_ARG(reader_shown(key)));
		name = rd->json.nodes[name + 1].next;
	}
	for (size_t k = 0; k < 3; k++)
		if (json_find(&rd->json, object, str_c(keys[k])) == 0)
			return reader_fault(
			    rd, reader_at(rd, object), advice, "'%s' is missing", keys[k]);
	return 0;
}

bool
reader_find_slug(const struct reader *rd, struct str slug, uint32_t *i)
{
	for (*i = 0; *i < rd->set->n; ++*i)
		if (str_eq(rd->set->list[*i].slug, slug))
			return true;
	return false;
}
