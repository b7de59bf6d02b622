#include "erase/folded_text.h"

#include "base/file.h"
#include "lib/gz.h"

#define LIMIT (UINT64_C(1) << 40)

int
folded_text_load(struct folded_text *t, const char *path, struct err *e)
{
	struct str stored;

	arena_reset(&t->stored);
	buf_reset(&t->text);
	if (file_load(&t->stored, path, LIMIT, &stored, e) < 0)
		return -1;
	if (!gz_is(stored)) {
		buf_str(&t->text, stored);
		return 0;
	}
	if (t->gz == NULL)
		t->gz = gz_reader_new();
	return gz_inflate(t->gz, stored, LIMIT, &t->text, e) < 0 ? err_file(e, path) : 0;
}

int
folded_text_lines(struct str text, folded_text_fn *fn, void *context, struct err *e)
{
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);

		if (fn(context, str_of(text.p, n), e) < 0)
			return -1;
		text = str_from(text, end == NULL ? n : n + 1);
	}
	return 0;
}

int
folded_text_link(const char *from, const char *to, struct err *e)
{
	int why = file_link(from, to);

	return why == 0 ? 0 : err_sys(e, why, "cannot link '%s' to '%s'", from, to);
}

int
folded_text_link_tree(struct arena *a, const char *from, const char *to, struct err *e)
{
	struct str *names;
	size_t n;

	if (dir_make_quick(to, e) < 0 || dir_list(a, from, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char *x = file_join(a, from, str_z(a, names[i])),
		     *y = file_join(a, to, str_z(a, names[i]));

		if ((dir_exists(x) ? folded_text_link_tree(a, x, y, e)
		                   : folded_text_link(x, y, e)) < 0)
			return -1;
	}
	return 0;
}

void
folded_text_release(struct folded_text *t)
{
	buf_release(&t->text);
	gz_reader_free(t->gz);
	arena_release(&t->stored);
	*t = (struct folded_text){ .gz = NULL };
}
