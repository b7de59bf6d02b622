#include "timemachine/finding.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *means, *repair;
} texts[] = {
#define X(kind, means, repair) { means, repair },
	FINDING_KINDS(X)
#undef X
};

bool
finding_is_note(const struct finding *x)
{
	return x->kind == FINDING_EXTRA || x->kind == FINDING_ERASED;
}

static struct finding *
add(struct findings *f, enum finding_kind kind, struct str file, struct str what)
{
	f->list = mem_grow(f->list, f->n, &f->cap, sizeof(*f->list));
	f->list[f->n] = (struct finding){ .kind = kind,
		.file = str_copy(&f->arena, file),
		.what = str_copy(&f->arena, what),
		.at = ERR_NOWHERE,
		.record = -1 };
	f->faults += !finding_is_note(&f->list[f->n]);
	return &f->list[f->n++];
}

void
finding_add(struct findings *f, enum finding_kind kind, struct str file, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	add(f, kind, file, str_c(text));
}

void
finding_error(struct findings *f, enum finding_kind kind, struct str file, const struct err *e)
{
	struct finding *x = add(f, kind, e->file[0] != '\0' ? str_c(e->file) : file, str_c(e->msg));

	x->at = e->at;
	x->record = e->record;
}

const char *
finding_means(const struct finding *x)
{
	return texts[x->kind].means;
}

const char *
finding_repair(const struct finding *x)
{
	return texts[x->kind].repair;
}

void
finding_release(struct findings *f)
{
	mem_free(f->list);
	arena_release(&f->arena);
	*f = (struct findings){ 0 };
}
