/* Goal: no answer of DailyStory breaks anything, is believed without an id, or lets an address out.
 *
 * The first byte chooses the status; the rest is the body.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "push/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const long statuses[] = { 200, 201, 400, 404, 409, 500 };
	struct arena a = { 0 };
	struct answer x;
	struct str body;
	long status;

	if (size == 0)
		return 0;
	status = statuses[data[0] % (sizeof(statuses) / sizeof(statuses[0]))];
	body = str_of((const char *)data + 1, size - 1);
	answer_read(&a, HTTP_FINE, status, body, (data[0] & 64) != 0, ANSWER_CONTACT, &x);
	if (x.class == ANSWER_ACKED)
		assert(status < 300 && x.id.n >= 16 && x.id.n <= 40);
	assert(utf8_valid(x.message) && x.message.n <= 1200);
	assert(x.message.n == 0 || memchr(x.message.p, '@', x.message.n) == NULL);
	arena_release(&a);
	return 0;
}
