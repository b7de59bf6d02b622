/* Goal: the address of DailyStory is found from the token, or it is an error of the settings. */
#include "push/desk.h"

#include "push/caller.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *token, *url; /* NULL: an error */
} tokens[] = {
	{ "0123456789abcdef-us-1", "https://us-1.dailystory.com" },
	{ "a-b-c-uk-3", "https://uk-3.dailystory.com" },
	{ "abc-US-12", "https://us-12.dailystory.com" },
	{ "us-1", "https://us-1.dailystory.com" },
	{ "abc", NULL },
	{ "abc-us", NULL },
	{ "abc-us-", NULL },
	{ "abc-us-x", NULL },
	{ "abc-us-1234", NULL },
	{ "abc-u.s-1", NULL },
	{ "abc-evil.example.com/-1", NULL },
	{ "-1", NULL },
	{ "", NULL },
	{ "two words-us-1", NULL },
};

Test(caller, tokens_name_their_data_centre)
{
	const struct push_settings s = { .timeout_s = 1 };

	for (size_t i = 0; i < COUNT(tokens); i++) {
		struct caller c = { 0 };
		struct err e = ERR_INIT;
		int rc = caller_open(&c, &s, str_c(tokens[i].token), NULL, &desk_host, &e);

		cr_expect((rc == 0) == (tokens[i].url != NULL), "%s: %s", tokens[i].token, e.msg);
		if (rc == 0 && tokens[i].url != NULL)
			cr_expect(strcmp(c.url, tokens[i].url) == 0, "%s", c.url);
		else
			cr_expect(e.kind == ERR_SETTINGS);
		caller_close(&c);
	}
}
