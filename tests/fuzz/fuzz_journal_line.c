/* Goal: a line of the journal is read as it was written, and nothing else is taken for one.
 *
 * The input is taken for a line; and for the texts of one, which is written and read again.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "push/journal_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_and_read(struct arena *a, struct str text)
{
	const struct journal_field field = { text, 0xfedcba9876543210U };
	const struct journal_line x = { .n = 7,
		.at = 20000 * TIMESTAMP_DAY,
		.fh_id = text,
		.op = JOURNAL_CONTACT,
		.fields = &field,
		.fields_n = 1,
		.message = text };
	struct journal_line y;
	struct buf b = { 0 };

	journal_line_write(&b, &x);
	assert(memchr(b.p, '\n', b.n) == b.p + b.n - 1);
	assert(journal_line_read(a, str_of(b.p, b.n - 1), &y));
	assert(str_eq(x.fh_id, y.fh_id) && str_eq(x.message, y.message));
	assert(y.fields_n == 1 && y.fields[0].hash == field.hash && str_eq(y.fields[0].key, text));
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct arena a = { 0 };
	struct journal_line x;

	(void)journal_line_read(&a, text, &x);
	if (size > 0 && utf8_valid(text))
		write_and_read(&a, text);
	arena_release(&a);
	return 0;
}
