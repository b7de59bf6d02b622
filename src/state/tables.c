#include "state/tables.h"

static const char *const names[TABLE_COUNT] = {
#define X(table, name, ...) name,
	STATE_TABLES(X)
#undef X
};

static const struct kv_table tables[TABLE_COUNT] = {
#define X(table, title, ...) { .name = title, __VA_ARGS__ },
	STATE_TABLES(X)
#undef X
};

static const char *const reasons[SKIPPED_COUNT] = {
#define X(reason, name) name,
	SKIPPED_REASONS(X)
#undef X
};

const char *
skipped_name(enum skipped_reason r)
{
	return reasons[r];
}

int
state_broken(struct err *e, const char *what)
{
	err_set(e, ERR_FAILED, "the state is damaged: %s", what);
	err_file(e, "state/data.mdb");
	return err_advise(e, "Run 'flowstory process --rebuild': the state "
	                     "follows from the snapshots alone.");
}

const char *const *
table_names(void)
{
	return names;
}

const struct kv_table *
table_list(void)
{
	return tables;
}
