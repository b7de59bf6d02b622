#include "account/settings_suppress.h"

#include "base/file.h"
#include "dailystory/suppress.h"
#include "lib/sha256.h"

#define LIMIT (UINT64_C(1) << 28)

/* The addresses in the set, as text. */
static void
note_list(struct settings *s)
{
	struct buf b = { 0 };

	suppress_write(&b, &s->export.suppressed);
	s->export.suppress_text = str_copy(&s->arena, buf_view(&b));
	s->suppress_sha256 = (struct str){ 0 };
	if (b.n > 0)
		s->suppress_sha256 = str_copy(&s->arena, str_c(sha256_of(buf_view(&b)).hex));
	buf_release(&b);
}

void
settings_suppress_read(struct settings *s, struct str text)
{
	intern_release(&s->export.suppressed);
	s->export.suppress_unread = suppress_read(text, &s->export.suppressed);
	note_list(s);
}

void
settings_suppress_use(struct settings *s, struct str list)
{
	size_t start = 0;

	intern_release(&s->export.suppressed);
	for (size_t i = 0; i < list.n; i++) {
		if (list.p[i] != '\n')
			continue;
		(void)intern_add(&s->export.suppressed, str_of(list.p + start, i - start));
		start = i + 1;
	}
	(void)intern_add(&s->export.suppressed, str_from(list, start));
	note_list(s);
}

int
settings_suppress_load(struct settings *s, const char *account, struct err *e)
{
	char *path = str_z(&s->arena, s->suppress);
	struct str text;

	if (s->suppress.n == 0)
		return 0;
	if (path[0] != '/')
		path = file_join(&s->arena, account, path);
	if (file_load(&s->arena, path, LIMIT, &text, e) < 0) {
		err_wrap(e, "the suppression list");
		err_advise(e, "Correct 'suppress' in flowstory.json, or the list: nothing is "
		              "exported until it can be read.");
		return settings_fail(s, "suppress", e);
	}
	if (suppress_is_text(text)) {
		settings_suppress_read(s, text);
		return 0;
	}
	err_set(
	    e, ERR_SETTINGS, "the suppression list '%s' is not text: it holds zero bytes", path);
	err_advise(e, "Save it as text, in UTF-8 or UTF-16, and run the command again.");
	return settings_fail(s, "suppress", e);
}
