#include "state/dictionary.h"

#include "base/pack.h"
#include "state/tables.h"
#include "lib/sha256.h"
#include "lib/kv.h"

/* A list by number that has room for ${i}; what is new in it is 0. */
static uint32_t *
room_for(uint32_t *list, size_t *cap, size_t i)
{
	size_t old = *cap;

	if (i < old)
		return list;
	if (*cap == 0)
		*cap = 256;
	while (*cap <= i)
		*cap *= 2;
	list = mem_resize(list, *cap, sizeof(*list));
	memset(list + old, 0, (*cap - old) * sizeof(*list));
	return list;
}

/* Remember that the two belong together. */
static void
learn(struct dictionary *n, struct str text, uint32_t number)
{
	uint32_t place = intern_add(&n->seen, text);

	n->number_of = room_for(n->number_of, &n->numbers_cap, place);
	n->place_of = room_for(n->place_of, &n->places_cap, number);
	n->number_of[place] = number;
	n->place_of[number] = place;
}

/* A word longer than a key is found by its digest behind a control character, which no cleaned
 * word holds; the word itself stands in the other table. */
struct long_key {
	char text[1 + SHA256_HEX + 1];
};

static struct str
name_key(struct str text, struct long_key *k)
{
	struct sha256 digest;

	if (text.n <= KV_KEY_MAX)
		return text;
	digest = sha256_of(text);
	k->text[0] = '\1';
	memcpy(k->text + 1, digest.hex, sizeof(digest.hex));
	return str_c(k->text);
}

int
dictionary_find(
    struct dictionary *n, struct kv_txn *txn, struct str text, uint32_t *number, struct err *e)
{
	struct long_key digest;
	struct str row;
	struct unpack u;
	uint32_t place;
	int rc;

	*number = 0;
	if (text.n == 0)
		return 0;
	place = intern_find(&n->seen, text);
	if (place != 0) {
		*number = n->number_of[place];
		return 0;
	}
	rc = kv_get(txn, TABLE_WORDS, name_key(text, &digest), &row, e);
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	*number = (uint32_t)unpack_u64(&u);
	if (u.bad || *number == 0)
		return state_broken(e, "a name without a number");
	learn(n, text, *number);
	return 0;
}

int
dictionary_put(struct dictionary *n, struct kv_txn *txn, struct str text, uint64_t *last,
    uint32_t *number, struct err *e)
{
	struct long_key digest;
	struct buf key = { 0 }, row = { 0 };
	int rc;

	if (dictionary_find(n, txn, text, number, e) < 0)
		return -1;
	if (*number != 0 || text.n == 0)
		return 0;
	*number = (uint32_t)++ * last;
	pack_u64(&row, *number);
	pack_key_u32(&key, *number);
	rc = kv_put(txn, TABLE_WORDS, name_key(text, &digest), buf_view(&row), e);
	if (rc == 0)
		rc = kv_append(txn, TABLE_WORD_TEXTS, buf_view(&key), text, e);
	if (rc == 0)
		learn(n, text, *number);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

int
dictionary_text(
    struct dictionary *n, struct kv_txn *txn, uint32_t number, struct str *text, struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	int rc;

	*text = (struct str){ 0 };
	if (number == 0)
		return 0;
	if (number < n->places_cap && n->place_of[number] != 0) {
		*text = n->seen.texts[n->place_of[number]];
		return 0;
	}
	pack_key_u32(&key, number);
	rc = kv_get(txn, TABLE_WORD_TEXTS, buf_view(&key), &row, e);
	buf_release(&key);
	if (rc < 0)
		return -1;
	if (rc == 0 || row.n == 0)
		return state_broken(e, "a number without a name");
	learn(n, row, number);
	*text = n->seen.texts[n->place_of[number]];
	return 0;
}

void
dictionary_round(struct dictionary *n)
{
	/* a round that was there before would be taken for this one */
	if (++n->round == 0) {
		memset(n->seen_in, 0, n->rounds_cap * sizeof(*n->seen_in));
		n->round = 1;
	}
}

bool
dictionary_first(struct dictionary *n, uint32_t number)
{
	n->seen_in = room_for(n->seen_in, &n->rounds_cap, number);
	if (n->seen_in[number] == n->round)
		return false;
	n->seen_in[number] = n->round;
	return true;
}

void
dictionary_release(struct dictionary *n)
{
	intern_release(&n->seen);
	mem_free(n->number_of);
	mem_free(n->place_of);
	mem_free(n->seen_in);
	*n = (struct dictionary){ 0 };
}
