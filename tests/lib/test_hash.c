/* Goal: a stored hash means the same for ever. */
#include "lib/hash.h"

#include <criterion/criterion.h>

/* xxHash's own test value. */
Test(hash, is_the_published_xxh3)
{
	struct hash h = hash_of(STR(""));

	cr_expect(h.lo == UINT64_C(0x6001c324468d497f), "%jx", (uintmax_t)h.lo);
	cr_expect(h.hi == UINT64_C(0x99aa06d3014798d8), "%jx", (uintmax_t)h.hi);
	cr_expect(hash_eq(h, hash_of((struct str){ NULL, 0 })));
}

Test(hash, differs_for_every_changed_byte)
{
	char text[400] = { 0 };
	struct hash before = hash_of(str_of(text, sizeof(text)));

	cr_expect(hash_eq(before, hash_of(str_of(text, sizeof(text)))));
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = 1;
		cr_expect(!hash_eq(before, hash_of(str_of(text, sizeof(text)))), "byte %zu", i);
		text[i] = 0;
	}
	cr_expect(!hash_eq(before, hash_of(str_of(text, sizeof(text) - 1))));
}
