#include "dailystory/suppress.h"

#include "base/arena.h"
#include "record/normalize.h"

#define BOM "\xef\xbb\xbf" /* would spoil the first address */

/* One address or number; a heading or a note is neither. */
static void
add_entry(struct arena *a, struct intern *out, struct str entry)
{
	unsigned dropped = 0;

	entry = str_clean(a, entry);
	if (entry.n >= 2 && entry.p[0] == '"' && entry.p[entry.n - 1] == '"')
		entry = str_trim(str_of(entry.p + 1, entry.n - 2));
	(void)intern_add(out, normalize_email(a, entry, NULL, 0, &dropped));
	(void)intern_add(out, normalize_mobile(a, entry, &dropped));
}

/* Spreadsheets write all of these; none occurs in an address or a number. */
static bool
ends_entry(char c)
{
	return c == '\n' || c == '\r' || c == ',' || c == ';' || c == '\t';
}

void
suppress_read(struct str text, struct intern *out)
{
	struct arena a = { 0 };
	size_t start = str_starts(text, STR(BOM)) ? sizeof(BOM) - 1 : 0;

	for (size_t i = start; i <= text.n; i++) {
		if (i < text.n && !ends_entry(text.p[i]))
			continue;
		add_entry(&a, out, str_of(text.p + start, i - start));
		start = i + 1;
		arena_reset(&a);
	}
	arena_release(&a);
}
