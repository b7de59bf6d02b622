#include "flowhub/spread.h"

#include "base/timestamp.h"
#include "lib/sha256.h"

#define DIGITS 16 /* of the digest: 64 bits */

bool
spread_is_on(const struct flowhub_settings *s)
{
	return s->limit_dir.n > 0;
}

/* Whole blocks before 1970, too. */
int32_t
spread_block(const struct flowhub_settings *s, int32_t day)
{
	int32_t n = (int32_t)s->window_days;

	return (day >= 0 ? day : day - n + 1) / n;
}

uint64_t
spread_phase(const struct flowhub_settings *s, struct str what, int32_t block)
{
	struct buf key = { 0 };
	uint64_t phase = 0;
	struct sha256 digest;

	buf_str(&key, s->client_id);
	buf_char(&key, '\n');
	buf_str(&key, what);
	buf_printf(&key, "\n%d", block);
	digest = sha256_of(buf_view(&key));
	buf_release(&key);
	for (size_t i = 0; i < DIGITS; i++) {
		char c = digest.hex[i];

		phase = phase << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return phase;
}

/* The number of the turn, counted from a time in the past. */
static int64_t
turn_of(int64_t us, int64_t every, uint64_t phase)
{
	int64_t at = us - (int64_t)(phase % (uint64_t)every);

	return at >= 0 ? at / every : (at - every + 1) / every;
}

bool
spread_is_due(int64_t last, int64_t every, uint64_t phase, int64_t now)
{
	if (last == TIMESTAMP_NONE || last > now || every <= 0)
		return true;
	return turn_of(last, every, phase) != turn_of(now, every, phase);
}

int64_t
spread_next(int64_t last, int64_t every, uint64_t phase)
{
	if (every <= 0)
		return last;
	return (turn_of(last, every, phase) + 1) * every + (int64_t)(phase % (uint64_t)every);
}
