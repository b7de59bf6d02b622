#include "report/events.h"

#include "base/arena.h"
#include "base/file.h"

#define FILE_LIMIT ((uint64_t)1 << 31)

static enum cause
cause_of(struct str name)
{
	int c = 0;

	while (c < CAUSE_COUNT - 1 && !str_eq(name, str_c(membership_cause_name((enum cause)c))))
		c++;
	return (enum cause)c;
}

int
events_open(struct arena *a, const char *account, struct str id, struct events *x, struct err *e)
{
	x->path = str_z(a, str_printf(a, "%s/exports/%.*s/events.jsonl", account, STR_ARG(id)));
	x->left = STR("");
	if (!file_exists(x->path))
		return 0;
	return file_load(a, x->path, FILE_LIMIT, &x->left, e);
}

static struct str
take_line(struct str *text)
{
	const char *end = memchr(text->p, '\n', text->n);
	struct str line = str_of(text->p, end == NULL ? text->n : (size_t)(end - text->p));

	*text = str_from(*text, line.n + (end != NULL));
	return line;
}

int
events_next(struct arena *a, struct events *x, struct event *out, struct err *e)
{
	while (x->left.n > 0) {
		struct json_fault fault;
		struct str event;

		if (!json_read(&x->tape, take_line(&x->left), &fault)) {
			err_set(e, ERR_FAILED, "the report cannot read this file");
			err_file(e, x->path);
			return err_advise(
			    e, "'flowstory verify' says what is wrong with the account.");
		}
		event = json_find_text(a, &x->tape, 0, "event");
		out->is_entered = str_eq(event, STR("segment_entered"));
		if (!out->is_entered && !str_eq(event, STR("segment_left")))
			continue;
		out->slug = json_find_text(a, &x->tape, 0, "segment");
		out->cause = cause_of(json_find_text(a, &x->tape, 0, "cause"));
		return 1;
	}
	return 0;
}

void
events_close(struct events *x)
{
	json_release(&x->tape);
	*x = (struct events){ 0 };
}
