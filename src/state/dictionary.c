#include "state/dictionary.h"

#include "base/pack.h"
#include "base/sort.h"
#include "lib/kv.h"
#include "lib/sha256.h"

static void
remember(struct dictionary *d, struct str text, uint32_t number)
{
	uint32_t place = intern_add(&d->seen, text);

	d->number_of = mem_reach(d->number_of, place, &d->numbers_cap, sizeof(*d->number_of));
	d->place_of = mem_reach(d->place_of, number, &d->places_cap, sizeof(*d->place_of));
	d->number_of[place] = number;
	d->place_of[number] = place;
}

/* A text longer than a key is found by its digest after a control character, which no cleaned
 * text holds; the text itself stands in the other table. */
struct long_key {
	char text[1 + SHA256_HEX + 1];
};

static struct str
key_of(struct str text, struct long_key *k)
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
    struct dictionary *d, struct kv_txn *t, struct str text, uint32_t *number, struct err *e)
{
	uint32_t place = d->is_cached ? intern_find(&d->seen, text) : 0;
	struct long_key digest;
	struct str row;
	struct unpack u;
	uint64_t known;
	int rc;

	*number = place == 0 ? 0 : d->number_of[place];
	if (text.n == 0 || *number != 0)
		return 0;
	rc = kv_get(t, d->by_text, key_of(text, &digest), &row, e);
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	known = unpack_u64(&u);
	if (u.bad || known == 0 || known > d->last)
		return state_broken(e, "a text without a number");
	*number = (uint32_t)known;
	if (d->is_cached)
		remember(d, text, *number);
	return 0;
}

int
dictionary_put(
    struct dictionary *d, struct kv_txn *t, struct str text, uint32_t *number, struct err *e)
{
	struct long_key digest;
	struct buf key = { 0 }, row = { 0 };
	int rc;

	if (dictionary_find(d, t, text, number, e) < 0)
		return -1;
	if (*number != 0 || text.n == 0)
		return 0;
	*number = (uint32_t)++d->last;
	pack_u64(&row, *number);
	pack_key_u32(&key, *number);
	rc = (d->is_in_order ? kv_append : kv_put)(
	    t, d->by_text, key_of(text, &digest), buf_view(&row), e);
	if (rc == 0)
		rc = kv_append(t, d->by_number, buf_view(&key), text, e);
	if (rc == 0 && d->is_cached)
		remember(d, text, *number);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

static void
forget(struct dictionary *d, uint32_t number)
{
	uint32_t place = number < d->places_cap ? d->place_of[number] : 0;

	if (place != 0)
		d->number_of[place] = d->place_of[number] = 0;
}

int
dictionary_rename(
    struct dictionary *d, struct kv_txn *t, uint32_t number, struct str text, struct err *e)
{
	struct buf key = { 0 }, row = { 0 }, was = { 0 };
	struct long_key before, now;
	struct str old;
	int rc;

	if (dictionary_text(d, t, number, &old, e) < 0)
		return -1;
	buf_str(&was, old);
	pack_key_u32(&key, number);
	pack_u64(&row, number);
	rc = kv_del(t, d->by_text, key_of(buf_view(&was), &before), e);
	if (rc >= 0)
		rc = kv_put(t, d->by_text, key_of(text, &now), buf_view(&row), e);
	if (rc >= 0)
		rc = kv_put(t, d->by_number, buf_view(&key), text, e);
	forget(d, number);
	buf_release(&key);
	buf_release(&row);
	buf_release(&was);
	return rc < 0 ? -1 : 0;
}

int
dictionary_text(
    struct dictionary *d, struct kv_txn *t, uint32_t number, struct str *text, struct err *e)
{
	struct buf key = { 0 };
	int rc;

	*text = (struct str){ 0 };
	if (number == 0)
		return 0;
	if (number < d->places_cap && d->place_of[number] != 0) {
		*text = d->seen.texts[d->place_of[number]];
		return 0;
	}
	pack_key_u32(&key, number);
	rc = kv_get(t, d->by_number, buf_view(&key), text, e);
	buf_release(&key);
	if (rc < 0)
		return -1;
	if (rc == 0 || text->n == 0)
		return state_broken(e, "a number without a text");
	if (d->is_cached) {
		remember(d, *text, number);
		*text = d->seen.texts[d->place_of[number]];
	}
	return 0;
}

int
dictionary_texts(struct arena *a, struct dictionary *d, struct kv_txn *t, const uint32_t *numbers,
    size_t n, struct str **texts, struct err *e)
{
	*texts = arena_array(a, n, sizeof(**texts));
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == 0)
			return state_broken(e, "a list with no word in it");
		if (dictionary_text(d, t, numbers[i], &(*texts)[i], e) < 0)
			return -1;
	}
	return 0;
}

static void
begin_list(struct dictionary *d)
{
	/* a list that was made before would be taken for this one */
	if (++d->lists == 0) {
		memset(d->listed_in, 0, d->lists_cap * sizeof(*d->listed_in));
		d->lists = 1;
	}
}

static bool
is_listed(struct dictionary *d, uint32_t number)
{
	bool yes;

	d->listed_in = mem_reach(d->listed_in, number, &d->lists_cap, sizeof(*d->listed_in));
	yes = d->listed_in[number] == d->lists;
	d->listed_in[number] = d->lists;
	return yes;
}

int
dictionary_distinct(struct arena *a, struct dictionary *d, struct kv_txn *t, const uint32_t *from,
    size_t n, struct dictionary_list *out, struct err *e)
{
	uint32_t *numbers = arena_array(a, n, sizeof(*numbers)), *order;
	struct str *texts;

	out->n = 0;
	begin_list(d);
	for (size_t i = 0; i < n; i++) {
		if (from[i] > d->last)
			return state_broken(e, "a number without a text");
		if (from[i] != 0 && !is_listed(d, from[i]))
			numbers[out->n++] = from[i];
	}
	if (dictionary_texts(a, d, t, numbers, out->n, &texts, e) < 0)
		return -1;
	out->numbers = arena_array(a, out->n, sizeof(*out->numbers));
	out->texts = arena_array(a, out->n, sizeof(*out->texts));
	order = arena_array(a, out->n, sizeof(*order));
	sort_texts(texts, out->n, order);
	for (size_t i = 0; i < out->n; i++) {
		out->numbers[i] = numbers[order[i]];
		out->texts[i] = texts[order[i]];
	}
	return 0;
}

void
dictionary_release(struct dictionary *d)
{
	intern_release(&d->seen);
	mem_free(d->number_of);
	mem_free(d->place_of);
	mem_free(d->listed_in);
	*d = (struct dictionary){ 0 };
}
