/* Goal: what an answer of DailyStory means, and that no address gets out of it. */
#include <criterion/criterion.h>

#include "push/answer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GOOD "{\"Status\":true,\"Message\":\"\",\"Response\":{\"id\":\"ds0123456789abcdef\"}}"

static const struct {
	enum http_fault fault;
	long status;
	const char *body;
	bool is_known;
	enum answer_class class;
} answers[] = {
	{ HTTP_FINE, 200, GOOD, false, ANSWER_ACKED },
	{ HTTP_FINE, 201, GOOD, false, ANSWER_ACKED },
	{ HTTP_FINE, 200, "{\"Status\":false,\"Message\":\"no\"}", false, ANSWER_REJECTED },
	{ HTTP_FINE, 200, "{\"Status\":true}", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 200, "{\"Status\":true,\"Response\":{\"id\":\"short\"}}", false,
	    ANSWER_UNKNOWN },
	{ HTTP_FINE, 200, "{\"Status\":true,\"Response\":{\"id\":\"ds0123456789abc/../x\"}}", false,
	    ANSWER_UNKNOWN },
	{ HTTP_FINE, 200, "<html>", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 200, "", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 200, "[]", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 204, "", false, ANSWER_UNKNOWN },
	{ HTTP_CUT, 200, GOOD, false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 400, "", false, ANSWER_REJECTED },
	{ HTTP_FINE, 409, "", false, ANSWER_REJECTED },
	{ HTTP_FINE, 422, "", false, ANSWER_REJECTED },
	{ HTTP_FINE, 404, "", true, ANSWER_REJECTED },
	{ HTTP_FINE, 404, "", false, ANSWER_FAILED },
	{ HTTP_FINE, 401, GOOD, true, ANSWER_TOKEN },
	{ HTTP_FINE, 403, "", false, ANSWER_TOKEN },
	{ HTTP_FINE, 408, "", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 425, "", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 429, "", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 500, "", false, ANSWER_UNKNOWN },
	{ HTTP_FINE, 503, GOOD, false, ANSWER_UNKNOWN },
	{ HTTP_UNREACHABLE, 0, "", false, ANSWER_UNKNOWN },
	{ HTTP_TIMEOUT, 0, "", false, ANSWER_UNKNOWN },
	{ HTTP_UNTRUSTED, 0, "", false, ANSWER_FAILED },
	{ HTTP_FINE, 302, "", false, ANSWER_FAILED },
	{ HTTP_FINE, 405, "", false, ANSWER_FAILED },
};

Test(answer, classes)
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct arena a = { 0 };
		struct answer x;

		answer_read(&a, answers[i].fault, answers[i].status, str_c(answers[i].body),
		    answers[i].is_known, ANSWER_CONTACT, &x);
		cr_expect(x.class == answers[i].class, "row %zu: %d", i, (int)x.class);
		arena_release(&a);
	}
}

static const struct {
	const char *text, *masked;
} messages[] = {
	{ "the email ann@example.com is taken", "the email *** is taken" },
	{ "<ann@example.com>: \"+13035550123\", (303)5550123", "<***>: \"***\", (303)***" },
	{ "mailto:ann@example.com;code 12345", "mailto:***;code 12345" },
	{ "two\nlines\033[0m", "two lines [0m" },
	{ "", "" },
};

Test(answer, addresses_are_masked)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(messages); i++) {
		struct str s = answer_mask(&a, str_c(messages[i].text));

		cr_expect(str_eq(s, str_c(messages[i].masked)), "%.*s", STR_ARG(s));
	}
	arena_release(&a);
}

Test(answer, a_message_is_cut)
{
	struct arena a = { 0 };
	char text[1000];
	struct str s;

	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	s = answer_mask(&a, str_of(text, sizeof(text)));
	cr_expect(s.n == 600 && utf8_valid(s), "%zu", s.n);
	arena_release(&a);
}
