#include "push/begun.h"

#include "base/arena.h"

/* Of other fields it is enough to know that they are begun. */
static bool
is_address(struct str key)
{
	return str_eq(key, STR("email")) || str_eq(key, STR("mobilePhone"));
}

static bool
is_same(const struct acked_begun *b, struct str key, uint64_t hash)
{
	return str_eq(b->key, key) && (b->hash == hash || !is_address(key));
}

bool
begun_has(const struct acked *x, struct str key)
{
	for (size_t i = 0; x->dsid.n > 0 && i < x->begun_n; i++)
		if (str_eq(x->begun[i].key, key))
			return true;
	return false;
}

bool
begun_or_acked(const struct acked *x, struct str key)
{
	return acked_field(x, key) != NULL || begun_has(x, key);
}

bool
begun_names(const struct acked *x, struct str key, uint64_t hash)
{
	const uint64_t *acked = acked_field(x, key);

	if (acked != NULL && *acked == hash)
		return true;
	for (size_t i = 0; x->dsid.n > 0 && i < x->begun_n; i++)
		if (str_eq(x->begun[i].key, key) && x->begun[i].hash == hash)
			return true;
	return false;
}

bool
begun_may_have(const struct acked *x, struct str key, uint64_t hash)
{
	return begun_names(x, key, ACKED_ANOTHERS) || begun_names(x, key, hash);
}

bool
begun_is_sure(const struct acked *x, struct str key, uint64_t hash)
{
	const uint64_t *acked = acked_field(x, key);

	return acked != NULL && *acked == hash && !begun_has(x, key);
}

/* With room for more. */
static struct acked_begun *
copy(struct arena *a, struct acked *x, size_t more)
{
	struct acked_begun *list = arena_array(a, x->begun_n + more, sizeof(*list));

	for (size_t i = 0; i < x->begun_n; i++)
		list[i] = x->begun[i];
	x->begun = list;
	return list;
}

static void
add(struct acked *x, struct acked_begun *list, const struct journal_field *f, bool is_fresh)
{
	for (size_t i = 0; i < x->begun_n; i++)
		if (is_same(&list[i], f->key, f->hash))
			return;
	list[x->begun_n++] = (struct acked_begun){ f->key, f->hash, is_fresh };
}

static bool
is_acked(const struct acked *x, const struct journal_field *f)
{
	const uint64_t *acked = acked_field(x, f->key);

	return acked != NULL && *acked == f->hash && !begun_has(x, f->key);
}

static void
start_fields(struct arena *a, struct acked *x, const struct journal_line *line)
{
	struct acked_begun *list = copy(a, x, line->fields_n);

	for (size_t i = 0; i < x->begun_n; i++)
		list[i].is_fresh = false;
	for (size_t i = 0; i < line->fields_n; i++)
		if (line->count > 0 || !is_acked(x, &line->fields[i]))
			add(x, list, &line->fields[i], true);
}

/* The creates without those of that address, and with room for one. */
static struct acked_begun *
other_creates(struct arena *a, const struct acked *x, const struct journal_field *f, size_t *n)
{
	struct acked_begun *list = arena_array(a, x->started_n + 1, sizeof(*list));

	*n = 0;
	for (size_t i = 0; i < x->started_n; i++)
		if (!is_same(&x->started[i], f->key, f->hash))
			list[(*n)++] = x->started[i];
	return list;
}

static void
start_create(struct arena *a, struct acked *x, const struct journal_line *line)
{
	const struct journal_field none = { 0 };
	const struct journal_field *f = line->fields_n > 0 ? &line->fields[0] : &none;
	size_t n;
	struct acked_begun *list = other_creates(a, x, f, &n);

	list[n] = (struct acked_begun){ f->key, f->hash, n == x->started_n };
	x->started = list;
	x->started_n = n + 1;
}

void
begun_refuse_create(struct acked *x, uint64_t tries)
{
	size_t n = x->started_n;
	const struct acked_begun *last = n == 0 ? NULL : &x->started[n - 1];

	if (last != NULL && (tries == 0 || (tries == 1 && last->is_fresh)))
		x->started_n--;
}

