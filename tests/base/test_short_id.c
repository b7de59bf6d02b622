/* Goal: an id comes out as it went in, and what is packed sorts as the ids do. */
#include "base/short_id.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MOST 240

struct packed {
	char bytes[SHORT_ID_MAX(MOST)];
	size_t n;
};

static struct packed
pack(struct str id)
{
	struct packed p;

	p.n = short_id_pack(id, p.bytes);
	return p;
}

static struct str
view(const struct packed *p)
{
	return str_of(p->bytes, p->n);
}

static int
sign(int x)
{
	return (x > 0) - (x < 0);
}

static void
expect_back(struct str id)
{
	struct packed p = pack(id);
	char out[SHORT_ID_WAS(SHORT_ID_MAX(MOST))];
	size_t n = 0;

	cr_assert(p.n <= SHORT_ID_MAX(id.n));
	cr_assert(short_id_unpack(view(&p), out, &n), "%.*s", STR_ARG(id));
	cr_assert(str_eq(str_of(out, n), id), "%.*s", STR_ARG(id));
}

/* What is packed of two ids is ordered as they are, also with up to eight small bytes behind both.
 */
static void
expect_order(struct str a, struct str b)
{
	struct packed x = pack(a), y = pack(b);
	int want = sign(str_cmp(a, b));

	cr_assert(
	    sign(str_cmp(view(&x), view(&y))) == want, "'%.*s' and '%.*s'", STR_ARG(a), STR_ARG(b));
	x.bytes[x.n++] = y.bytes[y.n++] = SHORT_ID_NEXT - 1;
	cr_assert(sign(str_cmp(view(&x), view(&y))) == want, "'%.*s' and '%.*s', both followed",
	    STR_ARG(a), STR_ARG(b));
}

Test(short_id, some_have_these_lengths)
{
	static const struct {
		const char *id;
		size_t n;
	} table[] = {
		{ "", 0 },
		{ "1", 5 },
		{ "123456789", 5 },
		{ "1234567890", 10 },
		{ "f47ac10b-58cc-4372-a567-0e02b2c3d479", 20 },
		{ "f47ac10b58cc4372a5670e02b2c3d479", 20 },
		{ "507f1f77bcf86cd799439011", 15 },
		{ "F47AC10B-58CC-4372-A567-0E02B2C3D479", 5 + 36 },
		{ "xRq2Lw8TnZkP4dYvB", 5 + 17 },
		{ "12 erased", 5 + 7 },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		struct packed p = pack(str_c(table[i].id));

		cr_expect(p.n == table[i].n, "%s: %zu", table[i].id, p.n);
		expect_back(str_c(table[i].id));
	}
}

/* Texts of up to three of the bytes around which something changes, behind a beginning of any
 * length up to two groups. */
Test(short_id, all_that_are_near_one_another_are_in_order)
{
	static const char bytes[] = { 0, 1, 7, 8, 9, ' ', ',', '-', '.', '/', '0', '1', '9', ':',
		'`', 'a', 'b', 'f', 'g', 'z', 0x7f, (char)0x80, (char)0xff };
	struct str list[1 + COUNT(bytes) + COUNT(bytes) * COUNT(bytes)];
	struct arena a = { 0 };
	size_t n = 0;

	list[n++] = STR("");
	for (size_t i = 0; i < COUNT(bytes); i++) {
		list[n++] = str_copy(&a, str_of(&bytes[i], 1));
		for (size_t k = 0; k < COUNT(bytes); k++)
			list[n++] = str_printf(&a, "%.1s%.1s", &bytes[i], &bytes[k]);
	}
	for (size_t begin = 0; begin <= 18; begin++) {
		struct str ids[COUNT(list)];
		struct arena b = { 0 };

		for (size_t i = 0; i < n; i++) {
			char *p = arena_array(&b, begin + list[i].n + 1, 1);

			memset(p, 'c', begin);
			memcpy(p + begin, list[i].p, list[i].n);
			ids[i] = str_of(p, begin + list[i].n);
			expect_back(ids[i]);
		}
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				expect_order(ids[i], ids[k]);
		arena_release(&b);
	}
	arena_release(&a);
}

static unsigned
draw(uint32_t *seed, unsigned below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* Mostly digits of ids, now and then any byte. */
static struct str
random_id(uint32_t *seed, char *out)
{
	static const char usual[] = "0123456789abcdef-";
	size_t n = draw(seed, 8) == 0 ? draw(seed, MOST + 1) : draw(seed, 40);

	for (size_t i = 0; i < n; i++)
		out[i] = draw(seed, 30) > 0 ? usual[draw(seed, sizeof(usual) - 1)]
		                            : (char)draw(seed, 256);
	return str_of(out, n);
}

Test(short_id, random_ones_are_in_order_and_come_back)
{
	uint32_t seed = 1;

	for (int i = 0; i < 200000; i++) {
		char a[MOST], b[MOST];
		struct str x = random_id(&seed, a), y;

		memcpy(b, a, x.n);
		y = str_of(b, x.n);
		if (draw(&seed, 3) == 0)
			y = random_id(&seed, b);
		else if (x.n > 0)
			b[draw(&seed, (unsigned)x.n)] = (char)draw(&seed, 256);
		if (draw(&seed, 4) == 0)
			y.n = draw(&seed, (unsigned)y.n + 1);
		expect_back(x);
		expect_back(y);
		expect_order(x, y);
	}
}

Test(short_id, what_is_damaged_gives_no_more_than_it_may)
{
	char packed[60], out[SHORT_ID_WAS(sizeof(packed))];
	uint32_t seed = 7;
	size_t n;

	cr_expect(!short_id_unpack(str_of("\7\0\0\0\1", 5), out, &n), "below the least group");
	cr_expect(
	    !short_id_unpack(str_of("\377\377\377\377\377", 5), out, &n), "above the greatest");
	cr_expect(!short_id_unpack(STR("abcd"), out, &n), "no whole group");
	for (int i = 0; i < 100000; i++) {
		size_t of = draw(&seed, sizeof(packed) + 1);

		for (size_t k = 0; k < of; k++)
			packed[k] = (char)draw(&seed, 256);
		if (short_id_unpack(str_of(packed, of), out, &n))
			cr_assert(n <= SHORT_ID_WAS(of));
	}
}
