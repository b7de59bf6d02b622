/* Goal: an id is found wherever a key or row of the state holds it, whatever stands beside it, and
 * nowhere is another id taken for it that ends, begins or holds it. */
#include "erase/check_rows.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/pack.h"
#include "bases/row_shape.h"
#include "erase/search.h"
#include "lib/kv.h"

#define LONG_N 130 /* a length of two bytes */

static bool
is_text(char kind)
{
	return strchr("ktnr", kind) != NULL;
}

static void
put_text(struct buf *b, char kind, struct str text)
{
	struct buf list = { 0 };

	if (kind == 'k')
		pack_key_text(b, text);
	else if (kind == 't')
		pack_text(b, text);
	else if (kind == 'r')
		buf_str(b, text);
	if (kind == 'n') {
		pack_text(&list, text);
		pack_text(&list, STR("A"));
		pack_text(b, buf_view(&list));
	}
	buf_release(&list);
}

/* A key or row of this shape, the ${which}-th of its texts ${id}, each byte of its numbers
 * ${number}.  Returns: whether it has so many. */
static bool
put_parts(struct buf *b, const char *shape, size_t which, struct str id, int number)
{
	size_t n = 0;

	buf_reset(b);
	for (const char *k = shape; *k != '\0'; k++) {
		size_t bytes = *k == '4' ? 4 : *k == '8' || *k == 'f' ? 8 : *k == 'h' ? 16 : 1;

		if (*k == '*')
			continue;
		if (is_text(*k))
			put_text(b, *k, n++ == which ? id : STR("A"));
		for (size_t i = 0; i < bytes && !is_text(*k); i++)
			buf_char(b, (char)number);
	}
	return which < n;
}

/* All places of the state that can hold an id. */
struct places {
	char *account;
	struct search s;
	size_t put[TABLE_COUNT], found[TABLE_COUNT];
	struct err e;
};

static void
put_table(struct places *p, struct kv_txn *t, enum state_table table, struct str id, int number)
{
	struct buf key = { 0 }, row = { 0 };

	for (size_t i = 0; put_parts(&key, row_shape_key(table), i, id, number); i++) {
		cr_assert_eq(kv_put(t, table, buf_view(&key), STR(""), &p->e), 0);
		p->put[table]++;
	}
	for (size_t i = 0; row_shape_of(table) != NULL; i++) {
		put_parts(&key, row_shape_key(table), SIZE_MAX, id, 'a' + (int)i);
		if (key.p[key.n - 1] == 'A')
			buf_char(&key, (char)('a' + i));
		if (!put_parts(&row, row_shape_find(table, buf_view(&key))->row, i, id, number))
			break;
		cr_assert_eq(kv_put(t, table, buf_view(&key), buf_view(&row), &p->e), 0);
		p->put[table]++;
	}
	buf_release(&key);
	buf_release(&row);
}

static void
put_all(struct places *p, struct str id, int number)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, p->account, "state");
	struct kv *kv;
	struct kv_txn *t;

	cr_assert_eq(dir_make(dir, &p->e), 0);
	kv = kv_open(dir, table_list(), TABLE_COUNT, KV_QUICK, &p->e);
	cr_assert(kv != NULL);
	t = kv_begin(kv, true, &p->e);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		put_table(p, t, (enum state_table)i, id, number);
	cr_assert_eq(kv_commit(t, &p->e), 0);
	kv_close(kv);
	arena_release(&a);
}

static void
count(void *context, size_t which, size_t at)
{
	size_t *n = context;

	(void)which;
	(void)at;
	++*n;
}

static void
look(void *context, const char *table, bool is_key, struct str text, struct str part)
{
	struct places *p = context;
	size_t i = 0;

	while (strcmp(table_names()[i], table) != 0)
		i++;
	cr_expect(part.p >= text.p && part.p + part.n <= text.p + text.n);
	search_run(&p->s, part, is_key ? SEARCH_FORM_KEY : SEARCH_FORM_ROW, count, &p->found[i]);
}

/* ${wanted} is found in all places that hold ${id}, or in none. */
static void
expect(struct str wanted, struct str id, int number, bool is_found)
{
	char account[] = "/tmp/flowstory-test-XXXXXX";
	struct places p = { .account = account, .e = ERR_INIT };

	cr_assert(mkdtemp(account) != NULL);
	search_add(&p.s, SEARCH_ID, wanted);
	put_all(&p, id, number);
	cr_assert_eq(check_rows(account, look, &p, &p.e), 0);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		cr_expect_eq(p.found[i], is_found ? p.put[i] : 0,
		    "%.*s, numbers %d, table %s: %zu of %zu", STR_ARG(id), number, table_names()[i],
		    p.found[i], p.put[i]);
	search_release(&p.s);
	cr_assert_eq(dir_remove(account, &p.e), 0);
}

/* Bytes of numbers: those of words, of digits, of none, and the length of the id. */
static const char numbers[] = { 'A', '9', 1, 8 };

Test(check_rows, an_id_is_found_in_every_place)
{
	char longer[LONG_N];

	memset(longer, 'x', LONG_N);
	for (size_t i = 0; i < sizeof(numbers); i++) {
		expect(STR("12345678"), STR("12345678"), numbers[i], true);
		expect(STR("u1234"), STR("u1234"), numbers[i], true);
		expect(str_of(longer, LONG_N), str_of(longer, LONG_N), numbers[i], true);
	}
}

Test(check_rows, an_id_that_holds_it_is_anothers)
{
	static const char *const others[] = { "912345678", "123456789", "9123456789",
		"1234567812345678", "x-12345678", "12345678_" };

	for (size_t i = 0; i < sizeof(numbers); i++)
		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			expect(STR("12345678"), str_c(others[k]), numbers[i], false);
}
