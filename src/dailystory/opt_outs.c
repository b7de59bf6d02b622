#include "dailystory/opt_outs.h"

#include "base/pack.h"
#include "dailystory/contact.h"

/* One address whose count changed. */
struct opt_outs_count {
	uint64_t before, now; /* customers who owe it */
	uint32_t since;       /* number of the snapshot with which that began */
};

static bool
has(const struct opt_outs_list *l, struct str key)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->keys[i], key))
			return true;
	return false;
}

static void
add(struct arena *a, struct opt_outs_list *l, enum opt_out_channel channel, struct str address)
{
	char c = (char)channel;
	struct str key;

	if (address.n == 0)
		return;
	key = str_printf(a, "%c%.*s", c, STR_ARG(address));
	if (!has(l, key))
		l->keys[l->n++] = key;
}

/* The addresses of a packed list and those of the profile. */
static bool
collect(struct arena *a, const struct profile *p, struct str addresses, struct opt_outs_list *out)
{
	struct unpack u = unpack_of(addresses);
	size_t n = 2;

	while (!u.bad && u.p < u.end) {
		(void)unpack_text(&u);
		n++;
	}
	if (u.bad)
		return false;
	*out = (struct opt_outs_list){ .keys = arena_array(a, n, sizeof(*out->keys)) };
	for (u = unpack_of(addresses); u.p < u.end;)
		out->keys[out->n++] = unpack_text(&u);
	add(a, out, OPT_OUT_EMAIL, p->email);
	add(a, out, OPT_OUT_TEXT, p->mobile);
	return true;
}

struct str
opt_outs_remember(struct arena *a, const struct exported *x, const struct profile *p)
{
	struct opt_outs_list all;
	struct buf b = { 0 };
	struct str out;

	if (!collect(a, p, x->addresses, &all))
		return x->addresses;
	for (size_t i = 0; i < all.n; i++)
		pack_text(&b, all.keys[i]);
	out = b.n == x->addresses.n ? x->addresses : str_copy(a, buf_view(&b));
	buf_release(&b);
	return out;
}

bool
opt_outs_owed(
    struct arena *a, const struct profile *p, struct str addresses, struct opt_outs_list *out)
{
	size_t kept = 0;

	*out = (struct opt_outs_list){ 0 };
	if (p == NULL || (p->email_consent != TRI_FALSE && p->text_consent != TRI_FALSE))
		return true;
	if (!collect(a, p, addresses, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		bool is_email = out->keys[i].n > 0 && out->keys[i].p[0] == OPT_OUT_EMAIL;

		if ((is_email ? p->email_consent : p->text_consent) == TRI_FALSE)
			out->keys[kept++] = out->keys[i];
	}
	out->n = kept;
	return true;
}

/* The count of an address, as the table has it or as this snapshot left it. */
static int
find_count(
    struct opt_outs *o, struct state *s, struct str key, struct opt_outs_count **out, struct err *e)
{
	uint32_t before = o->changed.n, number = intern_add(&o->changed, key);
	struct opt_outs_count *c;
	struct str row;
	int rc;

	o->counts = mem_reach(o->counts, number, &o->cap, sizeof(*o->counts));
	c = *out = &o->counts[number];
	if (number < before)
		return 0;
	*c = (struct opt_outs_count){ 0 };
	rc = kv_get(s->txn, TABLE_OWED, key, &row, e);
	if (rc > 0 && !row_owed_unpack(row, &c->before, &c->since))
		return state_broken(e, "an address that is owed");
	c->now = c->before;
	return rc < 0 ? -1 : 0;
}

int
opt_outs_change(struct opt_outs *o, struct state *s, const struct opt_outs_list *before,
    const struct opt_outs_list *now, struct err *e)
{
	struct opt_outs_count *c;

	for (size_t i = 0; i < now->n; i++) {
		if (has(before, now->keys[i]))
			continue;
		if (find_count(o, s, now->keys[i], &c, e) < 0)
			return -1;
		c->now++;
	}
	for (size_t i = 0; i < before->n; i++) {
		if (has(now, before->keys[i]))
			continue;
		if (find_count(o, s, before->keys[i], &c, e) < 0)
			return -1;
		if (c->now == 0)
			return state_broken(e, "an address that nobody owes");
		c->now--;
	}
	return 0;
}

static int
write_line(struct csv_rows *f, struct str key, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	contact_opt_out_csv(&b, str_from(key, 1), key.p[0] == OPT_OUT_EMAIL);
	rc = csv_rows_opt_out(f, buf_view(&b), e);
	buf_release(&b);
	return rc;
}

static int
store(struct state *s, struct str key, const struct opt_outs_count *c, struct err *e)
{
	struct buf row = { 0 };
	int rc;

	if (c->now == 0)
		return c->before > 0 && kv_del(s->txn, TABLE_OWED, key, e) < 0 ? -1 : 0;
	row_owed_pack(&row, c->now, c->since);
	rc = kv_put(s->txn, TABLE_OWED, key, buf_view(&row), e);
	buf_release(&row);
	return rc;
}

int
opt_outs_end(struct opt_outs *o, struct state *s, struct csv_rows *f, struct err *e)
{
	uint32_t n, *sorted = intern_sorted(&o->changed, &n);
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct str key = o->changed.texts[sorted[i]];
		struct opt_outs_count *c = &o->counts[sorted[i]];
		bool begins = c->before == 0 && c->now > 0;

		if (begins)
			c->since = (uint32_t)s->totals.applied;
		if (c->before != c->now)
			rc = store(s, key, c, e);
		if (rc == 0 && begins)
			rc = write_line(f, key, e);
	}
	mem_free(sorted);
	return rc;
}

int
opt_outs_write(struct state *s, uint32_t since, struct csv_rows *f, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_OWED, e);
	struct str key, row;
	uint64_t count;
	uint32_t begun;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		if (!row_owed_unpack(row, &count, &begun))
			rc = state_broken(e, "an address that is owed");
		else if (begun > since)
			rc = write_line(f, key, e);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

void
opt_outs_release(struct opt_outs *o)
{
	intern_release(&o->changed);
	mem_free(o->counts);
	*o = (struct opt_outs){ 0 };
}
