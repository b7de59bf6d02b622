/* Goal: every address of a customer who refuses has its line in the snapshot in which it began to
 * be owed, and no address has another, whatever people do: refuse, take it back, move, share an
 * address, leave, come back. */
#include <stdlib.h>

#include "dailystory/opt_outs.h"
#include "support/account.h"

#define PEOPLE 6
#define ADDRESSES 5 /* of each channel: few, so that they are shared */
#define SNAPSHOTS 400

static const char *const emails[ADDRESSES] = { "", "a@x.co", "b@x.co", "c@x.co", "d@x.co" };
static const char *const mobiles[ADDRESSES] = { "", "+13035550101", "+13035550102", "+13035550103",
	"+13035550104" };

/* A customer, and the naive memory of all they were ever exported with. */
struct person {
	bool is_known, is_refused[2]; /* by channel: text, email */
	size_t address[2];
	bool was_exported[2][ADDRESSES];
	struct exported exported;
};

static struct profile
profile_of(const struct person *p)
{
	return (struct profile){ .email = str_c(emails[p->address[1]]),
		.mobile = str_c(mobiles[p->address[0]]),
		.text_consent = p->is_refused[0] ? TRI_FALSE : TRI_TRUE,
		.email_consent = p->is_refused[1] ? TRI_FALSE : TRI_ABSENT };
}

static bool
owes(const struct person *p, size_t channel, size_t address)
{
	return address > 0 && p->is_known && p->is_refused[channel] &&
	       (p->address[channel] == address || p->was_exported[channel][address]);
}

static bool
is_owed(const struct person *people, size_t channel, size_t address)
{
	for (size_t i = 0; i < PEOPLE; i++)
		if (owes(&people[i], channel, address))
			return true;
	return false;
}

static void
live(struct person *p, unsigned *seed)
{
	if (rand_r(seed) % 8 == 0)
		p->is_known = !p->is_known;
	for (size_t channel = 0; channel < 2; channel++) {
		if (rand_r(seed) % 4 == 0)
			p->is_refused[channel] = !p->is_refused[channel];
		if (rand_r(seed) % 3 == 0)
			p->address[channel] = (size_t)rand_r(seed) % ADDRESSES;
	}
}

static void
export_person(struct arena *a, struct person *p)
{
	struct profile now = profile_of(p);

	p->exported.addresses = opt_outs_remember(a, &p->exported, &now);
	for (size_t channel = 0; channel < 2; channel++)
		p->was_exported[channel][p->address[channel]] = true;
}

/* One customer lives on; the change goes where export.c would put it. */
static void
step(struct account *g, struct opt_outs *o, struct person *p, unsigned *seed)
{
	struct opt_outs_list before, now;
	struct profile was = profile_of(p), is;
	bool was_known = p->is_known;

	live(p, seed);
	is = profile_of(p);
	cr_assert(opt_outs_owed(&g->a, was_known ? &was : NULL, p->exported.addresses, &before));
	cr_assert(opt_outs_owed(&g->a, p->is_known ? &is : NULL, p->exported.addresses, &now));
	cr_assert(opt_outs_change(o, &g->s, &before, &now, &g->e) == 0, "%s", g->e.msg);
	if (p->is_known && rand_r(seed) % 2 == 0)
		export_person(&g->a, p);
}

/* The lines of all that began, as opt-outs.csv sorts them: mobiles first. */
static struct str
expected(struct arena *a, const struct person *people, bool was[2][ADDRESSES])
{
	struct buf b = { 0 };
	struct str out;

	for (size_t i = 1; i < ADDRESSES; i++)
		if (is_owed(people, 0, i) && !was[0][i])
			buf_printf(&b, ",%s,,True\r\n", mobiles[i]);
	for (size_t i = 1; i < ADDRESSES; i++)
		if (is_owed(people, 1, i) && !was[1][i])
			buf_printf(&b, "%s,,True,\r\n", emails[i]);
	out = str_copy(a, buf_view(&b));
	buf_release(&b);
	return out;
}

#define HEADER "Email address,Mobile number,Email opt out,Text opt out\r\n"

static struct str
written(struct account *g, struct opt_outs *o)
{
	struct membership_counts none = { 0 };
	struct export_dir dir;
	struct csv_rows f;
	struct str out = { 0 };

	cr_assert(export_dir_begin(&dir, "nowhere", FILE_NOWHERE, &g->e) == 0, "%s", g->e.msg);
	csv_rows_begin(&f, &dir, &none, false);
	cr_assert(opt_outs_end(o, &g->s, &f, &g->e) == 0, "%s", g->e.msg);
	if (csv_rows_count(&f, CSV_ROWS_OPT_OUTS) > 0)
		out = str_copy(&g->a,
		    str_from(buf_view(&f.files[CSV_ROWS_OPT_OUTS]->pending), sizeof(HEADER) - 1));
	csv_rows_release(&f);
	export_dir_release(&dir);
	opt_outs_release(o);
	return out;
}

Test(opt_outs, every_address_has_its_line_when_it_begins_to_be_owed)
{
	struct person people[PEOPLE] = { 0 };
	bool was[2][ADDRESSES] = { 0 };
	struct account g;
	unsigned seed = 7;

	account_begin(&g);
	for (uint32_t n = 1; n <= SNAPSHOTS; n++) {
		struct opt_outs o = { 0 };
		struct str want, got;
		uint64_t rows = 0, owed = 0;

		g.s.totals.applied = n;
		for (size_t i = 0; i < PEOPLE; i++)
			step(&g, &o, &people[i], &seed);
		want = expected(&g.a, people, was);
		got = written(&g, &o);
		cr_assert(str_eq(got, want), "snapshot %u:\n%.*s\nnot\n%.*s", n, STR_ARG(got),
		    STR_ARG(want));
		for (size_t channel = 0; channel < 2; channel++)
			for (size_t i = 0; i < ADDRESSES; i++)
				owed += was[channel][i] = is_owed(people, channel, i);
		cr_assert(kv_count(g.s.txn, TABLE_OWED, &rows, &g.e) == 0, "%s", g.e.msg);
		cr_assert(rows == owed, "snapshot %u: %llu rows", n, (unsigned long long)rows);
	}
	account_end(&g);
}

Test(opt_outs, a_broken_list_is_refused)
{
	struct profile p = { .email = STR("a@x.co"), .email_consent = TRI_FALSE };
	struct opt_outs_list owed;
	struct arena a = { 0 };

	cr_expect(!opt_outs_owed(&a, &p, STR("\x09short"), &owed));
	arena_release(&a);
}
