/* Goal: the digests are the published ones, whole or in pieces. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "lib/sha256.h"

/* FIPS 180-4 and its examples. */
static const struct {
	struct str in;
	const char *hex;
} known[] = {
	{ { "", 0 }, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7"
	             "852b855" },
	{ { "abc", 3 }, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
	                "61f20015ad" },
	{ { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56 },
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c"
	    "1" },
	{ { NULL, 0 }, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991"
	               "b7852b855" },
};

Test(sha256, of_known_texts)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		cr_expect_str_eq(sha256_of(known[i].in).hex, known[i].hex, "text %zu", i);
}

Test(sha256, of_a_million_letters)
{
	struct sha256_stream *s = sha256_new();
	char block[1000];

	memset(block, 'a', sizeof(block));
	for (int i = 0; i < 1000; i++)
		sha256_add(s, block, sizeof(block));
	cr_expect_str_eq(sha256_done(s).hex, "cdc76e5c9914fb9281a1c7e284d73e67"
	                                     "f1809a48a497200e046d39ccc7112cd0");
}

Test(sha256, in_pieces_of_every_size_is_the_same)
{
	char text[300];
	struct sha256 all;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7);
	all = sha256_of(str_of(text, sizeof(text)));
	for (size_t size = 1; size <= sizeof(text); size++) {
		struct sha256_stream *s = sha256_new();

		for (size_t i = 0; i < sizeof(text); i += size)
			sha256_add(s, text + i, sizeof(text) - i < size ? sizeof(text) - i : size);
		cr_expect_str_eq(sha256_done(s).hex, all.hex, "%zu", size);
	}
}

Test(sha256, of_a_stream_without_bytes)
{
	struct sha256_stream *s = sha256_new();

	sha256_add(s, "", 0);
	cr_expect_str_eq(sha256_done(s).hex, known[0].hex);
}
