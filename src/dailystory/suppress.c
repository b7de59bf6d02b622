#include "dailystory/settings.h"

#include "base/arena.h"
#include "ledger/person.h"

/* One address or number; a list may hold headings and notes as well. */
static void
add_entry(struct arena *a, struct words *out, struct str entry)
{
	unsigned dropped = 0;

	entry = str_clean(a, entry);
	if (entry.n >= 2 && entry.p[0] == '"' && entry.p[entry.n - 1] == '"')
		entry = str_trim(str_of(entry.p + 1, entry.n - 2));
	(void)words_add(out, person_email(a, entry, NULL, 0, &dropped));
	(void)words_add(out, person_mobile(a, entry, &dropped));
}

void
suppress_read(struct str text, struct words *out)
{
	struct arena a = { 0 };
	size_t start = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '\n' && text.p[i] != ',' &&
		    text.p[i] != '\r')
			continue;
		add_entry(&a, out, str_of(text.p + start, i - start));
		start = i + 1;
		arena_reset(&a);
	}
	arena_release(&a);
}
