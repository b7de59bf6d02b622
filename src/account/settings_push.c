#include "account/settings_push.h"

#include "account/settings.h"
#include "settings_table.h"

#define AT(member) SETTINGS_AT(push.member)

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

const char *const *
settings_push_words(const struct setting *t)
{
	static const struct {
		size_t at;
		const char *const *words;
	} list[] = { { AT(url), urls }, { AT(membership), memberships }, { AT(gone), gone },
		{ AT(clear), clear } };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (t->at == list[i].at)
			return list[i].words;
	return NULL;
}

void
settings_push_defaults(struct settings *s)
{
	s->push = (struct push_settings){
		.interval_ms = 200, .timeout_s = 60, .retries = 5, .percent = 20
	};
}
