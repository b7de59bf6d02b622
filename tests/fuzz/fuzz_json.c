/* Goal: whatever the bytes, the strict reader ends, names a fault inside of
 * them, or gives a tape whose compact form means the same. */
#include "json/read.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "record/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each node lies in its container, behind the one before it. */
static void
check_tape(const struct json *j)
{
	assert(j->n > 0 && j->nodes[0].next == j->n);
	for (uint32_t i = 0; i < j->n; i++) {
		const struct json_node *node = &j->nodes[i];

		assert(node->at + node->len <= j->text.n && node->len > 0);
		assert(node->next > i && node->next <= j->n);
		if (node->next < j->n)
			assert(j->nodes[node->next].at >= node->at + node->len);
	}
}

static void
check_strings(const struct json *j)
{
	struct arena a = { 0 };

	for (uint32_t i = 0; i < j->n; i++) {
		struct str text;

		if (j->nodes[i].kind != JSON_STRING)
			continue;
		text = json_text(&a, j, i);
		assert(utf8_valid(text) && json_is(j, i, text));
		assert(json_cmp(j, i, j, i) == 0);
	}
	arena_release(&a);
}

static void
check_compact(const struct json *j)
{
	struct json again = JSON_INIT;
	struct json_fault f;
	struct buf once = { 0 }, twice = { 0 };
	struct arena a = { 0 };
	size_t n;

	json_compact(&once, j, 0);
	assert(json_read(&again, buf_view(&once), &f));
	assert(again.n == j->n);
	json_compact(&twice, &again, 0);
	assert(str_eq(buf_view(&once), buf_view(&twice)));
	compare_list(&a, j, &again, &n);
	assert(n == 0);
	arena_release(&a);
	buf_release(&once);
	buf_release(&twice);
	json_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct json j = JSON_INIT;
	struct json_fault f = { NULL, SIZE_MAX };

	if (json_read(&j, text, &f)) {
		assert(utf8_valid(text));
		check_tape(&j);
		check_strings(&j);
		check_compact(&j);
	} else {
		assert(f.what != NULL && f.at <= size);
	}
	json_release(&j);
	return 0;
}
