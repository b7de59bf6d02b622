/* Goal: the whole state as text, so that two accounts can be compared.
 *
 * dump ACCOUNT prints every row as "table key value" in hexadecimal, tables in
 * their order, rows in key order.  The state is only read.
 */
#include <stdio.h>

#include "state/state.h"

static const char *const names[TABLE_COUNT] = {
#define X(table, name, ...) name,
	STATE_TABLES(X)
#undef X
};

static void
print_hex(struct str s)
{
	static const char digits[] = "0123456789abcdef";

	putchar(' ');
	for (size_t i = 0; i < s.n; i++) {
		putchar_unlocked(digits[(unsigned char)s.p[i] >> 4]);
		putchar_unlocked(digits[s.p[i] & 15]);
	}
}

static int
dump_table(struct state *s, size_t table, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, table, e);
	struct str key, value;
	int rc;

	while ((rc = kv_next(c, &key, &value, e)) > 0) {
		fputs(names[table], stdout);
		print_hex(key);
		print_hex(value);
		putchar('\n');
	}
	kv_cursor_close(c);
	return rc;
}

static int
dump(const char *account, struct err *e)
{
	struct state s;
	int rc = state_open(&s, account, false, e);

	if (rc == 0)
		return err_set(e, ERR_FAILED, "there is no state to read");
	for (size_t i = 0; rc > 0 && i < TABLE_COUNT; i++)
		if (dump_table(&s, i, e) < 0)
			rc = -1;
	state_close(&s);
	return rc < 0 ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	char text[1024];

	if (argc != 2) {
		fputs("usage: dump ACCOUNT\n", stderr);
		return 2;
	}
	if (dump(argv[1], &e) < 0) {
		err_format(&e, text, sizeof(text));
		fprintf(stderr, "dump: %s\n", text);
		return err_status(e.kind);
	}
	return fflush(stdout) != 0 ? 1 : 0;
}
