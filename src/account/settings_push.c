#include "account/settings_push.h"

#include "settings_table.h"

#define AT(member) offsetof(struct push_settings, member)

static const char *const urls[] = { "https://us-1.dailystory.com", NULL };
static const char *const memberships[] = { "flags", "list", "static", "none", NULL };
static const char *const gone[] = { "flag", "inactive", "delete", NULL };
static const char *const clear[] = { "empty", "omit", NULL };

const struct setting settings_push_table[SETTINGS_PUSH_MOST] = {
	{ "push", KIND_FLAG, AT(is_on), 0, 0, 0, NULL },
	{ "dailystory_token_file", KIND_TEXT, AT(token_file), 0, 0, 0, NULL },
	{ "dailystory_url", KIND_URL, AT(url), 0, 0, 0, NULL },
	{ "dailystory_ca_file", KIND_TEXT, AT(ca_file), 0, 0, 0, NULL },
	{ "push_interval_ms", KIND_COUNT, AT(interval_ms), 0, 0, 3600000, NULL },
	{ "push_timeout_s", KIND_COUNT, AT(timeout_s), 0, 1, 3600, NULL },
	{ "push_retries", KIND_COUNT, AT(retries), 0, 0, 100, NULL },
	{ "push_membership", KIND_CHOICE, AT(membership), 0, 0, 0, NULL },
	{ "push_gone", KIND_CHOICE, AT(gone), 0, 0, 0, NULL },
	{ "push_text_opt_out", KIND_NAME, AT(text_opt_out), 0, 0, 0, NULL },
	{ "push_email_opt_out", KIND_NAME, AT(email_opt_out), 0, 0, 0, NULL },
	{ "push_clear", KIND_CHOICE, AT(clear), 0, 0, 0, NULL },
	{ "push_percent", KIND_COUNT, AT(percent), 0, 0, 100, NULL },
	{ "push_hold", KIND_COUNT, AT(hold), 0, 0, 525600, NULL },
};

static const char *const *
words_of(const struct setting *t)
{
	static const struct {
		size_t at;
		const char *const *words;
	} list[] = { { AT(url), urls }, { AT(membership), memberships }, { AT(gone), gone },
		{ AT(clear), clear } };
	size_t i = 0;

	while (list[i].at != t->at)
		i++;
	return list[i].words;
}

const char *
settings_push_example(const struct setting *t)
{
	return words_of(t)[0];
}

bool
settings_push_choice(const struct setting *t, const struct json *j, uint32_t value, unsigned *out)
{
	const char *const *words = words_of(t);

	if (j->nodes[value].kind != JSON_STRING)
		return false;
	for (unsigned i = 0; words[i] != NULL; i++)
		if (json_is(j, value, str_c(words[i]))) {
			*out = i;
			return true;
		}
	return false;
}

struct str
settings_push_words(const struct setting *t, struct buf *b)
{
	const char *const *words = words_of(t);

	for (size_t i = 0; words[i] != NULL; i++)
		buf_printf(b, "%s\"%s\"",
		    i == 0                 ? ""
		    : words[i + 1] == NULL ? " or "
		                           : ", ",
		    words[i]);
	return buf_view(b);
}

bool
settings_push_is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && ascii_lower(s.p[i]) == ascii_upper(s.p[i]))
			return false;
	return s.n > 0;
}

void
settings_push_defaults(struct push_settings *s)
{
	*s = (struct push_settings){
		.interval_ms = 200, .timeout_s = 60, .retries = 5, .percent = 20
	};
}
