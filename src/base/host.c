#include "base/host.h"

#include <stdarg.h>
#include <stdio.h>

void
outside_note(const struct outside *o, enum note_level level, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	o->note(o->context, level, text);
}