/* Of older books the address is not known, so whatever was found ends it. */
void
begun_end_creates(struct arena *a, struct acked *x, const struct journal_line *line)
{
	const struct journal_field none = { 0 };

	for (size_t i = 0; i <= line->fields_n; i++) {
		const struct journal_field *f = i < line->fields_n ? &line->fields[i] : &none;
		size_t n;

		if (x->started_n > 0 && (i == line->fields_n || is_address(f->key))) {
			x->started = other_creates(a, x, f, &n);
			x->started_n = n;
		}
	}
}

void
begun_start(struct arena *a, struct acked *x, const struct journal_line *line)
{
	if (line->op == JOURNAL_CREATE) {
		start_create(a, x, line);
		return;
	}
	if (line->op == JOURNAL_DELETE) {
		x->is_again = x->is_deleting;
		x->is_deleting = true;
	}
	start_fields(a, x, line);
}

/* Without those that ${drops} says yes to. */
static void
keep(struct arena *a, struct acked *x,
    bool (*drops)(const struct acked_begun *b, const void *context), const void *context)
{
	struct acked_begun *list = copy(a, x, 0);
	size_t n = 0;

	for (size_t i = 0; i < x->begun_n; i++)
		if (!drops(&list[i], context))
			list[n++] = list[i];
	x->begun_n = n;
}

static bool
is_fresh(const struct acked_begun *b, const void *context)
{
	(void)context;
	return b->is_fresh;
}

void
begun_refuse(struct arena *a, struct acked *x, uint64_t tries)
{
	static const struct journal_line nothing = { .op = JOURNAL_CONTACT };

	if (tries == 1)
		keep(a, x, is_fresh, NULL);
	else
		start_fields(a, x, &nothing);
}

static bool
is_of_line(const struct acked_begun *b, const void *context)
{
	const struct journal_line *line = context;

	for (size_t i = 0; i < line->fields_n; i++)
		if (str_eq(line->fields[i].key, b->key))
			return true;
	return false;
}

void
begun_end(struct arena *a, struct acked *x, const struct journal_line *line)
{
	if (x->was_dsid.n > 0 && !str_eq(x->was_dsid, line->dsid))
		x->begun_n = 0;
	x->was_dsid = STR("");
	keep(a, x, is_of_line, line);
}

void
begun_doubt(struct arena *a, struct acked *x, struct journal_field field)
{
	struct acked_begun *list = copy(a, x, 1);
	size_t n = x->begun_n;

	add(x, list, &field, true);
	for (size_t i = 0; i < n; i++)
		if (is_same(&list[i], field.key, field.hash))
			list[i].is_fresh = false;
}

static bool
is_fresh_field(const struct acked_begun *b, const void *context)
{
	const struct journal_field *f = context;

	return b->is_fresh && is_same(b, f->key, f->hash);
}

void
begun_trust(struct arena *a, struct acked *x, struct journal_field field)
{
	keep(a, x, is_fresh_field, &field);
}

void
begun_keep_of_deleted(struct arena *a, struct acked *x, struct journal_field field)
{
	add(x, copy(a, x, 1), &field, false);
}

static bool
is_field(const struct acked_begun *b, const void *context)
{
	const struct journal_field *f = context;

	return is_same(b, f->key, f->hash);
}

void
begun_forget(struct arena *a, struct acked *x, struct journal_field field)
{
	keep(a, x, is_field, &field);
}

void
begun_unname(struct arena *a, struct acked *x)
{
	size_t n = x->begun_n;
	struct acked_begun *list = copy(a, x, 0);

	x->begun_n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct journal_field f = { list[i].key, ACKED_ANOTHERS };

		add(x, list, &f, list[i].is_fresh);
	}
}

static bool
is_other(const struct acked_begun *b, const void *context)
{
	const struct str *key = context;

	return !str_eq(b->key, *key);
}

void
begun_settle_but(struct arena *a, struct acked *x, struct str key)
{
	keep(a, x, is_other, &key);
}
