/* Goal: the codes are the published ones. */
#include <criterion/criterion.h>

#include "lib/hmac.h"

/* RFC 4231, cases 1, 2 and 6. */
Test(hmac, of_known_texts)
{
	char key[131];

	memset(key, 0x0b, 20);
	cr_expect_str_eq(hmac_of(str_of(key, 20), STR("Hi There")).hex,
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	cr_expect_str_eq(hmac_of(STR("Jefe"), STR("what do ya want for nothing?")).hex,
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	cr_expect_str_eq(hmac_of(str_of(key, sizeof(key)),
	                     STR("Test Using Larger Than Block-Size Key - Hash Key First"))
	                     .hex,
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

Test(hmac, of_nothing_is_no_crash)
{
	cr_expect_eq(strlen(hmac_of((struct str){ 0 }, (struct str){ 0 }).hex), SHA256_HEX);
}
