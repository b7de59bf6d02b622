#include "account/settings_terms.h"

#include <stdlib.h>

#include "base/arena.h"
#include "lib/json_writer.h"

/* A list is a set: neither order nor repetition counts. */
static void
add_set(struct arena *a, struct doc *d, const char *name, const struct str *list, size_t n)
{
	struct str *sorted = arena_array(a, n, sizeof(*sorted));
	struct doc *x = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		sorted[i] = list[i];
	if (n > 0)
		qsort(sorted, n, sizeof(*sorted), str_order);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(sorted[i - 1], sorted[i]))
			doc_text(x, NULL, sorted[i]);
}

static struct str
print(struct arena *a, struct doc *d)
{
	struct buf b = { 0 };
	struct str text;

	doc_print_line(d, &b);
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	doc_free(d);
	return text;
}

struct str
settings_terms_of_profiles(const struct settings *s, struct arena *a)
{
	const struct record_settings *x = &s->records;
	struct doc *d = doc_object();

	add_set(a, d, "completed_statuses", x->completed_statuses, x->completed_n);
	add_set(a, d, "placeholder_emails", x->placeholder_emails, x->placeholder_n);
	add_set(a, d, "placeholder_mobiles", x->placeholder_mobiles, x->placeholder_mobiles_n);
	return print(a, d);
}

static struct doc *
choice(const struct settings *s)
{
	struct doc *d = doc_object();

	doc_u64(d, "min_age", s->export.min_age);
	doc_text(d, "suppress_sha256", s->suppress_sha256);
	return d;
}

struct str
settings_terms_of_choice(const struct settings *s, struct arena *a)
{
	return print(a, choice(s));
}

struct str
settings_terms_of_contacts(const struct settings *s, struct arena *a)
{
	struct doc *d = choice(s);

	doc_text(d, "list_separator", s->export.list_separator);
	return print(a, d);
}
