#include "bases/row_shape.h"

#include <assert.h>

static const struct row_shape shapes[] = {
	{ TABLE_META, "totals", "r", "*v" },
	{ TABLE_META, "segments", "r", "v*tvvvvv" },
	{ TABLE_META, NULL, "r", "r" },
	{ TABLE_SNAPSHOTS, NULL, "4", "tfttt*v" },
	{ TABLE_PAGES, NULL, "44", "ttvt" },
	{ TABLE_PAGE_CACHE, NULL, "11r", "*h" },
	{ TABLE_WORDS, NULL, "r", NULL },
	{ TABLE_WORD_TEXTS, NULL, "4", "r" },
	{ TABLE_BUYERS, NULL, "r", NULL },
	{ TABLE_BUYER_IDS, NULL, "4", "r" },
	{ TABLE_CUSTOMERS, NULL, "r", "vv" }, /* only answers: see fold_state.h */
	{ TABLE_ORDERS, NULL, "r", NULL },
	{ TABLE_SALES, NULL, "48r", NULL },
	{ TABLE_CREATED, NULL, "48r", NULL },
	{ TABLE_PROFILES, NULL, "r", "vzvzvfffftttttttttttttttwww" },
	{ TABLE_UNATTRIBUTED, NULL, "r", "zv" },
	{ TABLE_CONTACT_STATUS, NULL, "r", "vtf*vvv" },
	{ TABLE_EMAILS, NULL, "kr", "r" },
	{ TABLE_MOBILES, NULL, "kr", "r" },
	{ TABLE_DUE, NULL, "8r", "" },
	{ TABLE_EXPORTED, NULL, "r", "hvvn" },
	{ TABLE_OWED, NULL, "1r", "vv" },
	{ TABLE_VERSIONS, NULL, "1k4", "vvvv*v" },
	{ TABLE_FORMER_ORDERS, NULL, "4r", "" },
	{ TABLE_PAST_MEMBERSHIPS, NULL, "k44", "vvv" },
	{ TABLE_PAST_CONTACTS, NULL, "k4", "vtttv" },
	{ TABLE_RULE_TERMS, NULL, "4", "tttf" },
	{ TABLE_LOCATION_NAMES, NULL, "4", "v" },
	{ TABLE_STATUSES, NULL, "4", "vz" },
	{ TABLE_NOTED, NULL, "1r", "" },
	{ TABLE_ANSWERS, NULL, "r", "vv" },
	{ TABLE_ORIGINS, NULL, "444", NULL },
	{ TABLE_BLOCK_CACHE, NULL, "11r", "*hvvv" },
	{ TABLE_PAGE_LENGTHS, NULL, "11r", "*v" },
};

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static const struct row_shape *
first_of(enum state_table table)
{
	size_t i = 0;

	while (i < SHAPES && shapes[i].table != table)
		i++;
	assert(i < SHAPES);
	return &shapes[i];
}

const char *
row_shape_key(enum state_table table)
{
	return first_of(table)->key;
}

const struct row_shape *
row_shape_of(enum state_table table)
{
	const struct row_shape *s = first_of(table);

	return s->row == NULL ? NULL : s;
}

const struct row_shape *
row_shape_find(enum state_table table, struct str key)
{
	for (size_t i = 0; i < SHAPES; i++)
		if (shapes[i].table == table && shapes[i].row != NULL &&
		    (shapes[i].only == NULL || str_eq(str_c(shapes[i].only), key)))
			return &shapes[i];
	return NULL;
}
