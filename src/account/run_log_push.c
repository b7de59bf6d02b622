#include "account/run_log_push.h"

#include <stdio.h>

#include "base/num.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"

/* ---- The numbers, in the order of the line */

static const struct {
	const char *name;
	size_t at; /* of a uint64_t in the struct */
} numbers[] = {
	{ "duration_ms", offsetof(struct run_log_push, duration) },
	{ "calls", offsetof(struct run_log_push, calls) },
	{ "retries", offsetof(struct run_log_push, retries) },
	{ "acked", offsetof(struct run_log_push, acked) },
	{ "rejected", offsetof(struct run_log_push, rejected) },
	{ "pending", offsetof(struct run_log_push, pending) },
	{ "limited", offsetof(struct run_log_push, limited) },
	{ "held", offsetof(struct run_log_push, held) },
	{ "contacts", offsetof(struct run_log_push, contacts) },
};

static const struct {
	const char *name;
	size_t at; /* of a bool */
} flags[] = {
	{ "partial", offsetof(struct run_log_push, is_partial) },
	{ "early", offsetof(struct run_log_push, is_early) },
	{ "young", offsetof(struct run_log_push, is_young) },
	{ "spent", offsetof(struct run_log_push, is_spent) },
	{ "newer", offsetof(struct run_log_push, is_outrun) },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool *
flag_in(struct run_log_push *x, size_t i)
{
	return (bool *)(void *)((char *)x + flags[i].at);
}

static uint64_t *
number_in(struct run_log_push *x, size_t i)
{
	return (uint64_t *)(void *)((char *)x + numbers[i].at);
}

/* ---- Writing */

void
run_log_push_print(const struct run_log_push *x, struct doc *d)
{
	struct run_log_push copy = *x;
	struct doc *push = doc_in_object(d, "push"), *letters;

	doc_u64(push, "status", (uint64_t)x->status);
	if (x->snapshot[0] != '\0')
		doc_text(push, "snapshot", str_c(x->snapshot));
	for (size_t i = 0; i < COUNT(flags); i++)
		if (*flag_in(&copy, i))
			doc_bool(push, flags[i].name, true);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (*number_in(&copy, i) > 0)
			doc_u64(push, numbers[i].name, *number_in(&copy, i));
	if (x->oldest > 0)
		doc_time(push, "oldest", x->oldest);
	if (x->letters_n == 0)
		return;
	letters = doc_in_object(push, "letters");
	for (size_t i = 0; i < x->letters_n; i++)
		doc_u64(letters, x->letters[i].name, x->letters[i].n);
}

/* ---- Reading */

/* A reason goes into a page: nothing but what the program writes is one. */
static bool
is_reason(struct str name)
{
	if (name.n == 0 || name.n >= RUN_LOG_PUSH_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != '-' && (name.p[i] < 'a' || name.p[i] > 'z'))
			return false;
	return true;
}

static bool
is_true(const struct json *j, uint32_t object, const char *name)
{
	uint32_t node = json_find(j, object, str_c(name));

	return node != 0 && j->nodes[node].kind == JSON_TRUE;
}

bool
run_log_push_number(struct str raw, uint64_t *out)
{
	if (!num_u64(raw, out))
		return false;
	if (*out > RUN_LOG_NUMBER_MOST)
		*out = RUN_LOG_NUMBER_MOST;
	return true;
}

static void
parse_number(const struct json *j, uint32_t object, const char *name, uint64_t *out)
{
	uint32_t node = json_find(j, object, str_c(name));

	if (node == 0 || !run_log_push_number(json_raw(j, node), out))
		*out = 0;
}

/* The text of a member as it stands, without its quotes; it never holds an escape. */
static struct str
text_in(const struct json *j, uint32_t node)
{
	struct str raw = json_raw(j, node);

	return j->nodes[node].kind != JSON_STRING || !j->nodes[node].plain
	           ? STR("")
	           : str_of(raw.p + 1, raw.n - 2);
}

static void
parse_letters(const struct json *j, uint32_t list, struct run_log_push *out)
{
	const struct json_node *n = j->nodes;
	uint32_t value;

	if (list == 0 || n[list].kind != JSON_OBJECT)
		return;
	for (uint32_t i = list + 1; i < n[list].next && out->letters_n < RUN_LOG_PUSH_REASONS;
	     i = n[value].next) {
		struct run_log_reason *x = &out->letters[out->letters_n];
		struct str name = text_in(j, i);

		value = n[i].next;
		if (!is_reason(name) || !run_log_push_number(json_raw(j, value), &x->n))
			continue;
		snprintf(x->name, sizeof(x->name), "%.*s", STR_ARG(name));
		out->letters_n++;
	}
}

static void
parse_snapshot(const struct json *j, uint32_t push, struct run_log_push *out)
{
	uint32_t node = json_find(j, push, STR("snapshot"));
	struct str id = node == 0 ? STR("") : text_in(j, node);
	int64_t us;

	if (timestamp_parse_id(id, &us))
		snprintf(out->snapshot, sizeof(out->snapshot), "%.*s", STR_ARG(id));
}

bool
run_log_push_parse(const struct json *j, struct run_log_push *out)
{
	uint32_t push = json_find(j, 0, STR("push")), oldest;
	uint64_t status;

	*out = (struct run_log_push){ 0 };
	if (push == 0 || j->nodes[push].kind != JSON_OBJECT)
		return false;
	parse_number(j, push, "status", &status);
	if (status > 255)
		return false;
	out->status = (int)status;
	parse_snapshot(j, push, out);
	for (size_t i = 0; i < COUNT(flags); i++)
		*flag_in(out, i) = is_true(j, push, flags[i].name);
	for (size_t i = 0; i < COUNT(numbers); i++)
		parse_number(j, push, numbers[i].name, number_in(out, i));
	oldest = json_find(j, push, STR("oldest"));
	if (oldest == 0 || !timestamp_parse(text_in(j, oldest), &out->oldest))
		out->oldest = 0;
	parse_letters(j, json_find(j, push, STR("letters")), out);
	return true;
}

bool
run_log_push_is_done(const struct run_log_push *x)
{
	return x->status == STATUS_DONE || x->status == STATUS_NEWS;
}

bool
run_log_push_is_whole(const struct run_log_push *x)
{
	return run_log_push_is_done(x) && !x->is_partial && !x->is_early &&
	       x->snapshot[0] != '\0' && x->pending == 0;
}

uint64_t
run_log_push_letters(const struct run_log_push *x)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < x->letters_n; i++)
		sum += x->letters[i].n;
	return sum;
}
